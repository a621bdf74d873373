#!/usr/bin/env python3
"""The binary against its promises: the JSON contract, the exit codes, and what a person
must be able to rely on.

Usage: contract_test.py --slipring PATH --synthesize PATH [unittest arguments]
"""

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import threading
import time

import contract_case
from contract_case import CONVERT_OUTCOMES, READ_OUTCOMES, of, run, run_json


def catches(process, number):
    """Whether a process has a handler for this signal by now."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        masks = dict(line.split(":", 1) for line in status)
    return int(masks["SigCgt"], 16) >> (number - 1) & 1 == 1


class TheContract(contract_case.Case):
    def test_convert_gives_every_file_one_object_line_and_a_balanced_summary(self):
        source = self.archive("in", 40, "--defect-rate", "0.5")
        code, lines, _ = run_json("convert", source, self.path("out"), "--to", "rle")
        self.check_lines(lines, CONVERT_OUTCOMES)
        self.assertEqual([line["path"] for line in of(lines, "object")], self.files_in(source))
        self.assertEqual(lines[-1]["exit_code"], code)
        written = {line["output"] for line in of(lines, "object") if "output" in line}
        self.assertEqual(sorted(written), self.files_in(self.path("out")))

    def test_scan_and_validate_keep_the_contract(self):
        source = self.archive("in", 40, "--defect-rate", "0.5")
        for command in (
            ["scan", source],
            ["validate", source, "--digests"],
            ["validate", source, "--no-pixels"],
        ):
            with self.subTest(command=command):
                code, lines, _ = run_json(*command)
                self.check_lines(lines, READ_OUTCOMES)
                self.assertEqual(
                    [line["path"] for line in of(lines, "object")], self.files_in(source)
                )
                self.assertEqual(lines[-1]["exit_code"], code)

    def test_converted_objects_carry_verified_digests_that_validate_repeats(self):
        source = self.archive("in", 12)
        _, converted, _ = run_json("convert", source, self.path("out"), "--to", "j2k-lossless")
        _, before, _ = run_json("validate", source, "--digests")
        _, after, _ = run_json("validate", self.path("out"), "--digests")
        digests = [
            {line["path"]: line.get("pixel_sha256") for line in of(lines, "object")}
            for lines in (converted, before, after)
        ]
        self.assertEqual(digests[0], digests[1])
        self.assertEqual(digests[0], digests[2])
        self.assertNotIn(None, digests[0].values())
        for line in of(converted, "object"):
            self.assertTrue(line["pixel_verified"])
            self.assertEqual(len(line["dataset_sha256"]), 64)

    def test_dump_gives_one_json_line_an_element(self):
        source = self.archive("in", 1)
        done = run("dump", os.path.join(source, self.files_in(source)[0]), "--json")
        self.assertEqual(done.returncode, 0)
        tags = [json.loads(line)["tag"] for line in done.stdout.splitlines()]
        self.assertIn("(0008,0018)", tags)
        self.assertIn("(7FE0,0010)", tags)

    def test_frame_gives_an_image_of_any_resolution_and_the_very_samples(self):
        source = self.archive()
        for target in ("htj2k-lossless", "j2k-lossless"):
            with self.subTest(target):
                self.check_frames_of(source, target)
        native = os.path.join(source, self.files_in(source)[0])
        self.assertEqual(run("frame", native, self.path("n.pgm"), "--reduce", "1").returncode, 1)

    def check_frames_of(self, source, target):
        _, converted, _ = run_json("convert", source, self.path(target), "--to", target)
        one = next(line for line in of(converted, "object") if line["outcome"] == "converted")
        path = os.path.join(self.path(target), one["output"])
        whole, half, raw = self.path("whole.pgm"), self.path("half.pgm"), self.path("samples.raw")
        self.assertEqual(run("frame", path, whole).returncode, 0)
        self.assertEqual(run("frame", path, half, "--reduce", "1").returncode, 0)
        sizes = []
        for name in (whole, half):
            with open(name, "rb") as image:
                kind, width, height = image.read(40).split()[:3]
            self.assertIn(kind, (b"P5", b"P6"))
            sizes.append((int(width), int(height)))
        self.assertEqual(sizes[1], tuple((side + 1) // 2 for side in sizes[0]))
        self.assertEqual(run("frame", path, raw).returncode, 0)
        with open(raw, "rb") as samples:
            self.assertEqual(hashlib.sha256(samples.read()).hexdigest(), one["pixel_sha256"])
        self.assertEqual(run("frame", path, whole, "--frame", "99").returncode, 1)
        self.assertEqual(run("frame", path, self.path("none", "x.pgm")).returncode, 5)

    def test_no_patient_value_is_printed_unless_asked(self):
        source = self.archive("in", 1)
        path = os.path.join(source, self.files_in(source)[0])
        with_phi = run("dump", path, "--phi").stdout
        name = with_phi.split("(0010,0010) PN [")[1].split("]")[0]
        self.assertGreater(len(name), 3)
        for command in (
            ["dump", path],
            ["scan", source, "-v"],
            ["validate", source, "--very-verbose"],
            ["convert", source, self.path("out"), "--to", "rle", "--very-verbose"],
            ["report", self.path("out")],
            ["findings", self.path("out"), "--list"],
        ):
            done = run(*command)
            self.assertNotIn(name, done.stdout + done.stderr, command)


class TheExitCodes(contract_case.Case):
    def test_0_all_done_and_clean(self):
        self.assertEqual(
            run("convert", self.archive(), self.path("out"), "--to", "rle").returncode, 0
        )

    def test_1_an_object_failed(self):
        source = self.archive("in", 4, "--defect-rate", "1", "--defects", "truncated-pixels")
        done = run("convert", source, self.path("out"), "--to", "rle")
        self.assertEqual(done.returncode, 1)
        self.assertIn("truncated-pixels", done.stderr)

    def test_1_findings_at_fail_on(self):
        source = self.archive("in", 4, "--defect-rate", "1", "--defects", "trailing-zeros")
        self.assertEqual(run("validate", source, "--fail-on", "never").returncode, 0)
        self.assertEqual(run("validate", source, "--fail-on", "info").returncode, 1)

    def test_2_usage_and_near_matches(self):
        done = run("convert", self.archive(), self.path("out"), "--to", "htj2k-loseless")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean htj2k-lossless (1.2.840.10008.1.2.4.201)", done.stderr)
        self.assertEqual(run("nonsense").returncode, 2)
        self.assertEqual(
            run("convert", self.path("in"), self.path("in"), "--to", "rle").returncode, 2
        )

    def test_3_a_source_is_missing(self):
        done = run(
            "convert", self.archive(), self.path("no-such-file"), self.path("out"), "--to", "rle"
        )
        self.assertEqual(done.returncode, 3)
        self.assertIn("no-such-file", done.stderr)

    def test_4_nothing_is_dicom(self):
        os.makedirs(self.path("texts"))
        with open(self.path("texts", "a.txt"), "w") as file:
            file.write("a text\n")
        for command in (
            ["scan", self.path("texts")],
            ["convert", self.path("texts"), self.path("out"), "--to", "rle"],
        ):
            self.assertEqual(run(*command).returncode, 4, command)

    def test_5_the_output_cannot_be_made(self):
        with open(self.path("file"), "w") as file:
            file.write("in the way")
        self.assertEqual(
            run("convert", self.archive(), self.path("file", "out"), "--to", "rle").returncode, 5
        )

    def test_5_the_output_disk_is_full_and_the_run_resumes(self):
        source = self.archive("in", 6, "--ct-size", "64", "--mix", "CT:100")
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        code, _, _ = run_json(
            "convert",
            source,
            self.path("out"),
            "--to",
            "explicit-le",
            "--ledger",
            self.path("l.db"),
            preexec_fn=limit,
        )
        self.assertIn(code, (5, 6))
        code, lines, _ = run_json(
            "convert",
            source,
            self.path("out"),
            "--to",
            "explicit-le",
            "--ledger",
            self.path("l.db"),
        )
        self.assertEqual(code, 0)
        self.assertEqual(lines[-1]["failed"], 0)

    def test_6_the_ledger_is_locked_or_damaged(self):
        source = self.archive()
        self.assertEqual(run("convert", source, self.path("out"), "--to", "rle").returncode, 0)
        with open(self.path("out", ".slipring", "ledger.db"), "r+b") as file:
            file.write(b"this is no database" * 20)
        done = run("convert", source, self.path("out"), "--to", "rle")
        self.assertEqual(done.returncode, 6)
        self.assertIn("ledger.db", done.stderr)

    def test_6_two_writers_at_once(self):
        source = self.archive("in", 600, "--mix", "CT:100", "--ct-size", "256")
        first = subprocess.Popen(
            [contract_case.SLIPRING, "convert", source, self.path("out"), "--to", "j2k-lossless"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not os.path.exists(self.path("out", ".slipring", "ledger.db")):
                time.sleep(0.01)
            time.sleep(0.1)
            self.assertEqual(
                run("convert", source, self.path("out"), "--to", "j2k-lossless").returncode, 6
            )
        finally:
            first.kill()
            first.wait()

    def test_130_an_interrupt_drains_and_the_same_command_resumes(self):
        source = self.archive("in", 300, "--mix", "CT:100", "--ct-size", "256")
        command = [contract_case.SLIPRING, "convert", source, self.path("out"),
                   "--to", "j2k-lossless", "--json"]
        running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        while not os.path.exists(self.path("out", ".slipring", "ledger.db")):
            time.sleep(0.01)
        time.sleep(0.4)
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=60)
        lines = [json.loads(line) for line in output.splitlines()]
        self.assertEqual(running.returncode, 130)
        self.assertTrue(lines[-1]["balanced"])
        self.assertLess(lines[-1]["seen"], 300)
        code, lines, _ = run_json(*command[1:-1])
        self.assertEqual(code, 0)
        self.assertEqual(lines[-1]["converted"], 300)
        self.assertGreater(lines[-1]["resumed"], 0)


class WhatAPersonReliesOn(contract_case.Case):
    def test_a_second_run_does_nothing_anew(self):
        source = self.archive("in", 20, "--defect-rate", "0.3")
        first, lines_first, _ = run_json("convert", source, self.path("out"), "--to", "rle")
        second, lines_second, _ = run_json("convert", source, self.path("out"), "--to", "rle")
        self.assertEqual(first, second)
        strip = lambda lines: [{k: v for k, v in line.items()} for line in of(lines, "object")]
        self.assertEqual(strip(lines_first), strip(lines_second))
        self.assertEqual(lines_second[-1]["resumed"], lines_second[-1]["seen"])

    def test_retry_failed_tries_what_failed_again(self):
        source = self.archive("in", 6, "--defect-rate", "1", "--defects", "truncated-pixels")
        run("convert", source, self.path("out"), "--to", "rle")
        _, lines, _ = run_json("convert", source, self.path("out"), "--to", "rle", "--retry-failed")
        self.assertEqual(lines[-1]["resumed"], 0)

    def test_on_error_copy_and_quarantine_keep_the_bytes(self):
        source = self.archive("in", 3, "--defect-rate", "1", "--defects", "truncated-pixels")
        names = self.files_in(source)
        for choice, place, outcome in (
            ("copy", "", "kept"),
            ("quarantine", ".slipring/quarantine", "quarantined"),
        ):
            out = self.path("out-" + choice)
            _, lines, _ = run_json("convert", source, out, "--to", "rle", "--on-error", choice)
            self.assertEqual({line["outcome"] for line in of(lines, "object")}, {outcome})
            for name in names:
                with open(os.path.join(source, name), "rb") as a, open(
                    os.path.join(out, place, name), "rb"
                ) as b:
                    self.assertEqual(a.read(), b.read())
            self.assertEqual(run("verify", out).returncode, 0)

    def test_duplicates_are_written_once_and_conflicts_are_both_kept(self):
        source = self.archive(
            "in", 12, "--defect-rate", "0.5", "--defects", "duplicate-same,duplicate-other"
        )
        for layout in ("mirror", "uid"):
            out = self.path("out-" + layout)
            code, lines, _ = run_json("convert", source, out, "--to", "rle", "--layout", layout)
            objects = of(lines, "object")
            contents = [(line["sop_instance"], line["pixel_sha256"]) for line in objects]
            self.assertLess(len(set(contents)), len(contents))
            outcomes = [line["outcome"] for line in objects]
            self.assertEqual(outcomes.count("converted"), len(set(contents)))
            self.assertEqual(outcomes.count("duplicate"), len(contents) - len(set(contents)))
            told = [line["rule"] for line in of(lines, "finding")]
            self.assertIn("L6-01", told)
            self.assertEqual(told.count("L0-06"), len(contents) - len(set(contents)))
            written = [line["output"] for line in objects if "output" in line]
            self.assertEqual(sorted(written), self.files_in(out))
            self.assertEqual(len(set(written)), len(written))

    def test_names_from_data_never_leave_the_output(self):
        source = self.archive("in", 6, "--defect-rate", "1", "--defects", "path-uid,bad-uid")
        run("convert", source, self.path("deep", "er", "out"), "--to", "rle", "--layout", "uid")
        outside = [
            name
            for name in self.files_in(self.work)
            if not name.startswith(("in/", "deep/er/out/", "state/"))
        ]
        self.assertEqual(outside, [])

    def test_verify_finds_rot_missing_and_extra_files(self):
        source = self.archive("in", 6)
        out = self.path("out")
        self.assertEqual(run("convert", source, out, "--to", "rle").returncode, 0)
        self.assertEqual(run("verify", out).returncode, 0)
        shown = run("verify", out, "--decode", "--progress", "bar")
        self.assertEqual(shown.returncode, 0)
        self.assertRegex(shown.stderr, r"verify .* 100%  6 files")
        names = self.files_in(out)
        with open(os.path.join(out, names[0]), "r+b") as file:
            file.seek(-5, os.SEEK_END)
            byte = file.read(1)
            file.seek(-5, os.SEEK_END)
            file.write(bytes([byte[0] ^ 1]))
        os.remove(os.path.join(out, names[1]))
        shutil.copy(os.path.join(out, names[2]), os.path.join(out, "extra.dcm"))
        code, lines, _ = run_json("verify", out)
        self.assertEqual(code, 1)
        self.assertEqual(
            (lines[-1]["damaged"], lines[-1]["missing"], lines[-1]["extra"]), (1, 1, 1)
        )
        self.assertTrue(any(line["rule"] == "L0-09" for line in of(lines, "finding")))

    def test_lists_come_from_a_file_or_from_stdin(self):
        source = self.archive("in", 5)
        paths = [os.path.join(source, name) for name in self.files_in(source)][:3]
        with open(self.path("list"), "w") as file:
            file.write("\n".join(paths) + "\n")
        _, lines, _ = run_json("scan", "--files-from", self.path("list"))
        self.assertEqual(lines[-1]["seen"], 3)
        piped = subprocess.run(
            [contract_case.SLIPRING, "scan", "--files-from", "-", "-0", "--json"],
            input="\0".join(paths),
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(json.loads(piped.stdout.splitlines()[-1])["seen"], 3)

    def test_an_option_in_a_configuration_that_no_command_has_is_told(self):
        source = self.archive("in", 2)
        for text, told in (("[scan]\nthreds = 3\n", "threds"), ("[scna]\nthreads = 3\n", "scna"),
                           ("threads = 3\n", "threads")):
            with open(self.path("c.toml"), "w", encoding="utf-8") as config:
                config.write(text)
            done = run("--config", self.path("c.toml"), "scan", source)
            self.assertEqual(done.returncode, 2, text)
            self.assertIn(told, done.stderr)
        with open(self.path("c.toml"), "w", encoding="utf-8") as config:
            config.write("[scan]\nthreads = 3\n[peer.vna]\nhost = '127.0.0.1'\nport = 104\n")
        done = run("--config", self.path("c.toml"), "scan", source)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("3 threads", done.stdout)

    def test_sigusr1_asks_a_job_how_far_it_is(self):
        source = self.archive("in", 2)
        paths = "".join(os.path.join(source, name) + "\n" for name in self.files_in(source))
        command = [contract_case.SLIPRING, "scan", "-q", "--files-from", "-"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as job:
            said = []
            reader = threading.Thread(target=lambda: said.append(job.stderr.readline()))
            reader.start()
            deadline = time.monotonic() + 60
            while reader.is_alive() and time.monotonic() < deadline:
                job.stdin.write(paths)  # it runs as long as it is given paths
                job.stdin.flush()
                if catches(job, signal.SIGUSR1):
                    job.send_signal(signal.SIGUSR1)
                reader.join(0.05)
            job.stdin.close()
            reader.join()
        self.assertEqual(job.returncode, 0)
        self.assertRegex(said[0], r"scan .* files .* files/s")

    def test_a_dry_run_writes_nothing(self):
        source = self.archive("in", 10)
        done = run("convert", source, self.path("out"), "--to", "rle", "--dry-run")
        self.assertEqual(done.returncode, 0)
        self.assertIn("estimate", done.stdout)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_links_and_special_files_are_counted_and_not_followed(self):
        source = self.archive("in", 2)
        os.symlink("/etc/passwd", os.path.join(source, "link"))
        os.mkfifo(os.path.join(source, "pipe"))
        _, lines, _ = run_json("scan", source)
        reasons = {line["path"]: line.get("reason", "") for line in of(lines, "object")}
        self.assertIn("link", reasons["link"])
        self.assertIn("regular", reasons["pipe"])
        self.assertEqual([line["rule"] for line in of(lines, "finding")], ["L0-01"])

    def test_the_ledger_has_the_rows_that_were_told(self):
        source = self.archive("in", 10, "--defect-rate", "0.4")
        _, lines, _ = run_json("convert", source, self.path("out"), "--to", "rle")
        status = run("status", self.path("out"))
        self.assertEqual(status.returncode, 0)
        summary = lines[-1]
        told = [f"{summary[outcome]} {outcome}" for outcome in ("converted", "copied", "kept",
                "duplicate", "quarantined", "failed", "skipped") if summary[outcome]]
        self.assertIn("10 files in the ledger: " + ", ".join(told) + ";", status.stdout)
        report = run("report", self.path("out"), "--json")
        self.assertEqual(report.returncode, 0)
        json.loads(report.stdout)

    def test_findings_and_explain_lead_from_a_validation_to_its_files(self):
        source = self.archive("in", 8, "--defect-rate", "0.5", "--defects", "odd-length")
        run("validate", source)
        grouped = run("findings", source)
        self.assertEqual(grouped.returncode, 0)
        self.assertIn("L2-03", grouped.stdout)
        paths = run("findings", source, "--rule", "L2-03", "--paths").stdout.split("\n")[:-1]
        self.assertTrue(paths and all("odd-length" in path for path in paths))
        self.assertIn("what to do", run("explain", "l2-03").stdout)
        self.assertEqual(run("explain", "L9-99").returncode, 2)

    def test_the_source_is_never_touched(self):
        source = self.archive("in", 20, "--defect-rate", "0.5")
        look = lambda: {
            name: os.stat(os.path.join(source, name)).st_mtime_ns for name in self.files_in(source)
        }
        before = look()
        for command in (
            ["scan", source],
            ["validate", source],
            ["convert", source, self.path("out"), "--to", "rle"],
        ):
            run(*command)
        self.assertEqual(before, look())
        self.assertFalse(os.path.exists(os.path.join(source, ".slipring")))


if __name__ == "__main__":
    contract_case.main()
