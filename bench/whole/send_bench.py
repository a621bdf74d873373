#!/usr/bin/env python3
"""C-STORE over loopback, both ends on this machine: slipring send beside DCMTK's storescu, into
storescp and Orthanc as they come, and into slipring receive beside a plain sendmsg/recv loop with
the same bytes; and over a line of 20 ms, by tc netem where the kernel has it, else by a relay. The
slow rows send a sample and are told as objects a second. Into storescp there is also replay_loop,
the fastest sender there can be: what the peer itself can take, and what slipring's rate is held
against besides storescu's. What the receiver holds is counted, and data sets of a sample compared,
before a row counts. Raw results are written anew after every row, ratios of medians at the end.

Usage: send_bench.py [--quick] [--rounds N] [--work DIR] [--keep FILE] [--only WORD...]
  ninja -C build/release slipring && ninja -C build/bench plain_loop replay_loop
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "bench/whole"))
sys.path.insert(0, str(REPOSITORY / "tests/whole/network"))

import delay_relay
import measure
import peers
import sending

SLIPRING = REPOSITORY / "build/release/slipring"
PLAIN_LOOP = REPOSITORY / "build/bench/plain_loop"
REPLAY_LOOP = REPOSITORY / "build/bench/replay_loop"
PDU_BYTES = 131072
IN_MEMORY = Path("/dev/shm")
DELAY_S = 0.02  # a way
LINES = ("relay", "netem")
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
        self.ratios = []
        self.work = Path(options.work or tempfile.mkdtemp(prefix="slipring-send-"))
        self.began = time.strftime("%Y-%m-%d")
        self.work.mkdir(parents=True, exist_ok=True)
        self.outputs = measure.Outputs(self.work, not options.quick)
        self.netem_said = "not asked"

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
            f"{kind}  {name:<46} {count:>5} objects  {rate:>8.1f}/s  "
            f"{size / seconds / 1e6:>7.1f} MB/s"
        )
        self.keep()

    def keep(self, complete=False):
        machine = measure.machine(self.work)
        commit = measure.commit_of(REPOSITORY)
        content = {"benchmark": "send", "date": self.began, **commit, "machine": machine}
        content |= {"complete": complete, "netem": self.netem_said, "rows": self.rows}
        content |= {"ratios": self.ratios}
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

    @contextlib.contextmanager
    def inbox(self, in_memory):
        self.outputs.renew()
        if not in_memory:
            yield self.outputs.now
            return
        with tempfile.TemporaryDirectory(prefix="slipring-send-", dir=IN_MEMORY) as folder:
            yield Path(folder)

    def run_sender(self, program, files, port, tuned):
        if not program.startswith("replay"):
            command, environment = self.command(program, files, port, tuned)
            return self.timed(command, environment)
        ahead = program == "replay ahead"
        words = [REPLAY_LOOP, files[0].parent, str(port), str(PDU_BYTES), str(int(ahead))]
        return measure.json_lines(words)[0]["seconds"]

    def into_storescp(self, program, kind, count, tuned, in_memory=False, fork=False):
        files = self.sources(kind, count)
        words = (["--fork"] if fork else []) + (["-pdu", str(PDU_BYTES)] if tuned else [])
        os.environ.pop("TCP_NODELAY", None)
        os.environ.update(NODELAY if tuned else {})
        with self.inbox(in_memory) as inbox:
            warm(files)
            try:
                with peers.storescp("-od", str(inbox), *words) as port:
                    os.environ.pop("TCP_NODELAY", None)
                    seconds = self.run_sender(program, files, port, tuned)
            finally:
                os.environ.pop("TCP_NODELAY", None)
            self.check(files, inbox)
        name = f"{program}{' tuned' if tuned and program == 'storescu' else ''} -> storescp"
        name += (" tuned" if tuned else "") + (" --fork" if fork else "")
        size = sum(path.stat().st_size for path in files)
        self.row(name + (" in memory" if in_memory else ""), kind, count, seconds, size)

    def what_storescp_takes(self, kind, count):
        """Beside the fastest sender there can be, on disk and in memory."""
        for in_memory in (False, True):
            for program in ("slipring", "replay", "storescu"):
                self.into_storescp(program, kind, count, True, in_memory)
        self.into_storescp("replay ahead", kind, count, True, True)
        self.into_storescp("slipring", kind, count, True, True, fork=True)

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

    def into_receive(self, kind, count):
        files = self.sources(kind, count)
        warm(files)
        port = peers.free_port()
        command = [SLIPRING, "receive", "--discard", "--address", "127.0.0.1", "--port", str(port)]
        with peers.started(command, port, self.work) as receiver:
            command, environment = self.command("slipring", files, port, False)
            seconds = self.timed(command, environment)
            receiver.send_signal(signal.SIGINT)
            receiver.wait()
        said = (self.work / "peer.log").read_text()
        counted = re.search(r"([\d,]+) counted", said)
        if counted is None or int(counted[1].replace(",", "")) != count:
            raise measure.Failed(f"slipring receive: {said[-300:]}")
        size = sum(path.stat().st_size for path in files)
        self.row("slipring -> slipring receive", kind, count, seconds, size)

    def plain_loop(self, kind, count):
        files = self.sources(kind, count)
        warm(files)
        moved = measure.json_lines([PLAIN_LOOP, files[0].parent])[0]
        if moved["bytes"] != sum(path.stat().st_size for path in files):
            raise measure.Failed("the plain loop moved other bytes")
        self.row("plain sendmsg -> recv loop", kind, count, moved["seconds"], moved["bytes"])

    def over_a_long_line(self, program, kind, count):
        """Into a storescp that forks for each association; both tuned."""
        files = self.sources(kind, count)
        self.outputs.renew()
        inbox = self.outputs.now
        os.environ.update(NODELAY)
        with contextlib.ExitStack() as stack:
            options = ("--fork", "-od", str(inbox), "-pdu", "131072")
            port = stack.enter_context(peers.storescp(*options))
            del os.environ["TCP_NODELAY"]
            if self.options.line == "relay":
                port = stack.enter_context(delay_relay.delayed(port, DELAY_S))
            command, environment = self.command(program, files, port, True)
            seconds = self.timed(command, environment)
        self.check(files, inbox)
        size = sum(path.stat().st_size for path in files)
        name = f"{program} -> storescp, 20 ms a way ({self.options.line})"
        self.row(name, kind, count, seconds, size)

    def long_lines(self, count, sample):
        """By tc netem, in a network namespace that ends with it; without it by the relay."""
        words = f"ip link set lo up && tc qdisc add dev lo root netem delay {DELAY_S * 1000:.0f}ms"
        far = ["unshare", "-n", "sh", "-c"]
        done = subprocess.run([*far, words], capture_output=True, text=True, check=False)
        if self.options.line == "relay" and done.returncode == 0:
            self.netem_said = "possible"
            kept = self.work / "netem.json"
            again = [sys.executable, __file__, "--only", "delay", "--line", "netem", "--keep", kept]
            again += ["--work", self.work] + (["--quick"] if self.options.quick else [])
            measure.run_timed([*far, words + ' && exec "$0" "$@"', *again])
            self.rows += json.loads(kept.read_text())["rows"]
            return
        if self.options.line == "relay":
            said = done.stderr.strip().splitlines() or ["unshare failed"]
            self.netem_said = f"not possible here: {said[0]}"
            print("tc netem:", self.netem_said)
        self.over_a_long_line("slipring", "MR", count)
        self.over_a_long_line("storescu", "MR", sample)

    def wanted(self, name):
        return not self.options.only or name in self.options.only

    def run(self):
        quick = self.options.quick
        sizes = {"CT": 200, "MR": 500} if quick else {"CT": 2000, "MR": 5000}
        sample = 20 if quick else 60
        for turn in range(self.options.rounds):
            for kind, count in sizes.items():
                if self.wanted("storescp"):
                    self.into_storescp("slipring", kind, count, False)
                    self.what_storescp_takes(kind, count)
                    if turn == 0:
                        self.into_storescp("storescu", kind, sample, False)
                if self.wanted("receive"):
                    self.into_receive(kind, count)
                    self.plain_loop(kind, count)
            if self.wanted("orthanc"):
                self.into_orthanc("slipring", "CT", sizes["CT"] // 4)
                if turn == 0:
                    self.into_orthanc("storescu", "CT", sample)
        if self.wanted("delay"):
            self.long_lines(sizes["MR"] // 2, sample)
        self.compare()
        self.keep(complete=True)
        print("raw results:", self.kept)
        self.outputs.clear()
        if not self.options.work:
            measure.remove(self.work)

    def compare(self):
        """The median of each row against the median of the one it is held against, per object."""

        def rate(name, kind):
            rows = [row for row in self.rows if (row["name"], row["kind"]) == (name, kind)]
            rates = [row["objects_per_s"] for row in rows]
            return sorted(rates)[len(rates) // 2] if rates else None

        pairs = (
            ("slipring -> storescp", "storescu -> storescp"),
            ("slipring -> storescp tuned", "storescu tuned -> storescp tuned"),
            ("replay -> storescp tuned", "storescu tuned -> storescp tuned"),
            ("slipring -> storescp tuned", "replay -> storescp tuned"),
            ("slipring -> storescp tuned in memory", "storescu tuned -> storescp tuned in memory"),
            ("replay -> storescp tuned in memory", "storescu tuned -> storescp tuned in memory"),
            ("slipring -> storescp tuned in memory", "replay -> storescp tuned in memory"),
            ("replay ahead -> storescp tuned in memory", "replay -> storescp tuned in memory"),
            (
                "slipring -> storescp tuned --fork in memory",
                "slipring -> storescp tuned in memory",
            ),
            ("slipring -> slipring receive", "plain sendmsg -> recv loop"),
            ("slipring -> Orthanc", "storescu -> Orthanc"),
        )
        far = "{} -> storescp, 20 ms a way ({})"
        pairs += tuple((far.format("slipring", one), far.format("storescu", one)) for one in LINES)
        for kind in KINDS:
            for ours, theirs in pairs:
                a, b = rate(ours, kind), rate(theirs, kind)
                if a and b:
                    pair = {"kind": kind, "row": ours, "against": theirs, "ratio": a / b}
                    self.ratios.append(pair)
                    print(f"{kind}: {ours}: {a / b:.2f} times {theirs}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 CT and 500 MR objects")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--work", help="where the objects are made, and left")
    parser.add_argument("--keep", help="where the raw results go")
    rows = ("storescp", "receive", "orthanc", "delay")
    words = "how `delay` is made; netem: whoever calls has made loopback slow"
    parser.add_argument("--line", choices=LINES, default="relay", help=words)
    parser.add_argument("--only", nargs="+", choices=rows, help="of these rows")
    bench = Bench(parser.parse_args())
    for program in ("storescu", "storescp", "Orthanc"):
        if peers.find(program) is None:
            print(f"skipped: no {program}")
            return 77
    bench.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
