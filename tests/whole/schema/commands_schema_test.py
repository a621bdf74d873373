#!/usr/bin/env python3
"""The JSON Schema itself, and every command that needs no peer against it.

Usage: commands_schema_test.py --slipring PATH --synthesize PATH [unittest arguments]
"""

import json
import os
import pathlib
import re
import subprocess
import time
import unittest

import schema_case
from schema_case import OPEN, SCHEMA, STRICT, TYPES, faults

import contract_case

WITHOUT_LINES = {"report", "completion", "man"}  # one document, a script, a page


class TheSchema(unittest.TestCase):
    def test_it_is_a_schema_and_every_type_has_its_entry(self):
        for validator in (OPEN, STRICT):
            validator.check_schema(validator.schema)
        branches = {
            branch["if"]["properties"]["type"]["const"]: branch["then"]["$ref"]
            for branch in SCHEMA["allOf"]
        }
        self.assertEqual(branches, {kind: f"#/$defs/{kind}" for kind in TYPES})

    def test_every_property_says_what_it_is(self):
        for kind in TYPES:
            entry = SCHEMA["$defs"][kind]
            self.assertIn("description", entry, kind)
            self.assertLessEqual(set(entry["required"]), set(entry["properties"]), kind)
            for name, value in entry["properties"].items():
                self.assertRegex(value.get("description", ""), r"\S.*\S", f"{kind}.{name}")

    def test_the_source_writes_no_type_that_has_no_entry(self):
        engine = schema_case.WHOLE.parent.parent / "engine"
        written = {
            kind
            for path in (engine / "cli").rglob("*")
            if path.suffix in (".cpp", ".h")
            for kind in re.findall(r'Json json = line\("(\w+)"\)', path.read_text())
        }
        self.assertEqual(written, set(TYPES))

    def test_it_refuses_what_is_wrong(self):
        good = {"v": 1, "type": "finding", "path": "a", "rule": "L2-03", "severity": "E", "msg": ""}
        for validator in (OPEN, STRICT):
            self.assertEqual(faults(good, validator), [])
            for wrong in (
                {"offset": "12"},
                {"offset": -1},
                {"severity": "F"},
                {"rule": "2-03"},
                {"tag": "00080018"},
                {"v": 2},
                {"type": "rumour"},
                {"type": "summary"},
            ):
                self.assertNotEqual(faults({**good, **wrong}, validator), [], wrong)
            for name in good:
                less = {key: value for key, value in good.items() if key != name}
                self.assertNotEqual(faults(less, validator), [], name)
        joined = {**good, "colour": "red"}
        self.assertEqual(faults(joined, OPEN), [])
        self.assertNotEqual(faults(joined, STRICT), [])

    def test_what_lies_within_a_field_is_held_too(self):
        line = {
            "v": 1, "type": "match", "peer": "p", "number": 1,
            "attributes": {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "A^B"}]}},
        }  # fmt: skip
        self.assertEqual(faults(line), [])
        for wrong in ({"0010": {"vr": "PN"}}, {"00100010": {}}, {"00100010": {"vr": 5}},
                      {"00100010": {"vr": "PN", "Value": [{"Alphabet": "A"}]}}):
            self.assertNotEqual(faults({**line, "attributes": wrong}, OPEN), [], wrong)
        committed = {"v": 1, "type": "object", "outcome": "committed", "path": "a"}
        self.assertNotEqual(faults(committed, OPEN), [])  # which instance, by which transaction?


class Commands(schema_case.Case):
    def setUp(self):
        super().setUp()
        self.source = self.archive("in", 16, "--defect-rate", "0.5")

    def first(self):
        return os.path.join(self.source, self.files_in(self.source)[0])

    def test_no_command_is_left_out(self):
        listed = contract_case.run("--help").stdout.split("Subcommands:")[1]
        listed = set(re.findall(r"^  (\S+)", listed.split("Exit codes:")[0], re.MULTILINE))
        here = pathlib.Path(__file__).parent
        text = "".join(path.read_text() for path in here.glob("*_schema_test.py"))
        ours = set(re.findall(r'self\.says\(\s*"([\w-]+)"', text)) | WITHOUT_LINES
        if "receive_test.Receiver(" in text:
            ours.add("receive")
        self.assertEqual(ours, listed)

    def test_scan_and_validate(self):
        job = ("start", "object", "summary")
        self.says("scan", self.source, types=job)
        self.says("scan", self.path("nowhere"), code=3)
        os.makedirs(self.path("empty"))
        self.says("scan", self.path("empty"), code=4)
        self.says("validate", self.source, "--digests", types=(*job, "finding"), code=1)
        known = contract_case.run("findings", self.source, "--json").stdout
        with open(self.path("known"), "w", encoding="utf-8") as file:
            file.write(known)
        lines = self.says("validate", self.source, "--baseline", self.path("known"))
        self.assertIn("new_findings", lines[-1])

    def test_progress(self):
        """Of a job that waits for the end of its list: told of a second after its start."""
        command = [contract_case.SLIPRING, "scan", "--files-from", "-", "--json"]
        for seconds in (1.2, 2.4, 9.6, 38.4):  # longer where the machine is slow
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as job:
                time.sleep(seconds)
                text, _ = job.communicate(self.first().encode(), timeout=60)
            lines = self.keep([json.loads(line) for line in text.splitlines()], ["summary"])
            if contract_case.of(lines, "progress"):
                return
        self.fail("no progress is told of")

    def test_convert_and_verify(self):
        out = self.path("out")
        lines = self.says("convert", self.source, out, "--to", "rle", "--dry-run")
        self.assertTrue(lines[-1]["dry_run"])
        types = ("start", "object", "finding", "error", "summary")
        self.says("convert", self.source, out, "--to", "rle", types=types, code=1)
        self.says("convert", self.source, out, "--to", "rle")  # resumed
        self.says("convert", self.source, "/dev/null/out", "--to", "rle", types=["error"])
        lossy = ["--to", "htj2k", "--allow-lossy", "--quality", "10"]
        self.says("convert", self.source, self.path("lossy"), *lossy, types=types)
        self.says("verify", out, "--decode", types=("start", "object", "summary"), code=0)
        names = self.files_in(out)
        with open(os.path.join(out, names[0]), "r+b") as file:
            file.truncate(200)
        os.remove(os.path.join(out, names[1]))
        lines = self.says("verify", out, types=("finding", "object", "summary"), code=1)
        self.assertEqual((lines[-1]["damaged"], lines[-1]["missing"]), (1, 1))
        self.says("verify", self.path("in"), types=["error"])

    def test_an_error_names_the_element_that_it_is_in(self):
        source = self.archive("native", 1, "--mix", "CT:100", "--syntax", "explicit-le:1")
        path = os.path.join(source, self.files_in(source)[0])
        os.truncate(path, os.path.getsize(path) - 100)
        lines = self.says("validate", source, types=["error"])
        self.assertEqual(contract_case.of(lines, "error")[0]["tag"], "(7FE0,0010)")

    def test_the_files_of_an_archive_one_by_one(self):
        kinds = set()
        for name in self.files_in(self.source):
            for line in self.says("dump", os.path.join(self.source, name)):
                kinds.add(line["type"])
        self.assertEqual(kinds, {"element", "error"})
        self.says("dump", self.path("nowhere"), types=["error"], code=3)
        self.says("frame", self.path("nowhere"), self.path("x.pgm"), types=["error"], code=3)

    def test_what_ledgers_and_tables_tell(self):
        self.says("status", code=4)
        contract_case.run("validate", self.source)
        self.says("status", types=["job"], code=0)
        self.says("findings", self.source, types=["finding"], code=0)
        self.assertEqual(len(self.says("explain", "L2-20", types=["rule"], code=0)), 1)
        self.says("explain", types=["rule"], code=0)
        self.says("rules", "--layer", "5", types=["rule"], code=0)
        self.says("list-ts", types=["transfer_syntax"], code=0)

    def test_bench(self):
        whole = self.archive("whole", 2)
        words = ["--codec", "rle", "--seconds", "0.001", "--threads", "1"]
        saved = self.path("saved")
        self.says("bench", "codecs", whole, *words, "--save", saved,
                  types=("start", "object", "bench", "summary"), code=0)
        lines = self.says("bench", "codecs", whole, *words, "--compare", saved, types=["bench"])
        self.assertTrue(all("slower" in line for line in lines if line["type"] == "bench"))
        self.says("bench", "codecs", self.source, *words, types=["error"])


if __name__ == "__main__":
    schema_case.main()
