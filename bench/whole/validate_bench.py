#!/usr/bin/env python3
"""Layers 0 to 4 of 10,000 synthetic CT objects, no pixels decoded, and all of it: files/s of
`slipring validate --no-pixels` and `slipring validate`, with a ledger and without, beside
`slipring scan`, which keeps none, and a loop of `dciodvfy` on two processes, by turns in one run.
Layers 0 to 4 also of the real corpus where it is (../shared/corpus): its DICOM files, in as many
copies as make up about as many files, for one copy takes less time than a program needs to start.
The rounds, the warm cache, the checks and the options are job_bench.py's; no round begins that
would end after 4 minutes unless --minutes says otherwise. Making the archives comes on top.

  ninja -C build/release slipring synthesize && ninja -C build/bench read_loop
  bench/whole/validate_bench.py [--quick]
"""

import math
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import job_bench
import measure
from rows import Archive, Row

CORPUS = job_bench.REPOSITORY.parent / "shared/corpus"
HEADERS = ["scan", "validate_no_pixels", "validate_no_pixels_no_ledger", "dciodvfy_each"]
ROWS = [*HEADERS, "validate", "validate_no_ledger", *("corpus_" + name for name in HEADERS)]


def copies_of(bench, corpus):
    """The corpus's DICOM files copied side by side, and the first of the copies alone."""
    lines = bench.slipring_json("scan", corpus)
    inside = [line["path"] for line in lines
              if line["type"] == "object" and line["outcome"] == "ok"]
    root = bench.work / "corpus"
    measure.remove(root)
    for number in range(math.ceil(bench.sizes["objects"] / len(inside))):
        for path in inside:
            copy = root / f"{number:03}" / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(corpus / path, copy)
    paths = measure.files_below(root)
    list_file = bench.work / "corpus.list"
    list_file.write_text("".join(path + "\n" for path in paths), encoding="utf-8")
    copies = Archive(root, paths, sum(map(os.path.getsize, paths)), list_file)
    return copies, copies.part(len(inside), bench.work)


def corpus_rows(bench):
    if not CORPUS.is_dir():
        print(f"  {CORPUS} is not there: no rows of the corpus")
        return []
    copies, one = copies_of(bench, CORPUS)
    scan = Row("corpus_scan", "slipring scan", copies,
               lambda: bench.slipring("scan", copies.root))
    scan.check = lambda: bench.check_summary(copies, "scan", copies.root)
    return [scan, *bench.validating(copies, "corpus_"),
            *bench.each("corpus_dciodvfy_each", "dciodvfy, a process a file", one, ["dciodvfy"])]


def headers_goals(where="", begin=""):
    return [
        (f"validate --no-pixels / dciodvfy loop{where}, files/s",
         begin + "validate_no_pixels", begin + "dciodvfy_each", ">=", 250),
        (f"validate --no-pixels / scan{where}, files/s",
         begin + "validate_no_pixels", begin + "scan", ">=", 0.5),
    ]


def headers_ratio(where="", begin=""):
    return (f"validate --no-pixels --no-ledger / scan{where}, files/s",
            begin + "validate_no_pixels_no_ledger", begin + "scan")


def main():
    corpus = (", corpus", "corpus_")
    job_bench.GOALS = [
        *headers_goals(),
        ("validate / dciodvfy loop, files/s", "validate", "dciodvfy_each", ">=", 100),
        *headers_goals(*corpus),
    ]
    job_bench.RATIOS = [
        headers_ratio(),
        ("validate --no-ledger / dciodvfy loop, files/s", "validate_no_ledger", "dciodvfy_each"),
        headers_ratio(*corpus),
    ]
    words = sys.argv[1:]
    if "--only" not in words:
        sys.argv += ["--only", ",".join(ROWS)]
    if "--minutes" not in words:
        sys.argv += ["--minutes", "4"]
    if "--out" not in words and "--quick" not in words:
        root = job_bench.REPOSITORY
        name = f"{measure.today()}-{measure.commit_of(root)['commit']}-validate.json"
        sys.argv += ["--out", str(root / "bench/results" / measure.machine_name() / name)]
    return job_bench.main(corpus_rows)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except measure.Failed as failed:
        print(f"validate_bench: {failed}", file=sys.stderr)
        sys.exit(1)
