#!/usr/bin/env python3
"""`slipring bench codecs` on tiny images: its JSON lines, its exit codes, what it saves and
compares. Never how fast anything is.

Usage: bench_test.py --slipring PATH --synthesize PATH [unittest arguments]
"""

import json
import pathlib
import subprocess
import sys

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent / "contract"))

import contract_case  # noqa: E402

NUMBER = (int, float)
BENCH_FIELDS = {
    "name": str, "codec": str, "direction": str, "image": str, "bits": int, "threads": int,
    "batch": int, "mb_per_s": NUMBER, "ratio": NUMBER, "samples_per_s": NUMBER, "runs": int,
    "spread": NUMBER, "cycles_per_sample": (*NUMBER, type(None)), "peer": type(None),
    "peer_mb_per_s": type(None), "times_peer": type(None),
}


class Case(contract_case.Case):
    def bench(self, *words):
        done = subprocess.run(
            [contract_case.SLIPRING, "bench", *map(str, words), "--seconds", "0.002", "-j", "2"],
            capture_output=True, text=True, timeout=200, stdin=subprocess.DEVNULL, check=False)
        return done

    def bench_json(self, *words):
        done = self.bench(*words, "--json")
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def archive(self, *more):
        return super().archive("in", 10, *more)

    def test_every_line_has_the_fields_of_the_contract(self):
        code, lines = self.bench_json("codecs", self.archive())
        self.assertEqual(code, 0)
        self.assertEqual([lines[0]["type"], lines[-1]["type"]], ["start", "summary"])
        self.assertEqual(lines[0]["cmd"], "bench")
        rows = [line for line in lines if line["type"] == "bench"]
        for row in rows:
            self.assertEqual(row["v"], 1)
            for field, kind in BENCH_FIELDS.items():
                self.assertIsInstance(row.get(field, "absent"), kind, f"{field} in {row}")
            self.assertGreater(row["mb_per_s"], 0)
        names = [row["name"] for row in rows]
        self.assertEqual(len(set(names)), len(names), "each name once")
        self.assertEqual({row["threads"] for row in rows}, {1, 2})
        self.assertTrue(any(row["batch"] > 1 for row in rows))
        self.assertLessEqual({"rle", "jpeg-ls", "jpeg2000"}, {row["codec"] for row in rows})
        self.assertTrue({row["image"].split("-")[0] for row in rows} <= {"ct", "mr", "cr", "us"})
        objects = [line for line in lines if line["type"] == "object"]
        self.assertEqual([line["outcome"] for line in objects], ["ok"] * 10)
        self.assertTrue(lines[-1]["balanced"])

    def test_without_input_it_measures_what_it_draws(self):
        code, lines = self.bench_json("--codec", "rle", "--filter", "/mr-")
        self.assertEqual(code, 0)
        rows = [line for line in lines if line["type"] == "bench"]
        self.assertEqual({row["image"] for row in rows}, {"mr-12-256x256"})
        self.assertEqual({row["direction"] for row in rows}, {"encode", "decode"})

    def test_a_codec_that_does_not_exist_is_a_usage_error_that_names_the_others(self):
        done = self.bench("--codec", "jpeg-3000")
        self.assertEqual(done.returncode, 2)
        self.assertIn("jpeg-ls", done.stderr)

    def test_a_file_that_cannot_be_read_and_one_that_is_no_image_are_told(self):
        self.assertEqual(self.bench("codecs", self.path("nowhere")).returncode, 3)
        with open(self.path("notes.txt"), "w", encoding="utf-8") as notes:
            notes.write("not an image\n")
        self.assertEqual(self.bench("codecs", self.path("notes.txt")).returncode, 4)
        self.assertEqual(self.bench("--filter", "no such row").returncode, 4)
        code, lines = self.bench_json("codecs", self.archive(), self.path("notes.txt"),
                                      "--codec", "rle", "--filter", "ct-")
        self.assertEqual(code, 0)
        self.assertIn("skipped", [line.get("outcome") for line in lines])

    def test_a_damaged_object_is_told_and_the_others_are_measured(self):
        folder = self.archive("--defect-rate", "0.5", "--defects", "short-pixels")
        code, lines = self.bench_json("codecs", folder, "--codec", "rle")
        self.assertEqual(code, 1)
        self.assertTrue([line for line in lines if line["type"] == "error"])
        self.assertTrue([line for line in lines if line["type"] == "bench"])

    def test_a_run_is_saved_and_the_next_one_compared_with_it(self):
        folder, old = self.archive(), self.path("old.json")
        words = ["codecs", folder, "--codec", "rle", "--filter", "encode"]
        self.assertEqual(self.bench(*words, "--save", old).returncode, 0)
        with open(old, encoding="utf-8") as saved:
            lines = [json.loads(line) for line in saved]
        for line in lines:  # as if the old machine had been far faster
            if line["type"] == "bench":
                line["mb_per_s"] *= 1000
                line["spread"] = 0
        with open(old, "w", encoding="utf-8") as saved:
            saved.writelines(json.dumps(line) + "\n" for line in lines)
        done = self.bench(*words, "--compare", old)
        self.assertEqual(done.returncode, 0)
        self.assertIn("slower than in", done.stdout)
        code, lines = self.bench_json(*words, "--compare", old)
        self.assertEqual(code, 0)
        # How many frames go into a call is found by timing, and part of a row's name.
        rows = [line for line in lines if line["type"] == "bench" and line["times_old"] is not None]
        self.assertTrue(rows)
        for row in rows:
            self.assertLess(row["times_old"], 1)
            self.assertEqual(row["slower"], row["times_old"] < 1 - row["spread"])

    def test_files_of_figures_that_cannot_be_used_are_told(self):
        self.assertEqual(self.bench("--compare", self.path("nowhere")).returncode, 2)
        self.assertEqual(self.bench("--save", self.path("no", "such", "folder")).returncode, 5)


if __name__ == "__main__":
    contract_case.main()
