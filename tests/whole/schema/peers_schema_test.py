#!/usr/bin/env python3
"""Every command that talks to peers, held to the JSON Schema.

Usage: peers_schema_test.py --slipring PATH --synthesize PATH [unittest arguments]
"""

import os
import unittest

import schema_case

import contract_case
import hostile_scp
import peers
import print_test
import query_test
import receive_test

NOBODY = "127.0.0.1:1"
JOB = ("start", "object", "summary")


def needs(*programs):
    missing = [name for name in programs if peers.find(name) is None]
    return unittest.skipIf(missing, f"skipped: no {' '.join(missing)}")


class OurOwn(schema_case.Case):
    """Against slipring receive, whose own lines are held to the schema too."""

    def setUp(self):
        super().setUp()
        receive_test.SLIPRING = contract_case.SLIPRING
        self.source = self.archive("in", 8, "--syntax", "explicit-le:1")

    def end(self, receiver, types):
        lines, _ = receiver.end()
        self.keep([receiver.start, *lines], types)

    def test_echo_send_and_commit(self):
        into = self.path("into")
        with receive_test.Receiver(into, "--to", "rle") as receiver:
            peer = f"SINK@127.0.0.1:{receiver.port}"
            self.says("echo", peer, "--repeat", 2, types=("start", "echo", "summary"), code=0)
            self.says("send", self.source, peer, "--dry-run", types=["offer"], code=0)
            slowly = ["--bwlimit", "20K"]  # progress is told of once a second
            lines = self.says("send", self.source, peer, *slowly, types=(*JOB, "progress"), code=0)
            ledger = lines[0]["ledger"]
            again = self.says("send", self.source, peer, types=JOB)  # all done before
            self.assertTrue(again[1]["resumed"])
            os.remove(os.path.join(into, self.files_in(into)[0]))
            lines = self.says("commit", ledger, peer, types=JOB, code=1)
            self.assertEqual((lines[-1]["committed"], lines[-1]["refused"]), (7, 1))
            self.says("commit", ledger, NOBODY, types=["error"], code=4)
            self.says("send", self.source, peer, "--commit", types=JOB, code=0)
            self.end(receiver, (*JOB, "association"))

    def test_what_arrives_twice_and_who_is_not_let_in(self):
        with receive_test.Receiver(self.path("into")) as receiver:
            peer = f"127.0.0.1:{receiver.port}"
            for _ in range(2):
                self.says("send", self.source, peer, "--fresh", types=JOB, code=0)
            self.end(receiver, (*JOB, "association"))
        with receive_test.Receiver(None, "--check-called") as receiver:
            self.says("echo", f"OTHER@127.0.0.1:{receiver.port}", types=["error"], code=5)
            self.end(receiver, ("start", "association", "summary"))

    def test_pixels_proven_on_the_way(self):
        with receive_test.Receiver(None) as receiver:
            words = ["--send", f"127.0.0.1:{receiver.port}", "--to", "rle"]
            lines = self.says("convert", self.source, *words, types=JOB, code=0)
            self.assertTrue(any("pixel_sha256" in line for line in lines))
            self.end(receiver, JOB)

    def test_nobody_there(self):
        listed = self.path("studies")
        with open(listed, "w", encoding="utf-8") as file:
            file.write("1.2.3\n")
        bad = ("start", "error", "summary")
        self.says("echo", NOBODY, types=bad, code=5)
        self.says("find", NOBODY, types=bad, code=5)
        self.says("worklist", NOBODY, types=bad, code=5)
        self.says("move", NOBODY, "-aem", "X", "-k", "StudyInstanceUID=1", types=bad, code=5)
        self.says("pull", NOBODY, "--studies", listed, "--into", self.path("pulled"),
                  types=("start", "study", "summary"), code=5)
        self.says("pull", NOBODY, "--studies", self.path("none"), "--into", self.path("pulled"),
                  types=["error"], code=2)
        self.says("get", NOBODY, "-k", "PatientID=1", "--into", self.path("pulled"), types=bad)
        self.says("send", self.source, NOBODY, types=(*JOB, "error"), code=5)
        self.says("send", self.source, NOBODY, "--dry-run", types=["error"], code=5)
        self.says("print", NOBODY, self.source, types=("start", "object", "error", "summary"))


class Complaining(schema_case.Case):
    """Against a peer that says what it does not like."""

    def scp(self, status):
        complaint = hostile_scp.complaint([(0x10, 0x20), (0x8, 0x16)], "no such patient")
        return hostile_scp.HostileScp("status", status=status, details=complaint)

    def expect_complaint(self, status, outcome, code):
        source = self.archive(f"in-{status:04X}", 2)
        with self.scp(status) as scp:
            lines = self.says("send", source, f"127.0.0.1:{scp.port}", types=JOB, code=code)
        for one in contract_case.of(lines, "object"):
            self.assertEqual((one["outcome"], one["status"]), (outcome, f"0x{status:04X}"))
            self.assertEqual(one["offending"], "(0010,0020) (0008,0016)")
            self.assertEqual(one["comment"], "no such patient")

    def test_a_failure_says_which_elements_and_why(self):
        self.expect_complaint(0xA900, "failed", 1)

    def test_a_warning_does_too(self):
        self.expect_complaint(0xB007, "warning", 0)

    def test_a_query_that_fails_says_by_which_status(self):
        for status in (0xA700, 0xC001):
            with self.scp(status) as scp:
                for words in (["find", "-k", "PatientID=1"], ["worklist"]):
                    peer = f"127.0.0.1:{scp.port}"
                    lines = self.says(words[0], peer, *words[1:], types=["error"], code=5)
                    error = contract_case.of(lines, "error")[0]
                    self.assertEqual(error["status"], f"{status:04X}")
                    self.assertIn("no such patient", error["msg"])
                    self.assertTrue(error["hint"])


class Theirs(schema_case.Case):
    """Against DCMTK's programs."""

    @needs("storescp")
    def test_send_into_a_peer_that_takes_less(self):
        source = self.archive("in", 4)
        with peers.storescp("-od", self.work) as port:
            self.says("send", source, f"127.0.0.1:{port}", types=JOB)
            self.says("find", f"127.0.0.1:{port}", types=["error", "summary"], code=5)

    @needs("dcmqrscp", "dump2dcm", "storescu", "storescp")
    def test_find_move_pull_and_get(self):
        study = query_test.STUDIES[0]
        files = [self.path(f"{number}.dcm") for number in (1, 2)]
        for number, path in enumerate(files, 1):
            peers.dump2dcm(query_test.image(study, number), path)
        words = ["-k", f"StudyInstanceUID={study}"]
        with peers.storescp("-od", self.work) as sink:
            with peers.dcmqrscp(known=[("SINK", sink)]) as port:
                place = f"QR@127.0.0.1:{port}"
                peers.store(port, "QR", files)
                match = ("start", "match", "summary")
                self.says("find", place, *words, "-k", "PatientName", types=match, code=0)
                for where in ("SINK", "NOWHERE"):
                    self.says("move", "--destination", where, place, *words,
                              types=("start", "retrieve", "summary"))
                pulled = (*JOB, "study")
                self.says("pull", place, *words, "--into", self.path("a"), types=pulled, code=0)
                self.says("get", place, *words, "--into", self.path("b"), types=pulled, code=0)
                self.says("pull", place, "-k", "PatientID=none", "--into", self.path("a"), code=4)

    @needs("wlmscpfs", "dump2dcm")
    def test_worklist(self):
        text = query_test.WORKLIST.format(number=1, modality="CT", name=query_test.NAME)
        with peers.wlmscpfs([text.encode("latin-1")]) as port:
            self.says("worklist", f"WL@127.0.0.1:{port}", types=["match"], code=0)

    @needs("dcmprscp")
    def test_print(self):
        image = print_test.write_image(self.path("a.dcm"), 1, range(16))
        with print_test.dcmprscp() as (port, _):
            peer = f"FILM@127.0.0.1:{port}"
            self.says("print", peer, "--status", types=["printer"], code=0)
            self.says("print", peer, image, types=JOB, code=0)
            self.says("print", peer, image, "--layout", "3,3", types=("error", "object"), code=5)


if __name__ == "__main__":
    schema_case.main()
