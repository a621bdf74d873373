#!/usr/bin/env python3
"""A validation of compressed CT objects, every frame decoded, beside decoding the same frames alone
(decode_loop: in memory, as the codec is fastest), by turns on two threads: which part of the bare
decoder's rate a validation has, in time and in CPU. decode_loop holds every frame against its
original first; the validation must find no error, and one where a file is cut.

  ninja -C build/release slipring synthesize && ninja -C build/bench decode_loop
  bench/whole/full_decode_bench.py [--quick] [--objects N] [--rounds N] [--to SYNTAX ...]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import measure

REPOSITORY = Path(__file__).resolve().parents[2]
SYNTAXES = ("jpeg-lossless-sv1", "jls-lossless", "htj2k-lossless")
THREADS = 2


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="200 objects instead of 2,000")
    parser.add_argument("--objects", type=int, help="how many CT objects of 0.5 MB")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--to", action="append", help="only this transfer syntax; again for more")
    parser.add_argument("--work", type=Path, help="a folder for the archives; kept")
    parser.add_argument("--build", type=Path, default=REPOSITORY / "build/release")
    parser.add_argument("--decode-loop", type=Path,
                        default=REPOSITORY / "build/bench/decode_loop")
    return parser.parse_args()


def timed(command, allowed=(0,)):
    """Seconds, and seconds of CPU, of a command without output."""
    began = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise measure.Failed(f"exit {process.returncode} from {command[0]}")
    return {"seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime}


def convert(options, work, syntax):
    """The archive in a syntax, and the lists of its files and of their originals."""
    out = work / syntax
    if not out.exists():
        measure.run_timed([options.build / "slipring", "convert", work / "archive", out, "--to",
                           syntax, "--fsync", "none", "--quiet"])
    files = [file for file in measure.files_below(out) if file.endswith(".dcm")]
    lists = work / f"{syntax}.list", work / f"{syntax}.originals"
    lists[0].write_text("".join(f"{file}\n" for file in files), encoding="utf-8")
    lists[1].write_text("".join(f"{work / 'archive' / Path(file).relative_to(out)}\n"
                                for file in files), encoding="utf-8")
    return out, lists, files


def prove(work, files, validate):
    """That a validation decodes: a codestream that is nothing but its header, and ends of image,
    is an error."""
    broken = work / "broken"
    measure.remove(broken)
    broken.mkdir()
    whole = Path(files[0]).read_bytes()
    half = len(whole) // 4 * 2
    (broken / "broken.dcm").write_bytes(whole[:half] + b"\xFF\xD9" * ((len(whole) - half - 8) // 2)
                                        + whole[-8:])
    timed([*validate, broken], allowed=(1,))


def measure_syntax(options, work, syntax):
    out, lists, files = convert(options, work, syntax)
    validate = [options.build / "slipring", "validate", "--no-ledger", "--quiet", "-j", THREADS]
    prove(work, files, validate)
    rounds = []
    for number in range(options.rounds + 1):
        judged = timed([*validate, out])
        bare = json.loads(measure.output_of([options.decode_loop, *lists, THREADS]))
        if bare["files"] != len(files):
            raise measure.Failed("decode_loop saw other files")
        if number > 0:  # the first makes the cache warm
            rounds.append({"validate": judged, "bare": bare})
    part = {name: statistics.median(each["bare"][name] / each["validate"][name]
                                    for each in rounds) for name in ("seconds", "cpu_seconds")}
    print(f"  {syntax:20} of the bare decoder's rate: {part['seconds']:.3f} by time, "
          f"{part['cpu_seconds']:.3f} by CPU", file=sys.stderr, flush=True)
    return {"syntax": syntax, "objects": len(files), "rounds": rounds, "median_part": part}


def main():
    options = arguments()
    objects = options.objects or (200 if options.quick else 2_000)
    try:
        with measure.work_folder(options.work, "full-decode") as work:
            if not (work / "archive").exists():
                measure.make_archive(options.build / "synthesize", work / "archive", objects)
            results = [measure_syntax(options, work, syntax) for syntax in options.to or SYNTAXES]
    except measure.Failed as failed:
        print(f"full_decode_bench: {failed}", file=sys.stderr)
        return 1
    print(json.dumps({"benchmark": "full decode", "date": measure.today(),
                      **measure.commit_of(REPOSITORY), "machine": measure.machine(REPOSITORY),
                      "threads": THREADS, "goal": 0.85, "syntaxes": results}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
