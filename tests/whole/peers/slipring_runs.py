"""Runs of the slipring binary, read through its JSON contract: one object a line."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77  # what CTest takes for "skipped"
# Debian packages that carry DICOM files, and where.
DEBIAN_PACKAGES = ("python3-pydicom", "libgdcm3.0", "dicom3tools")
DEBIAN_FILES = re.compile(
    r"/pydicom/data/(?:test_files|charset_files|palettes)/|/examples/[^/]*\.dcm$"
)


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


def debian_files():
    """{place: file}: the DICOM files that installed Debian packages carry."""
    found = {}
    for package in DEBIAN_PACKAGES if shutil.which("dpkg") else ():
        done = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            file = Path(line)
            if DEBIAN_FILES.search(line) and file.is_file() and not file.is_symlink():
                name = line.partition("/pydicom/data/")[2] or file.name
                found[f"{package}/{name}"] = file
    return found


@contextlib.contextmanager
def real_files():
    """Folders of real files, as far as they are here: the corpus, and copies of Debian's."""
    places = [corpus()] if corpus() is not None else []
    with tempfile.TemporaryDirectory() as folder:
        copies = debian_files()
        for name, file in copies.items():
            place = Path(folder) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        if copies:
            places.append(Path(folder))
        if not places:
            skip("no corpus of real files here, and none of Debian's")
        yield places


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
