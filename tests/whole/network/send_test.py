#!/usr/bin/env python3
"""slipring send of real files into DCMTK's storescp and into Orthanc: every object has a fate, what
arrives is what lay in the file; over TLS; and killed at any moment it goes on where it was.

Usage: send_test.py SLIPRING
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import peers
import sending
import tls_test

CORPUS = Path(__file__).resolve().parents[3] / ".." / "shared" / "corpus"


class SendTest(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.folder = Path(self.place.name)
        self.source = self.folder / "source"
        self.inbox = self.folder / "inbox"
        self.state = self.folder / "state"
        for folder in (self.source, self.inbox, self.state):
            folder.mkdir()

    def tearDown(self):
        self.place.cleanup()

    def need(self, program):
        if peers.find(program) is None:
            self.skipTest(f"skipped: no {program}")

    def need_corpus(self):
        if not CORPUS.is_dir():
            self.skipTest("skipped: no corpus")

    def send(self, sources, peer, *options):
        return sending.send(sources, peer, *options, state=self.state)

    def expect_fates(self, run):
        """One line an object, each that is not stored with its reason, and books that balance."""
        self.assertTrue(run.summary["balanced"], run.errors)
        self.assertEqual(len(run.objects), run.summary["seen"])
        for one in run.objects:
            if one["outcome"] not in ("stored",):
                self.assertTrue(one.get("reason"), one)


class IntoStorescp(SendTest):
    def test_the_corpus_arrives_byte_by_byte(self):
        self.need("storescp")
        self.need_corpus()
        # Accepts every syntax (+xa) and writes data sets as they come (+B).
        with peers.storescp("+xa", "+B", "-od", str(self.inbox)) as port:
            run = self.send([CORPUS], f"127.0.0.1:{port}")
        self.expect_fates(run)
        stored = run.of("stored")
        self.assertGreater(len(stored), 400)
        arrived = {
            sending.digest(sending.data_set(path)) for path in self.inbox.iterdir()
        }
        instances = [one["sop_instance"] for one in stored]
        compared = 0
        for one in stored:
            if instances.count(one["sop_instance"]) > 1 or one["from"] != one["to"]:
                continue  # storescp keeps one file an instance
            sent = sending.data_set(CORPUS / one["path"])
            if sent is None or len(sent) != one["bytes_out"]:
                continue  # bytes behind the last element are not sent
            compared += 1
            padded = sent + bytes(len(sent) % 2)  # a deflated stream may be odd (PS3.5 A.5)
            self.assertIn(sending.digest(padded), arrived, one["path"])
        self.assertGreater(compared, 150)

    def test_a_default_storescp_gets_what_it_takes(self):
        self.need("storescp")
        self.need_corpus()
        with peers.storescp("-od", str(self.inbox)) as port:
            run = self.send([CORPUS], f"127.0.0.1:{port}", "--allow-lossy")
            again = self.send([CORPUS], f"127.0.0.1:{port}", "--allow-lossy")
        self.expect_fates(run)
        self.assertGreater(run.summary["transcoded"], 100)
        self.assertEqual(run.code, 1)
        # What had no answer is sent again, and nothing else.
        known = run.summary["seen"] - run.summary["skipped"] - run.summary["unknown"]
        self.assertEqual(again.summary["resumed"], known)
        for field in ("seen", "stored", "failed", "skipped"):
            self.assertEqual(again.summary[field], run.summary[field], field)

    def test_a_dry_run_sends_nothing_and_says_what_would_be(self):
        self.need("storescp")
        sending.write_objects(self.source, 3, 100)
        with peers.storescp("-od", str(self.inbox)) as port:
            run = self.send([self.source], f"127.0.0.1:{port}", "--dry-run")
        self.assertEqual(run.code, 0, run.errors)
        offers = [event for event in run.events if event["type"] == "offer"]
        self.assertEqual([(o["objects"], o["accepted"]) for o in offers], [(3, True)])
        self.assertEqual(list(self.inbox.iterdir()), [])

    def test_an_output_tree_is_sent_as_its_ledger_says(self):
        self.need("storescp")
        sending.write_objects(self.source, 4, 100)
        out = self.folder / "out"
        convert = [sending.SLIPRING[0], "convert", str(self.source), str(out)]
        subprocess.run([*convert, "--to", "implicit-le"], check=True, capture_output=True)
        (out / "stranger.dcm").write_bytes((self.source / "00000.dcm").read_bytes())
        with peers.storescp("-od", str(self.inbox)) as port:
            run = self.send([out], f"127.0.0.1:{port}")
        self.assertEqual(run.code, 0, run.errors)
        self.assertEqual(run.summary["stored"], 4)

    def test_over_tls_with_certificates_on_both_sides(self):
        self.need("storescp")
        self.need("openssl")
        certificates = tls_test.Certificates(str(self.folder))
        sending.write_objects(self.source, 20, 40000)
        server = ["+tls", certificates["server.key"], certificates["server.pem"]]
        options = [*server, "+cf", certificates["ca.pem"], "-od", str(self.inbox)]
        with peers.storescp(*options) as port:
            ours = ["--tls", "--cafile", certificates["ca.pem"]]
            ours += ["--key", certificates["client.key"], "--cert", certificates["client.pem"]]
            run = self.send([self.source], f"127.0.0.1:{port}", *ours)
            clear = self.send([self.source], f"127.0.0.1:{port}", "--fresh", "--retries", "0")
        self.assertEqual(run.code, 0, run.errors)
        self.assertEqual(run.summary["stored"], 20)
        self.assertEqual(clear.code, 5)
        self.assertEqual(clear.summary["not_sent"], 20)

    def test_the_disk_is_waited_for_before_it_says_stored_and_not_before_it_calls(self):
        self.need("storescp")
        if shutil.which("strace") is None:
            self.skipTest("skipped: no strace to see what is flushed when")
        sending.write_objects(self.source, 20, 100)
        (self.state / "slipring").mkdir()  # one that is new is flushed, too
        trace = self.folder / "trace"
        watch = ["strace", "-f", "-y", "-qq", "-s", "65536", "-o", trace]
        watch += ["-e", "trace=connect,fsync,fdatasync,write"]
        with peers.storescp("-od", str(self.inbox)) as port:
            command = [sending.SLIPRING[0], "send", "--json", self.source, f"127.0.0.1:{port}"]
            environment = os.environ | {"XDG_STATE_HOME": str(self.state)}
            # Leaks cannot be looked for in a process that strace holds; trying is an error.
            environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
            subprocess.run([*watch, *command], env=environment, check=True, capture_output=True)
        calls = trace.read_text(errors="replace").splitlines()
        called = next(at for at, call in enumerate(calls) if "AF_INET" in call)
        said = next(at for at, call in enumerate(calls) if r'\"stored\"' in call)
        flushes = [at for at, call in enumerate(calls) if re.search(r" (fsync|fdatasync)\(", call)]
        self.assertLessEqual(len([at for at in flushes if at < called]), 1)  # the ledger itself
        waited_for = [calls[at] for at in flushes if called < at < said]
        for place in (".db-wal>", "/slipring>"):  # its rows, and its name
            self.assertTrue(any(place in call for call in waited_for), (place, waited_for))

    def test_killed_at_any_moment_it_goes_on_where_it_was(self):
        self.need("storescp")
        instances = sending.write_objects(self.source, 400, 60000)
        chance = random.Random(5)
        with peers.storescp("--fork", "-od", str(self.inbox)) as port:
            command = [sending.SLIPRING[0], "send", str(self.source), f"127.0.0.1:{port}"]
            environment = os.environ | {"XDG_STATE_HOME": str(self.state)}
            for _ in range(8):
                process = subprocess.Popen(
                    command,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                time.sleep(chance.uniform(0, 0.5))
                process.kill()
                process.wait()
            run = self.send([self.source], f"127.0.0.1:{port}")
        self.assertEqual(run.code, 0, run.errors)
        self.assertEqual(run.summary["stored"], 400)
        arrived = {path.name.split(".", 1)[1] for path in self.inbox.iterdir()}
        self.assertEqual(arrived, instances)


class IntoOrthanc(SendTest):
    def test_the_corpus_arrives_whole(self):
        self.need("Orthanc")
        self.need_corpus()
        with peers.orthanc(StorageDirectory=str(self.inbox), StorageCompression=False) as port:
            peer = f"ORTHANC@127.0.0.1:{port}"
            # There are objects that this Orthanc never answers.
            patience = ["--dimse-timeout", "5", "--retries", "1"]
            run = self.send([CORPUS], peer, "--allow-lossy", *patience)
        self.expect_fates(run)
        self.assertGreater(len(run.of("stored")), 400)
        arrived = set()
        for path in self.inbox.rglob("*"):
            if not path.is_file() or path.stat().st_size < 150:
                continue
            content = sending.data_set(path)
            if content is not None:
                arrived.add(sending.digest(content))
        instances = [one["sop_instance"] for one in run.of("stored")]
        compared = 0
        for one in run.of("stored"):
            if instances.count(one["sop_instance"]) > 1 or one["from"] != one["to"]:
                continue
            sent = sending.data_set(CORPUS / one["path"])
            if sent is not None and len(sent) == one["bytes_out"]:
                compared += sending.digest(sent) in arrived
        self.assertGreater(compared, 100)


if __name__ == "__main__":
    sending.SLIPRING[0] = sys.argv.pop(1)
    unittest.main()
