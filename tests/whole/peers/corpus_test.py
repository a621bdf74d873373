"""Every file of the corpus of real files gets exactly one outcome, the books balance, and our pixel
digest is the one on which independent decoders agree."""

import csv
import sys
import tempfile
from collections import Counter

from slipring_runs import Exceptions, Run, corpus, files_below, report, skip

# What this build decodes.
DECODED = {
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.98",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.8.1",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.53",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.4.203",
}


def is_agreed(row):
    """Two decoders at least gave the reference, or a stronger proof is named."""
    return bool(row["ref_sha256"]) and not row["peers_agree"].startswith("single")


def is_decoded_here(row):
    return row["ts"] in DECODED


def accounting_failures(run, files):
    seen = Counter(event["path"] for event in run.objects)
    failures = [f"{path}: {seen[path]} object lines" for path in files if seen[path] != 1]
    failures += [f"{path}: an object line for no file" for path in seen if path not in set(files)]
    summary = run.summary
    outcomes = Counter(event["outcome"] for event in run.objects)
    for outcome, count in outcomes.items():
        if summary.get(outcome) != count:
            failures.append(f"summary says {summary.get(outcome)} {outcome}, lines say {count}")
    if summary["seen"] != len(files) or not summary["balanced"]:
        failures.append(f"the books do not balance: {summary}")
    if summary["exit_code"] != run.code:
        failures.append(f"exit code {run.code}, summary says {summary['exit_code']}")
    return failures


def digest_failures(digests, rows, exceptions):
    failures = []
    compared = 0
    for row in rows:
        if not is_agreed(row) or not is_decoded_here(row):
            continue
        compared += 1
        digest = digests.get(row["path"])
        if digest == row["ref_sha256"]:
            continue
        if exceptions.excuse(row["ref_source"], row["ts"], row["path"]) is None:
            failures.append(
                f"{row['path']} ({row['ts']}, {row['ref_source']}): "
                f"{digest} is not {row['ref_sha256']}"
            )
    return failures, compared


def main():
    binary = sys.argv[1]
    archive = corpus()
    if archive is None:
        skip("there is no corpus ($SLIPRING_CORPUS or ../shared/corpus)")
    with open(archive / "MANIFEST.tsv", encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    files = files_below(archive)
    exceptions = Exceptions("corpus")
    with tempfile.TemporaryDirectory() as out:
        run = Run(binary, ["convert", archive, out, "--to", "j2k-lossless", "--json"])
    failures = accounting_failures(run, files)
    digests = {event["path"]: event.get("pixel_sha256") for event in run.objects}
    wrong, compared = digest_failures(digests, rows, exceptions)
    failures += wrong
    failures += [f"exception no longer needed: {row}" for row in exceptions.unused()]
    report(
        failures,
        f"{len(files)} files, {compared} pixel digests compared, "
        f"{dict(Counter(event['outcome'] for event in run.objects))}",
    )


if __name__ == "__main__":
    main()
