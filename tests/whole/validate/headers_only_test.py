"""Without pixels only headers are read, and what is found is the same: of real files, as they are
and with something behind their pixel data, `validate --no-pixels` finds what `validate` does, but
what decoded pixels say. Objects of the same UID are compared by their headers then: copies, copies
with another header and copies with other pixels are told as such."""

import json
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from slipring_runs import Run, real_files, report

# Rules that need decoded pixels.
OF_PIXELS = {"L5-07", "L5-15", "L5-16", "L5-18"}
OTHER_CONTENT, SAME_CONTENT = "L6-01", "L6-02"
PIXELS_UNREAD = ": same header; pixels were not read"
FILES = 40
# Behind explicit VR little endian pixel data: an element, zeros, a broken header.
BEHIND = (b"\xfc\xff\xfc\xffOB\0\0\4\0\0\0\0\0\0\0", b"\0" * 64, b"\xe1\x7f\x10\0??\1\0\0")
SOP_INSTANCE, STUDY_DATE = b"\x08\0\x18\0", b"\x08\0\x20\0"


def findings(binary, place, *words):
    run = Run(binary, ["validate", place, "--no-ledger", "--json", *words])
    return run.of_type("finding")


def text_of(events, rules_left_out):
    return {json.dumps(event, sort_keys=True) for event in events
            if event["rule"] not in rules_left_out}


def between_files(events):
    """{(path, rule): message} of objects with the same UID."""
    return {(event["path"], event["rule"]): event["msg"] for event in events
            if event["rule"] in (OTHER_CONTENT, SAME_CONTENT)}


def compare_instances(whole, headers):
    """Headers tell no object from another that whole files do not; where they say 'same', whole
    files do too, or the pixels differ behind a header that is the same."""
    failures = []
    for (path, rule), message in headers.items():
        whole_rule = SAME_CONTENT if (path, SAME_CONTENT) in whole else OTHER_CONTENT
        if (path, whole_rule) not in whole:
            failures.append(f"{rule} by headers alone: {path}: {message}")
        elif rule == OTHER_CONTENT and whole_rule == SAME_CONTENT:
            failures.append(f"another object by its header, the same by all its bytes: {path}")
        elif rule == SAME_CONTENT and not message.endswith(PIXELS_UNREAD):
            failures.append(f"does not say that pixels were not read: {path}: {message}")
    for path, rule in whole:
        if (path, OTHER_CONTENT) not in headers and (path, SAME_CONTENT) not in headers:
            failures.append(f"{rule} by whole files alone: {path}")
    return failures


def differences(binary, place):
    whole = findings(binary, place)
    headers = findings(binary, place, "--no-pixels")
    left_out = OF_PIXELS | {OTHER_CONTENT, SAME_CONTENT}
    differ = text_of(whole, left_out) ^ text_of(headers, left_out)
    failures = sorted(f"differs: {line}" for line in differ)
    failures += compare_instances(between_files(whole), between_files(headers))
    return len(whole), failures


def lengthen(paths, into):
    """Copies of native images, each with something behind its pixels."""
    for number, path in enumerate(paths):
        copy = into / f"{number}-{path.name}"
        shutil.copyfile(path, copy)
        with open(copy, "ab") as file:
            file.write(BEHIND[number % len(BEHIND)])


def changed(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]


def copy_in_kinds(paths, into):
    """{kind: names} of copies beside their originals, in an order that mixes files of all ways of
    being read: a copy, one with a digit of its Study Date changed, one with other last bytes."""
    kinds = {"header": set(), "pixels": set(), "same": set()}
    for number, path in enumerate(paths):
        content = path.read_bytes()
        date = content.find(STUDY_DATE, content.find(SOP_INSTANCE))
        (into / f"{number:03}-0.dcm").write_bytes(content)
        for kind, other in (("same", content), ("header", changed(content, date + 15)),
                            ("pixels", changed(content, len(content) - 20))):
            name = f"{number:03}-{kind}.dcm"
            (into / name).write_bytes(other)
            kinds[kind].add(name)
    return kinds


def ends_in_pixels(content):
    """Whether the last 20 bytes are of native pixels, or of fragments and their end."""
    at = content.rfind(b"\xe0\x7f\x10\0O")
    length = int.from_bytes(content[at + 8:at + 12], "little")
    room = len(content) - (at + 12)
    return at > 0 and room > 64 and length in (room, 0xFFFFFFFF)


def suits_copies(path, seen):
    """Little endian with pixels, a date to change, and a UID that no file before has."""
    content = path.read_bytes()
    at = content.find(SOP_INSTANCE)
    date = content.find(STUDY_DATE, at)
    length = int.from_bytes(content[at + 6:at + 8], "little")
    uid = content[at + 8:at + 8 + length]
    good = 0 < at < date and content[date + 4:date + 8] == b"DA\x08\0" and uid not in seen
    good = good and content[date + 8:date + 16].isdigit() and len(content) < 1_000_000
    good = good and ends_in_pixels(content)
    if good:
        seen.add(uid)
    return good


def copies_told(binary, place, kinds):
    """Of each kind, what whole files and what headers must say."""
    failures = []
    for words, rule_of in (((), {"same": SAME_CONTENT, "header": OTHER_CONTENT,
                                 "pixels": OTHER_CONTENT}),
                           (("--no-pixels",), {"same": SAME_CONTENT, "header": OTHER_CONTENT,
                                               "pixels": SAME_CONTENT})):
        told = between_files(findings(binary, place, *words))
        for kind, names in kinds.items():
            failures += [f"{' '.join(words) or 'whole'}: {name} is not told by {rule_of[kind]}"
                         for name in sorted(names) if (name, rule_of[kind]) not in told]
        wanted = sum(map(len, kinds.values()))
        if len(told) != wanted:
            failures.append(f"{len(told)} files are told of, not {wanted}")
    return failures


def look_into(binary, place, counts):
    found, failures = differences(binary, place)
    paths = sorted(path for path in place.rglob("*") if path.is_file())
    native = [path for path in paths if "native" in path.parts][:FILES]
    seen = set()
    # From all folders by turns: native and encapsulated, read in part and wholly.
    suited = [path for path in paths[::3] + paths[1::3] if suits_copies(path, seen)][:FILES]
    with tempfile.TemporaryDirectory() as longer, tempfile.TemporaryDirectory() as copied:
        lengthen(native, Path(longer))
        more, others = differences(binary, Path(longer))
        kinds = copy_in_kinds(suited, Path(copied))
        failures += others + copies_told(binary, Path(copied), kinds)
    counts["findings"] += found + more
    counts["copies"] += 3 * len(suited)
    return failures


def main():
    counts, failures = Counter(), []
    with real_files() as places:
        for place in places:
            failures += look_into(sys.argv[1], place, counts)
    if counts["findings"] == 0 or counts["copies"] < 30:
        failures.append(f"too little was found: {dict(counts)}")
    report(failures, f"{counts['findings']} findings of whole files and of headers alike, "
                     f"{counts['copies']} copies told")


if __name__ == "__main__":
    main()
