#!/usr/bin/env python3
"""slipring pull and get out of DCMTK's dcmqrscp and Orthanc: all of it, once, with what is missing
in the ledger.

Usage: pull_test.py SLIPRING
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import peers
import query_test
from query_test import STUDIES, Archive, lines_of, slipring


def files_in(folder):
    return sorted(
        os.path.relpath(os.path.join(place, name), folder)
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith(".dcm")
    )


EXPECTED = sorted(f"{s}/{s}.1/{s}.1.{n}.dcm" for s in STUDIES for n in (1, 2, 3))


class Pull(Archive):
    def check_pulls(self, place, *options):
        with tempfile.TemporaryDirectory() as into:
            listed = os.path.join(into, "list.csv")
            with open(listed, "w") as file:
                file.write("patient,study\n" + "".join(f"x,{study}\n" for study in STUDIES))
            words = [place, "--studies", listed, "--into", into, *options]
            done = slipring("pull", "--json", *words)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(files_in(into), EXPECTED)
            studies = {line["study"]: line for line in lines_of(done, "study")}
            self.assertEqual(sorted(studies), sorted(STUDIES))
            for line in studies.values():
                self.assertEqual((line["listed"], line["held"], line["missing"]), (3, 3, 0))
            self.assertEqual(len(lines_of(done, "object")), 6)
            again = slipring("pull", "--json", *words)
            self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
            self.assertEqual(len(lines_of(again, "object")), 0)
            self.assertEqual([line["before"] for line in lines_of(again, "study")], [3, 3])

    def test_dcmqrscp_is_emptied_by_get_and_by_move(self):
        port = peers.free_port()
        with peers.dcmqrscp(known=[("MINE", port)]) as archive:
            peers.store(archive, "QR", self.files)
            place = f"QR@127.0.0.1:{archive}"
            self.check_pulls(place)
            self.check_pulls(place, "--move", "-aet", "MINE", "--port", port)
            self.check_pulls(place, "--bwlimit", "1M", "--associations", 4)

    def test_orthanc_is_emptied(self):
        if peers.find("Orthanc") is None:
            self.skipTest("skipped: no Orthanc")
        settings = {f"DicomAlwaysAllow{what}": True for what in ("Store", "Find", "Get")}
        with peers.orthanc(**settings) as port:
            peers.store(port, "ORTHANC", self.files)
            self.check_pulls(f"ORTHANC@127.0.0.1:{port}")

    def test_a_range_of_dates_finds_its_studies(self):
        with peers.dcmqrscp() as archive, tempfile.TemporaryDirectory() as into:
            peers.store(archive, "QR", self.files)
            place = f"QR@127.0.0.1:{archive}"
            done = slipring("pull", place, "--date-range", "20200102-20200131", "--into", into)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            second = [one for one in EXPECTED if one.startswith(STUDIES[1])]
            self.assertEqual(files_in(into), second)
            words = ["--date-range", "19990101-19991231", "--into", into]
            self.assertEqual(slipring("pull", place, *words).returncode, 4)

    def test_get_narrows_to_an_instance(self):
        with peers.dcmqrscp() as archive, tempfile.TemporaryDirectory() as into:
            peers.store(archive, "QR", self.files)
            study = STUDIES[0]
            words = ["-k", f"StudyInstanceUID={study}", "-k", f"SOPInstanceUID={study}.1.2"]
            done = slipring("get", f"QR@127.0.0.1:{archive}", *words, "--into", into)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(files_in(into), [f"{study}/{study}.1/{study}.1.2.dcm"])

    def test_what_the_peer_lists_and_does_not_send_is_in_the_ledger_until_it_comes(self):
        with tempfile.TemporaryDirectory() as into:
            port = peers.free_port()
            with peers.dcmqrscp() as archive:  # does not know where MINE is
                peers.store(archive, "QR", self.files)
                place = f"QR@127.0.0.1:{archive}"
                words = [place, "-k", f"StudyInstanceUID={STUDIES[0]}", "--into", into]
                move = ["--move", "-aet", "MINE", "--port", port, "--attempts", 1]
                done = slipring("pull", "--json", *words, *move)
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertEqual([line["missing"] for line in lines_of(done, "study")], [3])
                self.assertEqual(self.rows(into), (True, False))
                done = slipring("pull", "--json", *words)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(self.rows(into), (False, True))

    def rows(self, into):
        text = slipring("report", into).stdout
        return tuple(words in text for words in ("listed by the peer", "was missing"))

    def killed(self, words, seconds, how):
        """A pull that was ended after so long: its exit code."""
        process = subprocess.Popen(
            [query_test.SLIPRING, "pull", *map(str, words)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        process.send_signal(how)
        return process.wait(timeout=60)

    def test_killed_at_any_moment_it_goes_on_where_it_was(self):
        chance = random.Random(3)
        for place in self.filled_archives():
            with self.subTest(place), tempfile.TemporaryDirectory() as into:
                # So slow that each is killed on its way.
                words = [place, "--date-range", "20200101-20201231", "--into", into, "-j", 2]
                for _ in range(6):
                    code = self.killed(
                        [*words, "--bwlimit", "8K"], chance.uniform(0, 0.6), signal.SIGKILL
                    )
                    self.assertIn(code, (0, -signal.SIGKILL))
                done = slipring("pull", "--json", *words)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(files_in(into), EXPECTED)
                self.assertEqual(slipring("verify", into).returncode, 0)

    def filled_archives(self):
        with peers.dcmqrscp() as archive:
            peers.store(archive, "QR", self.files)
            yield f"QR@127.0.0.1:{archive}"
        if peers.find("Orthanc") is None:
            return
        settings = {f"DicomAlwaysAllow{what}": True for what in ("Store", "Find", "Get")}
        with peers.orthanc(**settings) as port:
            peers.store(port, "ORTHANC", self.files)
            yield f"ORTHANC@127.0.0.1:{port}"

    def test_an_interrupt_stops_it_cleanly_and_the_same_command_goes_on(self):
        for how in (signal.SIGINT, signal.SIGTERM):
            with peers.dcmqrscp() as archive, tempfile.TemporaryDirectory() as into:
                peers.store(archive, "QR", self.files)
                place = f"QR@127.0.0.1:{archive}"
                words = [place, "--date-range", "20200101-20201231", "--into", into]
                # An object of half a kilobyte takes seconds.
                code = self.killed([*words, "--bwlimit", "100", "-j", 1], 1.0, how)
                self.assertEqual(code, 130)
                self.assertLess(len(files_in(into)), len(EXPECTED))
                self.assertNotIn("listed by the peer", slipring("report", into).stdout)
                self.assertEqual(slipring("verify", into).returncode, 0)
                done = slipring("pull", *words)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(files_in(into), EXPECTED)

    def test_sigusr1_asks_how_far_it_is(self):
        study = ["-k", "StudyInstanceUID=1.2"]
        for command, words in {
            "pull": lambda into: [*study, "--into", into],
            "get": lambda into: [*study, "--into", into],
            "find": lambda into: study,
            "move": lambda into: [*study, "--destination", "MINE"],
        }.items():
            with self.subTest(command), tempfile.TemporaryDirectory() as into:
                start = [query_test.SLIPRING, command, *words(into)]
                with peers.asked_how_far(
                    lambda port: [*start, "--json", f"127.0.0.1:{port}"]
                ) as process:
                    said = peers.progress_of(process)
                    self.assertEqual((said["done"], said["failed"]), (0, 0))
                with peers.asked_how_far(lambda port: [*start, f"127.0.0.1:{port}"]) as process:
                    self.assertRegex(process.stderr.readline(), "^0 ")

    def test_a_list_with_a_wrong_line_is_exit_2_and_calls_nobody(self):
        with tempfile.TemporaryDirectory() as into:
            listed = os.path.join(into, "list.csv")
            with open(listed, "w") as file:
                file.write("study\n1.2.3\nno study here\n")
            for studies, words in (
                (listed, "list.csv:3: a line of the list names no study"),
                (os.path.join(into, "absent.csv"), "cannot be read"),
                (into, "cannot be read"),
            ):
                place = [f"127.0.0.1:{peers.free_port()}", "--into", os.path.join(into, "in")]
                done = slipring("pull", *place, "--studies", studies)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(words, done.stderr)
                self.assertFalse(os.path.exists(os.path.join(into, "in")))

    def test_a_peer_that_is_not_there_is_exit_5_and_no_studies_named_exit_2(self):
        with tempfile.TemporaryDirectory() as into:
            place = f"127.0.0.1:{peers.free_port()}"
            words = [place, "-k", "StudyInstanceUID=1.2", "--into", into]
            self.assertEqual(slipring("pull", *words).returncode, 5)
            self.assertEqual(slipring("pull", place, "--into", into).returncode, 2)


if __name__ == "__main__":
    query_test.SLIPRING = sys.argv.pop(1)
    unittest.main()
