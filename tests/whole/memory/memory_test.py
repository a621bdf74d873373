#!/usr/bin/env python3
"""A 6 GB multi-frame object converts, proof included, within 512 MB of resident memory.

The object is a sparse file of zeros, so it costs no disk; what is measured is the peak resident
set of the slipring process (mapped pages of the source and the output count too).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

LIMIT_BYTES = 512 << 20
FRAMES, SIZE = 3000, 1024  # 3000 frames of 1024 x 1024 x 16 bits: 6.29 GB


def peak_rss_of(command):
    """Runs the command; gives its exit code, stdout and peak resident bytes."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, output, errors, usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--slipring", required=True)
    parser.add_argument("--synthesize", required=True)
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="slipring-memory-")
    try:
        source, out = os.path.join(work, "in"), os.path.join(work, "out")
        subprocess.run(
            [
                options.synthesize,
                source,
                "--count",
                "0",
                "--sparse-frames",
                str(FRAMES),
                "--sparse-size",
                str(SIZE),
                "--sparse-syntax",
                "encapsulated-le",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        [path] = [
            os.path.join(folder, name) for folder, _, names in os.walk(source) for name in names
        ]
        assert os.path.getsize(path) > 6e9, os.path.getsize(path)
        code, output, errors, peak = peak_rss_of(
            [options.slipring, "convert", source, out, "--to", "rle", "--memory", "512M", "--json"]
        )
        lines = [json.loads(line) for line in output.splitlines()]
        [record] = [line for line in lines if line["type"] == "object"]
        print(
            f"exit {code}, {record['outcome']}, {record.get('frames')} frames, "
            f"{record['bytes_in'] / 1e9:.2f} GB, peak {peak / 1e6:.0f} MB, "
            f"{lines[-1]['seconds']:.1f} s"
        )
        assert code == 0, errors
        assert (
            record["outcome"] == "converted"
            and record["pixel_verified"]
            and record["frames"] == FRAMES
        ), record
        assert peak <= LIMIT_BYTES, f"peak {peak} bytes is over {LIMIT_BYTES}"
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
