"""The rows of a ledger as a dictionary, path -> facts, without what may differ between two runs:
ids, jobs and their times."""

import os
import shutil
import sqlite3
import tempfile

FILES = """
SELECT coalesce(d.text, x'') AS directory, f.name, f.done, f.sequence, o.text AS options,
  f.device, f.inode, f.size, f.mtime_ns, f.ctime_ns, f.outcome, r.text AS reason,
  f.error_code, f.error_offset, w.text AS what, f.error_expected, f.error_actual, f.error_tag,
  c.text AS sop_class, f.sop_instance, st.text AS study, se.text AS series, m.text AS modality,
  a.text AS from_syntax, b.text AS to_syntax, f.bytes_in, f.bytes_out, f.frames,
  f.pixel_digest, f.pixel_verified, f.dataset_digest, f.output_digest, f.output,
  f.infos, f.warnings, f.errors, f.id
FROM files f
  LEFT JOIN directories d ON d.id=f.directory LEFT JOIN words o ON o.id=f.options
  LEFT JOIN words r ON r.id=f.reason LEFT JOIN words w ON w.id=f.error_what
  LEFT JOIN words c ON c.id=f.sop_class LEFT JOIN words st ON st.id=f.study
  LEFT JOIN words se ON se.id=f.series LEFT JOIN words m ON m.id=f.modality
  LEFT JOIN words a ON a.id=f.from_syntax LEFT JOIN words b ON b.id=f.to_syntax
"""
FINDINGS = """
SELECT file, number, rule, severity, tag, offset, path, message FROM findings ORDER BY file, number
"""
COUNTS = "SELECT file, rule, severity, count FROM finding_counts ORDER BY file, rule, severity"


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
        for query in (FINDINGS, COUNTS):
            for row in database.execute(query):
                below.setdefault(row["file"], []).append(tuple(row)[1:])
        rows = {}
        for row in database.execute(FILES):
            facts = dict(row)
            path = facts.pop("directory") + facts.pop("name")
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
