#!/usr/bin/env python3
"""The rounds of bench/whole: what a time budget leaves out, and what a run that is cut short keeps.
No row here measures anything.

Usage: rounds_test.py FOLDER-OF-THE-BENCHMARKS [unittest arguments]
"""

import json
import pathlib
import sys
import tempfile
import time
import unittest
from unittest import mock

sys.path.insert(0, sys.argv.pop(1))

import measure
import rounds
import rows


class Bench:
    """Stands where rows.Bench does; nothing is warmed."""

    def __init__(self, work):
        self.work, self.threads = work, 2
        self.outputs = measure.Outputs(work)

    def warm(self, archive):
        pass


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="slipring-rounds-")
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)
        self.bench = Bench(self.work)
        self.archive = rows.Archive(self.work, ["a", "b"], 200, None)
        self.sizes = {"rounds": 3, "rounds_heavy": 1}
        self.ran = []

    def row(self, name, **more):
        def run():
            self.ran.append(name)
            return 2.0

        return rows.Row(name, name, self.archive, run, **more)

    def run_rounds(self, some, end=None, after=lambda: None):
        rounds.run_rounds(self.bench, some, self.sizes, {}, after, end)

    def test_rows_take_turns_and_heavy_ones_run_in_fewer_rounds(self):
        self.run_rounds([self.row("a"), self.row("b", heavy=True), self.row("c")])
        self.assertEqual(self.ran, list("abc") + list("ca") + list("ac"))

    def test_when_the_time_is_up_every_row_has_run_once(self):
        self.run_rounds([self.row("a"), self.row("b")], end=time.monotonic() - 1)
        self.assertEqual(self.ran, list("ab"))

    def test_a_budget_is_shared_by_what_is_left_of_it(self):
        self.assertIsNone(rounds.Budget(None).share_end(3))
        now = time.monotonic()
        budget = rounds.Budget(1000)
        self.assertLess(budget.share_end(4), budget.share_end(2))
        self.assertGreaterEqual(budget.share_end(1), now + 50_000)

    def test_a_run_that_is_cut_short_keeps_what_it_measured(self):
        some = [self.row("a"), self.row("b"), self.row("c")]

        def cut():
            raise measure.Failed("cut")

        some[1].run = cut
        result = rounds.ResultFile(self.work / "kept" / "result.json", {"benchmark": "none"})
        with self.assertRaises(measure.Failed):
            self.run_rounds(some, after=lambda: result.write(some, [], {}, False))
        kept = json.loads(result.path.read_text(encoding="utf-8"))
        self.assertEqual([row["name"] for row in kept["rows"]], ["a"])
        self.assertEqual((kept["benchmark"], kept["complete"]), ("none", False))
        self.assertEqual(kept["rows"][0]["files_per_s"], 1.0)

    def test_every_run_that_writes_has_a_new_folder_and_leaves_none(self):
        folders = []
        row = self.row("writes", out=self.bench.outputs.now / "out")

        def run():
            row.out.mkdir()
            folders.append(row.out.resolve())
            return 1.0

        row.run = run
        self.run_rounds([row])
        self.assertEqual(len(set(folders)), 3)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_memory_is_filled_until_a_step_takes_little_of_what_is_free(self):
        step = 32 << 20  # one that takes little time
        free = iter([100 * step, 99 * step, 99 * step, 98 * step, 98 * step, 98 * step])
        with mock.patch.object(measure.FullMemory, "STEP_BYTES", step), \
             mock.patch.object(measure, "memory_bytes", lambda: 4 * step), \
             mock.patch.object(measure, "free_bytes", lambda: next(free)):
            measure.FullMemory(self.work).fill()
        self.assertEqual(list(free), [])
        self.assertEqual(list(self.work.iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
