#!/usr/bin/env python3
"""Every command that speaks to a peer, over TLS with both certificates: against DCMTK's servers,
with TLS before them where they have none, against `openssl s_server` and our own receiver.

Usage: over_tls_test.py SLIPRING
"""

import contextlib
import os
import sys
import tempfile
import unittest

import peers
import query_test
import receive_test
import sending
import tls_test
from pull_test import EXPECTED, files_in
from query_test import NAME, STUDIES, WORKLIST, Archive, lines_of, slipring
from receive_test import Receiver


class OverTls(Archive):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if peers.find("openssl") is None:
            raise unittest.SkipTest("skipped: no openssl")
        cls.place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.place.cleanup)
        names = cls.names = tls_test.Certificates(cls.place.name)
        cls.own = ["--key", names["client.key"], "--cert", names["client.pem"]]
        cls.tls = ["--tls", "--cafile", names["ca.pem"], *cls.own]

    def setUp(self):
        self.folder_of_test = self.enterContext(tempfile.TemporaryDirectory())

    def path(self, name):
        return os.path.join(self.folder_of_test, name)

    @contextlib.contextmanager
    def archive(self, **settings):
        """DCMTK's archive, filled, behind TLS."""
        with peers.dcmqrscp(**settings) as port:
            peers.store(port, "QR", self.files)
            with peers.tls_front(self.names, port) as front:
                yield f"QR@127.0.0.1:{front}"

    def expect(self, code, *words):
        done = slipring(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_find_get_and_pull_from_dcmqrscp(self):
        with self.archive() as place:
            done = self.expect(0, "find", place, *self.tls, "-k", "PatientName")
            self.assertIn(NAME, done.stdout)
            study = ["-k", f"StudyInstanceUID={STUDIES[0]}"]
            self.expect(0, "get", place, *self.tls, *study, "--into", self.path("get"))
            self.assertEqual(len(files_in(self.path("get"))), 3)
            words = ["--date-range", "20200101-20201231", "--into", self.path("pull")]
            self.expect(0, "pull", place, *self.tls, *words)
            self.assertEqual(files_in(self.path("pull")), EXPECTED)

    def test_move_from_dcmqrscp(self):
        arrived = self.path("arrived")
        os.mkdir(arrived)
        with peers.storescp("-od", arrived) as sink:
            with self.archive(known=[("SINK", sink)]) as place:
                study = ["-k", f"StudyInstanceUID={STUDIES[0]}"]
                self.expect(0, "move", "--destination", "SINK", place, *self.tls, *study)
        self.assertEqual(len(os.listdir(arrived)), 3)

    def test_without_a_certificate_or_by_another_authority_nothing_is_said(self):
        with self.archive() as place:
            trust = ["--tls", "--cafile", self.names["ca.pem"]]
            into = ["--date-range", "20200101-20201231", "--into", self.path("in")]
            self.expect(5, "find", place, *trust)
            self.expect(5, "pull", place, *trust, *into)
            other = ["--tls", "--cafile", self.names["other-ca.pem"], *self.own]
            self.expect(5, "find", place, *other)
            self.expect(5, "find", place, "-ta", "1")  # in clear
            self.assertEqual(files_in(self.path("in")), [])

    def test_worklist_from_wlmscpfs(self):
        if peers.find("wlmscpfs") is None:
            self.skipTest("skipped: no wlmscpfs")
        text = WORKLIST.format(number=1, modality="CT", name=NAME).encode("latin-1")
        with peers.wlmscpfs([text]) as port, peers.tls_front(self.names, port) as front:
            done = self.expect(0, "worklist", f"WL@127.0.0.1:{front}", *self.tls)
            self.assertIn(NAME, done.stdout)

    def test_s_server_before_dcmqrscp(self):
        with peers.dcmqrscp() as port:
            peers.store(port, "QR", self.files)
            with peers.s_server_front(self.names, port) as front:
                done = self.expect(0, "find", f"QR@127.0.0.1:{front}", *self.tls)
                self.assertIn(STUDIES[0], done.stdout)
            with peers.s_server_front(self.names, port) as front:
                self.expect(0, "echo", f"QR@127.0.0.1:{front}", *self.tls)
            with peers.s_server_front(self.names, port) as front:
                self.expect(5, "echo", f"QR@127.0.0.1:{front}", "--tls", "-ta", "2",
                            "--cafile", self.names["ca.pem"])  # fmt: skip

    def test_s_server_before_storescp(self):
        source, arrived = self.path("source"), self.path("arrived")
        os.mkdir(source)
        os.mkdir(arrived)
        sending.write_objects(source, 5, 30000)
        with peers.storescp("-od", arrived) as port:
            with peers.s_server_front(self.names, port) as front:
                words = [source, f"127.0.0.1:{front}", "-j", 1, "--ledger", self.path("l.db")]
                self.expect(0, "send", *words, *self.tls)
        self.assertEqual(len(os.listdir(arrived)), 5)

    def test_send_and_commitment_with_our_own_receiver(self):
        source = self.path("source")
        os.mkdir(source)
        sending.write_objects(source, 5, 3000)
        names = self.names
        server = ["--tls", "--key", names["server.key"], "--cert", names["server.pem"]]
        server += ["--cafile", names["ca.pem"]]
        with Receiver(self.path("in"), *server) as receiver:
            place = f"SINK@127.0.0.1:{receiver.port}"
            ledger = ["--ledger", self.path("l.db")]
            self.expect(0, "send", source, place, *self.tls, *ledger, "--commit")
            done = self.expect(0, "commit", "--json", self.path("l.db"), place, *self.tls)
            self.assertEqual(lines_of(done, "summary")[0]["before"], 5)
            clear = ["-ta", "1", "--retries", "0", "--ledger", self.path("clear.db")]
            self.expect(5, "send", source, place, *clear)

    def orthanc(self, port):
        """Calls back by TLS only."""
        names = self.names
        settings = {
            "DicomTlsEnabled": True,
            "DicomTlsPrivateKey": names["server.key"],
            "DicomTlsCertificate": names["server.pem"],
            "DicomTlsTrustedCertificates": names["ca.pem"],
            "DicomModalities": {
                "us": {"AET": "US", "Host": "127.0.0.1", "Port": port, "UseDicomTls": True}
            },
        }
        allowed = {f"DicomAlwaysAllow{what}": True for what in ("Store", "Find", "Move", "Get")}
        return peers.orthanc(**settings, **allowed)

    def localhost(self):
        """What Orthanc calls back: a listener of ours with a certificate for this machine."""
        names = self.names
        own = ["--key", names["server.key"], "--cert", names["server.pem"]]
        return ["--tls", "--cafile", names["ca.pem"], *own, "-aet", "US"]

    def test_orthanc_calls_back_over_tls(self):
        if peers.find("Orthanc") is None:
            self.skipTest("skipped: no Orthanc")
        listen = peers.free_port()
        with self.orthanc(listen) as port:
            place = f"ORTHANC@127.0.0.1:{port}"
            ledger = ["--ledger", self.path("l.db"), "--commit", "--listen", listen]
            done = self.expect(0, "send", "--json", *self.files, place, *self.localhost(), *ledger)
            self.assertEqual(lines_of(done, "summary")[1]["committed"], len(self.files))
            words = ["--date-range", "20200101-20201231", "--into", self.path("pull")]
            self.expect(0, "pull", place, *self.localhost(), *words, "--move", "--port", listen)
            self.assertEqual(files_in(self.path("pull")), EXPECTED)

    def test_a_listener_without_a_certificate_is_exit_2(self):
        trust = ["--tls", "--cafile", self.names["ca.pem"]]
        into = ["-k", "PatientID=1", "--into", self.path("in")]
        self.expect(2, "pull", "127.0.0.1:1", *into, *trust, "--move", "--port", "0")


if __name__ == "__main__":
    query_test.SLIPRING = receive_test.SLIPRING = sending.SLIPRING[0] = sys.argv.pop(1)
    unittest.main()
