"""Rows by turns within a time budget, and the file that keeps what was measured so far."""

import json
import statistics
import time
from pathlib import Path

import measure


class Budget:
    """The minutes that a run may take (none: as long as its rounds need), shared out to parts that
    come one after another. The first round of every part is run whatever is left."""

    def __init__(self, minutes):
        self.end = time.monotonic() + 60 * minutes if minutes else None

    def share_end(self, parts):
        """When the next of so many parts must be done."""
        if self.end is None:
            return None
        now = time.monotonic()
        return now + max(0.0, self.end - now) / parts


def fits(row, end):
    return end is None or time.monotonic() + row.cost <= end


def run_row(bench, row, checks):
    began = time.monotonic()
    if row.out:
        bench.outputs.renew()
    measure.flush()
    bench.warm(row.archive)
    seconds = row.run()
    row.seconds.append(seconds)
    if row.out:
        row.seconds_with_flush.append(seconds + measure.flush())
    row.cost = time.monotonic() - began
    if row.check and row.name not in checks:
        checks[row.name] = row.check()
    bench.outputs.clear()
    rate = row.files() / seconds
    print(f"  {row.name:24} {seconds:9.3f} s {rate:12,.0f} files/s", flush=True)


def run_rounds(bench, rows, sizes, checks, after, end=None):
    """Each row once a round, every second round in the opposite order; calls after() after each
    row. A row whose last run would not end before `end` is left out, but in the first round."""
    for number in range(sizes["rounds"]):
        print(f"round {number + 1} of {sizes['rounds']}", flush=True)
        order = rows if number % 2 == 0 else rows[::-1]
        for row in order:
            if row.heavy and number >= sizes["rounds_heavy"]:
                continue
            if number > 0 and not fits(row, end):
                continue
            run_row(bench, row, checks)
            after()


def result_of(row):
    seconds = statistics.median(row.seconds)
    result = {"name": row.name, "what": row.what, "files": row.files(), "bytes": row.bytes(),
              "seconds": row.seconds, "median_seconds": seconds,
              "files_per_s": row.files() / seconds, "archive_gb_per_s": row.bytes() / seconds / 1e9,
              "spread": (max(row.seconds) - min(row.seconds)) / seconds}
    if row.seconds_with_flush:
        result["seconds_with_flush"] = row.seconds_with_flush
        result["median_seconds_with_flush"] = statistics.median(row.seconds_with_flush)
    return result


def results_of(rows):
    return [result_of(row) for row in rows if row.seconds]


def print_table(results, ratios):
    print(f"\n{'row':24} {'files':>8} {'median s':>10} {'files/s':>12} {'GB/s*':>8} "
          f"{'spread':>7}  what")
    for result in results:
        print(f"{result['name']:24} {result['files']:8,} {result['median_seconds']:10.3f} "
              f"{result['files_per_s']:12,.0f} {result['archive_gb_per_s']:8.2f} "
              f"{result['spread']:7.0%}  {result['what']}")
    print("* of the archive's bytes, whether a row reads them all or not\n")
    for line in ratios:
        goal = ""
        if "goal" in line:
            goal = f"   goal {line['goal']}: {'met' if line['met'] else 'NOT met'}"
        print(f"{line['value']:10.2f}  {line['what']}{goal}")


class ResultFile:
    """One raw JSON, replaced as a whole at every write: a run that is cut short keeps what it
    measured, and says by `complete` that it was cut."""

    def __init__(self, path, facts):
        self.path = Path(path)
        self.facts = facts

    def write(self, rows, ratios, checks, complete):
        content = {**self.facts, "complete": complete, "rows": results_of(rows),
                   "ratios": ratios, "checks": checks}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        part.replace(self.path)


def facts_of(benchmark, repository, bench, build, packages, sizes):
    return {
        "benchmark": benchmark, "date": measure.today(), **measure.commit_of(repository),
        "machine": measure.machine(bench.work), "compiler": measure.compiler_of(build),
        "threads": bench.threads, "peers": measure.package_versions(packages),
        "rounds": sizes["rounds"], "rounds_heavy": sizes["rounds_heavy"],
    }


def place_of(facts, name, repository, work, trial, out):
    """Where the result goes: `out`, or beside the archive for a trial, or bench/results."""
    folder = work if trial else Path(repository) / "bench/results" / facts["machine"]["name"]
    return Path(out) if out else folder / f"{facts['date']}-{facts['commit']}-{name}.json"
