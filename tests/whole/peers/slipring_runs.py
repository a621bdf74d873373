"""Runs of the slipring binary, read through its JSON contract: one object a line."""

import json
import os
import subprocess
import sys
from pathlib import Path

SKIPPED = 77  # what CTest takes for "skipped"


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


class Run:
    """One command: its exit code and its events by type."""

    def __init__(self, binary, arguments, timeout=600):
        state = os.environ | {"NO_COLOR": "1"}
        done = subprocess.run(
            [binary, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            env=state,
            check=False,
        )
        self.code = done.returncode
        self.errors = done.stderr.decode("utf-8", "replace")
        self.events = [json.loads(line) for line in done.stdout.splitlines()]

    def of_type(self, kind):
        return [event for event in self.events if event["type"] == kind]

    @property
    def objects(self):
        return self.of_type("object")

    @property
    def summary(self):
        summaries = self.of_type("summary")
        assert len(summaries) == 1, f"{len(summaries)} summaries\n{self.errors}"
        return summaries[0]


def corpus():
    """The corpus of real files outside the project, or None."""
    beside = Path(__file__).resolve().parents[3] / ".." / "shared" / "corpus"
    place = Path(os.environ.get("SLIPRING_CORPUS", beside))
    return place.resolve() if (place / "MANIFEST.tsv").is_file() else None


def files_below(root):
    found = []
    for folder, _, names in os.walk(root):
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)


class Exceptions:
    """exceptions.tsv: what is known to differ, and why. A row that excuses nothing is reported."""

    def __init__(self, test):
        self.rows = []
        self.used = set()
        table = Path(__file__).with_name("exceptions.tsv").read_text(encoding="utf-8")
        for line in table.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            name, peer, target, file, reason = line.split("\t")
            if name == test:
                self.rows.append((peer, target, file, reason))

    def excuse(self, peer, target, file):
        for row in self.rows:
            fits = zip(row[:3], (peer, target, file))
            if all(pattern in ("*", value) for pattern, value in fits):
                self.used.add(row)
                return row[3]
        return None

    def unused(self):
        return [row for row in self.rows if row not in self.used]


def report(failures, done):
    for failure in failures:
        print("FAILED:", failure)
    print(f"{done}; {len(failures)} failures")
    sys.exit(1 if failures else 0)
