#!/usr/bin/env python3
"""Conversions between codecs over 5,000 synthetic CT objects of 0.5 MB, files/s of `slipring
convert` (which reads back and compares what it wrote), beside the shell loops people use today
(a process a file, as many at a time as there are threads) and DCMTK in one process with as many
threads (bench/peers/peers_job), all in one run. DCMTK's job flushes nothing: the goal is held
against the row of ours that flushes nothing either (no_fsync), and two more ratios say what it
is with flushes (`durability`). What becomes native is as large as the native archive: a plain
copy of that (cp) says what writing alone takes. HTJ2K is also run on fewer threads; beside its
codec alone on as many (bench/whole/codec_loop: each frame of the same objects encoded and decoded
again in memory, as a conversion with its proof must at least; nothing read, hashed, compared or
written), a ratio a round, of which the median counts; and from JPEG 2000 beside OpenJPEG decoding
alone (bench/whole/decode_loop), which bounds any loop. The
page cache is warmed before each timed run, and memory is full (measure.FullMemory); rows take
turns, and every second round in the opposite order. Answers are checked before they count: number
of files, `slipring verify`, and pixel digests against the native source's bytes. One raw JSON goes
to bench/results/<machine>/, written anew after every run of a row; a table goes to the terminal.

  ninja -C build/release slipring synthesize
  ninja -C build/bench read_loop peers_job decode_loop codec_loop
  bench/whole/transcode_bench.py [--quick] [--minutes 15]
"""

import argparse
import os
import shutil
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import job_bench
import measure
import rounds
from rows import Archive, Bench, Row

REPOSITORY = Path(__file__).resolve().parents[2]
FULL = {"objects": 5000, "rounds": 5, "rounds_heavy": 3, "sample": 50, "loop": 400, "target": "",
        "full_memory": True}
QUICK = {"objects": 200, "rounds": 2, "rounds_heavy": 1, "sample": 10, "loop": 40, "target": "",
         "full_memory": False}

PEERS = ["dcmtk", "libdcmtk17", "libgdcm-tools"]

# DCMTK takes memory for every file anew: without this the page faults of that are counted as its
# codec.
TUNABLES = "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592"


@dataclass
class Conversion:
    name: str
    source: str  # native, or the name of a conversion whose output is read
    target: str  # of slipring
    peer_target: str  # of peers_job; none where DCMTK has no such codec
    loops: list  # commands that are given input and output
    goal_loop: float  # times the loops
    goal_peer: float  # times peers_job
    codec: str = ""  # of codec_loop: held against its encoding and decoding of the sources alone
    goal_bare: float = 0
    decoder: str = ""  # of decode_loop: held against its decoding of the sources alone
    goal_decoder: float = 0


CONVERSIONS = [
    Conversion("native_to_rle", "native", "rle", "rle",
               [["dcmcrle"], ["gdcmconv", "--rle"]], 8, 2),
    Conversion("native_to_jpegls", "native", "jls-lossless", "jpeg-ls",
               [["dcmcjpls"], ["gdcmconv", "--jpegls"]], 5, 3),
    Conversion("native_to_jpegll", "native", "jpeg-lossless-sv1", "jpeg-lossless-sv1",
               [["dcmcjpeg", "+e1"], ["gdcmconv", "--jpeg"]], 8, 6),
    Conversion("jpegll_to_native", "jpeg-lossless-sv1", "explicit-le", "native",
               [["dcmdjpeg"], ["gdcmconv", "--raw"]], 8, 2),
    Conversion("jpegll_to_jpegls", "jpeg-lossless-sv1", "jls-lossless", "jpeg-ls",
               [["gdcmconv", "--jpegls"]], 8, 3),
    Conversion("jpegls_to_native", "jpeg-ls", "explicit-le", "native",
               [["dcmdjpls"], ["gdcmconv", "--raw"]], 8, 3),
    Conversion("rle_to_native", "rle", "explicit-le", "native",
               [["dcmdrle"], ["gdcmconv", "--raw"]], 8, 2),
    Conversion("native_to_htj2k", "native", "htj2k-lossless", "",
               [["gdcmconv", "--j2k"]], 20, 0, codec="htj2k", goal_bare=0.7),
    Conversion("j2k_to_htj2k", "j2k-lossless", "htj2k-lossless", "",
               [["gdcmconv", "--raw"]], 1.3, 0, decoder="openjpeg", goal_decoder=1.3),
]


class TranscodeBench(Bench):
    """Rows of one conversion each; digests are compared with the native archive's files."""

    def __init__(self, tools, work, archive, sizes, threads):
        super().__init__(tools, work, archive, sizes, threads)
        self.native = {os.path.basename(path): path for path in archive.paths}
        self.notes = []

    def check_pixels(self, archive, written):
        sources = [self.native[os.path.basename(path)] for path in archive.paths]
        return super().check_pixels(Archive(archive.root, sources, 0, archive.list_file), written)

    def job(self, list_file, out, target):
        """DCMTK in one process; its own clock, which leaves its start out."""
        env = {**self.env, "GLIBC_TUNABLES": TUNABLES}
        out.mkdir(parents=True, exist_ok=True)
        line = measure.json_lines(
            [self.tools["peers_job"], list_file, out, target, self.threads], env=env)[0]
        if line["failed"]:
            raise measure.Failed(f"peers_job: {line}")
        return line["seconds"]

    def job_row(self, conversion, archive):
        name = f"{conversion.name}_dcmtk"
        out = self.outputs.now / f"out-{name}"
        return Row(name, f"DCMTK in one process, {self.threads} threads", archive,
                   lambda: self.job(archive.list_file, out, conversion.peer_target), out=out,
                   heavy=True, check=lambda: self.check_written(archive, out))

    def check_written(self, archive, out):
        written = measure.files_below(out)
        if len(written) != len(archive.paths):
            raise measure.Failed(f"{out}: {len(written)} files from {len(archive.paths)}")
        return {"files": len(written), "digests_equal": self.check_pixels(archive, written)}

    def decoder_row(self, conversion, archive):
        """Decoding alone, in memory; decode_loop holds every frame against the native source before
        its clock starts."""
        originals = self.work / f"{conversion.name}.originals"
        originals.write_text("".join(f"{self.native[os.path.basename(path)]}\n"
                                     for path in archive.paths), encoding="utf-8")
        command = [self.tools["decode_loop"], archive.list_file, originals, self.threads,
                   conversion.decoder]

        def timed():
            line = measure.json_lines(command, env={**self.env, "GLIBC_TUNABLES": TUNABLES})[0]
            if line["files"] != len(archive.paths):
                raise measure.Failed(f"decode_loop: {line}")
            return line["seconds"]

        return Row(f"{conversion.name}_{conversion.decoder}",
                   f"{conversion.decoder}'s decoding alone, {self.threads} threads", archive, timed,
                   heavy=True, check=lambda: {"frames_equal": len(archive.paths)})

    def loop_row(self, conversion, archive, words):
        row = self.peer_row(f"{conversion.name}_{words[0]}", archive, words)
        row.archive = archive
        return row

    def cp_row(self, conversion):
        """The native archive has as many bytes in as many files as what becomes native."""
        row = self.copy_row(self.archive, f"{conversion.name}_cp")
        row.heavy = True
        return row

    def codec_row(self, conversion, archive):
        """The codec alone, in memory; codec_loop holds every frame that it decodes against the one
        that it encoded, before its clock starts."""
        name = f"{conversion.name}_codec"
        checked = {}

        def timed():
            line = measure.json_lines([self.tools["codec_loop"], archive.list_file, self.threads,
                                       conversion.codec])[0]
            if line["files"] != len(archive.paths):
                raise measure.Failed(f"codec_loop: {line}")
            checked.update(frames_equal=line["files"], codestream_bytes=line["codestream_bytes"])
            return line["seconds"]

        return Row(name, f"its codec alone, there and back, {self.threads} threads", archive, timed,
                   check=lambda: checked)

    def threads_row(self, conversion, archive, threads):
        row = self.convert_row(f"{conversion.name}_{threads}_threads", conversion.target, archive,
                               threads=threads)
        row.heavy = True
        return row

    def rows_of(self, conversion, archive):
        rows = [self.convert_row(conversion.name, conversion.target, archive),
                self.convert_row(f"{conversion.name}_no_fsync", conversion.target, archive,
                                 "--fsync", "none")]
        if self.tools["codec_loop"] and conversion.codec:
            rows.insert(1, self.codec_row(conversion, archive))  # near in time: a ratio a round
        if conversion.target == "explicit-le":
            rows.append(self.cp_row(conversion))
        if self.tools["peers_job"] and conversion.peer_target:
            rows.append(self.job_row(conversion, archive))
        if conversion.codec:
            rows += [self.threads_row(conversion, archive, threads)
                     for threads in fewer_than(self.threads)]
        part = archive.part(self.sizes["loop"], self.work)
        if self.tools["decode_loop"] and conversion.decoder:
            rows.append(self.decoder_row(conversion, part))
        for words in conversion.loops:
            if shutil.which(words[0]):
                rows.append(self.loop_row(conversion, part, words))
            else:
                self.notes.append(f"{words[0]} is not installed")
        return rows


def fewer_than(threads):
    """1, 2, 4 ... below the number of threads."""
    return [1 << power for power in range(threads.bit_length()) if 1 << power < threads]


def arguments():
    parse = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parse.add_argument("--quick", action="store_true", help="200 objects; keeps no result")
    parse.add_argument("--objects", type=int, help="other than 5,000")
    parse.add_argument("--rounds", type=int)
    parse.add_argument("--minutes", type=float,
                       help="no further round of a row that would end later (no limit)")
    parse.add_argument("--threads", type=int, default=os.cpu_count())
    parse.add_argument("--only", default="", help="conversions to run, by comma (all)")
    parse.add_argument("--build", default=REPOSITORY / "build/release", help="slipring, synthesize")
    parse.add_argument("--bench-build", default=REPOSITORY / "build/bench",
                       help="read_loop, peers_job, decode_loop, codec_loop")
    parse.add_argument("--work", default=REPOSITORY / "build/transcode-bench")
    parse.add_argument("--out", help="the result file")
    parse.add_argument("--keep", action="store_true", help="keep the native archive")
    return parse.parse_args()


NO_ROWS_OF = {"peers_job": "DCMTK in process (libdcmtk-dev)", "decode_loop": "decoding alone",
              "codec_loop": "our codec alone"}


def find_tools(options):
    folders = {"slipring": options.build, "synthesize": options.build,
               "read_loop": options.bench_build, **dict.fromkeys(NO_ROWS_OF, options.bench_build)}
    tools = {name: Path(folder) / name for name, folder in folders.items()}
    for name, path in tools.items():
        if os.access(path, os.X_OK):
            continue
        if name not in NO_ROWS_OF:
            raise measure.Failed(f"{path} is missing: build {name} first")
        print(f"{name} is missing: no rows of {NO_ROWS_OF[name]}")
        tools[name] = None
    return tools


def encoded_archive(bench, syntax):
    """What conversions from `syntax` read: the archive as DCMTK encodes it, or OpenJPEG through
    slipring where DCMTK has no such codec. None without DCMTK."""
    root = bench.work / f"source-{syntax}"
    measure.remove(root)
    if syntax == "j2k-lossless":
        bench.slipring("convert", bench.archive.root, root, "--to", syntax)
    elif bench.tools["peers_job"] is None:
        return None
    else:
        bench.job(bench.archive.list_file, root, syntax)
    paths = measure.files_below(root)
    list_file = bench.work / f"source-{syntax}.list"
    list_file.write_text("".join(path + "\n" for path in paths), encoding="utf-8")
    archive = Archive(root, paths, sum(map(os.path.getsize, paths)), list_file)
    bench.check_pixels(archive, paths)
    return archive


def compare(bench, conversions, results):
    seconds = {result["name"]: result["seconds"] for result in results}
    rate = {result["name"]: result["files_per_s"] for result in results}
    safe = {result["name"]: result["files"] / result["median_seconds_with_flush"]
            for result in results if "median_seconds_with_flush" in result}
    return [line for conversion in conversions if conversion.name in rate
            for line in (ratios_of(bench, conversion, rate) + codec_alone(conversion, seconds)
                         + durability(conversion, rate, safe))]


def ratios_of(bench, conversion, rate):
    ours, lines = rate[conversion.name], []
    for name, value in rate.items():
        if not name.startswith(conversion.name + "_"):
            continue
        other = name[len(conversion.name) + 1:]
        if other.endswith("_threads"):
            lines.append(plain(f"{conversion.name}, {bench.threads} threads / "
                               f"{other.removesuffix('_threads')}", ours / value))
        elif other not in ("no_fsync", "dcmtk", "cp", "codec"):
            goal = conversion.goal_loop if other != conversion.decoder else conversion.goal_decoder
            lines.append(times(f"{conversion.name} / {other}", ours / value, goal))
    return lines


def codec_alone(conversion, seconds):
    """Both rows have the same files, and a round has them one after the other."""
    theirs = seconds.get(f"{conversion.name}_codec", [])
    by_round = [codec / job for codec, job in zip(theirs, seconds[conversion.name])]
    if not by_round:
        return []
    line = times(f"{conversion.name} / its codec alone", statistics.median(by_round),
                 conversion.goal_bare)
    return [{**line, "by_round": by_round}]


def durability(conversion, rate, safe):
    """Like against like: neither flushes, or both are timed until all is on the disk. `rate` is as
    each row's own clock has it, `safe` with a flush of everything behind it."""
    name, lines = conversion.name, []
    hasty, peer, copy = f"{name}_no_fsync", f"{name}_dcmtk", f"{name}_cp"
    if hasty in rate:
        lines.append(plain(f"{name} without flushes / with", rate[hasty] / rate[name]))
    if peer in rate and hasty in rate:
        lines.append(times(f"{name} / dcmtk, neither flushes", rate[hasty] / rate[peer],
                           conversion.goal_peer))
    if peer in rate:
        lines += [plain(f"{name} / dcmtk, both until all is on the disk", safe[name] / safe[peer]),
                  plain(f"{name} flushing / dcmtk not flushing", rate[name] / rate[peer])]
    if copy in rate:
        lines.append(plain(f"{name} / cp -r of as much, both until all is on the disk",
                           safe[name] / safe[copy]))
    if copy in rate and hasty in rate:
        lines.append(plain(f"{name} / cp -r of as much, neither flushes",
                           rate[hasty] / rate[copy]))
    return lines


def plain(what, value):
    return {"what": f"{what}, files/s", "value": value}


def times(what, value, goal):
    return {**plain(what, value), "goal": f">= {goal}", "met": value >= goal}


UIDS = {"htj2k-lossless": "1.2.840.10008.1.2.4.201", "j2k-lossless": "1.2.840.10008.1.2.4.90",
        "native": "1.2.840.10008.1.2.1", "rle": "1.2.840.10008.1.2.5",
        "jpeg-lossless-sv1": "1.2.840.10008.1.2.4.70", "jpeg-ls": "1.2.840.10008.1.2.4.80"}


def not_ours(bench, conversion):
    """Why this build of slipring cannot do it, or nothing."""
    lines = measure.json_lines([bench.tools["slipring"], "list-ts", "--json"])
    by_uid = {line["uid"]: line for line in lines}
    if conversion.source != "native" and not by_uid[UIDS[conversion.source]]["reads"]:
        return f"this build does not read {conversion.source}"
    written = conversion.peer_target or conversion.target
    if not by_uid[UIDS[written]]["writes"]:
        return f"this build does not write {written}"
    return ""


def source_of(bench, conversion, sources):
    """The archive that a conversion reads, made when it is first asked for; or none, and a note."""
    if reason := not_ours(bench, conversion):
        bench.notes.append(f"no row {conversion.name}: {reason}")
        return None
    if conversion.source not in sources:
        print(f"making the archive in {conversion.source}")
        sources[conversion.source] = encoded_archive(bench, conversion.source)
    if sources[conversion.source] is None:
        bench.notes.append(f"no row {conversion.name}: nobody here makes its source")
    return sources[conversion.source]


class Job:
    """All conversions one after another; what is measured is in `rows` and in the result file."""

    def __init__(self, bench, conversions, sizes, result):
        self.bench, self.conversions, self.sizes, self.result = bench, conversions, sizes, result
        self.rows, self.checks = [], {}

    def ratios(self):
        return compare(self.bench, self.conversions, rounds.results_of(self.rows))

    def keep(self, complete=False):
        self.result.write(self.rows, self.ratios(), self.checks, complete)

    def run(self, sources, budget):
        for number, conversion in enumerate(self.conversions):
            print(f"{conversion.name}", flush=True)
            archive = source_of(self.bench, conversion, sources)
            if archive is not None:
                self.run_one(conversion, archive, budget.share_end(len(self.conversions) - number))
        self.keep(complete=True)

    def run_one(self, conversion, archive, end):
        rows = self.bench.rows_of(conversion, archive)
        self.rows += rows
        rounds.run_rounds(self.bench, rows, self.sizes, self.checks, self.keep, end)


def main():
    options = arguments()
    budget = rounds.Budget(options.minutes)
    sizes = dict(QUICK if options.quick else FULL)
    sizes["objects"] = options.objects or sizes["objects"]
    sizes["rounds"] = options.rounds or sizes["rounds"]
    work = Path(options.work)
    work.mkdir(parents=True, exist_ok=True)
    tools = find_tools(options)
    archive = job_bench.make_archive(tools, work, sizes["objects"], "explicit-le")
    bench = TranscodeBench(tools, work, archive, sizes, options.threads)
    wanted = options.only.split(",") if options.only else None
    conversions = [one for one in CONVERSIONS if wanted is None or one.name in wanted]
    facts = rounds.facts_of("transcode", REPOSITORY, bench, options.build, PEERS, sizes)
    facts["archive"] = {"objects": len(archive.paths), "bytes": archive.bytes}
    trial = options.quick or options.only
    result = rounds.ResultFile(
        rounds.place_of(facts, "transcode", REPOSITORY, work, trial, options.out), facts)
    job = Job(bench, conversions, sizes, result)
    sources = {"native": archive}
    try:
        job.run(sources, budget)
    finally:
        bench.outputs.clear()
        measure.remove(work / "state", *(one.root for name, one in sources.items()
                                         if one is not None and name != "native"))
        if not options.keep:
            measure.remove(archive.root)
            archive.root.with_name(archive.root.name + ".made").unlink(missing_ok=True)
    rounds.print_table(rounds.results_of(job.rows), job.ratios())
    for note in sorted(set(bench.notes)):
        print(note)
    print(f"\nraw result: {result.path}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except measure.Failed as failed:
        print(f"transcode_bench: {failed}", file=sys.stderr)
        sys.exit(1)
