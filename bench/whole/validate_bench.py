#!/usr/bin/env python3
"""Layers 0 to 4 of 10,000 synthetic CT objects, no pixels decoded, and all of it: files/s of
`slipring validate --no-pixels` and `slipring validate`, with a ledger and without, beside
`slipring scan`, which keeps none, and a loop of `dciodvfy` on two processes, by turns in one run.
The rounds, the warm cache, the checks and the options are job_bench.py's; no round begins that
would end after 2 minutes unless --minutes says otherwise. Making the archive comes on top.

  ninja -C build/release slipring synthesize && ninja -C build/bench read_loop
  bench/whole/validate_bench.py [--quick]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import job_bench
import measure

ROWS = ("scan,validate_no_pixels,validate_no_pixels_no_ledger,validate,validate_no_ledger,"
        "dciodvfy_each")


def main():
    job_bench.GOALS = [
        ("validate --no-pixels / dciodvfy loop, files/s",
         "validate_no_pixels", "dciodvfy_each", ">=", 250),
        ("validate --no-pixels / scan, files/s", "validate_no_pixels", "scan", ">=", 0.5),
        ("validate / dciodvfy loop, files/s", "validate", "dciodvfy_each", ">=", 100),
    ]
    job_bench.RATIOS = [
        ("validate --no-pixels --no-ledger / scan, files/s",
         "validate_no_pixels_no_ledger", "scan"),
        ("validate --no-ledger / dciodvfy loop, files/s", "validate_no_ledger", "dciodvfy_each"),
    ]
    words = sys.argv[1:]
    if "--only" not in words:
        sys.argv += ["--only", ROWS]
    if "--minutes" not in words:
        sys.argv += ["--minutes", "2"]
    if "--out" not in words and "--quick" not in words:
        root = job_bench.REPOSITORY
        name = f"{measure.today()}-{measure.commit_of(root)['commit']}-validate.json"
        sys.argv += ["--out", str(root / "bench/results" / measure.machine_name() / name)]
    return job_bench.main()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except measure.Failed as failed:
        print(f"validate_bench: {failed}", file=sys.stderr)
        sys.exit(1)
