#!/usr/bin/env python3
"""Conversion with loss: asked for in so many words, told of each object, never called proven.

Usage: loss_test.py --slipring PATH --synthesize PATH [unittest arguments]
"""

import os

import contract_case
from contract_case import of, run, run_json


class Loss(contract_case.Case):
    def test_loss_takes_three_words_and_is_told(self):
        source = self.archive("in", 4)
        to = ["--to", "htj2k"]
        for words in (
            to,
            [*to, "--ratio", "8"],
            [*to, "--allow-lossy"],
            [*to, "--allow-lossy", "--ratio", "8", "--quality", "8"],
            ["--to", "htj2k-lossless", "--allow-lossy", "--ratio", "8"],
            [*to, "--allow-lossy", "--ratio", "8", "--recompress-lossy"],
        ):
            self.assertEqual(run("convert", source, self.path("no"), *words).returncode, 2, words)
            self.assertFalse(os.path.exists(self.path("no")))
        lossy = [*to, "--allow-lossy", "--quality", "10"]
        _, lines, _ = run_json("convert", source, self.path("out"), *lossy)
        objects = [line for line in of(lines, "object") if line["outcome"] == "converted"]
        self.assertTrue(objects)
        told = {line["path"]: line for line in of(lines, "finding") if line["rule"] == "L5-31"}
        for line in objects:
            self.assertFalse(line["pixel_verified"])
            self.assertTrue(line["sop_instance"].startswith("2.25."))
            self.assertRegex(told[line["path"]]["msg"], r"differ by \d+ at most, PSNR")
            self.assertLess(line["bytes_out"], line["bytes_in"])
        code, after, _ = run_json("verify", self.path("out"), "--decode")
        self.assertEqual(code, 0)
        self.assertTrue(all(line["pixel_verified"] for line in of(after, "object")))
        report = run("report", self.path("out")).stdout
        self.assertIn("compressed with loss", report)
        strict = [*to, "--allow-lossy", "--quality", "3", "--max-error", "1"]
        self.assertEqual(run("convert", source, self.path("strict"), *strict).returncode, 1)


if __name__ == "__main__":
    contract_case.main()
