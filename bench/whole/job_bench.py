#!/usr/bin/env python3
"""Whole jobs over 10,000 synthetic CT objects of 0.5 MB: files/s and GB/s of scan, validate and
convert, beside a bare read loop, cp -r and the shell loops people use today, all in one run. The
page cache is warmed before each timed run; rows take turns, and every second round in the opposite
order. Answers are checked before they count: exit codes, counts, `slipring verify`, and pixel
digests against the source's own bytes. One raw JSON goes to bench/results/<machine>/, written
anew after every run of a row; a table goes to the terminal.

  ninja -C build/release slipring synthesize && ninja -C build/bench read_loop
  bench/whole/job_bench.py [--quick] [--minutes 15]
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import measure
import rounds
from rows import Archive, Bench

REPOSITORY = Path(__file__).resolve().parents[2]
CT_BYTES = 540_000
FULL = {"objects": 10_000, "rounds": 5, "rounds_heavy": 3, "sample": 50, "full_memory": True,
        "parts": {"dump": 1000, "dump_many": 5000, "dciodvfy": 400,
                  "j2k": 400, "jls": 1000, "rle": 1000}}
QUICK = {"objects": 500, "rounds": 2, "rounds_heavy": 1, "sample": 10, "full_memory": False,
         "parts": {"dump": 100, "dump_many": 500, "dciodvfy": 40,
                   "j2k": 40, "jls": 60, "rle": 60}}

PEERS = ["dcmtk", "libgdcm-tools", "dicom3tools", "coreutils"]

# name, how it is made of medians of files/s, the goal, and what it says.
GOALS = [
    ("scan / read loop of 4 KiB, files/s", "scan", "read_4k", ">=", 0.7),
    ("the same, ten times the archive", "scan_x10", "read_4k_x10", ">=", 0.7),
    ("convert native to native / cp -r, wall time", "cp_r", "convert_native", "<=", 2.0),
    ("validate / dciodvfy loop, files/s", "validate", "dciodvfy_each", ">=", 100),
]
RATIOS = [
    ("validate --no-pixels / dciodvfy loop, files/s", "validate_no_pixels", "dciodvfy_each"),
    ("scan / dcmdump loop, files/s", "scan", "dcmdump_each"),
    ("scan / dcmdump with 100 files a process, files/s", "scan", "dcmdump_many"),
    ("convert to RLE / dcmcrle loop, files/s", "convert_rle_part", "dcmcrle"),
    ("convert to JPEG-LS / dcmcjpls loop, files/s", "convert_jls", "dcmcjpls"),
    ("convert to JPEG 2000 / gdcmconv --j2k loop, files/s", "convert_j2k", "gdcmconv_j2k"),
]


def arguments():
    parse = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parse.add_argument("--quick", action="store_true",
                       help="500 objects, for trying; keeps no result")
    parse.add_argument("--objects", type=int, help="other than 10,000")
    parse.add_argument("--rounds", type=int)
    parse.add_argument("--minutes", type=float,
                       help="no further round of a row that would end later (no limit)")
    parse.add_argument("--threads", type=int, default=os.cpu_count())
    parse.add_argument("--source-syntax", default="implicit-le",
                       help="of the archive (implicit-le)")
    parse.add_argument("--target", default="explicit-le",
                       help="of native to native (explicit-le)")
    parse.add_argument("--only", default="", help="rows to run, by comma (all)")
    parse.add_argument("--build", default=REPOSITORY / "build/release", help="slipring, synthesize")
    parse.add_argument("--read-loop", help="read_loop (build/bench/read_loop)")
    parse.add_argument("--work", default=REPOSITORY / "build/whole-bench",
                       help="archive and outputs")
    parse.add_argument("--out", help="the result file "
                       "(bench/results/<machine>/<date>-<commit>-whole.json)")
    parse.add_argument("--keep", action="store_true", help="keep the archive for the next run")
    return parse.parse_args()


def find_tools(options):
    build = Path(options.build)
    beside = [build / "read_loop", REPOSITORY / "build/bench/read_loop"]
    read_loop = Path(options.read_loop) if options.read_loop else next(
        (path for path in beside if path.exists()), beside[-1])
    tools = {"slipring": build / "slipring", "synthesize": build / "synthesize",
             "read_loop": read_loop}
    for name, path in tools.items():
        if not os.access(path, os.X_OK):
            raise measure.Failed(f"{path} is missing: build {name} first")
    return tools


def make_archive(tools, work, objects, syntax):
    """The archive of this many objects; one that an earlier run kept is used again."""
    root = work / f"ct-{objects}-{syntax}"
    made = work / f"ct-{objects}-{syntax}.made"
    need = objects * CT_BYTES * 3
    if not made.exists():
        if shutil.disk_usage(work).free < need:
            raise measure.Failed(f"{work} has less than {need >> 30} GiB free")
        print(f"making {objects} CT objects in {root}")
        measure.remove(root)
        measure.make_archive(tools["synthesize"], root, objects, "--syntax", f"{syntax}:1")
        measure.flush()
        made.write_text("", encoding="utf-8")
    paths = measure.files_below(root)
    if len(paths) != objects:
        raise measure.Failed(f"{root} holds {len(paths)} files")
    list_file = work / "all.list"
    list_file.write_text("".join(path + "\n" for path in paths), encoding="utf-8")
    return Archive(root, paths, sum(map(os.path.getsize, paths)), list_file)


def compare(results):
    by_name = {result["name"]: result for result in results}
    lines = []
    for what, over, under, *goal in GOALS + RATIOS:
        if over not in by_name or under not in by_name:
            continue
        value = by_name[over]["files_per_s"] / by_name[under]["files_per_s"]
        line = {"what": what, "value": value}
        if goal:
            line["goal"] = f"{goal[0]} {goal[1]}"
            line["met"] = value >= goal[1] if goal[0] == ">=" else value <= goal[1]
        lines.append(line)
    return lines


def main(more=lambda bench: []):
    """`more(bench)`: rows beside those of every whole-job run."""
    options = arguments()
    budget = rounds.Budget(options.minutes)
    sizes = dict(QUICK if options.quick else FULL)
    sizes["target"] = options.target
    sizes["objects"] = options.objects or sizes["objects"]
    sizes["rounds"] = options.rounds or sizes["rounds"]
    work = Path(options.work)
    work.mkdir(parents=True, exist_ok=True)
    tools = find_tools(options)
    archive = make_archive(tools, work, sizes["objects"], options.source_syntax)
    bench = Bench(tools, work, archive, sizes, options.threads)
    rows = bench.reading() + bench.writing() + bench.peers() + more(bench)
    if options.only:
        wanted = options.only.split(",")
        rows = [row for row in rows if row.name in wanted]
    facts = rounds.facts_of("whole job", REPOSITORY, bench, options.build, PEERS, sizes)
    facts["archive"] = {"objects": len(archive.paths), "bytes": archive.bytes,
                        "syntax": options.source_syntax, "target": options.target}
    trial = options.quick or options.only
    result = rounds.ResultFile(
        rounds.place_of(facts, "whole", REPOSITORY, work, trial, options.out), facts)
    checks = {}

    def keep(complete=False):
        result.write(rows, compare(rounds.results_of(rows)), checks, complete)

    try:
        rounds.run_rounds(bench, rows, sizes, checks, keep, budget.share_end(1))
    finally:
        bench.outputs.clear()
        measure.remove(work / "state")
        if not options.keep:
            measure.remove(*{row.archive.root for row in rows}, archive.root)
            archive.root.with_name(archive.root.name + ".made").unlink(missing_ok=True)
    keep(complete=True)
    results = rounds.results_of(rows)
    rounds.print_table(results, compare(results))
    print(f"\nraw result: {result.path}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except measure.Failed as failed:
        print(f"job_bench: {failed}", file=sys.stderr)
        sys.exit(1)
