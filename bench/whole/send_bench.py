#!/usr/bin/env python3
"""C-STORE over loopback, both ends on this machine: slipring send beside DCMTK's storescu, into
storescp and Orthanc as they come, and a bare sendmsg/recv loop with the same bytes. The slow rows
send a sample and are told as objects a second. What the receiver holds is counted, and data sets of
a sample compared, before a row counts. Raw results are written anew after every row.

Usage: send_bench.py [--quick] [--rounds N] [--work DIR] [--keep FILE]
"""

import argparse
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "bench/whole"))
sys.path.insert(0, str(REPOSITORY / "tests/whole/network"))

import measure
import peers
import sending

SLIPRING = REPOSITORY / "build/release/slipring"
NODELAY = {"TCP_NODELAY": "1"}
KINDS = {"CT": (b"1.2.840.10008.5.1.4.1.1.2", 524288), "MR": (b"1.2.840.10008.5.1.4.1.1.4", 30000)}


def write_archive(folder, kind, count):
    sop_class, size = KINDS[kind]
    folder.mkdir(parents=True)
    element = sending.element
    for number in range(count):
        instance = f"1.2.826.0.1.3680043.2.{kind == 'CT'}.{number + 1}".encode()
        meta = element(2, 1, b"OB", b"\0\1") + element(2, 2, b"UI", sop_class)
        meta += element(2, 3, b"UI", instance) + element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1")
        data = element(8, 0x16, b"UI", sop_class) + element(8, 0x18, b"UI", instance)
        data += element(8, 0x60, b"CS", kind.encode()) + element(0x20, 0xD, b"UI", b"1.2.3")
        data += element(0x20, 0xE, b"UI", b"1.2.3.4")
        rows = struct.pack("<H", 512 if kind == "CT" else 125)
        columns = struct.pack("<H", 512 if kind == "CT" else 120)
        for tag, value in ((2, b"\1\0"), (0x10, rows), (0x11, columns)):
            data += element(0x28, tag, b"US", value)
        for tag, value in ((0x100, 16), (0x101, 12), (0x102, 11), (0x103, 0)):
            data += element(0x28, tag, b"US", struct.pack("<H", value))
        pixels = hashlib.shake_128(instance).digest(4096) * (size // 4096 + 1)
        data += element(0x7FE0, 0x10, b"OW", pixels[:size])
        length = element(2, 0, b"UL", struct.pack("<I", len(meta)))
        path = folder / f"{number:05}.dcm"
        path.write_bytes(bytes(128) + b"DICM" + length + meta + data)


def warm(files):
    for path in files:
        path.read_bytes()


class Bench:
    def __init__(self, options):
        self.options = options
        self.rows = []
        self.work = Path(options.work or tempfile.mkdtemp(prefix="slipring-send-"))
        self.began = time.strftime("%Y-%m-%d")

    def sources(self, kind, count):
        folder = self.work / f"{kind}-{count}"
        if not folder.is_dir():
            write_archive(folder, kind, count)
        return sorted(folder.iterdir())

    def timed(self, command, environment):
        began = time.perf_counter()
        done = subprocess.run(
            [str(word) for word in command],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        seconds = time.perf_counter() - began
        if done.returncode != 0:
            raise measure.Failed(f"{command[0]}: {done.stderr[-500:].decode(errors='replace')}")
        return seconds

    def row(self, name, kind, count, seconds, size):
        rate = count / seconds
        self.rows.append(
            {
                "name": name,
                "kind": kind,
                "objects": count,
                "bytes": size,
                "seconds": seconds,
                "objects_per_s": rate,
                "mb_per_s": size / seconds / 1e6,
            }
        )
        print(
            f"{kind}  {name:<44} {count:>5} objects  {rate:>8.1f}/s  "
            f"{size / seconds / 1e6:>7.1f} MB/s"
        )
        self.keep()

    def keep(self, complete=False):
        machine = measure.machine(self.work)
        commit = measure.commit_of(REPOSITORY)
        content = {"benchmark": "send", "date": self.began, **commit, "machine": machine}
        content |= {"complete": complete, "rows": self.rows}
        folder = REPOSITORY / "bench/results" / machine["name"]
        path = Path(self.options.keep or folder / f"{self.began}-{commit['commit']}-send.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        self.kept = path

    def command(self, program, files, port, tuned):
        if program == "slipring":
            state = self.work / "state"
            return (
                [SLIPRING, "send", "--fresh", files[0].parent, f"ANY@127.0.0.1:{port}"],
                {"XDG_STATE_HOME": str(state)},
            )
        words = ["-pdu", "131072"] if tuned else []
        command = [peers.find("storescu"), *words, "+sd", "-aec", "ANY", "127.0.0.1", port]
        return [*command, files[0].parent], NODELAY if tuned else {}

    def into_storescp(self, program, kind, count, tuned):
        files = self.sources(kind, count)
        warm(files)
        words = ["-pdu", "131072"] if tuned else []
        inbox = self.work / "inbox"
        measure.remove(inbox)
        inbox.mkdir()
        os.environ.pop("TCP_NODELAY", None)
        os.environ.update(NODELAY if tuned else {})
        try:
            with peers.storescp("-od", str(inbox), *words) as port:
                os.environ.pop("TCP_NODELAY", None)
                command, environment = self.command(program, files, port, tuned)
                seconds = self.timed(command, environment)
        finally:
            os.environ.pop("TCP_NODELAY", None)
        self.check(files, inbox)
        name = f"{program}{' tuned' if tuned and program != 'slipring' else ''} -> storescp"
        size = sum(path.stat().st_size for path in files)
        self.row(name + (" tuned" if tuned else ""), kind, count, seconds, size)
        measure.remove(inbox)

    def check(self, files, inbox):
        arrived = sorted(inbox.iterdir())
        if len(arrived) != len(files):
            raise measure.Failed(f"{len(arrived)} of {len(files)} objects arrived")
        some = arrived[:: max(1, len(arrived) // 50)]
        held = {sending.digest(sending.data_set(path)) for path in some}
        sent = {sending.digest(sending.data_set(path)) for path in files}
        if not held <= sent:
            raise measure.Failed("a data set that arrived is none of those sent")

    def into_orthanc(self, program, kind, count):
        files = self.sources(kind, count)
        warm(files)
        storage = self.work / "storage"
        measure.remove(storage)
        with peers.orthanc(StorageDirectory=str(storage)) as port:
            command, environment = self.command(program, files, port, False)
            seconds = self.timed(command, environment)
        paths = storage.rglob("*")
        held = sum(1 for path in paths if path.is_file() and path.stat().st_size > 20000)
        if held < count:
            raise measure.Failed(f"Orthanc holds {held} of {count} objects")
        size = sum(path.stat().st_size for path in files)
        self.row(f"{program} -> Orthanc", kind, count, seconds, size)
        measure.remove(storage)

    def bare_loop(self, kind, count):
        files = self.sources(kind, count)
        warm(files)
        size = sum(path.stat().st_size for path in files)
        listener = socket.create_server(("127.0.0.1", 0))
        program = "import socket,sys\ns=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n"
        program += "b=bytearray(1<<20)\nwhile s.recv_into(b): pass\n"
        receiver = subprocess.Popen([sys.executable, "-c", program, str(listener.getsockname()[1])])
        caller, _ = listener.accept()
        began = time.perf_counter()
        for path in files:
            with open(path, "rb") as file:
                content = memoryview(file.read())
            sent = caller.sendmsg([content])
            caller.sendall(content[sent:])
        caller.close()
        receiver.wait()
        self.row("bare sendmsg -> recv loop", kind, count, time.perf_counter() - began, size)

    def run(self):
        quick = self.options.quick
        sizes = {"CT": 200, "MR": 500} if quick else {"CT": 2000, "MR": 5000}
        sample = 20 if quick else 60
        for turn in range(self.options.rounds):
            for kind, count in sizes.items():
                self.into_storescp("slipring", kind, count, False)
                self.into_storescp("slipring", kind, count, True)
                self.into_storescp("storescu", kind, count, True)
                self.bare_loop(kind, count)
                if turn == 0:
                    self.into_storescp("storescu", kind, sample, False)
            self.into_orthanc("slipring", "CT", sizes["CT"] // 4)
            if turn == 0:
                self.into_orthanc("storescu", "CT", sample)
        self.compare()
        self.keep(complete=True)
        print("raw results:", self.kept)
        if not self.options.work:
            measure.remove(self.work)

    def compare(self):
        def rate(name, kind):
            rows = [row for row in self.rows if (row["name"], row["kind"]) == (name, kind)]
            rates = sorted(row["objects_per_s"] for row in rows)
            return rates[len(rates) // 2]

        for kind in KINDS:
            default = rate("slipring -> storescp", kind) / rate("storescu -> storescp", kind)
            theirs = rate("storescu tuned -> storescp tuned", kind)
            tuned = rate("slipring -> storescp tuned", kind) / theirs
            print(
                f"{kind}: {default:.1f} times storescu into a default storescp, "
                f"{tuned:.2f} times where both are tuned"
            )
        times = rate("slipring -> Orthanc", "CT") / rate("storescu -> Orthanc", "CT")
        print(f"CT: {times:.1f} times storescu into Orthanc")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 CT and 500 MR objects")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--work", help="where the objects are made, and left")
    parser.add_argument("--keep", help="where the raw results go")
    bench = Bench(parser.parse_args())
    for program in ("storescu", "storescp", "Orthanc"):
        if peers.find(program) is None:
            print(f"skipped: no {program}")
            return 77
    bench.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
