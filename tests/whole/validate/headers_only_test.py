"""Without pixels only headers are read, and what is found is the same: of real files, as they are
and with something behind their pixel data, `validate --no-pixels` finds what `validate` does, but
what decoded pixels or the bytes of whole files say."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from slipring_runs import Run, corpus, report, skip

# Rules that need decoded pixels, or compare files by all their bytes.
OF_PIXELS = {"L5-07", "L5-15", "L5-16", "L5-18", "L6-01", "L6-02"}
FILES = 40
# Behind explicit VR little endian pixel data: an element, zeros, a broken header.
BEHIND = (b"\xfc\xff\xfc\xffOB\0\0\4\0\0\0\0\0\0\0", b"\0" * 64, b"\xe1\x7f\x10\0??\1\0\0")


def findings(binary, place, *words):
    run = Run(binary, ["validate", place, "--no-ledger", "--json", *words])
    return {json.dumps(event, sort_keys=True) for event in run.of_type("finding")
            if event["rule"] not in OF_PIXELS}


def differences(binary, place):
    whole = findings(binary, place)
    headers = findings(binary, place, "--no-pixels")
    return len(whole), sorted(f"differs: {line}" for line in whole ^ headers)


def lengthen(place, into):
    """Copies of native images, each with something behind its pixels."""
    paths = sorted(path for path in (place / "native").rglob("*") if path.is_file())
    for number, path in enumerate(paths[:FILES]):
        copy = into / f"{number}-{path.name}"
        shutil.copyfile(path, copy)
        with open(copy, "ab") as file:
            file.write(BEHIND[number % len(BEHIND)])


def main():
    place = corpus()
    if place is None:
        skip("no corpus of real files here")
    found, failures = differences(sys.argv[1], place)
    with tempfile.TemporaryDirectory() as folder:
        lengthen(place, Path(folder))
        more, others = differences(sys.argv[1], Path(folder))
    if found == 0 or more == 0:
        failures.append("nothing was found at all")
    report(failures + others, f"{found + more} findings of whole files and of headers alike")


if __name__ == "__main__":
    main()
