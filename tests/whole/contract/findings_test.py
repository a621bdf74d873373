#!/usr/bin/env python3
"""What `findings` says: true counts, each severity by itself, and nothing of what it does not know.

Usage: findings_test.py --slipring PATH --synthesize PATH [unittest arguments]
"""

import os
import struct

import contract_case
from contract_case import run


class Findings(contract_case.Case):
    def test_findings_are_counted_truly_and_by_severity(self):
        source = self.archive("in", 2, "--syntax", "explicit-le:1")
        with open(os.path.join(source, self.files_in(source)[0]), "ab") as file:
            for number in range(50):  # elements that no creator speaks for: 20 are kept
                file.write(struct.pack("<HH2sH2s", 0x7FE1, 0x1000 + number, b"LO", 2, b"x "))
        shown = run("validate", source).stdout
        self.assertRegex(shown, r"findings 0 errors, 50 warnings, \d+ notes")
        table = run("findings", source).stdout
        self.assertRegex(table, r"L3-05  warning +50  ")
        self.assertEqual(run("findings", source, "--rule", "l3-5").stdout.count("L3-05"), 1)
        warnings = [run("findings", source, "--list", "--severity", word).stdout
                    for word in ("W", "warning")]
        self.assertEqual(warnings[0], warnings[1])
        self.assertEqual(warnings[0].count("L3-05 W"), 20)
        self.assertEqual(run("findings", source, "--severity", "E").stdout, "no findings\n")
        for wrong in (["--rule", "L9-99"], ["--rule", "rot"], ["--path", "no/such.dcm"]):
            done = run("findings", source, *wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)
            self.assertIn(wrong[1], done.stderr)


if __name__ == "__main__":
    contract_case.main()
