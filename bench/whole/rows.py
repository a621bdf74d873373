"""The rows of the whole-job benchmark: each a way of working through the archive or part of it."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import measure

# dciodvfy, and xargs after it, say by their exit code that a file has faults: no failure here.
XARGS_SOME_FAILED = 123


@dataclass
class Archive:
    root: Path
    paths: list
    bytes: int
    list_file: Path

    def part(self, count, work):
        """The first `count` files as an archive of their own, by list."""
        paths = self.paths[:count]
        list_file = Path(work) / f"first-{len(paths)}.list"
        list_file.write_text("".join(path + "\n" for path in paths), encoding="utf-8")
        return Archive(self.root, paths, sum(map(os.path.getsize, paths)), list_file)


@dataclass
class Row:
    name: str
    what: str
    archive: Archive
    run: object  # () -> seconds of one timed run
    repeat: int = 1  # times the archive is worked through in one run
    heavy: bool = False  # fewer rounds
    out: Path = None  # what it writes, below outputs.now, removed after each run
    check: object = None  # () -> what was checked, after the first run
    cost: float = 0  # seconds that its last run took, warming and cleaning up included
    seconds: list = field(default_factory=list)
    seconds_with_flush: list = field(default_factory=list)  # and until all of it is on the disk

    def files(self):
        return len(self.archive.paths) * self.repeat

    def bytes(self):
        return self.archive.bytes * self.repeat


class Bench:
    """Where everything is, and how each kind of row is run."""

    def __init__(self, tools, work, archive, sizes, threads):
        self.tools = tools  # slipring, read_loop: paths
        self.work = Path(work)
        self.outputs = measure.Outputs(work, sizes["full_memory"])
        self.archive = archive
        self.sizes = sizes
        self.threads = threads
        self.env = {**os.environ, "XDG_STATE_HOME": str(self.work / "state"), "LC_ALL": "C.UTF-8"}

    def warm(self, archive):
        self.read_loop(archive, 0)

    def read_loop(self, archive, bytes_each, repeat=1):
        line = measure.json_lines(
            [self.tools["read_loop"], archive.list_file, self.threads, bytes_each, repeat]
        )[0]
        if line["failed"] or line["files"] != len(archive.paths) * repeat:
            raise measure.Failed(f"read_loop: {line}")
        return line["seconds"]

    def slipring(self, *words, allowed=(0,), threads=None):
        measure.remove(self.work / "state")
        command = [self.tools["slipring"], *words, "-j", threads or self.threads]
        return measure.run_timed(command, allowed, self.env)

    def slipring_json(self, *words, allowed=(0,)):
        measure.remove(self.work / "state")
        return measure.json_lines(
            [self.tools["slipring"], *words, "-j", self.threads, "--json"], allowed, self.env
        )

    # -------------------------------------------------------------- rows that read

    def reading(self):
        whole, ten = self.archive, [self.archive.root] * 10
        rows = [
            Row("read_4k", "open, read 4 KiB, close", whole, lambda: self.read_loop(whole, 4096)),
            Row("scan", "slipring scan", whole, lambda: self.slipring("scan", whole.root)),
            Row("read_whole", "open, read all, close", whole, lambda: self.read_loop(whole, 0)),
            Row("read_4k_x10", "the read loop, ten times over", whole,
                lambda: self.read_loop(whole, 4096, 10), repeat=10),
            Row("scan_x10", "slipring scan, the root given ten times", whole,
                lambda: self.slipring("scan", *ten), repeat=10),
            *self.validating(whole),
        ]
        by_name = {row.name: row for row in rows}
        by_name["scan"].check = lambda: self.check_summary(whole, "scan", whole.root)
        by_name["scan_x10"].check = lambda: self.check_summary(whole, "scan", *ten, times=10)
        by_name["validate"].check = lambda: self.check_validate(whole)
        return rows

    def validating(self, archive, named=""):
        """`slipring validate` of an archive; `named` begins the names of its rows."""

        def row(name, *words):
            return Row(named + name, " ".join(["slipring validate", *words]), archive,
                       lambda: self.slipring("validate", *words, archive.root, allowed=(0, 1)))

        return [row("validate_no_pixels", "--no-pixels"),
                row("validate_no_pixels_no_ledger", "--no-pixels", "--no-ledger"),
                row("validate_no_ledger", "--no-ledger"),
                row("validate")]

    def check_summary(self, archive, *words, times=1):
        summary = self.slipring_json(*words, allowed=(0, 1))[-1]
        wanted = len(archive.paths) * times
        if summary["type"] != "summary" or summary["seen"] != wanted or summary.get("ok") != wanted:
            raise measure.Failed(f"{words[0]}: {summary}, and {wanted} objects")
        return {"seen": summary["seen"], "ok": summary["ok"], "exit_code": summary["exit_code"]}

    def check_validate(self, archive):
        return self.check_summary(archive, "validate", archive.root)

    # -------------------------------------------------------------- rows that write

    def writing(self):
        whole = self.archive
        return [
            self.copy_row(whole),
            self.convert_row("convert_native", self.sizes["target"], whole),
            self.convert_row("convert_native_no_fsync", self.sizes["target"], whole,
                             "--fsync", "none"),
            self.convert_row("convert_rle", "rle", whole),
        ]

    def copy_row(self, archive, name="cp_r"):
        out = self.outputs.now / f"out-{name}"

        def check():
            copies = measure.files_below(out)
            total = sum(map(os.path.getsize, copies))
            if len(copies) != len(archive.paths) or total != archive.bytes:
                raise measure.Failed("cp -r: other files than the source's")
            return {"files": len(copies)}

        return Row(name, "cp -r", archive,
                   lambda: measure.run_timed(["cp", "-r", archive.root, out]), out=out, check=check)

    def convert_row(self, name, target, archive, *words, part=False, threads=None):
        out = self.outputs.now / f"out-{name}"
        source = ["--files-from", archive.list_file] if part else [archive.root]
        what = " ".join(["slipring convert --to", target, *words])
        what += f", {threads} threads" if threads else ""
        return Row(name, what, archive,
                   lambda: self.slipring("convert", *source, out, "--to", target, *words,
                                         threads=threads),
                   out=out, heavy=part, check=lambda: self.check_converted(archive, out, target))

    def check_converted(self, archive, out, target):
        """The output tree is whole, agrees with its ledger, and decodes to the source's pixels."""
        written = measure.files_below(out)
        if len(written) != len(archive.paths):
            raise measure.Failed(f"{out}: {len(written)} files from {len(archive.paths)}")
        measure.run_timed([self.tools["slipring"], "verify", out], env=self.env)
        return {"files": len(written), "verified": True, "target": target,
                "digests_equal": self.check_pixels(archive, written)}

    def check_pixels(self, archive, written):
        """Pixel digests of a sample of outputs, by name, against the source's own bytes."""
        sources = {os.path.basename(path): path for path in archive.paths}
        step = max(1, len(written) // self.sizes["sample"])
        sample = written[::step]
        objects = self.slipring_json("validate", "--digests", *sample, allowed=(0, 1))
        digests = [line for line in objects if line["type"] == "object"]
        if len(digests) != len(sample):
            raise measure.Failed("validate --digests: not one line for each file")
        for path, line in zip(sample, digests):
            wanted = native_pixel_digest(sources[os.path.basename(path)])
            if line.get("pixel_sha256") != wanted:
                raise measure.Failed(f"{path}: pixels {line.get('pixel_sha256')}, source {wanted}")
        return len(sample)

    # -------------------------------------------------------------- what people do today

    def peers(self):
        sizes, rows = self.sizes, []
        part = {name: self.archive.part(count, self.work) for name, count in sizes["parts"].items()}

        rows += self.each("dcmdump_each", "dcmdump, a process a file", part["dump"], ["dcmdump"])
        rows += self.each("dcmdump_many", "dcmdump, 100 files a process", part["dump_many"],
                          ["dcmdump"], 100)
        rows += self.each("dciodvfy_each", "dciodvfy, a process a file", part["dciodvfy"],
                          ["dciodvfy"])
        loops = [
            ("gdcmconv_j2k", part["j2k"], ["gdcmconv", "--j2k"], "j2k-lossless"),
            ("dcmcjpls", part["jls"], ["dcmcjpls"], "jls-lossless"),
            ("dcmcrle", part["rle"], ["dcmcrle"], "rle"),
        ]
        for name, files, words, target in loops:
            rows.append(self.convert_row("convert_" + name, target, files, part=True))
            rows[-1].name = {"gdcmconv_j2k": "convert_j2k", "dcmcjpls": "convert_jls",
                             "dcmcrle": "convert_rle_part"}[name]
            if shutil.which(words[0]):
                rows.append(self.peer_row(name, files, words))
        return rows

    def each(self, name, what, files, words, per_process=1):
        """A row of a program that reads so many files a process; none where it is not there."""
        if shutil.which(words[0]) is None:
            print(f"  {words[0]} is not installed: no row {name}")
            return []
        return [Row(name, what, files, lambda: self.xargs(files.list_file, words, per_process),
                    heavy=True)]

    def xargs(self, list_file, words, per_process):
        with open(list_file, "rb") as paths:
            command = ["xargs", "-d", "\n", f"-P{self.threads}", f"-n{per_process}", *words]
            return measure.run_timed(command, (0, XARGS_SOME_FAILED), self.env, paths)

    def peer_row(self, name, archive, words):
        """One process a file, input and output named in pairs, so that no shell runs in between."""
        out = self.outputs.now / f"out-{name}"
        pairs = self.work / f"{name}.pairs"
        pairs.write_text(
            "".join(f"{path}\n{out}/{os.path.basename(path)}\n" for path in archive.paths),
            encoding="utf-8",
        )

        def timed():
            out.mkdir()
            return self.xargs(pairs, words, 2)

        def check():
            written = measure.files_below(out)
            if len(written) != len(archive.paths):
                raise measure.Failed(f"{name}: {len(written)} files from {len(archive.paths)}")
            return {"files": len(written), "digests_equal": self.check_pixels(archive, written)}

        return Row(name, " ".join(words) + ", a process a file", archive, timed,
                   heavy=True, out=out, check=check)


def native_pixel_digest(path):
    """SHA-256 of the value of (7FE0,0010), the last element of what `synthesize` writes; the search
    is for its tag before a value that ends with the file (PS3.5 7.1.2, 7.1.3)."""
    import hashlib

    content = Path(path).read_bytes()
    at = len(content)
    while True:
        at = content.rfind(b"\xe0\x7f\x10\x00", 0, at)
        if at < 0:
            raise measure.Failed(f"{path}: no native Pixel Data at its end")
        for header in (8, 12):
            length = int.from_bytes(content[at + header - 4 : at + header], "little")
            if at + header + length == len(content):
                return hashlib.sha256(content[at + header :]).hexdigest()
