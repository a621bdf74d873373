"""The rows of a ledger as a dictionary, path -> facts, without what may differ between two runs:
ids, jobs and their times."""

import os
import shutil
import sqlite3
import tempfile

FILES = """
SELECT coalesce(d.text, x'') AS directory, f.name, f.done, f.sequence, j.option_hash,
  s.device, s.outcome, r.text AS reason, c.text AS sop_class, st.text AS study,
  se.text AS series, m.text AS modality, a.text AS from_syntax, b.text AS to_syntax,
  f.bytes_in, f.bytes_out, f.infos, f.warnings, f.errors, f.details, f.id
FROM files f JOIN shared s ON s.id=f.shared JOIN jobs j ON j.id=f.job
  LEFT JOIN directories d ON d.id=f.directory LEFT JOIN words r ON r.id=s.reason
  LEFT JOIN words c ON c.id=s.sop_class LEFT JOIN words st ON st.id=s.study
  LEFT JOIN words se ON se.id=s.series LEFT JOIN words m ON m.id=s.modality
  LEFT JOIN words a ON a.id=s.from_syntax LEFT JOIN words b ON b.id=s.to_syntax
"""
FINDINGS = """
SELECT file, number, rule, severity, tag, offset, path, message FROM cross_findings
ORDER BY file, number
"""


def output_of(details):
    """As engine/ledger/details.h packs it: None where there is none, 1 for the file's own path."""
    flags = int.from_bytes(details[:2], "little")
    if flags & 2:
        return 1
    if not flags & 4:
        return None
    at = 2 + 4 * 8

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = details[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    number()  # frames
    at += number()  # SOP Instance UID
    length = number()
    return details[at:at + length]


def read(directory):
    """Of a copy: opening a ledger recovers it, which the resumed run has to do by itself."""
    beside = os.path.dirname(os.path.dirname(directory))
    with tempfile.TemporaryDirectory(prefix="slipring-rows-", dir=beside) as copy:
        for suffix in ("", "-wal"):
            name = os.path.join(directory, "ledger.db" + suffix)
            if os.path.exists(name):
                shutil.copy(name, os.path.join(copy, "ledger.db" + suffix))
        return rows_of(os.path.join(copy, "ledger.db"))


def rows_of(path):
    if not os.path.exists(path):
        return {}  # killed before it was made
    database = sqlite3.connect(path)
    database.text_factory = bytes
    try:
        if not database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return {}
        database.row_factory = sqlite3.Row
        below = {}
        for row in database.execute(FINDINGS):
            below.setdefault(row["file"], []).append(tuple(row)[1:])
        rows = {}
        for row in database.execute(FILES):
            facts = dict(row)
            path = facts.pop("directory") + facts.pop("name")
            facts["output"] = output_of(facts["details"])
            facts["findings"] = below.get(facts.pop("id"), [])
            if path in rows:
                raise AssertionError(f"two rows of {path!r}")
            rows[path] = facts
        return rows
    finally:
        database.close()


def outputs_done(rows):
    """Names that rows with an outcome say are written; 1 stands for the path itself."""
    for path, facts in rows.items():
        if facts["done"] and facts["output"] is not None:
            yield path if facts["output"] == 1 else facts["output"]


def unfinished(rows):
    return [path for path, facts in rows.items() if not facts["done"]]
