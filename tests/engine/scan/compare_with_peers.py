#!/usr/bin/env python3
"""Compares the element list of every clean corpus file with pydicom's and dcmdump's.

usage: compare_with_peers.py TAPE_PRINT CORPUS [--all] (SLIPRING_CORPUS names another corpus)

An entry is (nesting, tag, VR, length); items and fragments count with dcmdump, which shows them.
Each difference needs a reason from explain() or a file in KNOWN; what has neither makes the exit
status 1. Exit status 77: corpus or peers are not there. --all prints the explained ones too.
"""
import os
import re
import shutil
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

try:
    import pydicom
    from pydicom.dataelem import RawDataElement
except ImportError:
    pydicom = None

LINE = re.compile(r"^( *)\(([0-9a-f]{4}),([0-9a-f]{4})\) (\S\S) .*# +(\d+|u/l),")
FILE = re.compile(r"^# dcmdump \(\d+/\d+\): (.*)$")
ITEM = (0xFFFE, 0xE000)
PIXEL_DATA = (0x7FE0, 0x0010)

# Files on which a peer goes another way, by the beginning of their name, and why.
KNOWN = [
    ("native/explicit-le/Raster-Lab+DICOMKit__s1i2.dcm",
     "elements out of order, which dcmdump sorts"),
    ("odd/modalware+dicom-validator-ts__",
     "a wrong group length of the meta group, which the peer believes: (0000,0000) goes there"),
    ("headerless/pydicom+pydicom__no_meta.dcm",
     "a stray byte before the data set: we call it no DICOM, the peers read rubbish"),
]

# dcmdump's names for what the dictionary leaves open (implicit VR).
OPEN_VRS = {
    "ox": {"OB", "OW"},
    "xs": {"US", "SS"},
    "lt": {"US", "SS", "OW"},
    "up": {"UL"},
    "na": {"--"},
    "pi": {"--"},
    "??": {"UN", "??"},
    "px": {"OB", "OW"},
}


class Row:
    def __init__(self, nesting, tag, vr, length, implicit=False):
        self.nesting, self.tag, self.vr = nesting, tag, vr
        self.length, self.implicit = length, implicit

    def __repr__(self):
        return f"{'>' * self.nesting}({self.tag[0]:04X},{self.tag[1]:04X}) {self.vr} {self.length}"


def explain(ours, theirs):
    """Why two entries of the same tag and nesting may differ; None when nothing explains it."""
    reasons = []
    if ours.vr != theirs.vr:
        private = ours.tag[0] % 2 == 1
        if theirs.vr in (None, "--"):
            pass  # the peer does not say
        elif ours.vr in OPEN_VRS.get(theirs.vr, ()):
            pass
        elif ours.implicit and private:
            reasons.append("private VR from the peer's own dictionary")
        elif ours.implicit and {ours.vr, theirs.vr} <= {"US", "SS", "OW", "OB"}:
            reasons.append("VR the dictionary leaves open")
        elif ours.implicit and theirs.vr in ("UN", "SQ"):
            reasons.append("dictionaries of different editions")
        elif ours.tag == PIXEL_DATA and ours.length == "u" and theirs.vr == "OB":
            reasons.append("encapsulated pixel data shown as OB, whatever the file says")
        elif ours.vr == "UN" and theirs.length is None:
            reasons.append("UN resolved by the peer's dictionary")
        elif ours.vr == "UN" and ours.length == "u" and theirs.vr == "SQ":
            reasons.append("UN of undefined length shown as the sequence it is")
        else:
            return None
    if ours.length != theirs.length and theirs.length is not None:
        if ours.length != "u" and theirs.length == int(ours.length) + 1 and int(ours.length) % 2:
            reasons.append("odd length rounded up by the peer")
        else:
            return None
    return "; ".join(reasons)


def our_rows(tape_print, paths):
    """{path: rows} of all files in one run."""
    text = subprocess.run([tape_print, *paths], capture_output=True, check=True).stdout
    files, rows = {}, []
    for line in text.decode().splitlines():
        if line.startswith("= "):
            rows = files.setdefault(line[2:], [])
        elif line[0] not in "#!":
            depth, tag, vr, length, _, form = line.split()
            key = (int(tag[1:5], 16), int(tag[6:10], 16))
            if key[0] != 0xFFFE or key == ITEM:
                length = length if length == "u" else int(length)
                rows.append(Row(int(depth), key, vr, length, form == "implicit"))
    return files


def dcmdump_rows(paths):
    """{path: rows} of all files in one run."""
    done = subprocess.run(["dcmdump", "-q", "+F", "-M", "+Qn", *paths], capture_output=True)
    files, rows = {}, []
    for line in done.stdout.decode("latin-1").splitlines():
        if begin := FILE.match(line):
            rows = files.setdefault(begin[1], [])
        elif found := LINE.match(line):
            tag = (int(found[2], 16), int(found[3], 16))
            if tag[0] != 0xFFFE or tag == ITEM:
                length = "u" if found[5] == "u/l" else int(found[5])
                rows.append(Row(len(found[1]) // 2, tag, found[4], length))
    return files


def pydicom_rows(path):
    rows = []

    def walk(dataset, nesting):
        for tag in list(dataset._dict):
            raw = dataset._dict[tag]
            key = (tag.group, tag.elem)
            length = None
            if isinstance(raw, RawDataElement):
                length = raw.length if raw.length != 0xFFFFFFFF else "u"
                vr = raw.VR
            else:
                length = "u" if raw.is_undefined_length else None
                vr = raw.VR
            if vr is None and pydicom.datadict.dictionary_has_tag(tag):
                vr = pydicom.datadict.dictionary_VR(tag)
            if vr is not None and " or " in vr:
                vr = None
            rows.append(Row(nesting, key, vr, length))
            if vr == "SQ":
                for item in dataset[tag].value:
                    walk(item, nesting + 2)

    dataset = pydicom.dcmread(path, force=True)
    for part in (dataset.file_meta, dataset):
        walk(part, 0)
    return rows


def compare(ours, theirs, with_items):
    """(explained, unexplained) differences."""
    explained, unexplained = set(), []
    if not with_items:
        ours = [row for row in ours if row.tag != ITEM]
    if len(ours) != len(theirs):
        for mine, other in zip(ours, theirs):
            if (mine.nesting, mine.tag) != (other.nesting, other.tag):
                return explained, [f"{len(ours)} entries, not {len(theirs)}: {mine} {other}"]
        return explained, [f"{len(ours)} entries against {len(theirs)}"]
    for mine, other in zip(ours, theirs):
        if (mine.nesting, mine.tag) != (other.nesting, other.tag):
            return explained, unexplained + [f"{mine} against {other}"]
        reason = explain(mine, other)
        if reason is None:
            unexplained.append(f"{mine} against {other}")
        elif reason:
            explained.add(reason)
    return explained, unexplained


def main():
    tape_print = sys.argv[1]
    corpus = os.environ.get("SLIPRING_CORPUS", sys.argv[2])
    show_all = "--all" in sys.argv
    if not os.path.isdir(corpus) or (pydicom is None and shutil.which("dcmdump") is None):
        print("skipped: no corpus, or neither pydicom nor dcmdump")
        return 77
    paths = []
    for folder, _, names in os.walk(corpus):
        if os.path.relpath(folder, corpus).split(os.sep)[0] in ("malformed", "codestreams"):
            continue
        paths += [os.path.join(folder, n) for n in names if n not in ("MANIFEST.tsv", "README.md")]
    paths.sort()
    files = our_rows(tape_print, paths)
    if pydicom is not None:
        pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
        warnings.simplefilter("ignore")
    wrong, counts = 0, {}

    def report(peer, path, explained, unexplained):
        nonlocal wrong
        name = os.path.relpath(path, corpus)
        known = next((why for begin, why in KNOWN if name.startswith(begin)), None)
        if unexplained and known:
            explained = explained | {known}
            if show_all:
                print(f"{peer}: {name}: {known}: {unexplained[0]}")
        elif unexplained:
            wrong += 1
            print(f"{peer}: {name}: {len(unexplained)} differences: {'; '.join(unexplained[:3])}")
        for reason in explained:
            counts[(peer, reason)] = counts.get((peer, reason), 0) + 1

    with ThreadPoolExecutor(1) as pool:
        dumped = pool.submit(dcmdump_rows, paths) if shutil.which("dcmdump") else None
        for path in paths if pydicom is not None else []:
            try:
                theirs = pydicom_rows(path)
            except Exception as error:  # whatever the peer throws is a difference
                report("pydicom", path, set(), [f"{type(error).__name__}: {error}"])
                continue
            report("pydicom", path, *compare(files[path], theirs, False))
        if dumped is not None:
            dumps = dumped.result()
            for path in paths:
                report("dcmdump", path, *compare(files[path], dumps.get(path, []), True))
    for (peer, reason), count in sorted(counts.items()):
        print(f"{peer}: {reason}: {count} files")
    print(f"{len(paths)} files compared, {wrong} unexplained")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
