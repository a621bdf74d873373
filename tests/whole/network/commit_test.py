#!/usr/bin/env python3
"""slipring commit: what was sent to our own receiver and to Orthanc is asked for, and what they do
not keep is sent again.

Usage: commit_test.py SLIPRING SYNTHESIZE
"""

import json
import os
import sys
import unittest
import urllib.request

import peers
import receive_test
from receive_test import Receiver, Receiving, files, get, of_type, run

SLIPRING = ""


class Committing(Receiving):
    def setUp(self):
        if "send" not in run(SLIPRING, "--help").stdout:
            self.skipTest("skipped: this build has no send")
        super().setUp()
        os.environ["XDG_STATE_HOME"] = os.path.join(self.folder, "state")

    def send(self, *words):
        done = run(SLIPRING, "send", "--json", "--aetitle", "US", self.source, *words)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(done.returncode, 0, done.stderr)
        self.ledger = lines[0]["ledger"]
        return lines[-1]

    def commit(self, *words):
        done = run(SLIPRING, "commit", "--json", self.ledger, *words)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(lines, done.stderr)
        self.assertTrue(lines[-1]["balanced"])
        return lines, done.returncode

    def test_our_own_receiver_keeps_what_it_was_sent_and_says_what_it_lost(self):
        with Receiver(self.into) as receiver:
            peer = f"SINK@127.0.0.1:{receiver.port}"
            self.send(peer)
            sent = files(self.source)
            os.remove(files(self.into)[0])
            lines, code = self.commit(peer)
            self.assertEqual(code, 1)
            self.assertEqual((lines[-1]["committed"], lines[-1]["refused"]), (len(sent) - 1, 1))
            self.assertIn("0112", of_type(lines, "object")[0]["reason"])
            self.send(peer)  # what was refused, and nothing else
            lines, code = self.commit(peer)
            self.assertEqual((code, lines[-1]["seen"], lines[-1]["committed"]), (0, 1, 1))
            lines, code = receiver.end()
            self.assertEqual(code, 0)
            self.assertEqual(lines[-1]["seen"], len(sent) + 1)

    def test_orthanc_reports_by_an_association_of_its_own(self):
        self.need("Orthanc")
        http, listen = peers.free_port(), peers.free_port()
        with peers.orthanc(
            HttpServerEnabled=True,
            HttpPort=http,
            AuthenticationEnabled=False,
            DicomModalities={"us": ["US", "127.0.0.1", listen]},
        ) as port:
            peer = f"ORTHANC@127.0.0.1:{port}"
            self.send(peer)
            rest = f"http://127.0.0.1:{http}"
            lost = get(f"{rest}/instances")[0]
            urllib.request.urlopen(
                urllib.request.Request(f"{rest}/instances/{lost}", method="DELETE"), timeout=60
            ).close()
            lines, code = self.commit(peer, "--listen", listen)
            self.assertEqual(code, 1, lines)
            self.assertEqual(lines[-1]["committed"], len(files(self.source)) - 1)
            self.assertEqual(lines[-1]["refused"], 1)

    def test_a_peer_that_is_gone_leaves_everything_open(self):
        with Receiver(self.into) as receiver:
            peer = f"SINK@127.0.0.1:{receiver.port}"
            self.send(peer)
            receiver.end()
        lines, code = self.commit(peer, "--wait", "1")
        self.assertEqual(code, 5)
        self.assertEqual(lines[-1]["unanswered"], len(files(self.source)))


if __name__ == "__main__":
    SLIPRING = receive_test.SLIPRING = sys.argv[1]
    receive_test.SYNTHESIZE = sys.argv[2]
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:], verbosity=2)
