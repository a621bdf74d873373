"""Missing and empty attributes of Type 1 and Type 2: what validate finds in real files, and what
dciodvfy finds. Every difference is explained by a row of dciodvfy_differences.tsv or counted; what
is left must be less than one in a hundred of what either found. And files that DCMTK, GDCM, pydicom
and dciodvfy take as clean have no errors but those explained there."""

import csv
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from slipring_runs import Run, corpus, report, skip

AGREEMENT = 0.99
PAIRS_MIN = 2000  # fewer would mean that one of the two was not understood
KEPT_PER_RULE = 20  # findings of a rule and file that are kept: beyond it the lists end
THEIRS = re.compile(
    r"Error - (?:Missing attribute|Empty attribute \(no value\)) Type [12] Required"
    r" Element=<(\w+)> Module=<(\w+)>"
)
IOD_NAME = re.compile(r"^[A-Z][A-Za-z0-9]+$", re.MULTILINE)


def their_findings(path):
    done = subprocess.run(["dciodvfy", path], capture_output=True, timeout=120, check=False)
    text = (done.stdout + done.stderr).decode("latin-1")
    found = {match[1]: match[2] for match in THEIRS.finditer(text)}
    return found, bool(IOD_NAME.search(text)), "Error" not in text


def our_findings(run):
    found, counts = {}, Counter()
    for event in run.of_type("finding"):
        if event["rule"] in ("L4-04", "L4-06"):
            keyword, _, rest = event["msg"].partition(", Type ")
            module = rest.partition(" in ")[2].partition(", is ")[0]
            found.setdefault(event["path"], {})[keyword] = module
            counts[event["path"], event["rule"]] += 1
    full = {path for (path, _), count in counts.items() if count >= KEPT_PER_RULE}
    return found, full


def content_peers(place):
    """Files that DCMTK, GDCM and pydicom read without complaint, by the corpus's manifest."""
    with open(place / "MANIFEST.tsv", encoding="utf-8") as file:
        return {row["path"] for row in csv.DictReader(file, delimiter="\t")
                if row["dcmdump_rc"] == "0" and row["pydicom"] == "ok"
                and row["gdcmdump_rc"] == "0"}


def errors_in_clean_files(run, clean, reasons):
    return sorted({f"{event['path']} is clean to four others: {event['rule']} {event['msg']}"
                   for event in run.of_type("finding")
                   if event["severity"] == "E" and event["path"] in clean
                   and not event["rule"].startswith("L6")  # between files: the others see one
                   and not reasons.explain("clean", event["rule"], event["msg"], event["path"])})


class Reasons:
    def __init__(self):
        table = Path(__file__).with_name("dciodvfy_differences.tsv")
        lines = [line for line in table.read_text(encoding="utf-8").splitlines()
                 if line and not line.startswith("#")]
        self.rows = list(csv.reader(lines, delimiter="\t"))
        self.used = Counter()

    def explain(self, side, module, keyword, path):
        for row in self.rows:
            fits = zip(row[:4], (side, module, keyword, path))
            if all(pattern == "*" or pattern == value or
                   (pattern.endswith("*") and value.startswith(pattern[:-1]))
                   for pattern, value in fits):
                self.used[tuple(row)] += 1
                return True
        return False


def main():
    place = corpus()
    if place is None:
        skip("no corpus of real files here")
    if shutil.which("dciodvfy") is None:
        skip("dciodvfy is not installed")
    run = Run(sys.argv[1], ["validate", place, "--no-ledger", "--no-pixels", "--json"])
    ours, full = our_findings(run)
    paths = sorted(event["path"] for event in run.objects if event["outcome"] in ("ok", "failed"))
    with ThreadPoolExecutor(2) as pool:
        theirs = dict(zip(paths, pool.map(lambda path: their_findings(place / path), paths)))
    reasons, agreed, left = Reasons(), 0, []
    for path in paths:
        found, knows_iod, _ = theirs[path]
        if path in full or not knows_iod:
            continue
        mine = ours.get(path, {})
        agreed += len(mine.keys() & found.keys())
        for side, these, others in (("ours", mine, found), ("theirs", found, mine)):
            left += [f"{side} only: {keyword} of {module} in {path}"
                     for keyword, module in these.items()
                     if keyword not in others
                     and not reasons.explain(side, module, keyword, path)]
    clean = {path for path in paths if theirs[path][2]} & content_peers(place)
    share = agreed / max(1, agreed + len(left))
    for row, count in reasons.used.items():
        print(f"{count:4} explained: {' '.join(row[:4])}: {row[4]}")
    for line in left:
        print("unexplained,", line)
    failures = [] if share >= AGREEMENT else [f"agreement {share:.4f} is below {AGREEMENT}"]
    failures += errors_in_clean_files(run, clean, reasons)
    if agreed < PAIRS_MIN:
        failures.append(f"only {agreed} attributes were found by both")
    report(failures, f"{agreed} found by both, {len(left)} by one, agreement {share:.4f}, "
                     f"{sum(reasons.used.values())} differences explained")


if __name__ == "__main__":
    main()
