#!/usr/bin/env python3
"""A validation of an archive, and the same again the next night with --only-changed, in turn: what
the second costs of the first. Before a time counts, both must have found the same, and the second
must have taken every file over unread.

Usage: nightly_bench.py [--quick] [--objects N] [--rounds N] [--work FOLDER] [--build FOLDER]
"""

import argparse
import json
import re
import statistics
import sys
import time
from pathlib import Path

import measure

REPOSITORY = Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="500 objects instead of 10,000")
    parser.add_argument("--objects", type=int, help="how many CT objects of 0.5 MB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, help="a folder for the archive; kept")
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build/release")
    return parser.parse_args()


def validate(slipring, archive, ledger):
    """As a timer starts it: seconds, what it says, and the findings that the ledger has then."""
    began = time.perf_counter()
    said = measure.output_of([slipring, "validate", archive, "--ledger", ledger, "--only-changed"],
                             allowed=(0, 1))
    seconds = time.perf_counter() - began
    found = measure.output_of([slipring, "findings", ledger, "--json"])
    return seconds, said.decode(errors="replace"), found


def run_round(slipring, archive, ledger):
    for suffix in ("", "-wal", "-shm", ".lock"):
        Path(str(ledger) + suffix).unlink(missing_ok=True)
    first, said, found = validate(slipring, archive, ledger)
    second, again, found_again = validate(slipring, archive, ledger)
    files = re.search(r"^validated ([0-9,]+) files", said, re.MULTILINE)
    taken_over = re.search(r"^unchanged ([0-9,]+) files", again, re.MULTILINE)
    same = files and taken_over and files[1] == taken_over[1] and found == found_again
    if not same or not found:
        raise measure.Failed("the second night read files, or did not find the same")
    return {"first_s": first, "second_s": second, "part": second / first}


def main():
    options = arguments()
    objects = options.objects or (500 if options.quick else 10_000)
    try:
        with measure.work_folder(options.work, "nightly-bench") as work:
            archive = work / "archive"
            if not archive.exists():
                measure.make_archive(options.build / "synthesize", archive, objects)
            rounds = [run_round(options.build / "slipring", archive, work / "night.db")
                      for _ in range(options.rounds)]
    except measure.Failed as failed:
        print(f"nightly_bench: {failed}", file=sys.stderr)
        return 1
    result = {"benchmark": "nightly", "date": measure.today(), **measure.commit_of(REPOSITORY),
              "machine": measure.machine(REPOSITORY), "objects": objects, "rounds": rounds,
              "median_part": statistics.median(each["part"] for each in rounds)}
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
