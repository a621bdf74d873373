#!/usr/bin/env python3
"""Whole jobs of a slipring built with ThreadSanitizer, signals and kills among them: every report
that it leaves is a race. `./run tsan` calls it.

Usage: race_jobs.py SLIPRING SYNTHESIZE OUT; reports are OUT/report.*
"""

import concurrent.futures
import glob
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time

SYNTAXES = ("htj2k-lossless", "jls-lossless", "jpeg-lossless-sv1", "rle", "j2k-lossless")
SECONDS_MAX = 600


class Jobs:
    def __init__(self, slipring, synthesize, out):
        self.slipring = slipring
        self.out = out
        self.failures = []
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        os.environ["XDG_STATE_HOME"] = self.path("state")
        os.environ["TSAN_OPTIONS"] = f"log_path={self.path('report')} exitcode=66 history_size=4"
        self.archive = self.path("archive")
        words = ["--count", "160", "--seed", "11", "--mix", "CT:45,MR:35,CR:4,US:16"]
        words += ["--ct-size", "128", "--mr-size", "96", "--cr-size", "512", "--us-size", "96"]
        words += ["--syntax", "explicit-le:60,implicit-le:20,rle:20", "--defect-rate", "0.05"]
        subprocess.run([synthesize, self.archive, *words], check=True, stdout=subprocess.DEVNULL)

    def path(self, name):
        return os.path.join(self.out, name)

    def start(self, *words):
        with open(self.path("log"), "a") as log:
            return subprocess.Popen(
                [self.slipring, *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def end(self, process, wanted):
        code = process.wait(timeout=SECONDS_MAX)
        if code not in wanted:
            self.failures.append(f"exit {code}: {' '.join(process.args[1:])}")

    def run(self, *words, wanted=(0, 1)):
        """To its end; 1 where some objects are damaged."""
        self.end(self.start(*words), wanted)

    def reading(self):
        ledger = ["--ledger", self.path("reading.db")]
        self.run("scan", self.archive, "-j4", "--ledger", self.path("scan.db"))
        self.run("validate", self.archive, "-j4", "--digests", *ledger)
        for path in glob.glob(f"{self.archive}/*/*/*/*1.dcm"):
            os.utime(path)
        again = ["--only-changed", "--rescan-budget", "1M"]
        self.run("validate", self.archive, "-j4", *again, *ledger)
        self.run("validate", self.archive, "-j4", "--no-pixels", "--fresh", "--json", *ledger)
        self.run("validate", self.archive, "-j4", "--no-ledger", "--bwlimit", "20M")

    def converting(self):
        for syntax in SYNTAXES:
            into = self.path(syntax)
            self.run("convert", self.archive, into, "--to", syntax, "-j4")
            self.run("verify", into, "--decode", "-j4", wanted=(0,))
        lossy = ["--to", "htj2k", "--allow-lossy", "--ratio", "8"]
        self.run("convert", self.archive, self.path("lossy"), *lossy, "-j4")

    def stopped(self):
        """Asked how far it is, stopped, killed, and gone on with."""
        words = ["convert", self.archive, self.path("stopped"), "--to", "jls-lossless", "-j4"]
        for how in (signal.SIGTERM, signal.SIGKILL, signal.SIGINT):
            process = self.start(*words)
            for _ in range(3):
                time.sleep(1)
                if process.poll() is None:
                    process.send_signal(signal.SIGUSR1)
            process.send_signal(how)
            self.end(process, (0, 1, 130, -signal.SIGKILL))
        self.run(*words)
        self.run("verify", self.path("stopped"), wanted=(0,))

    def flood(self, port):
        """Connections that say nothing, nonsense, or end in the middle."""

        def caller(seed):
            chance = random.Random(seed)
            for _ in range(30):
                try:
                    with socket.create_connection(("127.0.0.1", port), 5) as one:
                        one.sendall(chance.randbytes(chance.randint(0, 200)))
                except OSError:
                    pass

        with concurrent.futures.ThreadPoolExecutor(16) as callers:
            list(callers.map(caller, range(16)))

    def network(self):
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
        peer, into = f"SINK@127.0.0.1:{port}", self.path("received")
        words = ["--port", port, "--into", into, "--to", "rle"]
        receiver = self.start("receive", *words, "--aetitle", "SINK")
        while subprocess.run([self.slipring, "echo", peer], capture_output=True).returncode != 0:
            if receiver.poll() is not None:
                self.failures.append("receive does not listen")
                return
            time.sleep(0.2)
        ledger = self.path("sent.db")
        sending = [self.start("send", self.archive, peer, "-j3", "--ledger", ledger)]
        for syntax in SYNTAXES[1:3]:
            words = ["send", self.path(syntax), peer, "-j2", "--ledger", self.path(f"{syntax}.db")]
            sending.append(self.start(*words))
        looking = self.start("verify", into)
        self.flood(port)
        receiver.send_signal(signal.SIGUSR1)
        sending[0].send_signal(signal.SIGUSR1)
        for process in sending:
            self.end(process, (0, 1))
        self.end(looking, (0, 1, 4, 6))
        self.run("commit", ledger, peer)
        lossy = ["--to", "htj2k", "--allow-lossy", "--ratio", "8", "--commit"]
        lossy += ["--ledger", self.path("lossy.db")]
        self.run("convert", self.archive, "--send", peer, *lossy)
        receiver.send_signal(signal.SIGTERM)
        self.end(receiver, (0, 1))
        self.run("verify", into, wanted=(0,))


def main():
    jobs = Jobs(*sys.argv[1:4])
    for work in (jobs.reading, jobs.converting, jobs.stopped, jobs.network):
        began = time.monotonic()
        work()
        print(f"{work.__name__}: {time.monotonic() - began:.0f} s", flush=True)
    reports = glob.glob(jobs.path("report*"))
    for report in reports:
        with open(report) as text:
            print(text.read())
    for failure in jobs.failures:
        print(failure)
    print(f"{len(reports)} processes with reports, {len(jobs.failures)} wrong exits")
    return 1 if reports or jobs.failures else 0


if __name__ == "__main__":
    sys.exit(main())
