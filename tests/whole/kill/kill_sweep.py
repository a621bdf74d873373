#!/usr/bin/env python3
"""Kills a conversion at random moments and at chosen system calls, resumes it with the same
command, and compares what it leaves with what an undisturbed run leaves: every file, byte for
byte, and every row of the ledger. Nothing may be lost, be there twice, or be left over.

After each kill, before the resume, two promises are checked as they stand: a file with its final
name is whole, and a row that says DONE has its file.
"""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import ledger_rows

OURS = ".slipring"
SYSCALLS = ["linkat", "fsync", "fdatasync", "pwrite64", "pwritev", "mkdirat", "openat",
            "ftruncate"]


class Broken(Exception):
    """A promise was not kept."""


def make_source(synthesize, source):
    subprocess.run(
        [synthesize, source, "--count", "296", "--seed", "20261122", "--mix", "CT:50,MR:40,US:10",
         "--ct-size", "64", "--mr-size", "64", "--us-size", "64", "--us-frames", "4",
         "--defect-rate", "0.25"],
        check=True, stdout=subprocess.DEVNULL)
    root = os.fsencode(source)
    with open(os.path.join(root, b"caf\xe9 \xff.txt"), "wb") as file:
        file.write(b"a name that is not UTF-8\n")
    for name in (b"notes.txt", b"zero.bin", b"deep/er/still/page.html"):
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"<html></html>" if name.endswith(b"html") else b"text\n")


def snapshot(output):
    """name -> (size, mode, modification time, SHA-256) of every output; of our own the names."""
    files, ours = {}, set()
    root = os.fsencode(output)
    for folder, folders, names in os.walk(root):
        if folder == root and os.fsencode(OURS) in folders:
            folders.remove(os.fsencode(OURS))
            for below, _, inside in os.walk(os.path.join(root, os.fsencode(OURS))):
                ours.update(os.path.relpath(os.path.join(below, name), root)
                            for name in inside)
        for name in names:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            files[os.path.relpath(path, root)] = (status.st_size, status.st_mode,
                                                  status.st_mtime_ns, digest)
        for name in folders:
            files[os.path.relpath(os.path.join(folder, name), root) + b"/"] = None
    return files, ours


class Sweep:
    def __init__(self, options, work):
        self.options = options
        self.work = pathlib.Path(work)
        self.source = str(self.work / "source")
        self.deadline = time.monotonic() + options.seconds
        self.lock = threading.Lock()
        self.kills = self.second_kills = self.at_calls = self.missed = 0
        self.span = 0.0

    def command(self, output):
        return [self.options.slipring, "convert", self.source, str(output), "--to", "rle",
                "-j", "2", "--progress", "none", "--quiet"]

    def run(self, output):
        done = subprocess.run(self.command(output), stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=120, check=False)
        return done.returncode, done.stderr.decode(errors="replace")

    def learn(self):
        """What an undisturbed run leaves; two of them, because a sweep over what differs by itself
        proves nothing."""
        make_source(self.options.synthesize, self.source)
        runs = []
        for name in ("reference", "reference-2"):
            started = time.monotonic()
            code, said = self.run(self.work / name)
            self.span = time.monotonic() - started
            if code not in (0, 1):
                raise Broken(f"the undisturbed run ended with exit code {code}:\n{said}")
            rows = ledger_rows.read(self.work / name / OURS)
            runs.append((code, snapshot(self.work / name), rows))
        if runs[0] != runs[1]:
            raise Broken("two undisturbed runs differ: " + difference(runs[0], runs[1]))
        self.code, (self.files, self.ours), self.rows = runs[0]
        if ledger_rows.unfinished(self.rows):
            raise Broken("the undisturbed run left rows without an outcome")

    def start_and_kill(self, output, delay):
        """True when the process was still there to be killed."""
        process = subprocess.Popen(self.command(output), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait() == -signal.SIGKILL

    def check_killed(self, output):
        files, _ = snapshot(output)
        for name, facts in files.items():
            if name not in self.files:
                raise Broken(f"a killed run left {name!r}, which an undisturbed one does not")
            if facts != self.files[name]:
                raise Broken(f"a killed run left {name!r} half made: {facts}, "
                             f"not {self.files[name]}")
        for name in ledger_rows.outputs_done(ledger_rows.read(output / OURS)):
            if name not in files:
                raise Broken(f"the ledger says DONE of {name!r}, which is not there")

    def check_resumed(self, output):
        code, said = self.run(output)
        if code != self.code:
            raise Broken(f"the resumed run ended with exit code {code}, not {self.code}:\n{said}")
        files, ours = snapshot(output)
        if files != self.files:
            raise Broken("outputs differ: " + difference(files, self.files))
        if ours != self.ours:
            raise Broken(f"left in {OURS}: {sorted(ours ^ self.ours)}")
        rows = ledger_rows.read(output / OURS)
        if rows != self.rows:
            raise Broken("ledgers differ: " + difference(rows, self.rows))

    def random_point(self, number):
        """One kill at a random moment, for every third one more during the resume."""
        if time.monotonic() > self.deadline:
            return
        dice = random.Random(self.options.seed * 1_000_003 + number)
        output = self.work / f"point-{number}"
        while not self.start_and_kill(output, dice.uniform(0, self.span)):
            with self.lock:  # it was over before: the machine is faster than the first run was
                self.missed += 1
                self.span *= 0.97
            shutil.rmtree(output)
        self.check_killed(output)
        if dice.random() < 1 / 3 and self.start_and_kill(output, dice.uniform(0, self.span)):
            self.check_killed(output)
            with self.lock:
                self.second_kills += 1
        self.check_resumed(output)
        shutil.rmtree(output)
        with self.lock:
            self.kills += 1

    def call_point(self, call, when):
        """A kill at the entry of the nth call of its kind in a thread."""
        if time.monotonic() > self.deadline:
            return
        output = self.work / f"call-{call}-{when}"
        done = subprocess.run(
            ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}",
             "-e", f"inject={call}:signal=SIGKILL:when={when}", *self.command(output)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
        if done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL):
            self.check_killed(output)
            with self.lock:
                self.at_calls += 1
        self.check_resumed(output)
        shutil.rmtree(output)


def difference(found, expected):
    """A line or two about where two structures part."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in sorted(found.keys() | expected.keys()):
            if found.get(key, "absent") != expected.get(key, "absent"):
                return f"{key!r}: " + difference(found.get(key, "absent"),
                                                 expected.get(key, "absent"))
    if isinstance(found, (list, tuple)) and isinstance(expected, (list, tuple)):
        for at, (one, other) in enumerate(zip(found, expected)):
            if one != other:
                return f"[{at}] " + difference(one, other)
    return f"{str(found)[:400]} instead of {str(expected)[:400]}"


def strace_works():
    try:
        return subprocess.run(["strace", "-f", "-o", os.devnull, "-e", "trace=exit_group", "true"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def points(sweep, options):
    if options.calls and strace_works():
        for number in range(options.calls):
            call = SYSCALLS[number % len(SYSCALLS)]
            dice = random.Random(options.seed + number)
            yield sweep.call_point, (call, dice.choice((1, 2, 3, 7, 20, 60)))
    for number in range(options.points):
        yield sweep.random_point, (number,)


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slipring", required=True)
    parser.add_argument("--synthesize", required=True)
    parser.add_argument("--points", type=int, default=200, help="kills at random moments")
    parser.add_argument("--calls", type=int, default=16, help="kills at system calls, with strace")
    parser.add_argument("--seconds", type=float, default=200,
                        help="begins no new point after this")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", help="directory to work in; one in memory by default")
    options = parser.parse_args(arguments)
    if "SLIPRING_KILL_POINTS" in os.environ:
        options.points = int(os.environ["SLIPRING_KILL_POINTS"])
    return options


def main(arguments):
    options = parse(arguments)
    started = time.monotonic()
    parent = options.work or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    with tempfile.TemporaryDirectory(prefix="slipring-kill-", dir=parent) as work:
        sweep = Sweep(options, work)
        try:
            sweep.learn()
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                futures = [pool.submit(point, *of) for point, of in points(sweep, options)]
                try:
                    for future in concurrent.futures.as_completed(futures):
                        future.result()
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise
        except Broken as broken:
            print(f"kill sweep, seed {options.seed}: {broken}", file=sys.stderr)
            return 1
    print(f"kill sweep, seed {options.seed}: {sweep.kills} of {options.points} random kills, "
          f"{sweep.second_kills} more while resuming, {sweep.at_calls} at system calls, "
          f"{len(sweep.rows)} files each: outputs and ledgers identical to an undisturbed run "
          f"({time.monotonic() - started:.0f} s; {sweep.missed} kills came too late, repeated)")
    if sweep.kills < options.points:
        print(f"the time limit of {options.seconds:.0f} s ended it early")
    return 0 if sweep.kills else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
