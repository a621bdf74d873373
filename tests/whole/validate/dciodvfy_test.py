"""Missing and empty attributes of Type 1 and Type 2: what validate finds in real files, and what
dciodvfy finds. Less than one in a hundred of what either found may differ, and every difference is
explained by a row of dciodvfy_differences.tsv, each of which explains something. And files that
DCMTK, GDCM, pydicom and dciodvfy take as clean have no errors but those explained there."""

import csv
import fnmatch
import re
import shutil
import subprocess
import sys
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from slipring_runs import Run, corpus, real_files, report, skip

AGREEMENT = 0.99  # of all that either found: no reason in the list makes up for a difference
PAIRS_MIN = 2000  # fewer would mean that one of the two was not understood
PAIRS_MIN_OF_DEBIAN = 200  # where there is no corpus
CLEAN_MIN = 10
KEPT = {"L4-04": 100, "L4-06": 20}  # findings of a rule and file: beyond it the lists end
THEIRS = re.compile(
    r"Error - (?:Missing attribute|Empty attribute \(no value\)) Type [12] Required"
    r" Element=<(\w+)> Module=<(\w+)>"
)
# Where this edition has a condition, a functional group or the meta group, another rule says it.
OF_META = ("L1-03", "L1-06", "L1-07", "L1-08")
META_KEYWORDS = {
    "(0002,0000)": "FileMetaInformationGroupLength", "(0002,0001)": "FileMetaInformationVersion",
    "(0002,0002)": "MediaStorageSOPClassUID", "(0002,0003)": "MediaStorageSOPInstanceUID",
    "(0002,0012)": "ImplementationClassUID",
}
IOD_NAME = re.compile(r"^[A-Z][A-Za-z0-9]+$", re.MULTILINE)


def their_findings(path):
    done = subprocess.run(["dciodvfy", path], capture_output=True, timeout=120, check=False)
    text = (done.stdout + done.stderr).decode("latin-1")
    found = {match[1]: match[2] for match in THEIRS.finditer(text)}
    return found, bool(IOD_NAME.search(text)), "Error" not in text


def our_findings(run):
    """By path: {keyword: module} of Type 1 and 2; keywords that other rules say are missing; and
    the paths where a rule of the first kind has more findings than are kept."""
    found, others, counts = {}, {}, Counter()
    for event in run.of_type("finding"):
        path, rule, message = event["path"], event["rule"], event["msg"]
        if rule in ("L4-04", "L4-06"):
            keyword, _, rest = message.partition(", Type ")
            module = rest.partition(" in ")[2].partition(", is ")[0]
            found.setdefault(path, {})[keyword] = module
            counts[path, rule] += 1
        elif rule in ("L4-05", "L4-07", "L4-15"):
            others.setdefault(path, set()).add(re.split("[, ]", message)[0])
        elif rule in OF_META and "missing" in message:
            others.setdefault(path, set()).add(META_KEYWORDS.get(event["tag"]))
    full = {path for (path, rule), count in counts.items() if count >= KEPT[rule]}
    return found, others, full


def read_by_peers(path):
    """Whether dcmdump, gdcmdump and pydicom read the file without complaint."""
    for command in (["dcmdump", "-q", path], ["gdcmdump", path]):
        if shutil.which(command[0]) is None:
            return False
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        if done.returncode != 0:
            return False
    try:
        import pydicom

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pydicom.dcmread(path)
    except Exception:
        return False
    return True


def clean_to_peers(place, paths, pool):
    """Of these, the files that DCMTK, GDCM and pydicom take: by the corpus's manifest, or asked."""
    if not (place / "MANIFEST.tsv").is_file():
        answers = pool.map(read_by_peers, [place / path for path in paths])
        return {path for path, good in zip(paths, answers) if good}
    with open(place / "MANIFEST.tsv", encoding="utf-8") as file:
        good = {row["path"] for row in csv.DictReader(file, delimiter="\t")
                if row["dcmdump_rc"] == "0" and row["pydicom"] == "ok"
                and row["gdcmdump_rc"] == "0"}
    return good & set(paths)


def errors_in_clean_files(run, clean, reasons):
    return sorted({f"{event['path']} is clean to four others: {event['rule']} {event['msg']}"
                   for event in run.of_type("finding")
                   if event["severity"] == "E" and event["path"] in clean
                   and not event["rule"].startswith("L6")  # between files: the others see one
                   and not reasons.explain("clean", event["rule"], event["msg"], event["path"])})


class Reasons:
    def __init__(self):
        table = Path(__file__).with_name("dciodvfy_differences.tsv")
        lines = [line for line in table.read_text(encoding="utf-8").splitlines()
                 if line and not line.startswith("#")]
        self.rows = list(csv.reader(lines, delimiter="\t"))
        self.used = Counter()

    def explain(self, side, module, keyword, path):
        for row in self.rows:
            fits = zip((side, module, keyword, path), row)
            if all(fnmatch.fnmatchcase(value, pattern) for value, pattern in fits):
                self.used[tuple(row)] += 1
                return True
        return False


class Comparison:
    """What both found, what one of them did, and what no reason explains."""

    def __init__(self, binary):
        self.binary, self.reasons = binary, Reasons()
        self.agreed, self.differ, self.left, self.failures = 0, 0, [], []
        self.compared, self.clean = 0, 0

    def look_into(self, place):
        run = Run(self.binary, ["validate", place, "--no-ledger", "--json"])
        paths = sorted(event["path"] for event in run.objects
                       if event["outcome"] in ("ok", "failed"))
        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(lambda path: their_findings(place / path), paths)
            theirs = dict(zip(paths, answers))
            clean = clean_to_peers(place, [path for path in paths if theirs[path][2]], pool)
        ours, ours_otherwise, full = our_findings(run)
        for path in paths:
            found, knows_iod, _ = theirs[path]
            if knows_iod and path not in full:
                self.compare(path, ours.get(path, {}), ours_otherwise.get(path, set()), found)
        self.clean += len(clean)
        self.failures += errors_in_clean_files(run, clean, self.reasons)

    def compare(self, path, mine, also_mine, found):
        all_mine = mine.keys() | also_mine
        self.compared += 1
        self.agreed += len(found.keys() & all_mine)
        for side, these, others in (("ours", mine, found), ("theirs", found, all_mine)):
            one_sided = {keyword: module for keyword, module in these.items()
                         if keyword not in others}
            self.differ += len(one_sided)
            self.left += [f"{side} only: {keyword} of {module} in {path}"
                          for keyword, module in one_sided.items()
                          if not self.reasons.explain(side, module, keyword, path)]

    def report(self, pairs_min, clean_min, every_reason_used):
        share = self.agreed / max(1, self.agreed + self.differ)
        for row, count in self.reasons.used.items():
            print(f"{count:4} explained: {' '.join(row[:4])}: {row[4]}")
        if every_reason_used:
            self.failures += [f"explains nothing: {' '.join(row)}" for row in self.reasons.rows
                              if tuple(row) not in self.reasons.used]
        self.failures += [f"unexplained, {line}" for line in self.left]
        if share < AGREEMENT:
            self.failures.append(f"agreement {share:.4f}")
        if self.agreed < pairs_min:
            self.failures.append(f"only {self.agreed} attributes were found by both")
        if self.clean < clean_min:
            self.failures.append(f"only {self.clean} files were clean to four others")
        report(self.failures,
               f"{self.agreed} found by both, {self.differ} by one, agreement {share:.4f}, "
               f"{self.compared} files compared; "
               f"{self.clean} files clean to four others")


def main():
    if shutil.which("dciodvfy") is None:
        skip("dciodvfy is not installed")
    comparison = Comparison(sys.argv[1])
    with real_files() as places:
        for place in places:
            comparison.look_into(place)
    with_corpus = corpus() is not None
    comparison.report(PAIRS_MIN if with_corpus else PAIRS_MIN_OF_DEBIAN, CLEAN_MIN, with_corpus)


if __name__ == "__main__":
    main()
