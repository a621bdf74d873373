#!/usr/bin/env python3
"""slipring find, worklist and move against DCMTK's dcmqrscp and wlmscpfs and against Orthanc, in
clear and over TLS.

Usage: query_test.py SLIPRING
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import peers
import tls_test

SLIPRING = ""
CT = "1.2.840.10008.5.1.4.1.1.2"
STUDIES = ("1.2.3.1", "1.2.3.2")
NAME = "Buc^J\u00e9r\u00f4me"


def slipring(*arguments):
    return subprocess.run(
        [SLIPRING, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def lines_of(done, kind):
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if line["type"] == kind]


def image(study, number):
    text = f"""(0008,0005) CS [ISO_IR 100]
(0008,0016) UI [{CT}]
(0008,0018) UI [{study}.1.{number}]
(0008,0020) DA [2020010{study[-1]}]
(0008,0030) TM [120000]
(0008,0050) SH [A{study[-1]}]
(0008,0060) CS [CT]
(0010,0010) PN [{NAME}]
(0010,0020) LO [P{study[-1]}]
(0020,000d) UI [{study}]
(0020,000e) UI [{study}.1]
(0020,0010) SH [S{study[-1]}]
(0020,0011) IS [1]
(0020,0013) IS [{number}]
"""
    return text.encode("latin-1")


class Archive(unittest.TestCase):
    """Two studies of three images each."""

    @classmethod
    def setUpClass(cls):
        for program in ("dcmqrscp", "dump2dcm", "storescu", "storescp"):
            if peers.find(program) is None:
                raise unittest.SkipTest(f"skipped: no {program}")
        cls.folder = tempfile.TemporaryDirectory()
        cls.files = []
        for study in STUDIES:
            for number in (1, 2, 3):
                path = os.path.join(cls.folder.name, f"{study}.{number}.dcm")
                peers.dump2dcm(image(study, number), path)
                cls.files.append(path)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()


class Find(Archive):
    def check_finds(self, place):
        done = slipring("find", place, "-k", "StudyDate=20200101-20200131", "-k", "PatientName")
        self.assertEqual(done.returncode, 0, done.stderr)
        for study in STUDIES:
            self.assertIn(study, done.stdout)
        self.assertIn(NAME, done.stdout)
        done = slipring("find", "--json", place, "-k", f"StudyInstanceUID={STUDIES[1]}")
        self.assertEqual(done.returncode, 0, done.stderr)
        matches = lines_of(done, "match")
        self.assertEqual(len(matches), 1)
        attributes = matches[0]["attributes"]
        self.assertEqual(attributes["0020000D"], {"vr": "UI", "Value": [STUDIES[1]]})
        self.assertEqual(attributes["00100010"]["Value"], [{"Alphabetic": NAME}])
        self.assertEqual(lines_of(done, "summary")[0]["seen"], 1)
        words = ["-k", f"StudyInstanceUID={STUDIES[0]}", "-k", f"SeriesInstanceUID={STUDIES[0]}.1"]
        done = slipring("find", "--json", "--level", "image", place, *words)
        found = {match["attributes"]["00080018"]["Value"][0] for match in lines_of(done, "match")}
        self.assertEqual(found, {f"{STUDIES[0]}.1.{number}" for number in (1, 2, 3)})
        done = slipring("find", place, "-k", "StudyInstanceUID=9.9.9")
        self.assertEqual(done.returncode, 4, done.stderr)

    def test_studies_series_and_images_are_found_in_dcmqrscp(self):
        with peers.dcmqrscp() as port:
            peers.store(port, "QR", self.files)
            self.check_finds(f"QR@127.0.0.1:{port}")
            words = ["-P", "--level", "patient", "-k", "PatientID=P2", "-k", "PatientName"]
            done = slipring("find", "-aec", "QR", "127.0.0.1", port, *words)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("P2", done.stdout)
            done = slipring("find", "--json", "--limit", 1, f"QR@127.0.0.1:{port}")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(lines_of(done, "match")), 1)

    def test_studies_series_and_images_are_found_in_orthanc(self):
        if peers.find("Orthanc") is None:
            self.skipTest("skipped: no Orthanc")
        with peers.orthanc(DicomAlwaysAllowStore=True, DicomAlwaysAllowFind=True) as port:
            peers.store(port, "ORTHANC", self.files)
            self.check_finds(f"ORTHANC@127.0.0.1:{port}")

    def test_orthanc_is_asked_over_tls(self):
        if peers.find("Orthanc") is None or peers.find("openssl") is None:
            self.skipTest("skipped: no Orthanc or no openssl")
        with tempfile.TemporaryDirectory() as folder:
            made = tls_test.Certificates(folder)
            settings = {
                "DicomTlsEnabled": True,
                "DicomTlsPrivateKey": made["server.key"],
                "DicomTlsCertificate": made["server.pem"],
                "DicomTlsTrustedCertificates": made["ca.pem"],
                "DicomAlwaysAllowFind": True,
            }
            words = ["--tls", "--key", made["client.key"], "--cert", made["client.pem"]]
            with peers.orthanc(**settings) as port:
                place = f"ORTHANC@127.0.0.1:{port}"
                done = slipring("find", "--json", place, *words, "--cafile", made["ca.pem"])
                self.assertEqual(done.returncode, 4, done.stderr)
                self.assertEqual(lines_of(done, "summary")[0]["exit_reason"], "nothing-to-do")
                done = slipring("find", place)  # in clear
                self.assertEqual(done.returncode, 5)

    def test_a_peer_that_only_stores_is_exit_5(self):
        with peers.storescp() as port:
            done = slipring("find", "--json", f"127.0.0.1:{port}")
            self.assertEqual(done.returncode, 5)
            self.assertEqual(len(lines_of(done, "error")), 1)

    def test_keys_that_are_none_are_exit_2_and_call_nobody(self):
        for words in (["-k", "PatientNam=x"], ["-k", "Rows=x"], ["--level", "frame"],
                      ["--level", "patient"], ["-k", "QueryRetrieveLevel=X"]):
            self.assertEqual(slipring("find", "127.0.0.1:1", *words).returncode, 2, words)


class Move(Archive):
    def check_moves(self, place, arrived):
        words = ["-k", f"StudyInstanceUID={STUDIES[0]}"]
        done = slipring("move", "--json", "-aem", "SINK", place, *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        outcome = lines_of(done, "retrieve")[0]
        self.assertEqual((outcome["completed"], outcome["failed"]), (3, 0))
        self.assertEqual(len(os.listdir(arrived)), 3)
        done = slipring("move", "--destination", "NOWHERE", place, *words)
        self.assertEqual(done.returncode, 5, done.stdout)

    def test_dcmqrscp_sends_a_study_to_where_it_is_told(self):
        with tempfile.TemporaryDirectory() as arrived, peers.storescp("-od", arrived) as sink:
            with peers.dcmqrscp(known=[("SINK", sink)]) as port:
                peers.store(port, "QR", self.files)
                self.check_moves(f"QR@127.0.0.1:{port}", arrived)

    def test_orthanc_sends_a_study_to_where_it_is_told(self):
        if peers.find("Orthanc") is None:
            self.skipTest("skipped: no Orthanc")
        with tempfile.TemporaryDirectory() as arrived, peers.storescp("-od", arrived) as sink:
            settings = {
                "DicomAlwaysAllowStore": True,
                "DicomAlwaysAllowMove": True,
                "DicomModalities": {"sink": ["SINK", "127.0.0.1", sink]},
            }
            with peers.orthanc(**settings) as port:
                peers.store(port, "ORTHANC", self.files)
                self.check_moves(f"ORTHANC@127.0.0.1:{port}", arrived)


WORKLIST = """(0008,0005) CS [ISO_IR 100]
(0008,0050) SH [A{number}]
(0010,0010) PN [{name}]
(0010,0020) LO [P{number}]
(0010,0030) DA [19500101]
(0010,0040) CS [F]
(0020,000d) UI [1.2.9.{number}]
(0032,1060) LO [a procedure]
(0040,0100) SQ
(fffe,e000) na
(0008,0060) CS [{modality}]
(0040,0001) AE [STATION]
(0040,0002) DA [20261129]
(0040,0003) TM [0{number}0000]
(0040,0007) LO [a step]
(0040,0009) SH [STEP{number}]
(fffe,e00d) na
(fffe,e0dd) na
(0040,1001) SH [R{number}]
"""


class Worklist(unittest.TestCase):
    def setUp(self):
        if peers.find("wlmscpfs") is None or peers.find("dump2dcm") is None:
            self.skipTest("skipped: no wlmscpfs")

    def test_what_is_scheduled_is_listed_and_may_be_narrowed(self):
        worklists = [
            WORKLIST.format(number=1, modality="CT", name=NAME).encode("latin-1"),
            WORKLIST.format(number=2, modality="MR", name="DOE^JANE").encode("latin-1"),
        ]
        with peers.wlmscpfs(worklists) as port:
            place = f"WL@127.0.0.1:{port}"
            done = slipring("worklist", place, "--date", "20261129")
            self.assertEqual(done.returncode, 0, done.stderr)
            for text in (NAME, "DOE^JANE", "STATION", "STEP2", "ScheduledProcedureStepStartTime"):
                self.assertIn(text, done.stdout)
            done = slipring("worklist", "--json", "--modality", "MR", place)
            self.assertEqual(done.returncode, 0, done.stderr)
            matches = [match["attributes"] for match in lines_of(done, "match")]
            self.assertEqual([match["00100020"]["Value"] for match in matches], [["P2"]])
            step = matches[0]["00400100"]["Value"][0]
            self.assertEqual(step["00400002"]["Value"], ["20261129"])
            done = slipring("worklist", place, "--station", "ELSEWHERE")
            self.assertEqual(done.returncode, 4, done.stderr)


if __name__ == "__main__":
    SLIPRING = sys.argv.pop(1)
    unittest.main()
