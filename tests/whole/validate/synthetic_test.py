"""What `synthesize` makes is as the standard wants it: validate has no error and no warning for its
objects of any modality, dciodvfy none either where it is installed; of an archive with defects,
only for the files that carry the name of one."""

import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from slipring_runs import Run, report

DEFECTS = 22  # kinds, each of which a file in ten of the second archive has in turn
SMALL = ["--ct-size", "48", "--mr-size", "48", "--cr-size", "60", "--us-size", "60"]
ARCHIVES = {
    "clean": ["--count", "400", "--seed", "2026", "--mix", "CT:40,MR:35,CR:5,US:20",
              "--syntax", "explicit-le:60,implicit-le:20,rle:20"],
    "encapsulated": ["--count", "20", "--mix", "CT:1,US:1", "--syntax", "encapsulated-le:1"],
    "retired": ["--count", "40", "--seed", "7", "--mix", "CT:1,MR:1,CR:1,US:1",
                "--syntax", "explicit-be:1"],
    "default": ["--count", "8", "--mix", "CT:1,MR:1,CR:1,US:1"],
    "defects": ["--count", str(20 * DEFECTS), "--seed", "3", "--defect-rate", "0.1"],
}
OF_SYNTAX = {"retired": {"L1-12"}}  # what options ask for: a retired transfer syntax
UNKNOWN_TO_DCIODVFY = {"encapsulated"}  # Encapsulated Uncompressed is younger than it
EVERY = 5  # of so many files dciodvfy sees one
# Private elements have no name to it; the standard has room for them (PS3.5 7.8).
OF_PRIVATE = re.compile(r"^\(0x0029,0x10..\)  \?  - Warning - Unrecognized tag")


def is_damaged(path):
    return Path(path).stem.count(".") > 0


def complaints(path):
    done = subprocess.run(["dciodvfy", path], capture_output=True, timeout=120, check=False)
    lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
    return [f"dciodvfy of {path.name}: {line}" for line in lines
            if ("Error" in line or "Warning" in line) and not OF_PRIVATE.match(line)]


def look(name, place, binary):
    run = Run(binary, ["validate", place, "--no-ledger", "--json"])
    judged = [event["path"] for event in run.objects
              if event["outcome"] == "ok" and not is_damaged(event["path"])]
    damaged = name == "defects"
    failures = sorted({f"{name}: {event['rule']} {event['msg']} in {event['path']}"
                       for event in run.of_type("finding")
                       if event["severity"] in "EW" and not is_damaged(event["path"])
                       and not (damaged and event["rule"].startswith("L6"))
                       and event["rule"] not in OF_SYNTAX.get(name, ())})
    if shutil.which("dciodvfy") is not None and name not in UNKNOWN_TO_DCIODVFY:
        with ThreadPoolExecutor(2) as pool:
            for found in pool.map(complaints, [place / path for path in judged[::EVERY]]):
                failures += found
    return len(judged), failures


def main():
    binary, synthesize = sys.argv[1:]
    count, failures = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for name, options in ARCHIVES.items():
            place = Path(folder) / name
            size = [] if name == "default" else SMALL
            subprocess.run([synthesize, place, *options, *size], check=True, capture_output=True)
            judged, found = look(name, place, binary)
            count += judged
            failures += found[:20]
    if count < 800:
        failures.append(f"only {count} objects were judged")
    report(failures, f"{count} invented objects judged")


if __name__ == "__main__":
    main()
