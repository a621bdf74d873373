#!/usr/bin/env python3
"""slipring print onto DCMTK's dcmprscp: the films it stores have the images that were sent, with
their windows; what it refuses is said; in clear and over TLS.

Usage: print_test.py SLIPRING
"""

import contextlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest

import peers
import sending
from tls_test import Certificates

SLIPRING = ""
MONOCHROME = b"MONOCHROME2 "


@contextlib.contextmanager
def dcmprscp(certificates=None, **settings):
    """DCMTK's print SCP under the title FILM: gives its port and the folder where it keeps films
    (SP_*) and their images (HG_*)."""
    port = peers.free_port()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("log", "spool", "db"):
            os.mkdir(os.path.join(folder, name))
        tls = ""
        general = ""
        if certificates:
            general = (
                f"[TLS]\nTLSDirectory = {certificates.folder}/\nUsePEMFormat = true\n"
                f"CACertificateDirectory = {certificates.folder}/\n"
            )
            tls = (
                "UseTLS = true\nTLSProfile = BCP195\nPeerAuthentication = REQUIRE\n"
                "RandomSeed = seed\nCertificate = server.pem\nPrivateKey = server.key\n"
            )
        asked = {
            "DisplayFormat": "1,1\\2,1\\1,2\\2,2",
            "FilmDestination": "MAGAZINE\\PROCESSOR\\BIN_1",
            "FilmSizeID": "8INX10IN\\14INX17IN",
            "MediumType": "PAPER\\CLEAR FILM\\BLUE FILM",
            "MagnificationType": "REPLICATE\\BILINEAR\\CUBIC\\NONE",
            "BorderDensity": "150\\BLACK\\WHITE",
            "EmptyImageDensity": "20\\BLACK\\WHITE",
            "MinDensity": 20,
            "MaxDensity": 320,
            "Supports12Bit": "true",
            "SupportsTrim": "true",
            **settings,
        }
        with open(os.path.join(folder, "print.cfg"), "w") as file:
            file.write(
                "[[GENERAL]]\n[APPLICATION]\nLogDirectory = log\n[PRINT]\nDirectory = spool\n"
                f"[DATABASE]\nDirectory = db\n[NETWORK]\nAetitle = TEST\n{general}"
                "[[COMMUNICATION]]\n[FILM]\nAetitle = FILM\nDescription = test\n"
                f"Hostname = localhost\nPort = {port}\nType = LOCALPRINTER\n{tls}"
                + "".join(f"{name} = {value}\n" for name, value in asked.items())
            )
        command = [peers.find("dcmprscp"), "-v", "+d", "-c", "print.cfg", "-p", "FILM"]
        with peers.started(command, port, folder):
            yield port, os.path.join(folder, "db")


def us(group, number, value):
    return sending.element(group, number, b"US", struct.pack("<H", value))


def write_image(path, number, pixels, photometric=MONOCHROME, window=None, samples=1, bits=12):
    """A secondary capture of 4 columns; `window` is centre and width; rescale intercept -1024."""
    sop_class = b"1.2.840.10008.5.1.4.1.1.7"
    instance = f"1.2.826.0.1.3680043.2.{number + 1}".encode()
    meta = sending.element(2, 1, b"OB", b"\0\1") + sending.element(2, 2, b"UI", sop_class)
    meta += sending.element(2, 3, b"UI", instance)
    meta += sending.element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1")
    data = sending.element(8, 0x16, b"UI", sop_class) + sending.element(8, 0x18, b"UI", instance)
    data += us(0x28, 2, samples) + sending.element(0x28, 4, b"CS", photometric)
    if samples == 3:
        data += us(0x28, 6, 0)
    width = 2 if bits > 8 else 1
    data += us(0x28, 0x10, len(pixels) // (4 * samples)) + us(0x28, 0x11, 4)
    data += us(0x28, 0x100, 8 * width) + us(0x28, 0x101, bits) + us(0x28, 0x102, bits - 1)
    data += us(0x28, 0x103, 0)
    if window:
        data += sending.element(0x28, 0x1050, b"DS", str(window[0]).encode())
        data += sending.element(0x28, 0x1051, b"DS", str(window[1]).encode())
        data += sending.element(0x28, 0x1052, b"DS", b"-1024")
        data += sending.element(0x28, 0x1053, b"DS", b"1")
    value = struct.pack(f"<{len(pixels)}{'H' if width == 2 else 'B'}", *pixels)
    data += sending.element(0x7FE0, 0x10, b"OW", value)
    length = sending.element(2, 0, b"UL", struct.pack("<I", len(meta)))
    with open(path, "wb") as file:
        file.write(bytes(128) + b"DICM" + length + meta + data)
    return path


def stored(folder, kind):
    return sorted(
        os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(kind)
    )


def dump(path, *tags):
    """The values of these attributes, as dcmdump prints them."""
    words = [word for tag in tags for word in ("+P", tag)]
    done = subprocess.run(
        [peers.find("dcmdump"), "-q", "+L", *words, path], capture_output=True, text=True
    )
    return [line.split(" #")[0].split(None, 2)[2].strip() for line in done.stdout.splitlines()]


def samples(path):
    """Pixel data of an image that was stored, as numbers."""
    allocated = int(dump(path, "0028,0100")[0])
    words = dump(path, "7fe0,0010")[0].split("\\")
    numbers = [int(word, 16) for word in words]
    return numbers if allocated == 16 else [part for word in numbers for part in split(word, path)]


def split(word, path):
    # 8 bits as OW are shown as words.
    return (word & 255, word >> 8) if dump_vr(path) == "OW" else (word,)


def dump_vr(path):
    done = subprocess.run(
        [peers.find("dcmdump"), "-q", "+P", "7fe0,0010", path], capture_output=True, text=True
    )
    return done.stdout.split()[1]


class Print(unittest.TestCase):
    def setUp(self):
        for program in ("dcmprscp", "dcmdump"):
            if peers.find(program) is None:
                self.skipTest(f"skipped: no {program}")
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def path(self, name):
        return os.path.join(self.folder, name)

    def print(self, *words):
        done = subprocess.run(
            [SLIPRING, "print", "--json", *map(str, words)],
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(lines, done.stderr)
        self.assertEqual(lines[-1]["exit_code"], done.returncode)
        self.errors = done.stderr
        return lines, done.returncode

    def test_images_arrive_windowed_two_on_a_film(self):
        values = [0, 1024, 1536, 2048, 4095, 512, 100, 2000]
        window = (0.5, 1025)
        expected = [
            round(min(1, max(0, (value - 1024) / 1024 + 0.5)) * 4095 + 1e-9) for value in values
        ]
        files = [write_image(self.path(f"{i}.dcm"), i, values, window=window) for i in range(3)]
        with dcmprscp() as (port, films):
            lines, code = self.print(f"FILM@127.0.0.1:{port}", *files, "--layout", "2,1")
            self.assertEqual(code, 0, self.errors)
            printed = [line for line in lines if line["type"] == "object"]
            self.assertEqual([line["outcome"] for line in printed], ["printed"] * 3)
            self.assertEqual([line["film"] for line in printed], [1, 1, 2])
            self.assertEqual([line["position"] for line in printed], [1, 2, 1])
            self.assertEqual(len(stored(films, "SP_")), 2)
            images = stored(films, "HG_")
            self.assertEqual(len(images), 3)
            for image in images:
                self.assertEqual(dump(image, "0028,0101"), ["12"])
                self.assertEqual(dump(image, "0028,0004"), ["[MONOCHROME2]"])
                self.assertEqual(samples(image), expected)

    def test_what_is_wished_for_is_in_the_film(self):
        file = write_image(self.path("a.dcm"), 1, range(16))
        wishes = "--film-size 14inx17in --orientation landscape --destination processor".split()
        wishes += ["--medium", "blue film", "--copies", 2, "--border", "black", "--trim", "yes"]
        with dcmprscp() as (port, films):
            _, code = self.print("-aec", "FILM", "127.0.0.1", port, file, *wishes)
            self.assertEqual(code, 0, self.errors)
            film = stored(films, "SP_")[0]
            tags = ("2010,0010", "2010,0040", "2010,0050", "2010,0100", "2010,0140")
            shown = dump(film, *tags)
            for words in ("[STANDARD\\1,1]", "[LANDSCAPE]", "[14INX17IN]", "[BLACK]", "[YES]"):
                self.assertIn(words, shown)
            with open(os.path.join(films, "..", "peer.log")) as log:
                asked = log.read()  # what it is asked of a session it does not store
            for words in ("IS [2]", "CS [BLUE FILM]", "CS [PROCESSOR]"):
                self.assertIn(words, asked)

    def test_8_bits_monochrome1_and_colour_on_a_grey_film(self):
        inverted = write_image(
            self.path("a.dcm"), 1, [0, 85, 170, 255], b"MONOCHROME1 ", samples=1, bits=8
        )
        red = write_image(self.path("b.dcm"), 2, [255, 0, 0] * 4, b"RGB ", samples=3, bits=8)
        with dcmprscp() as (port, films):
            _, code = self.print(f"FILM@127.0.0.1:{port}", inverted)
            self.assertEqual(code, 0, self.errors)
            (image,) = stored(films, "HG_")
            self.assertEqual(samples(image), [0, 85, 170, 255])
            self.assertEqual(dump(image, "0028,0004"), ["[MONOCHROME1]"])
        with dcmprscp() as (port, films):
            _, code = self.print(f"FILM@127.0.0.1:{port}", red)
            self.assertEqual(code, 0, self.errors)
            self.assertEqual(samples(stored(films, "HG_")[0]), [76] * 4)

    def test_the_printer_says_how_it_is(self):
        with dcmprscp() as (port, _):
            lines, code = self.print(f"FILM@127.0.0.1:{port}", "--status")
            self.assertEqual(code, 0, self.errors)
            printers = [line for line in lines if line["type"] == "printer"]
            self.assertEqual([line["status"] for line in printers], ["NORMAL"])

    def test_what_is_refused_is_said_and_what_is_no_image_is_left_out(self):
        file = write_image(self.path("a.dcm"), 1, range(16))
        text = self.path("b.txt")
        with open(text, "w") as out:
            out.write("no image")
        with dcmprscp() as (port, films):
            peer = f"FILM@127.0.0.1:{port}"
            second = write_image(self.path("c.dcm"), 1, range(16))
            lines, code = self.print(peer, file, second, "--layout", "3,3")  # it makes no such film
            self.assertEqual(code, 5)
            objects = [one for one in lines if one["type"] == "object"]
            self.assertEqual([one["path"] for one in objects], [str(file), str(second)])
            self.assertIn("not reached", objects[1]["reason"])
            self.assertIn("film box", [one for one in lines if one["type"] == "error"][0]["msg"])
            self.assertEqual(stored(films, "HG_"), [])
            lines, code = self.print(peer, text, file, self.path("absent.dcm"))
            self.assertEqual(code, 3)
            outcomes = [one["outcome"] for one in lines if one["type"] == "object"]
            self.assertEqual(sorted(outcomes), ["failed", "failed", "printed"])
            _, code = self.print(peer, file, "--color")  # dcmprscp is grayscale only
            self.assertEqual(code, 5)

    def test_sigusr1_asks_how_many_are_printed(self):
        file = write_image(self.path("a.dcm"), 1, range(16))
        start = [SLIPRING, "print"]
        with peers.asked_how_far(
            lambda port: [*start, "--json", f"127.0.0.1:{port}", file]
        ) as process:
            said = peers.progress_of(process)
            self.assertEqual((said["done"], said["failed"]), (0, 0))
        with peers.asked_how_far(lambda port: [*start, f"127.0.0.1:{port}", file]) as process:
            self.assertEqual(process.stderr.readline(), "0 images printed, 0 not\n")

    def test_nobody_there_is_exit_5_and_wrong_words_exit_2(self):
        file = write_image(self.path("a.dcm"), 1, range(16))
        lines, code = self.print(f"127.0.0.1:{peers.free_port()}", file)
        self.assertEqual(code, 5)
        self.assertEqual(
            [one["path"] for one in lines if one["type"] == "object"], [str(file)]
        )  # every file has its fate
        for words in (["h:1"], ["h:1", file, "--layout", "0,1"], ["h:1", file, "--bits", "9"]):
            done = subprocess.run([SLIPRING, "print", *words], capture_output=True)
            self.assertEqual(done.returncode, 2, words)

    def test_over_tls_with_both_certificates(self):
        if peers.find("openssl") is None:
            self.skipTest("skipped: no openssl")
        file = write_image(self.path("a.dcm"), 1, range(16))
        names = Certificates(self.enterContext(tempfile.TemporaryDirectory()))
        subprocess.run(["openssl", "rehash", names.folder], check=True, capture_output=True)
        with open(names["seed"], "wb") as seed:
            seed.write(os.urandom(1024))
        mine = ["--key", names["client.key"], "--cert", names["client.pem"]]
        with dcmprscp(names) as (port, films):
            peer = f"FILM@127.0.0.1:{port}"
            _, code = self.print(peer, file, "--tls", "--cafile", names["ca.pem"], *mine)
            self.assertEqual(code, 0, self.errors)
            self.assertEqual(len(stored(films, "HG_")), 1)
            self.assertEqual(self.print(peer, file)[1], 5)  # in clear
            _, code = self.print(peer, file, "--tls", "--cafile", names["other-ca.pem"], *mine)
            self.assertEqual(code, 5)


if __name__ == "__main__":
    SLIPRING = sys.argv.pop(1)
    unittest.main()
