#!/usr/bin/env python3
"""slipring echo over TLS: against DCMTK's storescp, and what must be refused, by `openssl
s_server`: another authority, another name, a certificate that has expired, a version below 1.2,
a peer in clear.

Usage: tls_test.py SLIPRING
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import unittest

import peers

SLIPRING = ""


class Certificates:
    """An authority, and what it has signed, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        for authority in ("ca", "other-ca"):
            self._openssl(
                *f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "
                f"/CN={authority} -keyout {authority}.key -out {authority}.pem".split()
            )
        self._sign("server", "IP:127.0.0.1,DNS:localhost", "-days 30")
        self._sign("named", "DNS:elsewhere.example", "-days 30")
        self._sign("client", "DNS:client.example", "-days 30")
        self._sign("expired", "IP:127.0.0.1", "-days -1")

    def __getitem__(self, name):
        return os.path.join(self.folder, name)

    def _openssl(self, *words):
        subprocess.run(
            [peers.find("openssl"), *words], cwd=self.folder, check=True, capture_output=True
        )

    def _sign(self, name, names, days):
        self._openssl(
            *f"req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={name} "
            f"-keyout {name}.key -out {name}.csr".split()
        )
        with open(self[f"{name}.cnf"], "w") as file:
            file.write(f"subjectAltName={names}\n")
        self._openssl(
            *f"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {name}.pem "
            f"-extfile {name}.cnf {days}".split()
        )


def echo(*arguments):
    return subprocess.run(
        [SLIPRING, "echo", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def s_server(certificates, name, *options):
    port = peers.free_port()
    command = [
        *(peers.find("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-quiet"),
        *("-cert", certificates[f"{name}.pem"], "-key", certificates[f"{name}.key"], *options),
    ]
    with tempfile.TemporaryDirectory() as folder, peers.started(command, port, folder):
        yield port


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if peers.find("openssl") is None:
            raise unittest.SkipTest("skipped: no openssl")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.certificates = Certificates(cls.folder.name)

    def assert_untrusted(self, port, words, *options):
        trust = () if "--cafile" in options else ("--cafile", self.certificates["ca.pem"])
        done = echo("--json", "--tls", *trust, *options, f"127.0.0.1:{port}")
        self.assertEqual(done.returncode, 5, done.stderr)
        errors = [json.loads(line) for line in done.stdout.splitlines() if '"error"' in line]
        self.assertEqual([error["fault"] for error in errors], ["untrusted"], done.stdout)
        self.assertIn(words, errors[0]["msg"])

    def dcmtk_server(self):
        if peers.find("storescp") is None:
            self.skipTest("skipped: no storescp")
        names = self.certificates
        return peers.storescp(
            *("+tls", names["server.key"], names["server.pem"], "+cf", names["ca.pem"], "-rc")
        )

    def test_dcmtk_answers_over_mutual_tls_and_refuses_a_caller_without_a_certificate(self):
        names = self.certificates
        with self.dcmtk_server() as port:
            mine = ("--key", names["client.key"], "--cert", names["client.pem"])
            done = echo("--tls", "--cafile", names["ca.pem"], *mine, f"127.0.0.1:{port}")
            self.assertEqual(done.returncode, 0, done.stderr)
            done = echo("--tls", "--cafile", names["ca.pem"], *mine, f"localhost:{port}")
            self.assertEqual(done.returncode, 0, done.stderr)
            done = echo("--tls", "--cafile", names["ca.pem"], f"127.0.0.1:{port}")
            self.assertEqual(done.returncode, 5)

    def test_another_authority_is_refused(self):
        with s_server(self.certificates, "server") as port:
            other = self.certificates["other-ca.pem"]
            self.assert_untrusted(port, "unable to get local issuer", "--cafile", other)

    def test_another_name_is_refused(self):
        with s_server(self.certificates, "named") as port:
            self.assert_untrusted(port, "mismatch")

    def test_an_expired_certificate_is_refused(self):
        with s_server(self.certificates, "expired") as port:
            self.assert_untrusted(port, "expired")

    def test_a_version_below_1_2_is_refused(self):
        old = ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
        with s_server(self.certificates, "server", *old) as port:
            self.assert_untrusted(port, "")

    def test_a_peer_in_clear_is_refused_and_never_spoken_to_in_clear(self):
        with peers.saying(b"\x02\x00\x00\x00\x00\xb8\x00\x01") as port:
            self.assert_untrusted(port, "does not speak TLS")

    def test_versions_1_2_and_1_3_shake_hands(self):
        for version in ("-tls1_2", "-tls1_3"):
            with s_server(self.certificates, "server", version) as port:
                # s_server knows no DICOM: what fails is the association, not TLS.
                trust = ("--cafile", self.certificates["ca.pem"])
                done = echo("--json", "--tls", *trust, "-ta", "0.5", f"127.0.0.1:{port}")
                self.assertEqual(done.returncode, 5)
                self.assertIn('"timed-out"', done.stdout, version)

    def test_a_key_that_others_may_read_is_warned_of(self):
        names = self.certificates
        os.chmod(names["client.key"], 0o644)
        self.addCleanup(os.chmod, names["client.key"], 0o600)
        mine = ("--key", names["client.key"], "--cert", names["client.pem"])
        done = echo("--tls", *mine, f"127.0.0.1:{peers.free_port()}")
        self.assertIn("chmod 600", done.stderr)


if __name__ == "__main__":
    SLIPRING = sys.argv.pop(1)
    unittest.main()
