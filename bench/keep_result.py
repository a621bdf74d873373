#!/usr/bin/env python3
"""keep_result.py GOOGLE_BENCHMARK.json NAME BUILD: puts a benchmark's raw output into
bench/results/<machine>/<date>-<commit>-<NAME>.json, with machine, compiler and commit. Every timed
run is kept; what can be computed from them (means, medians) is left out."""

import json
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "bench/whole"))

import measure

KEPT = ["name", "label", "threads", "iterations", "real_time", "cpu_time", "time_unit",
        "items_per_second", "bytes_per_second", "error_message"]


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    source, name, build = sys.argv[1:]
    raw = json.loads(Path(source).read_text(encoding="utf-8"))
    rows = []
    for run in raw["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        known = {key: run[key] for key in KEPT if key in run}
        standard = {*KEPT, "run_name", "run_type", "repetitions", "repetition_index",
                    "family_index", "per_family_instance_index", "error_occurred"}
        known.update({key: value for key, value in run.items() if key not in standard})
        rows.append(known)
    commit = measure.commit_of(REPOSITORY)
    machine = measure.machine(REPOSITORY)
    machine["load_before"] = raw["context"]["load_avg"][0]
    content = {"benchmark": name, "date": raw["context"]["date"], **commit, "machine": machine,
               "compiler": measure.compiler_of(build)}
    text = json.dumps(content)[:-1] + ', "rows": [\n'
    text += ",\n".join(json.dumps(row) for row in rows) + "\n]}\n"
    folder = REPOSITORY / "bench/results" / machine["name"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{raw['context']['date'][:10]}-{commit['commit']}-{name}.json"
    path.write_text(text, encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
