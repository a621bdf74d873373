"""What the contract's tests stand on: the binary run, its JSON lines held to their fields, an
archive of its own for each test."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SLIPRING = SYNTHESIZE = ""

FIELDS = {  # type -> fields that every line of it has, with their types
    "start": {"cmd": str, "job": str, "ledger": str, "threads": int, "version": str},
    "progress": {
        "t": (int, float),
        "done": int,
        "total": int,
        "bytes_in": int,
        "bytes_out": int,
        "failed": int,
        "rate_in": int,
    },
    "object": {"path": str, "outcome": str, "bytes_in": int, "bytes_out": int},
    "finding": {"path": str, "rule": str, "severity": str, "msg": str},
    "error": {"path": str, "msg": str, "hint": str},
    "summary": {
        "seen": int,
        "bytes_in": int,
        "bytes_out": int,
        "findings": dict,
        "balanced": bool,
        "seconds": (int, float),
        "exit_code": int,
        "exit_reason": str,
    },
}
CONVERT_OUTCOMES = {"converted", "copied", "kept", "duplicate", "quarantined", "failed", "skipped"}
READ_OUTCOMES = {"ok", "failed", "skipped"}


def run(*arguments, **options):
    return subprocess.run(
        [SLIPRING, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        **options,
    )


def run_json(*arguments, **options):
    done = run(*arguments, "--json", **options)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def of(lines, kind):
    return [line for line in lines if line["type"] == kind]


class Case(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="slipring-contract-")
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)
        os.environ["XDG_STATE_HOME"] = os.path.join(self.work, "state")

    def path(self, *parts):
        return os.path.join(self.work, *parts)

    def archive(self, name="in", count=12, *more):
        sizes = "--ct-size 32 --mr-size 32 --cr-size 48 --us-size 32 --us-frames 3".split()
        subprocess.run(
            [SYNTHESIZE, self.path(name), "--count", str(count), *sizes, *more],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return self.path(name)

    def files_in(self, root):
        return sorted(
            os.path.relpath(os.path.join(folder, name), root)
            for folder, _, names in os.walk(root)
            for name in names
            if ".slipring" not in folder
        )

    def check_lines(self, lines, outcomes):
        for line in lines:
            self.assertEqual(line["v"], 1)
            for field, kind in FIELDS[line["type"]].items():
                self.assertIsInstance(line.get(field), kind, f"{field} in {line}")
        self.assertEqual(lines[0]["type"], "start")
        self.assertEqual(lines[-1]["type"], "summary")
        objects = of(lines, "object")
        self.assertEqual(len({line["path"] for line in objects}), len(objects), "one line a file")
        self.assertLessEqual({line["outcome"] for line in objects}, outcomes)
        summary = lines[-1]
        self.assertEqual(summary["seen"], len(objects))
        for outcome in outcomes:
            self.assertEqual(
                summary[outcome], sum(line["outcome"] == outcome for line in objects), outcome
            )
        self.assertTrue(summary["balanced"])


def main():
    """Runs the tests of the module that was started, with the binaries that its words name."""
    global SLIPRING, SYNTHESIZE
    parser = argparse.ArgumentParser()
    parser.add_argument("--slipring", required=True)
    parser.add_argument("--synthesize", required=True)
    known, rest = parser.parse_known_args()
    SLIPRING, SYNTHESIZE = os.path.abspath(known.slipring), os.path.abspath(known.synthesize)
    unittest.main(argv=[sys.argv[0], *rest], verbosity=1)
