"""What we write opens in DCMTK, GDCM and pydicom, and their decoded pixels give our digest; what is
copied or kept is the source to the byte."""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from slipring_runs import Exceptions, Run, report, skip

try:
    import native_pixels
except ImportError as missing:
    skip(missing)

# Real files that Debian's packages carry.
PLACES = [
    "/usr/lib/python3/dist-packages/pydicom/data/test_files",
    "/usr/lib/python3/dist-packages/pydicom/data/charset_files",
    "/usr/share/doc/libgdcm3.0/examples",
    "/usr/share/doc/dicom3tools/examples",
]

# DCMTK's tool that makes such a target native; it has none for JPEG 2000.
DCMTK_DECODER = {
    "explicit-le": ["dcmconv", "+te"],
    "implicit-le": ["dcmconv", "+te"],
    "explicit-be": ["dcmconv", "+te"],
    "deflated": ["dcmconv", "+te"],
    "rle": ["dcmdrle", "+te"],
    "jls-lossless": ["dcmdjpls", "+te"],
    "jpeg-lossless-sv1": ["dcmdjpeg", "+cn", "+te"],
}
# No toolkit in Debian 12 decodes HTJ2K inside DICOM: pydicom takes the codestreams out of it.
# ojph_expand gives colours as PPM only.
CODESTREAM_DECODER = {
    "opj_decompress": {1: ".rawl", 3: ".rawl"},
    "ojph_expand": {1: ".raw", 3: ".ppm"},
}
HTJ2K = ["htj2k-lossless", "htj2k-lossless-rpcl"]
TARGETS = [*DCMTK_DECODER, "j2k-lossless", *HTJ2K]
PYDICOM_DECODES = {"explicit-le", "implicit-le", "explicit-be", "deflated", "rle"}


def tool_ok(arguments):
    try:
        done = subprocess.run(
            [str(a) for a in arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def digest_by_tool(command, path, scratch):
    native = Path(scratch) / (path.name + "." + command[0])
    if not tool_ok([*command, path, native]):
        return None
    try:
        return native_pixels.native_digest(native_pixels.read(native))
    finally:
        native.unlink(missing_ok=True)


def digest_by_codestreams(tool, path, scratch):
    """Of an object whose frames are a codestream each, by a tool that knows nothing of DICOM."""
    data_set = native_pixels.read(path)
    suffix = CODESTREAM_DECODER[tool][int(data_set.get("SamplesPerPixel", 1))]
    frames = []
    for number, codestream in enumerate(native_pixels.codestreams(data_set)):
        stream = Path(scratch) / f"{number}.j2c"
        decoded = stream.with_suffix(suffix)
        stream.write_bytes(codestream)
        if not tool_ok([tool, "-i", stream, "-o", decoded]):
            return None
        frames.append(decoded.read_bytes())
        stream.unlink()
        decoded.unlink()
    if suffix == ".ppm":
        return native_pixels.ppm_digest(frames)
    precision = native_pixels.precision_of(codestream)
    return native_pixels.planar_digest(data_set, b"".join(frames), precision)


def peer_digests(target, path, scratch):
    """(peer, digest or None) of every peer that decodes such a target."""
    if target in HTJ2K:
        for tool in CODESTREAM_DECODER:
            yield tool, lambda tool=tool: digest_by_codestreams(tool, path, scratch)
        return
    if target in DCMTK_DECODER:
        yield "dcmtk", lambda: digest_by_tool(DCMTK_DECODER[target], path, scratch)
    yield "gdcm", lambda: digest_by_tool(["gdcmconv", "--raw"], path, scratch)
    if target in PYDICOM_DECODES:
        yield "pydicom", lambda: native_pixels.decoded_digest(native_pixels.read(path))


def attempt(work):
    try:
        return work()
    except Exception as problem:  # pylint: disable=broad-except
        return f"{type(problem).__name__}: {problem}"[:120]


def opening_failures(target, source, written, name, exceptions):
    """A peer that cannot open what we wrote, though it opens what we read."""
    openers = [
        ("dcmtk", lambda path: tool_ok(["dcmdump", "-q", path])),
        ("gdcm", lambda path: tool_ok(["gdcmdump", path])),
        ("pydicom", lambda path: bool(str(native_pixels.read(path)))),
    ]
    for peer, opens in openers:
        if peer == "gdcm" and target in HTJ2K:  # 3.0.21 opens no syntax that it does not know
            continue
        if attempt(lambda: opens(written)) is True or attempt(lambda: opens(source)) is not True:
            continue
        if exceptions.excuse(peer + " opens", target, name) is None:
            yield f"{target}: {name}: {peer} opens the source but not the output"


def object_failures(target, event, source, written, scratch, exceptions):
    name = os.path.basename(event["path"])
    if event["outcome"] in ("copied", "kept"):
        if not filecmp.cmp(source, written, shallow=False):
            yield f"{target}: {name}: {event['outcome']} but other bytes"
        return
    yield from opening_failures(target, source, written, name, exceptions)
    ours = event.get("pixel_sha256")
    if ours is None:
        return
    if event.get("pixel_verified") is not True:
        yield f"{target}: {name}: pixels were not verified"
    for peer, work in peer_digests(target, Path(written), scratch):
        theirs = attempt(work)
        if theirs != ours and exceptions.excuse(peer, target, name) is None:
            yield f"{target}: {name}: {peer} says {theirs}, we say {ours}"


def target_failures(binary, archive, target, exceptions):
    failures = []
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryDirectory() as scratch:
        run = Run(binary, ["convert", archive, out, "--to", target, "--json"])
        written = [event for event in run.objects if event.get("output")]
        if not any(event["outcome"] == "converted" for event in written):
            return [f"{target}: nothing was converted: exit {run.code}, {run.errors[:400]}"], 0

        def check(numbered):
            number, event = numbered
            own = Path(scratch) / str(number)
            own.mkdir()
            return list(
                object_failures(
                    target,
                    event,
                    Path(archive) / event["path"],
                    Path(out) / event["output"],
                    own,
                    exceptions,
                )
            )

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for some in pool.map(check, enumerate(written)):
                failures += some
    return failures, len(written)


def main():
    binary = sys.argv[1]
    for tool in ("dcmdump", "dcmconv", "dcmdrle", "dcmdjpls", "gdcmconv", "gdcmdump"):
        if shutil.which(tool) is None:
            skip(tool + " is not installed")
    places = [place for place in PLACES if os.path.isdir(place)]
    if not places:
        skip("no package with real files is installed")
    exceptions = Exceptions("outputs")
    failures = []
    count = 0
    with tempfile.TemporaryDirectory() as archive:
        for place in places:
            shutil.copytree(place, Path(archive) / place.replace("/", "_").strip("_"))
        for target in sys.argv[2:] or TARGETS:
            some, objects = target_failures(binary, archive, target, exceptions)
            failures += some
            count += objects
    if not sys.argv[2:]:
        failures += [f"exception no longer needed: {row}" for row in exceptions.unused()]
    report(failures, f"{count} outputs opened and decoded by peers")


if __name__ == "__main__":
    main()
