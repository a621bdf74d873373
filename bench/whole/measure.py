"""Running and timing programs, and the facts of the machine they ran on. Standard library only."""

import contextlib
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ERROR_TAIL_BYTES = 2000


class Failed(Exception):
    """A program or a check did not do what it must; the benchmark stops."""


def run(command, env=None, stdin=None):
    """Runs to its end, output thrown away; gives seconds, exit code and the end of stderr."""
    with open(os.devnull, "wb") as nothing:
        began = time.perf_counter()
        done = subprocess.run(
            [str(part) for part in command],
            stdin=stdin,
            stdout=nothing,
            stderr=subprocess.PIPE,
            env=env,
            check=False,
        )
        seconds = time.perf_counter() - began
    return seconds, done.returncode, done.stderr[-ERROR_TAIL_BYTES:].decode(errors="replace")


def run_timed(command, allowed=(0,), env=None, stdin=None):
    seconds, code, errors = run(command, env, stdin)
    if code not in allowed:
        shown = " ".join(str(part) for part in command)[:300]
        raise Failed(f"exit {code} from: {shown}\n{errors}")
    return seconds


def output_of(command, allowed=(0,), env=None):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, env=env, check=False
    )
    if done.returncode not in allowed:
        errors = done.stderr[-ERROR_TAIL_BYTES:].decode(errors="replace")
        raise Failed(f"exit {done.returncode} from {command[0]}: {errors}")
    return done.stdout


def json_lines(command, allowed=(0,), env=None):
    return [json.loads(line) for line in output_of(command, allowed, env).splitlines() if line]


def files_below(folder):
    """Every regular file but our own `.slipring`: paths, sorted."""
    found = []
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".slipring"]
        found.extend(os.path.join(at, name) for name in names)
    return sorted(found)


@contextlib.contextmanager
def work_folder(kept, name):
    """The folder `kept`, which stays; where that is None, a new one, which does not."""
    folder = kept or Path(tempfile.mkdtemp(prefix=f"slipring-{name}-"))
    try:
        yield folder
    finally:
        if kept is None:
            remove(folder)


def make_archive(synthesize, root, objects, *more):
    """So many CT objects of 0.5 MB."""
    run_timed([synthesize, root, "--count", objects, "--mix", "CT:1", *more])


def remove(*paths):
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)


class FullMemory:
    """Leaves no memory free by reading on in a large empty file, as on a server that has run for
    a day: what a run writes then takes the place of cached pages.

    A virtual machine may hand its free memory back to its host, and gets it again page by page,
    which takes many times what copying into it does. Which row paid that was chance."""

    STEP_BYTES = 1 << 30

    def __init__(self, work):
        self.file = tempfile.TemporaryFile(dir=work)  # all of it a hole: no room on the disk
        self.file.truncate(2 * memory_bytes() // self.STEP_BYTES * self.STEP_BYTES)
        self.buffer = bytearray(16 << 20)

    def fill(self):
        """Until a step takes little of what is free any more: the rest is not given to a cache."""
        for _ in range(2 * memory_bytes() // self.STEP_BYTES):
            before = free_bytes()
            self.read_step()
            if before - free_bytes() < self.STEP_BYTES // 4:
                return

    def read_step(self):
        for _ in range(self.STEP_BYTES // len(self.buffer)):
            if self.file.readinto(self.buffer) < len(self.buffer):
                self.file.seek(0)


class Outputs:
    """`now`: a folder that is a new one for each run of a row, to write below. Made with
    `full_memory`, which takes half a minute once, memory is full whenever a run begins.

    ext4 does not give away an inode again for minutes after its file was deleted, and passes
    over every such inode of a block group whenever it makes a file there: where outputs had been
    deleted between runs, making a file took 0.9 ms of CPU in place of 0.015. New folders in a
    folder with the attribute T (chattr) are spread over the block groups; other file systems
    need none of it."""

    def __init__(self, work, full_memory=False):
        work = Path(work).absolute()  # a link leads on from where it stands
        self.now = work / "now"
        self.spread = work / f"outputs-{os.getpid()}"
        self.made = 0
        self.memory = FullMemory(work) if full_memory else None

    def renew(self):
        self.clear()
        if self.memory:
            self.memory.fill()
        self.spread.mkdir(exist_ok=True)
        if shutil.which("chattr"):
            run(["chattr", "+T", self.spread])
        self.made += 1
        folder = self.spread / f"{os.getpid()}-{self.made}"
        folder.mkdir()
        self.now.symlink_to(folder)

    def clear(self):
        self.now.unlink(missing_ok=True)
        remove(self.spread)


def flush():
    """What earlier runs left unwritten must not be written in the next one's time."""
    began = time.perf_counter()
    os.sync()
    return time.perf_counter() - began


def read_text(path):
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def cpu_model():
    found = re.search(r"^model name\s*:\s*(.+)$", read_text("/proc/cpuinfo"), re.MULTILINE)
    return found.group(1).strip() if found else platform.machine()


def machine_name():
    """A folder name such as epyc-2core."""
    words = re.findall(r"[a-z0-9]+", cpu_model().lower().replace("(r)", "").replace("(tm)", ""))
    dull = {"amd", "intel", "cpu", "processor", "core"}
    kept = [word for word in words if word not in dull][:2] or ["machine"]
    return f"{'-'.join(kept)}-{os.cpu_count()}core"


def memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def free_bytes():
    found = re.search(r"^MemFree:\s*(\d+) kB", read_text("/proc/meminfo"), re.MULTILINE)
    return int(found.group(1)) << 10 if found else 0


def file_system_of(path):
    try:
        words = output_of(["stat", "-f", "-c", "%T", path]).decode().split()
        return words[0] if words else ""
    except (Failed, OSError):
        return ""


def machine(work):
    return {
        "name": machine_name(),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "memory_bytes": memory_bytes(),
        "kernel": platform.release(),
        "file_system": file_system_of(work),
        "load_before": os.getloadavg()[0],
    }


def compiler_of(build):
    found = re.search(
        r"^CMAKE_CXX_COMPILER:\w+=(.+)$", read_text(Path(build) / "CMakeCache.txt"), re.MULTILINE
    )
    if not found:
        return ""
    return output_of([found.group(1), "--version"]).decode().splitlines()[0]


def commit_of(repository):
    def git(*words):
        return output_of(["git", "-C", repository, *words]).decode().strip()

    try:
        return {"commit": git("rev-parse", "--short", "HEAD"),
                "dirty": bool(git("status", "--porcelain", "--untracked-files=no"))}
    except (Failed, OSError):
        return {"commit": "unknown", "dirty": True}


def package_versions(names):
    try:
        text = output_of(
            ["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *names], allowed=(0, 1)
        )
    except OSError:
        return {}
    pairs = (line.split() for line in text.decode().splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def today():
    return datetime.date.today().isoformat()
