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

    def test_sigusr1_asks_how_much_is_answered(self):
        with Receiver(self.into) as receiver:
            self.send(f"SINK@127.0.0.1:{receiver.port}")
            receiver.end()
        with peers.asked_how_far(
            lambda port: [SLIPRING, "commit", "--json", self.ledger, f"SINK@127.0.0.1:{port}"],
            receiver.port,
        ) as process:
            said = peers.progress_of(process)
        self.assertEqual((said["done"], said["total"]), (0, len(files(self.source))))

    def test_a_ledger_that_is_not_there_is_not_made(self):
        absent = os.path.join(self.folder, "absent.db")
        done = run(SLIPRING, "commit", absent, "127.0.0.1:104")
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("there is no ledger here", done.stderr)
        self.assertFalse(os.path.exists(absent))

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

    def send_and_commit(self, peer, *words):
        options = ["--aetitle", "US", "--commit", "--wait", "5"]
        done = run(SLIPRING, "send", "--json", *options, self.source, peer, *words)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        summaries = of_type(lines, "summary")
        self.assertEqual(summaries[-1]["exit_code"], done.returncode)
        self.assertTrue(all(one["balanced"] for one in summaries))
        return summaries, done

    def test_one_command_sends_and_waits_for_the_report(self):
        sent = len(files(self.source))
        with Receiver(self.into) as receiver:
            peer = f"SINK@127.0.0.1:{receiver.port}"
            summaries, done = self.send_and_commit(peer)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([one["stored"] for one in summaries[:1]], [sent])
            self.assertEqual((summaries[1]["seen"], summaries[1]["committed"]), (sent, sent))
            summaries, done = self.send_and_commit(peer)  # again: nothing is left to do
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((summaries[1]["seen"], summaries[1]["before"]), (0, sent))

    def test_a_file_that_cannot_be_sent_fails_the_command_though_all_else_is_committed(self):
        with open(files(self.source)[0], "rb") as whole:
            beginning = whole.read(3000)
        with open(os.path.join(self.source, "cut.dcm"), "wb") as broken:
            broken.write(beginning)
        with Receiver(self.into) as receiver:
            summaries, done = self.send_and_commit(f"SINK@127.0.0.1:{receiver.port}")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(summaries[0]["failed"], 1)
        self.assertEqual(summaries[1]["committed"], len(files(self.source)) - 1)
        self.assertEqual(summaries[1]["exit_reason"], "objects-failed")

    def test_a_peer_that_stores_and_knows_no_commitment_is_exit_5(self):
        self.need("storescp")
        os.mkdir(self.into)
        with peers.storescp("-od", self.into) as port:
            summaries, done = self.send_and_commit(f"127.0.0.1:{port}")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertEqual(summaries[0]["exit_code"], 0)
        self.assertEqual(summaries[1]["unanswered"], len(files(self.source)))

    def test_a_peer_that_cannot_be_sent_to_is_not_asked(self):
        summaries, done = self.send_and_commit(f"127.0.0.1:{peers.free_port()}", "--retries", "0")
        self.assertEqual((done.returncode, len(summaries)), (5, 1), done.stderr)
        self.assertIn("commitment is not asked for now", done.stderr)

    def test_orthanc_is_sent_to_and_commits_by_one_command(self):
        self.need("Orthanc")
        listen = peers.free_port()
        with peers.orthanc(DicomModalities={"us": ["US", "127.0.0.1", listen]}) as port:
            peer = f"ORTHANC@127.0.0.1:{port}"
            summaries, done = self.send_and_commit(peer, "--listen", listen)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(summaries[1]["committed"], len(files(self.source)))

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
