"""clang-tidy over many sources at once: tidy.py BUILD JOBS FILES...

Sources that are compiled alike are joined into one translation unit (engine/units.py), a main file
as each was by itself. A unit of which clang-tidy says anything, be it only that two sources use one
name for two things, is halved until nothing is said or one source is left: what is reported, a
source gave cause for by itself.
"""

import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../engine"))
import units  # noqa: E402

LINES_MAX = 6000  # in a unit
# Shallow: the analyzer looks less deep than it could, which is half the time of a run.
TIDY = ["clang-tidy-19", "--quiet", "--config-file=.clang-tidy", "--warnings-as-errors=*"]
SHALLOW = ["-Xclang", "-analyzer-config", "-Xclang", "mode=shallow"]
NOT_TOLD = re.compile(r"\d+ warnings? (generated|treated)|Suppressed |Use -header-filter|$")


def flags_by_source(build):
    """What each source is compiled with, but for what says where its object goes."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    flags = {}
    for command in commands:
        words = shlex.split(command["command"])
        compiler = next(i for i, word in enumerate(words) if "clang" in word)
        words = words[compiler + 1:words.index("-o")]
        name = os.path.relpath(command["file"])
        flags[name] = tuple(word for word in words if not re.match(r"-fPI[CE]$|-O", word))
    return flags


def units_of(sources, flags):
    """Lists of sources, the longest first."""
    alike = {}
    for source in sorted(sources):
        if source not in flags:
            sys.exit(f"tidy: {source} is not compiled")
        alike.setdefault(flags[source], []).append(source)
    together = [unit for group in alike.values() for unit in units.units_of(group, LINES_MAX)]
    return sorted(together, key=len, reverse=True)


def look_at(unit, flags, folder):
    """What clang-tidy says of the sources of a unit, as a text."""
    if len(unit) == 1:
        path = unit[0]
    else:
        path = os.path.join(folder, unit[0].replace("/", "+"))
        with open(path, "w", encoding="utf-8") as file:
            for source in unit:
                with open(source, encoding="utf-8") as part:
                    file.write(part.read())
    run = subprocess.run([*TIDY, path, "--", *flags[unit[0]], *SHALLOW], text=True, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = [line for line in run.stdout.splitlines() if not NOT_TOLD.match(line)]
    if run.returncode != 0 and not said:
        said = [f"{path}: clang-tidy ended with {run.returncode}"]
    if not said:
        return ""
    if len(unit) == 1:
        return "\n".join(said) + "\n"
    middle = len(unit) // 2
    return look_at(unit[:middle], flags, folder) + look_at(unit[middle:], flags, folder)


def main(build, jobs, *sources):
    flags = flags_by_source(build)
    folder = os.path.join(build, "tidy")
    os.makedirs(folder, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(int(jobs)) as pool:
        together = units_of([os.path.relpath(source) for source in sources], flags)
        said = list(pool.map(lambda unit: look_at(unit, flags, folder), together))
    print("".join(said), end="")
    return 1 if any(said) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
