#!/usr/bin/env python3
"""slipring receive: what storescu, dcmsend and Orthanc send to it, what it refuses, and what it
keeps when it is killed.

Usage: receive_test.py SLIPRING SYNTHESIZE
"""

import contextlib
import glob
import hashlib
import json
import os
import random
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import peers
from tls_test import Certificates

SLIPRING = ""
SYNTHESIZE = ""


class Receiver:
    """A running receiver; `end()` gives its lines and its exit code."""

    def __init__(self, into, *options, limit=None, port=0):
        def confine():
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        self.process = subprocess.Popen(
            [SLIPRING, "receive", "--json", "--address", "127.0.0.1", "--port", str(port)]
            + (["--into", into] if into else ["--discard"])
            + [str(option) for option in options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=confine,
        )
        first = self.process.stdout.readline()
        if not first:
            raise RuntimeError(self.process.stderr.read())
        self.start = json.loads(first)
        self.port = self.start["port"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def end(self, how=signal.SIGINT):
        self.process.send_signal(how)
        out, self.errors = self.process.communicate(timeout=120)
        return [json.loads(line) for line in out.splitlines()], self.process.returncode


def of_type(lines, kind):
    return [line for line in lines if line["type"] == kind]


def run(*command, timeout=120):
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )


def storescu(port, *words):
    return run(peers.find("storescu"), *words[:-1], "127.0.0.1", port, words[-1])


def data_set_digest(path):
    """Of what follows the meta group."""
    with open(path, "rb") as file:
        content = file.read()
    length = int.from_bytes(content[140:144], "little")
    return hashlib.sha256(content[144 + length :]).hexdigest()


def files(folder):
    return sorted(
        path
        for path in glob.glob(os.path.join(folder, "**"), recursive=True)
        if os.path.isfile(path) and not os.path.basename(path).startswith(".")
    )


def digests(folder):
    return sorted(data_set_digest(path) for path in files(folder))


def archive(folder, syntaxes):
    words = "--count 40 --seed 7 --mix CT:40,MR:40,US:20 --ct-size 128 --mr-size 96 --us-size 96"
    made = run(SYNTHESIZE, folder, *words.split(), "--syntax", syntaxes)
    if made.returncode != 0:
        raise RuntimeError(made.stderr)
    return folder


class Receiving(unittest.TestCase):
    syntaxes = "explicit-le:100"  # what storescu sends as it is

    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.source = archive(os.path.join(self.folder, "source"), self.syntaxes)
        self.into = os.path.join(self.folder, "in")

    def enterContext(self, context):  # unittest has it from Python 3.11 on
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def need(self, program):
        if peers.find(program) is None:
            self.skipTest(f"skipped: no {program}")

    def sent_by(self, *command):
        with Receiver(self.into) as receiver:
            done = run(*[str(receiver.port) if word == "PORT" else word for word in command])
            lines, code = receiver.end()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(code, 0, lines)
        return lines

    def check_all_arrived(self, lines, reference):
        """`reference` is what storescp wrote, bit by bit, when the same was sent to it: senders
        encode data sets anew."""
        sent = files(self.source)
        self.assertEqual(digests(self.into), digests(reference))
        summary = lines[-1]
        self.assertEqual((summary["seen"], summary["failed"]), (len(sent), 0))
        self.assertTrue(summary["balanced"])
        verified = run(SLIPRING, "verify", self.into)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


class FromPeers(Receiving):
    syntaxes = "explicit-le:60,implicit-le:20,rle:20"

    def reference(self):
        """A storescp that keeps what it gets as it is: its folder and port."""
        self.need("storescp")
        folder = os.path.join(self.folder, "reference")
        os.mkdir(folder)
        port = self.enterContext(peers.storescp("+B", "+xa", "-od", folder))
        return folder, port

    def test_sigusr1_asks_how_much_came(self):
        self.need("storescu")
        with Receiver(self.into) as receiver:
            done = storescu(receiver.port, "+sd", "+r", self.source)
            receiver.process.send_signal(signal.SIGUSR1)
            lines = iter(receiver.process.stdout.readline, "")
            said = next(line for line in map(json.loads, lines) if line["type"] == "progress")
            _, code = receiver.end()
        self.assertEqual((done.returncode, code), (0, 0), done.stderr)
        self.assertEqual((said["done"], said["failed"]), (len(files(self.source)), 0))

    def test_dcmsend_sends_and_data_sets_arrive_byte_by_byte(self):
        self.need("dcmsend")
        words = [peers.find("dcmsend"), "+sd", "+r", "--decompress-never", "127.0.0.1"]
        folder, port = self.reference()
        run(*words, port, self.source)
        self.check_all_arrived(self.sent_by(*words, "PORT", self.source), folder)

    def with_orthanc(self, work, **modalities):
        """A sink that knows Orthanc, and Orthanc that knows the sink and has all of the source."""
        self.need("Orthanc")
        http, sink = peers.free_port(), peers.free_port()
        with peers.orthanc(
            HttpServerEnabled=True,
            HttpPort=http,
            AuthenticationEnabled=False,
            DicomAlwaysAllowEcho=True,
            DicomModalities={"sink": ["SINK", "127.0.0.1", sink], **modalities},
        ) as port:
            options = ["--aetitle", "SINK", "--report-to", f"ORTHANC@127.0.0.1:{port}"]
            with Receiver(self.into, *options, port=sink) as receiver:
                rest = f"http://127.0.0.1:{http}"
                for path in files(self.source):
                    with open(path, "rb") as file:
                        post(f"{rest}/instances", file.read())
                work(rest, get(f"{rest}/instances"))
                return receiver.end()

    def test_orthanc_sends_what_it_was_given(self):
        def send(rest, instances):
            for modality in ("reference", "sink"):
                post(f"{rest}/modalities/{modality}/store", json.dumps(instances).encode())

        folder, port = self.reference()
        lines, code = self.with_orthanc(send, reference=["STORESCP", "127.0.0.1", port])
        self.assertEqual(code, 0, lines)
        self.check_all_arrived(lines, folder)

    def test_orthanc_is_told_what_is_kept_and_what_is_not(self):
        def ask(rest, instances):
            kept = instances[1:]
            post(f"{rest}/modalities/sink/store", json.dumps(kept).encode())
            asked = json.dumps({"Resources": instances}).encode()
            where = json.loads(post(f"{rest}/modalities/sink/storage-commitment", asked))["Path"]
            until = time.monotonic() + 60
            while get(rest + where)["Status"] == "Pending" and time.monotonic() < until:
                time.sleep(0.1)
            self.report = get(rest + where)

        _, code = self.with_orthanc(ask)
        self.assertEqual(code, 0)
        self.assertEqual(self.report["Status"], "Failure", self.report)
        self.assertEqual(len(self.report["Success"]), len(files(self.source)) - 1)
        reasons = [one["FailureReason"] for one in self.report["Failures"]]
        self.assertEqual(reasons, [0x0112])


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)


def post(url, body):
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=120) as answer:
        return answer.read()


class Rules(Receiving):
    def setUp(self):
        super().setUp()
        self.need("storescu")

    def test_the_same_again_is_success_and_stored_once(self):
        with Receiver(self.into) as receiver:
            for _ in range(2):
                done = storescu(receiver.port, "-nh", "+sd", "+r", self.source)
                self.assertEqual(done.returncode, 0, done.stderr)
            lines, code = receiver.end()
        self.assertEqual(code, 0)
        summary = lines[-1]
        self.assertEqual(summary["duplicate"], summary["seen"] // 2)
        self.assertEqual(len(files(self.into)), summary["seen"] // 2)

    def test_a_full_disk_is_out_of_resources_and_what_was_acknowledged_is_there(self):
        with Receiver(self.into, limit=400_000) as receiver:  # of any file, the ledger's too
            done = storescu(receiver.port, "-v", "-nh", "+sd", "+r", self.source)
            lines, code = receiver.end()
        objects = of_type(lines, "object")
        self.assertEqual({one["status"] for one in objects}, {"0000", "A700"})
        self.assertIn("Refused", done.stdout + done.stderr)
        self.assertEqual(code, 5)
        for one in objects:
            if one["status"] == "0000":
                self.assertTrue(os.path.isfile(os.path.join(self.into, one["output"])))
        with Receiver(self.into) as receiver:
            storescu(receiver.port, "-nh", "+sd", "+r", self.source)
            _, code = receiver.end()
        self.assertEqual(code, 0)
        self.assertEqual(len(files(self.into)), len(files(self.source)))
        verified = run(SLIPRING, "verify", self.into)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_transcoding_on_arrival_is_proven(self):
        with Receiver(self.into, "--to", "rle") as receiver:
            storescu(receiver.port, "-nh", "+sd", "+r", self.source)
            lines, code = receiver.end()
        self.assertEqual(code, 0)
        self.assertGreater(lines[-1]["converted"], 0)
        for one in of_type(lines, "object"):
            if one["outcome"] == "converted":
                self.assertTrue(one["pixel_verified"])

    def test_over_tls_with_certificates_on_both_sides(self):
        self.need("openssl")
        folder = self.enterContext(tempfile.TemporaryDirectory())
        signed = Certificates(folder)
        tls = ["--tls", "--key", signed["server.key"], "--cert", signed["server.pem"]]
        with Receiver(self.into, *tls, "--cafile", signed["ca.pem"]) as receiver:
            own = ["+tls", signed["client.key"], signed["client.pem"], "+cf", signed["ca.pem"]]
            done = storescu(receiver.port, *own, "+sd", "+r", self.source)
            self.assertEqual(done.returncode, 0, done.stderr)
            done = storescu(receiver.port, "+sd", "+r", self.source)  # in clear
            self.assertNotEqual(done.returncode, 0)
            lines, _ = receiver.end()
        self.assertEqual(lines[-1]["seen"], len(files(self.source)))

    def test_no_association_waits_for_whoever_reads_its_lines(self):
        words = "--count 600 --seed 7 --mix CT:100 --ct-size 16 --syntax explicit-le:100"
        many = os.path.join(self.folder, "many")
        self.assertEqual(run(SYNTHESIZE, many, *words.split()).returncode, 0)
        with Receiver(None) as receiver:  # its lines fill the pipe several times
            sent = storescu(receiver.port, "-nh", "+sd", "+r", many)
            self.assertEqual(sent.returncode, 0, sent.stderr)
            lines, code = receiver.end()
        self.assertEqual(code, 0)
        self.assertEqual(len(of_type(lines, "object")), 600)
        self.assertGreater(sum(len(json.dumps(line)) for line in lines), 2 * 65536)
        self.assertEqual(lines[-1]["type"], "summary")

    def test_it_stops_by_itself_after_so_many_objects(self):
        with Receiver(self.into, "--exit-after", 3) as receiver:
            done = storescu(receiver.port, *files(self.source)[:1])
            for path in files(self.source)[1:3]:
                done = storescu(receiver.port, path)
                self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(receiver.process.wait(timeout=60), 0)


class BadPeers(Receiving):
    def test_floods_and_drips_end_within_their_timers(self):
        options = "--max-associations 4 --acse-timeout 1 --dimse-timeout 1 --idle-timeout 1".split()
        with Receiver(self.into, *options) as receiver, contextlib.ExitStack() as stack:
            callers = [
                stack.enter_context(socket.create_connection(("127.0.0.1", receiver.port)))
                for _ in range(30)
            ]
            callers[0].sendall(b"\x01\x00\x00\x00\x10")  # half a header
            callers[1].sendall(b"\x01\x00\x7f\xff\xff\xff")  # 2 GiB to come
            callers[2].sendall(b"GET / HTTP/1.0\r\n\r\n")
            for caller in callers:
                caller.settimeout(60)
                with contextlib.suppress(ConnectionError):
                    while caller.recv(4096):
                        pass
            if peers.find("echoscu") is not None:
                echoed = run(peers.find("echoscu"), "127.0.0.1", receiver.port)
                self.assertEqual(echoed.returncode, 0, echoed.stderr)
            lines, code = receiver.end()
        self.assertEqual(code, 0)
        self.assertEqual(lines[-1]["seen"], 0)


class Killed(Receiving):
    def test_nothing_that_was_acknowledged_is_lost(self):
        self.need("storescu")
        rounds = int(os.environ.get("SLIPRING_RECEIVE_KILLS", "4"))
        chance = random.Random(5)
        sent = files(self.source)
        acknowledged = set()
        for _ in range(rounds):
            with Receiver(self.into) as receiver:
                sender = subprocess.Popen(
                    [peers.find("storescu"), "-v", "-nh", "+sd", "+r", "127.0.0.1",
                     str(receiver.port), self.source],
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                )  # fmt: skip
                time.sleep(chance.uniform(0.02, 0.6))
                receiver.process.kill()
                acknowledged |= acknowledged_in(sender.communicate(timeout=120)[0])
        with Receiver(self.into) as receiver:
            done = storescu(receiver.port, "-nh", "+sd", "+r", self.source)
            self.assertEqual(done.returncode, 0, done.stderr)
            lines, code = receiver.end()
        self.assertEqual(code, 0)
        self.assertEqual(len(files(self.into)), len(sent), "lost, or stored twice")
        with contextlib.closing(
            sqlite3.connect(os.path.join(self.into, ".slipring", "ledger.db"))
        ) as ledger:
            rows = ledger.execute("SELECT count(*), sum(done) FROM files").fetchone()
        self.assertEqual(rows, (len(sent), len(sent)))
        again = of_type(lines, "object")
        known = sum(one["outcome"] == "duplicate" for one in again)
        self.assertGreaterEqual(known, len(acknowledged))


def acknowledged_in(log):
    """The files storescu was told are stored."""
    found = set()
    current = None
    for line in log.splitlines():
        if "Sending file: " in line:
            current = line.split("Sending file: ", 1)[1]
        elif "Received Store Response (Success)" in line:
            found.add(current)
    return found


if __name__ == "__main__":
    SLIPRING, SYNTHESIZE = sys.argv[1], sys.argv[2]
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:], verbosity=2)
