#!/usr/bin/env python3
"""slipring echo against DCMTK's storescp and Orthanc, and against peers that are none.

Usage: echo_test.py SLIPRING
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import peers

SLIPRING = ""


def echo(*arguments):
    return subprocess.run(
        [SLIPRING, "echo", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


class WithDcmtk(unittest.TestCase):
    def setUp(self):
        if peers.find("storescp") is None:
            self.skipTest("skipped: no storescp")

    def test_an_echo_is_answered_and_exits_0(self):
        with peers.storescp() as port:
            done = echo(f"STORESCP@127.0.0.1:{port}")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("success (0000)", done.stdout)
            self.assertIn("OFFIS_DCMTK", done.stdout)

    def test_dcmtk_words_and_two_positionals_work(self):
        with peers.storescp() as port:
            words = "-aet ME -aec YOU -pdu 16384 -to 5 -ta 9 -td 9".split()
            done = echo(*words, "127.0.0.1", port)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("YOU@127.0.0.1", done.stdout)

    def test_json_has_a_start_an_echo_and_a_summary(self):
        with peers.storescp() as port:
            done = echo("--json", "--repeat", 2, f"localhost:{port}")
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual(
                [line["type"] for line in lines], ["start", "echo", "echo", "summary"]
            )
            self.assertEqual({line["v"] for line in lines}, {1})
            self.assertEqual(lines[1]["status"], "0000")
            self.assertEqual(lines[-1]["ok"], 2)
            self.assertEqual(lines[-1]["exit_code"], 0)

    def test_a_named_peer_is_found_in_the_configuration(self):
        with peers.storescp() as port, tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "slipring.toml")
            with open(path, "w") as file:
                file.write(f'[peer.vna]\nhost = "127.0.0.1"\nport = {port}\ncall = "VNA"\n')
            done = subprocess.run(
                [SLIPRING, "--config", path, "echo", "vna"], capture_output=True, text=True
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("VNA@127.0.0.1", done.stdout)


class WithOrthanc(unittest.TestCase):
    def test_an_echo_is_answered_and_a_wrong_title_rejected(self):
        if peers.find("Orthanc") is None:
            self.skipTest("skipped: no Orthanc")
        with peers.orthanc(DicomCheckCalledAet=True) as port:
            done = echo(f"ORTHANC@127.0.0.1:{port}")
            self.assertEqual(done.returncode, 0, done.stderr)
            done = echo("--json", f"OTHER@127.0.0.1:{port}")
            self.assertEqual(done.returncode, 5)
            errors = [json.loads(line) for line in done.stdout.splitlines() if '"error"' in line]
            self.assertEqual([error["fault"] for error in errors], ["rejected"])


class WithNobody(unittest.TestCase):
    def test_a_port_where_nobody_listens_is_exit_5(self):
        done = echo(f"127.0.0.1:{peers.free_port()}")
        self.assertEqual(done.returncode, 5)
        self.assertIn("Connection refused", done.stderr)

    def test_silence_half_an_answer_and_garbage_end_within_the_timeout(self):
        half = bytes([2, 0, 0, 0, 0, 200, 0, 1])
        for answer in (b"", half, b"HTTP/1.0 400 Bad Request\r\n\r\n"):
            with peers.saying(answer) as port:
                done = echo("--acse-timeout", 0.3, f"127.0.0.1:{port}")
                self.assertEqual(done.returncode, 5, answer)

    def test_what_is_no_peer_is_exit_2(self):
        for words in (["nowhere"], ["host:port"], ["host:70000"], ["A\\B@host:104"], ["host:0"]):
            self.assertEqual(echo(*words).returncode, 2, words)
        self.assertEqual(echo("--cafile", "x", "host:104").returncode, 2)

    def test_the_help_names_the_ports(self):
        text = echo("--help").stdout
        for port in ("104", "11112", "2762"):
            self.assertIn(port, text)


if __name__ == "__main__":
    SLIPRING = sys.argv.pop(1)
    unittest.main()
