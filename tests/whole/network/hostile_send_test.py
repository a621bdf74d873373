#!/usr/bin/env python3
"""slipring send to peers that do one thing wrong: each run ends within its timers, every object has
one fate with its reason, and what is called stored the peer has.

Usage: hostile_send_test.py SLIPRING
"""

import sys
import tempfile
import time
import unittest
from pathlib import Path

import sending
from hostile_scp import HostileScp

OBJECTS = 5
QUICK = ["--acse-timeout", "1", "--dimse-timeout", "1", "--connect-timeout", "1"]


class HostileTest(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.folder = Path(self.place.name)
        self.source = self.folder / "source"
        self.source.mkdir()
        self.instances = sending.write_objects(self.source, OBJECTS, 30000)

    def tearDown(self):
        self.place.cleanup()

    def send(self, scp, *options):
        began = time.monotonic()
        run = sending.send(
            [self.source], f"127.0.0.1:{scp.port}", *QUICK, *options, state=self.folder / "state"
        )
        self.seconds = time.monotonic() - began
        self.assertTrue(run.summary.get("balanced"), run.errors)
        self.assertEqual(len(run.objects), OBJECTS)
        for one in run.objects:
            if one["outcome"] == "stored":
                self.assertIn(one["sop_instance"], scp.stored)
            else:
                self.assertTrue(one.get("reason"), one)
        return run

    def test_what_goes_wrong_once_or_twice_is_sent_again(self):
        for fault in (
            "abort-association",
            "half-accept",
            "abort-command",
            "abort-data",
            "close-data",
            "no-answer",
            "other-instance",
            "other-message",
            "garbage",
            "close-after-storing",
        ):
            with self.subTest(fault), HostileScp(fault, times=2) as scp:
                run = self.send(scp, "--fresh", "-j", "1")
                self.assertEqual(run.code, 0, run.errors)
                self.assertEqual(set(scp.stored), self.instances)

    def test_a_connection_cut_anywhere_in_a_data_set_is_made_again(self):
        for cut_after in (0, 1, 16378, 30000):
            with self.subTest(cut_after), HostileScp("close-data", 3, cut_after=cut_after) as scp:
                self.assertEqual(self.send(scp, "--fresh").code, 0)
                self.assertEqual(set(scp.stored), self.instances)

    def test_success_for_another_instance_is_never_success(self):
        with HostileScp("other-instance") as scp:
            run = self.send(scp, "--retries", "0")
            self.assertNotEqual(run.code, 0)
            self.assertEqual(run.of("stored"), [])

    def test_a_failure_before_the_data_set_ends_is_the_objects_fate(self):
        with HostileScp("early-failure") as scp:
            run = self.send(scp)
            self.assertEqual(run.code, 1)
            self.assertEqual({one["status"] for one in run.of("failed")}, {"0xC001"})

    def test_a_permanent_rejection_is_not_tried_again(self):
        with HostileScp("reject") as scp:
            run = self.send(scp)
            self.assertEqual(run.code, 5)
            self.assertEqual(run.summary["not_sent"], OBJECTS)
            self.assertEqual(scp.connections, 1)
        with HostileScp() as scp:  # elsewhere, the same objects
            self.assertEqual(self.send(scp).code, 0)

    def test_half_an_answer_and_silence_end_with_their_timers(self):
        for fault in ("half-accept", "silent"):
            with self.subTest(fault), HostileScp(fault) as scp:
                run = self.send(scp, "--retries", "1")
                self.assertEqual(run.code, 5)
                self.assertLess(self.seconds, 20)

    def test_what_was_not_proposed_and_lying_lengths_end_the_association(self):
        for fault in ("huge-pdu", "other-context", "other-syntax"):
            with self.subTest(fault), HostileScp(fault) as scp:
                run = self.send(scp, "--fresh", "--retries", "1")
                self.assertEqual(run.code, 5, run.errors)
                self.assertEqual(run.of("stored"), [])
                self.assertLess(self.seconds, 20)

    def test_bytes_that_drip_end_with_the_timer_of_the_whole(self):
        with HostileScp("drip-accept") as scp:
            run = self.send(scp, "--retries", "0")
            self.assertEqual(run.code, 5, run.errors)
            self.assertLess(self.seconds, 20)

    def test_a_peer_that_stops_reading_ends_with_the_timer_of_a_pdu(self):
        for path in self.source.iterdir():
            path.unlink()
        # More than sockets hold.
        self.instances = sending.write_objects(self.source, OBJECTS, 12 << 20)
        with HostileScp("stop-reading", times=2) as scp:
            run = self.send(scp, "-j", "1")
            self.assertEqual(run.code, 0, run.errors)
            self.assertEqual(set(scp.stored), self.instances)
            self.assertLess(self.seconds, 60)

    def test_refused_contexts_fail_each_object(self):
        with HostileScp("refuse-contexts") as scp:
            run = self.send(scp)
            self.assertEqual(run.code, 1)
            self.assertEqual(len(run.of("failed")), OBJECTS)

    def test_statuses_end_as_the_table_says(self):
        for status, outcome, code in (
            (0xB000, "warning", 0),
            (0xB007, "warning", 0),
            (0xA900, "failed", 1),
            (0xC000, "failed", 1),
            (0x0122, "failed", 1),
        ):
            with self.subTest(hex(status)), HostileScp("status", status=status) as scp:
                run = self.send(scp, "--fresh")
                self.assertEqual(run.code, code)
                self.assertEqual(len(run.of(outcome)), OBJECTS)
                self.assertEqual(run.summary["attempts"], OBJECTS)

    def test_out_of_resources_for_a_while_is_waited_for(self):
        with HostileScp("status", times=3, status=0xA700) as scp:
            run = self.send(scp)
            self.assertEqual(run.code, 0)
            self.assertEqual(run.summary["attempts"], OBJECTS + 3)

    def test_tiny_maximum_pdus_are_obeyed_and_impossible_ones_refused(self):
        with HostileScp(max_pdu=64) as scp:
            self.assertEqual(self.send(scp).code, 0)
        with HostileScp(max_pdu=0) as scp:
            self.assertEqual(self.send(scp, "--fresh").code, 0)
        with HostileScp(max_pdu=4) as scp:
            run = self.send(scp, "--fresh", "--retries", "0")
            self.assertNotEqual(run.code, 0)
            self.assertEqual(run.of("stored"), [])


if __name__ == "__main__":
    sending.SLIPRING[0] = sys.argv.pop(1)
    unittest.main()
