"""What the tests of `slipring send` share: runs of it, objects to send, data sets in files."""

import hashlib
import json
import os
import struct
import subprocess
from pathlib import Path

SLIPRING = [""]  # the binary, set by each test's main


def send(sources, peer, *options, state, timeout=240):
    """One run: exit code, the events of its JSON by type, its messages."""
    done = subprocess.run(
        [SLIPRING[0], "send", "--json", *map(str, sources), peer, *map(str, options)],
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"XDG_STATE_HOME": str(state)},
    )
    return Run(done)


class Run:
    def __init__(self, done):
        self.code = done.returncode
        self.errors = done.stderr
        self.events = [json.loads(line) for line in done.stdout.splitlines()]
        self.objects = [event for event in self.events if event["type"] == "object"]
        self.summary = self.events[-1] if self.events else {}

    def of(self, outcome):
        return [one for one in self.objects if one["outcome"] == outcome]


def element(group, number, vr, value):
    if len(value) % 2:
        value += b"\0" if vr == b"UI" else b" "
    header = struct.pack("<HH", group, number) + vr
    if vr in (b"OB", b"OW"):
        return header + struct.pack("<HI", 0, len(value)) + value
    return header + struct.pack("<H", len(value)) + value


def write_object(path, number, size):
    """An object with a document of `size` bytes, explicit little endian; gives its instance."""
    instance = f"1.2.826.0.1.3680043.2.{number + 1}".encode()
    sop_class = b"1.2.840.10008.5.1.4.1.1.7"
    meta = element(2, 1, b"OB", b"\0\1") + element(2, 2, b"UI", sop_class)
    meta += element(2, 3, b"UI", instance) + element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1")
    data = element(8, 0x16, b"UI", sop_class) + element(8, 0x18, b"UI", instance)
    data += element(0x20, 0xD, b"UI", b"1.2.3") + element(0x20, 0xE, b"UI", b"1.2.3.4")
    data += element(0x42, 0x11, b"OB", bytes([number % 251]) * size)
    length = element(2, 0, b"UL", struct.pack("<I", len(meta)))
    Path(path).write_bytes(bytes(128) + b"DICM" + length + meta + data)
    return instance.decode()


def write_objects(folder, count, size):
    return {write_object(Path(folder) / f"{i:05}.dcm", i, size) for i in range(count)}


def data_set(path):
    """The bytes after the meta group; None for a file without one that says its length."""
    content = Path(path).read_bytes()
    if content[128:132] != b"DICM" or content[132:136] != b"\2\0\0\0":
        return None
    return content[144 + struct.unpack("<I", content[140:144])[0] :]


def digest(content):
    return hashlib.sha256(content).hexdigest()
