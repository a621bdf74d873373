#!/usr/bin/env python3
"""Validations night after night on one ledger: files that did not change are not opened, bit rot is
found by reading again, a killed run is resumed to the same ledger, and other programs can read what
was found.

Usage: nightly_test.py --slipring PATH --synthesize PATH [unittest arguments]
"""

import argparse
import contextlib
import csv
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

SLIPRING = SYNTHESIZE = ""


def of(lines, kind):
    return [line for line in lines if line["type"] == kind]


class Case(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="slipring-nightly-")
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)
        self.ledger = self.path("night.db")

    def path(self, *parts):
        return os.path.join(self.work, *parts)

    def archive(self, count=40, *more):
        sizes = "--ct-size 32 --mr-size 32 --cr-size 48 --us-size 32 --us-frames 3".split()
        subprocess.run([SYNTHESIZE, self.path("in"), "--count", str(count), *sizes, *more],
                       check=True, stdout=subprocess.DEVNULL)
        return self.path("in")

    def files(self):
        return sorted(os.path.join(folder, name)
                      for folder, _, names in os.walk(self.path("in")) for name in names)

    def command(self, *more):
        return [SLIPRING, "validate", self.path("in"), "--ledger", self.ledger, *map(str, more)]

    def validate(self, *more):
        done = subprocess.run(self.command("--json", *more), capture_output=True, text=True,
                              timeout=120, stdin=subprocess.DEVNULL, check=False)
        self.assertIn(done.returncode, (0, 1, 130), done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()], done.returncode

    def rows(self):
        """Everything a ledger says of files, without jobs and their times."""
        with contextlib.closing(sqlite3.connect(self.ledger)) as ledger:
            files = ledger.execute(
                "SELECT d.text||f.name,f.id,f.done,f.bytes_in,s.outcome,f.infos,f.warnings,"
                "f.errors,hex(f.details) FROM files f JOIN directories d ON d.id=f.directory"
                " JOIN shared s ON s.id=f.shared").fetchall()
            said = {}
            for file, *finding in ledger.execute(
                    "SELECT file,rule,severity,tag,offset,path,message FROM cross_findings"):
                said.setdefault(file, []).append(tuple(finding))
            return sorted((row[0], *row[2:], tuple(sorted(said.get(row[1], [])))) for row in files)


class BetweenFiles(Case):
    def test_duplicates_and_conflicts_are_found_and_kept_in_the_ledger(self):
        self.archive(60, "--defect-rate", "0.2", "--defects", "duplicate-same,duplicate-other")
        lines, _ = self.validate()
        between = [line for line in of(lines, "finding") if line["rule"].startswith("L6")]
        self.assertLessEqual({"L6-01", "L6-02"}, {line["rule"] for line in between})
        paths = {line["path"] for line in of(lines, "object")}
        for line in between:
            self.assertIn(line["path"], paths)
        self.assertTrue(lines[-1]["between_judged"])
        self.assertEqual(sum(lines[-1]["findings"].values()), len(of(lines, "finding")))
        listed = subprocess.run([SLIPRING, "findings", self.ledger, "--json"], text=True,
                                capture_output=True, check=True).stdout.splitlines()
        kept = [json.loads(line) for line in listed]
        self.assertEqual(sorted((f["path"], f["rule"], f["msg"]) for f in kept),
                         sorted((f["path"], f["rule"], f["msg"]) for f in of(lines, "finding")))

    def test_without_a_ledger_the_same_is_found(self):
        self.archive(60, "--defect-rate", "0.2", "--defects", "duplicate-other")
        with_ledger, _ = self.validate()
        done = subprocess.run([SLIPRING, "validate", self.path("in"), "--no-ledger", "--json"],
                              capture_output=True, text=True, check=False)
        without = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(of(without, "finding"), of(with_ledger, "finding"))

    def test_a_file_that_is_gone_is_no_duplicate_any_more(self):
        source = self.archive(6)
        copy = os.path.join(source, "copy.dcm")
        shutil.copy(self.files()[0], copy)
        lines, _ = self.validate("--only-changed")
        rules = [line["rule"] for line in of(lines, "finding")]
        self.assertEqual(rules.count("L6-02"), 1)
        os.remove(copy)
        lines, _ = self.validate("--only-changed")
        self.assertNotIn("L6-02", [line["rule"] for line in of(lines, "finding")])
        self.assertEqual(lines[-1]["vanished"], 1)
        self.assertEqual(len(self.rows()), 6)


    def test_an_archive_that_is_not_there_for_a_night_is_not_forgotten(self):
        source = self.archive(6)
        self.validate("--only-changed")
        before = [(row[0], *row[7:9]) for row in self.rows()]  # path, digest, key
        os.rename(source, source + "-unmounted")
        os.mkdir(source)
        done = subprocess.run(self.command("--only-changed"), capture_output=True, check=False)
        self.assertEqual(done.returncode, 4)
        os.rmdir(source)
        os.rename(source + "-unmounted", source)
        self.assertEqual([(row[0], *row[7:9]) for row in self.rows()], before)
        lines, _ = self.validate("--only-changed")
        self.assertEqual(lines[-1]["resumed"], 6)


class OnlyChanged(Case):
    def opened(self, *more):
        """Files of the archive that a run opens."""
        trace = self.path("trace")
        subprocess.run(["strace", "-f", "-qq", "-e", "trace=open,openat", "-o", trace,
                        *self.command("--quiet", *more)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        with open(trace, encoding="utf-8", errors="replace") as lines:
            return sum(".dcm" in line for line in lines)

    def test_a_second_run_opens_no_file_and_finds_the_same(self):
        self.archive(40, "--defect-rate", "0.3")
        first, code = self.validate("--only-changed")
        before = self.rows()
        second, again = self.validate("--only-changed")
        self.assertEqual(code, again)
        self.assertEqual(of(first, "finding"), of(second, "finding"))
        self.assertEqual(first[-1]["findings"], second[-1]["findings"])
        self.assertEqual(self.rows(), before)
        self.assertEqual(second[-1]["resumed"], second[-1]["seen"])
        if shutil.which("strace") is None:
            self.skipTest("skipped: no strace to count what is opened")
        self.assertEqual(self.opened("--only-changed"), 0)
        self.assertGreaterEqual(self.opened(), 30)

    def test_new_and_changed_files_are_read(self):
        self.archive(20)
        self.validate("--only-changed")
        files = self.files()
        shutil.copy(files[0], files[0] + "-new.dcm")
        os.utime(files[1])
        with open(files[2], "ab") as file:
            file.write(b"\0" * 8)
        lines, _ = self.validate("--only-changed")
        self.assertEqual(lines[-1]["resumed"], 18)
        self.assertEqual(lines[-1]["rotten"], 0)

    def test_other_options_take_nothing_over(self):
        self.archive(10)
        self.validate("--only-changed")
        lines, _ = self.validate("--only-changed", "--no-pixels")
        self.assertEqual(lines[-1]["resumed"], 0)
        lines, _ = self.validate("--only-changed", "--no-pixels", "--profile", "strict")
        self.assertEqual(lines[-1]["resumed"], 0)


class BitRot(Case):
    def rot(self, path):
        """One bit other, size and times as they were; the ledger is told the new ctime, which no
        program can restore and a failing disk does not touch."""
        status = os.stat(path)
        with open(path, "r+b") as file:
            file.seek(-5, os.SEEK_END)
            byte = file.read(1)[0]
            file.seek(-5, os.SEEK_END)
            file.write(bytes([byte ^ 4]))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        with contextlib.closing(sqlite3.connect(self.ledger)) as ledger:
            # engine/ledger/details.h: inode at 2, time of the last change at 26
            ((file, details),) = [row for row in ledger.execute("SELECT id,details FROM files")
                                  if struct.unpack_from("<Q", row[1], 2)[0] == status.st_ino]
            details = bytearray(details)
            struct.pack_into("<q", details, 26, os.stat(path).st_ctime_ns)
            ledger.execute("UPDATE files SET details=? WHERE id=?", (bytes(details), file))
            ledger.commit()

    def age(self, days):
        with contextlib.closing(sqlite3.connect(self.ledger)) as ledger:
            ledger.execute("UPDATE jobs SET started_ms=started_ms-?", (days * 86400000,))
            ledger.commit()

    def rotten(self, lines):
        return [line["path"] for line in of(lines, "finding") if line["rule"] == "L0-09"]

    def test_a_flipped_bit_is_found_by_the_rescan_and_stays_found(self):
        source = self.archive(20)
        self.validate("--only-changed")
        victim = self.files()[7]
        self.rot(victim)
        lines, _ = self.validate("--only-changed")
        self.assertEqual(self.rotten(lines), [])  # nobody read it
        self.age(100)
        lines, code = self.validate("--only-changed", "--rescan-budget", "200M/s", "--every", "90d")
        self.assertEqual(self.rotten(lines), [os.path.relpath(victim, source)])
        self.assertEqual((lines[-1]["rotten"], lines[-1]["read_again"], code), (1, 20, 1))
        lines, _ = self.validate("--only-changed")
        self.assertEqual(len(self.rotten(lines)), 1)
        lines, _ = self.validate()  # read once more: the ledger holds what was there at first
        self.assertEqual(len(self.rotten(lines)), 1)

    def test_a_changed_ctime_alone_is_enough_to_look(self):
        self.archive(10)
        self.validate("--only-changed")
        victim = self.files()[3]
        status = os.stat(victim)
        with open(victim, "r+b") as file:
            file.seek(-5, os.SEEK_END)
            file.write(b"\x55")
        os.utime(victim, ns=(status.st_atime_ns, status.st_mtime_ns))
        lines, _ = self.validate("--only-changed")
        self.assertEqual(len(self.rotten(lines)), 1)

    def test_full_readings_are_spread_over_the_nights(self):
        self.archive(40)
        self.validate("--only-changed")
        self.age(9)  # of 90: a tenth
        lines, _ = self.validate("--only-changed", "--every", "90d")
        self.assertGreaterEqual(lines[-1]["read_again"], 1)
        self.assertLessEqual(lines[-1]["read_again"], 12)


class Night(Case):
    def test_a_run_killed_at_any_time_is_resumed_to_the_same_ledger(self):
        self.archive(120, "--defect-rate", "0.2")
        self.validate("--only-changed")
        whole = self.rows()
        for delay in (0.02, 0.08, 0.2):
            for suffix in ("", "-wal", "-shm", ".lock"):
                with contextlib.suppress(FileNotFoundError):
                    os.remove(self.ledger + suffix)
            for _ in range(2):
                running = subprocess.Popen(self.command("--only-changed", "-j", "1"),
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(delay)
                running.send_signal(signal.SIGKILL)
                running.wait()
            self.validate("--only-changed")
            self.assertEqual(self.rows(), whole)

    def listed(self, *more):
        done = subprocess.run([SLIPRING, "findings", self.ledger, *more], text=True,
                              capture_output=True, check=True)
        return done.stdout, done.stderr

    def killed_in_the_middle(self):
        """How many of the rows a validation wrote before it was killed."""
        def ask(question):
            with contextlib.closing(sqlite3.connect(self.ledger, timeout=20)) as ledger:
                return ledger.execute(question).fetchone()[0]

        before = ask("SELECT max(id) FROM jobs")
        running = subprocess.Popen(self.command("--bwlimit", "20K"), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        written = 0
        while written == 0 and running.poll() is None:
            time.sleep(0.02)
            written = ask(f"SELECT count(*) FROM files WHERE job > {before}")
        running.send_signal(signal.SIGKILL)
        running.wait()
        return written

    def test_after_a_kill_no_finding_between_files_is_shown_until_a_run_ends(self):
        source = self.archive(60)
        shutil.copy(self.files()[-1], os.path.join(source, "zz-copy.dcm"))
        shutil.copy(self.files()[0], os.path.join(source, "00-copy.dcm"))
        self.validate()
        whole, said = self.listed("--list")
        self.assertEqual(whole.count("L6-02"), 2)
        self.assertNotIn("left out", said)
        written = self.killed_in_the_middle()
        self.assertTrue(0 < written < 62, written)
        with contextlib.closing(sqlite3.connect(self.ledger)) as ledger:
            (old,) = ledger.execute("SELECT count(*) FROM cross_findings").fetchone()
        self.assertGreater(old, 0)  # of rows that the killed run did not come to
        for more in (["--list"], ["--json"], []):
            after, said = self.listed(*more)
            self.assertIn("L4-12", after)
            self.assertNotIn("L6-02", after)
            self.assertIn("left out", said)
        self.assertEqual(self.listed("--rule", "L6-02", "--paths")[0], "")
        done = subprocess.run([SLIPRING, "report", self.ledger], text=True, capture_output=True,
                              check=True)
        self.assertNotIn("L6-02", done.stdout)
        self.assertIn("findings between files (L6): left out", done.stdout)
        self.validate()
        self.assertEqual(self.listed("--list"), (whole, ""))

    def test_a_window_ends_a_run_that_goes_on_the_next_night(self):
        self.archive(60)
        lines, code = self.validate("--only-changed", "--max-duration", "1s", "--bwlimit", "40K")
        self.assertEqual((code, lines[-1]["exit_reason"]), (130, "window-ended"))
        self.assertFalse(lines[-1]["between_judged"])
        done = lines[-1]["seen"]
        self.assertLess(done, 60)
        lines, _ = self.validate("--only-changed")
        self.assertEqual((lines[-1]["seen"], lines[-1]["resumed"]), (60, done))
        self.assertTrue(lines[-1]["between_judged"])

    def test_only_findings_that_are_not_in_the_baseline_fail(self):
        self.archive(30, "--defect-rate", "0.4", "--defects", "bad-uid,bad-vr,odd-length")
        lines, _ = self.validate("--fail-on", "info")
        self.assertGreater(len(of(lines, "finding")), 0)
        baseline = self.path("known.ndjson")
        with open(baseline, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        failed = {line["outcome"] for line in of(lines, "object")} & {"failed"}
        self.assertEqual(failed, set())
        lines, code = self.validate("--fail-on", "info", "--baseline", baseline)
        self.assertEqual((code, lines[-1]["new_findings"]), (0, {"E": 0, "W": 0, "I": 0}))
        shutil.copy(self.files()[0], os.path.join(self.path("in"), "copy.dcm"))
        lines, code = self.validate("--fail-on", "info", "--baseline", baseline)
        self.assertEqual(code, 1)

    def test_a_profile_sets_severities(self):
        self.archive(30, "--defect-rate", "0.4", "--defects", "odd-length,bad-vr")
        lines, _ = self.validate()
        rules = {line["rule"]: line["severity"] for line in of(lines, "finding")}
        self.assertIn("L2-03", rules)
        profile = self.path("site.toml")
        with open(profile, "w", encoding="utf-8") as file:
            file.write('base = "strict"\n[severity]\n"L2-03" = "off"\n"L6" = "info"\n')
        graded, _ = self.validate("--profile", profile)
        again = {line["rule"]: line["severity"] for line in of(graded, "finding")}
        self.assertNotIn("L2-03", again)
        self.assertNotIn("W", {again[rule] for rule in again if rules.get(rule) == "W"})
        bad = subprocess.run(self.command("--profile", self.path("none.toml")), text=True,
                             capture_output=True, check=False)
        self.assertEqual(bad.returncode, 2)
        self.assertIn("none.toml", bad.stderr)


class ForOthers(Case):
    def test_sarif_csv_and_metrics_say_what_json_says(self):
        self.archive(40, "--defect-rate", "0.4")
        formula = os.path.join(self.path("in"), '=cmd|"x".dcm')
        shutil.copy(self.files()[0], formula)
        sarif, table, metrics = self.path("f.sarif"), self.path("f.csv"), self.path("slip.prom")
        lines, code = self.validate("--sarif", sarif, "--csv", table, "--metrics-file", metrics)
        found = of(lines, "finding")
        with open(sarif, encoding="utf-8") as file:
            log = json.load(file)
        self.assertEqual(log["version"], "2.1.0")
        run = log["runs"][0]
        self.assertEqual([r["ruleId"] for r in run["results"]], [f["rule"] for f in found])
        known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        self.assertLessEqual({f["rule"] for f in found}, known)
        self.assertLessEqual({r["level"] for r in run["results"]}, {"error", "warning", "note"})
        with open(table, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["rule"] for row in rows], [f["rule"] for f in found])
        for row in rows:
            for value in row.values():
                self.assertFalse(value.startswith(("=", "+", "-", "@")), value)
                self.assertTrue(value.isprintable(), value)
        self.assertTrue(any(row["path"].startswith("'=cmd") for row in rows))
        with open(metrics, encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(text.endswith("\n"))
        gauges = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
        self.assertEqual(int(gauges["slipring_exit_code"]), code)
        self.assertEqual(int(gauges['slipring_objects_total{state="ok"}']), lines[-1]["ok"])
        for letter, word in (("E", "error"), ("W", "warning"), ("I", "info")):
            total = sum(int(value) for name, value in gauges.items()
                        if name.startswith("slipring_findings{") and f'"{word}"' in name)
            self.assertEqual(total, lines[-1]["findings"][letter], word)
        self.assertEqual(sorted(os.listdir(self.work)),
                         ["f.csv", "f.sarif", "in", "night.db", "night.db.lock", "slip.prom"])

    def test_the_last_success_outlives_a_run_that_fails(self):
        self.archive(5)
        metrics = self.path("slip.prom")
        self.validate("--metrics-file", metrics, "--fail-on", "never")
        with open(metrics, encoding="utf-8") as file:
            first = [line for line in file if line.startswith("slipring_last_success")]
        self.assertEqual(len(first), 1)
        with open(os.path.join(self.path("in"), "empty.dcm"), "wb"):
            pass
        _, code = self.validate("--metrics-file", metrics, "--fail-on", "info")
        with open(metrics, encoding="utf-8") as file:
            second = [line for line in file if line.startswith("slipring_last_success")]
        self.assertEqual(code, 1)
        self.assertEqual(first, second)

    def test_a_file_that_cannot_be_written_is_said_and_fails(self):
        self.archive(5)
        for option in ("--sarif", "--csv", "--metrics-file"):
            done = subprocess.run(self.command(option, self.path("no", "such", "place")), text=True,
                                  capture_output=True, check=False)
            self.assertEqual(done.returncode, 5, option)
            self.assertIn("place", done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--slipring", required=True)
    parser.add_argument("--synthesize", required=True)
    options, rest = parser.parse_known_args()
    SLIPRING, SYNTHESIZE = options.slipring, options.synthesize
    unittest.main(argv=[sys.argv[0], *rest])
