#!/usr/bin/env python3
"""slipring convert --send: what arrives is what convert would have written, byte by byte, proven;
again it goes on; what cannot be made anew goes as it is, and what the peer does not take has its
reason.

Usage: convert_send_test.py SLIPRING SYNTHESIZE
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
import unittest

import peers
import receive_test
import sending
from receive_test import Receiver, Receiving, files, of_type, run

TARGET = "htj2k-lossless"
TARGET_UID = "1.2.840.10008.1.2.4.201"


class ConvertSend(Receiving):
    def setUp(self):
        super().setUp()
        os.environ["XDG_STATE_HOME"] = os.path.join(self.folder, "state")

    def convert(self, *words):
        done = run(receive_test.SLIPRING, "convert", "--json", self.source, *words)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(lines, done.stderr)
        self.assertEqual(lines[-1]["exit_code"], done.returncode)
        self.assertTrue(lines[-1]["balanced"])
        return lines

    def written(self):
        """What convert writes: its lines, and data sets by instance."""
        out = os.path.join(self.folder, "out")
        lines = self.convert(out, "--to", TARGET)
        return {
            one["sop_instance"]: (one, sending.data_set(os.path.join(out, one["output"])))
            for one in of_type(lines, "object")
            if "output" in one
        }

    def expect_arrived(self, written):
        arrived = {}
        for path in files(self.into):
            instance = os.path.basename(path).removesuffix(".dcm")
            arrived[instance] = sending.data_set(path)
        self.assertEqual(
            {instance: sending.digest(content) for instance, content in arrived.items()},
            {instance: sending.digest(content) for instance, (_, content) in written.items()},
        )

    def test_what_arrives_is_what_convert_writes_and_again_nothing_goes(self):
        written = self.written()
        with Receiver(self.into) as receiver:
            peer = ["--send", f"SINK@127.0.0.1:{receiver.port}", "--to", TARGET]
            lines = self.convert(*peer)
            self.assertEqual(lines[-1]["exit_code"], 0, lines[-1])
            self.assertEqual(lines[0]["cmd"], "convert")
            self.assertEqual(lines[-1]["transcoded"], len(written))
            for one in of_type(lines, "object"):
                expected, _ = written[one["sop_instance"]]
                self.assertEqual((one["outcome"], one["to"]), ("stored", TARGET_UID))
                for field in ("pixel_sha256", "pixel_verified", "dataset_sha256"):
                    self.assertEqual(one[field], expected[field], field)
            self.expect_arrived(written)
            again = self.convert(*peer)
            self.assertEqual(again[-1]["exit_code"], 0)
            self.assertEqual((again[-1]["resumed"], again[-1]["attempts"]), (len(written), 0))

    def test_killed_at_any_moment_it_goes_on_where_it_was(self):
        written = self.written()
        chance = random.Random(9)
        with Receiver(self.into) as receiver:
            peer = ["--send", f"SINK@127.0.0.1:{receiver.port}", "--to", TARGET]
            # Else it waits for somebody to read what it prints, once that fills a pipe.
            threading.Thread(target=receiver.process.stdout.read, daemon=True).start()
            command = [receive_test.SLIPRING, "convert", self.source, *peer]
            for _ in range(6):
                process = subprocess.Popen(
                    command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
                time.sleep(chance.uniform(0, 0.4))
                process.kill()
                process.wait()
            lines = self.convert(*peer)
        self.assertEqual(lines[-1]["exit_code"], 0, lines[-1])
        self.assertEqual(lines[-1]["stored"], len(written))
        self.expect_arrived(written)

    def test_a_damaged_object_fails_and_what_has_no_pixels_goes_as_it_is(self):
        with open(files(self.source)[0], "rb") as whole:
            beginning = whole.read(3000)
        sending.write_object(os.path.join(self.source, "document.dcm"), 77, 500)
        with open(os.path.join(self.source, "cut.dcm"), "wb") as broken:
            broken.write(beginning)
        with Receiver(self.into) as receiver:
            peer = ["--send", f"SINK@127.0.0.1:{receiver.port}", "--to", TARGET]
            lines = self.convert(*peer)
        self.assertEqual(lines[-1]["exit_code"], 1)
        fates = {os.path.basename(one["path"]): one for one in of_type(lines, "object")}
        self.assertEqual(fates["cut.dcm"]["outcome"], "failed")
        document = fates["document.dcm"]
        self.assertEqual(document["outcome"], "stored")
        self.assertEqual(document["to"], document["from"])
        self.assertIn("no pixels", document["reason"])

    def test_a_peer_that_does_not_take_the_syntax_gets_nothing(self):
        self.need("storescp")
        os.mkdir(self.into)
        with peers.storescp("-od", self.into) as port:
            peer = ["--send", f"127.0.0.1:{port}", "--to", TARGET]
            offers = of_type(self.convert_dry(*peer), "offer")
            self.assertTrue(offers)
            self.assertFalse(any(offer["accepted"] for offer in offers))
            lines = self.convert(*peer)
        self.assertEqual(lines[-1]["exit_code"], 1)
        for one in of_type(lines, "object"):
            self.assertEqual(one["outcome"], "failed")
            self.assertIn("syntax asked for", one["reason"])
        self.assertEqual(os.listdir(self.into), [])

    def convert_dry(self, *words):
        done = run(receive_test.SLIPRING, "convert", "--json", self.source, *words, "--dry-run")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_loss_is_sent_only_where_it_was_asked_for_and_is_what_convert_writes(self):
        lossy = ["--to", "htj2k", "--allow-lossy", "--ratio", "8"]
        out = os.path.join(self.folder, "out")
        written = {
            one["path"]: (one, os.path.join(out, one["output"]))
            for one in of_type(self.convert(out, *lossy), "object")
        }
        with Receiver(self.into) as receiver:
            lines = self.convert("--send", f"SINK@127.0.0.1:{receiver.port}", *lossy)
            ledger = lines[0]["ledger"]
            peer = f"SINK@127.0.0.1:{receiver.port}"
            done = run(receive_test.SLIPRING, "commit", "--json", ledger, peer)
            committed = json.loads(done.stdout.splitlines()[-1])["committed"]
        self.assertEqual(lines[-1]["exit_code"], 0, lines[-1])
        self.assertEqual(committed, len(written))
        told = {one["path"]: one["msg"] for one in of_type(lines, "finding")}
        derived = 0
        for one in of_type(lines, "object"):
            expected, path = written[one["path"]]
            self.assertEqual(one["sop_instance"], expected["sop_instance"])
            for field in ("pixel_sha256", "dataset_sha256", "pixel_verified"):
                self.assertEqual(one.get(field), expected.get(field), field)
            arrived = [at for at in files(self.into) if one["sop_instance"] + ".dcm" in at]
            digests = {sending.digest(sending.data_set(at)) for at in arrived}
            self.assertEqual(digests, {sending.digest(sending.data_set(path))})
            if expected["outcome"] != "converted":
                continue
            derived += 1
            self.assertFalse(one["pixel_verified"])
            self.assertTrue(one["sop_instance"].startswith("2.25."))
            self.assertRegex(told[one["path"]], r"differ by \d+ at most, PSNR.*derived from")
        self.assertGreater(derived, 0)
        self.assertEqual(lines[-1]["findings"]["I"], derived)

    def test_the_rule_of_what_was_lost_is_in_the_last_table(self):
        with Receiver(None) as receiver:
            words = ["--to", "htj2k", "--allow-lossy", "--ratio", "8"]
            peer = f"SINK@127.0.0.1:{receiver.port}"
            done = run(receive_test.SLIPRING, "convert", self.source, "--send", peer, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"L5-31 +note +\d+ .*differ by \d+ at most")

    def test_what_was_compressed_with_loss_is_decoded_only_where_that_is_allowed(self):
        self.need("storescp")
        lossy = os.path.join(self.folder, "lossy")
        words = ["--to", "htj2k", "--allow-lossy", "--ratio", "8"]
        self.convert(lossy, *words)
        self.source = lossy
        os.mkdir(self.into)
        with peers.storescp("-od", self.into) as port:  # takes native syntaxes only
            peer = ["--send", f"127.0.0.1:{port}", "--to", "explicit-le"]
            refused = self.convert(*peer)
            self.assertEqual(os.listdir(self.into), [])
            allowed = self.convert(*peer, "--allow-lossy", "--fresh")
        self.assertEqual({one["outcome"] for one in of_type(refused, "object")}, {"failed"})
        self.assertEqual(allowed[-1]["exit_code"], 0, allowed[-1])
        self.assertEqual(len(os.listdir(self.into)), allowed[-1]["stored"])
        self.assertEqual(of_type(allowed, "finding"), [])  # decoded: nothing more is lost

    def test_loss_takes_three_words_to_a_peer_too(self):
        peer = ["--send", "127.0.0.1:1"]
        for words in (
            ["--to", "htj2k"],
            ["--to", "htj2k", "--ratio", "8"],
            ["--to", "htj2k", "--allow-lossy"],
            ["--to", TARGET, "--allow-lossy", "--ratio", "8"],
            ["--to", "htj2k", "--allow-lossy", "--max-error", "3"],
        ):
            done = run(receive_test.SLIPRING, "convert", self.source, *peer, *words)
            self.assertEqual(done.returncode, 2, words)

    def test_words_that_do_not_go_together_are_exit_2(self):
        peer = ["--send", "127.0.0.1:1", "--to", TARGET]
        for words in (["--layout", "uid"], ["--on-error", "copy"], ["--fsync", "none"]):
            done = run(receive_test.SLIPRING, "convert", self.source, *peer, *words)
            self.assertEqual(done.returncode, 2, words)
        done = run(receive_test.SLIPRING, "convert", self.source, "--send", "127.0.0.1:1")
        self.assertEqual(done.returncode, 2)

    def test_nobody_there_is_exit_5(self):
        peer = ["--send", f"127.0.0.1:{peers.free_port()}", "--to", TARGET, "--retries", "0"]
        self.assertEqual(self.convert(*peer)[-1]["exit_code"], 5)


if __name__ == "__main__":
    receive_test.SLIPRING = sending.SLIPRING[0] = sys.argv[1]
    receive_test.SYNTHESIZE = sys.argv[2]
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:], verbosity=2)
