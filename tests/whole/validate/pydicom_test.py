"""The grammar of values: what validate finds wrong in real files, and what pydicom refuses in its
strict reading mode. Both ways every difference must be explained below."""

import sys
import warnings
from collections import Counter

from slipring_runs import Run, corpus, real_files, report, skip

BOTH_MIN = 120
BOTH_MIN_OF_DEBIAN = 5  # where there is no corpus
GRAMMAR = {"L2-16", "L2-20", "L2-22", "L2-23"}
# What pydicom refuses and validate does not: the beginning of its message, and why.
THEIRS_EXPLAINED = {
    "Values for elements with a VR of 'DS' must be <=": "it measures the number it would write, "
    "'0.3129...' of '.3129...', not the 16 characters that are there",
}
# What validate finds and pydicom lets pass: the beginning of our message, and where it is written.
OURS_EXPLAINED = {
    "AS value": "PS3.5 6.2: nnnD, nnnW, nnnM or nnnY, 4 characters",
    "DA value": "PS3.5 6.2: YYYYMMDD; YYYY.MM.DD is ACR-NEMA's, a warning",
    "TM value": "PS3.5 6.2: HHMMSS.FFFFFF, with 1 to 6 digits; HH:MM:SS is ACR-NEMA's, a warning",
    "DT value": "PS3.5 6.2: YYYYMMDDHHMMSS.FFFFFF&ZZXX",
    "AE value": "PS3.5 6.2: no control characters",
    "UI value": "PS3.5 9.1: 64 characters, no leading zeros; in the meta group too",
    "SH has": "PS3.5 6.2: 16 characters; in the meta group too",
    "CS value": "PS3.5 6.2: capital letters, digits, space and underscore",
}


def refusals(path):
    """{tag: message} of the elements pydicom refuses, at any depth; None when it reads nothing."""
    import pydicom

    found = {}

    def look(data_set, inside_un=False):
        for tag in list(data_set.keys()):
            if tag == 0x7FE00010:
                continue
            raw = data_set.get_item(tag)
            said_un = inside_un or getattr(raw, "VR", None) == "UN"
            try:
                element = data_set[tag]
            except (ValueError, OverflowError) as error:
                # A UN that pydicom takes for what the dictionary says has no grammar (PS3.5 6.2.2).
                if not said_un:
                    found[f"{tag.group:04X},{tag.element:04X}"] = str(error)
                continue
            except Exception:  # what pydicom cannot do is not a judgement
                continue
            if element.VR == "SQ":
                for item in element.value:
                    look(item, said_un)

    try:
        look(pydicom.dcmread(path, force=True, stop_before_pixels=True))
    except Exception:
        return None
    return found


def explained(message, table):
    return next((start for start in table if message.startswith(start)), None)


def compare(binary, place, why, failures):
    """How many elements both refuse; what one of them refuses goes to `why` or `failures`."""
    run = Run(binary, ["validate", place, "--no-ledger", "--no-pixels", "--json"])
    ours, both = {}, 0
    for event in run.of_type("finding"):
        if event["rule"] in GRAMMAR:
            tag = event["tag"].rpartition("(")[2].rstrip(")")
            ours.setdefault(event["path"], {})[tag] = event["msg"]
    for event in run.objects:
        path = event["path"]
        if event["outcome"] not in ("ok", "failed"):
            continue
        theirs = refusals(place / path)
        if theirs is None:
            continue
        mine = ours.get(path, {})
        both += len(mine.keys() & theirs.keys())
        for side, these, others, table in (("pydicom", theirs, mine, THEIRS_EXPLAINED),
                                           ("validate", mine, theirs, OURS_EXPLAINED)):
            for tag in these.keys() - others.keys():
                reason = explained(these[tag], table)
                why[side, reason] += 1
                if reason is None:
                    failures.append(f"{side} only: ({tag}) {these[tag][:80]} in {path}")
    return both


def main():
    try:
        from pydicom import config

        config.settings.reading_validation_mode = config.RAISE
    except (ImportError, AttributeError):
        skip("pydicom is not installed, or has no strict reading")
    warnings.simplefilter("ignore")
    failures, why = [], Counter()
    with real_files() as places:
        both = sum(compare(sys.argv[1], place, why, failures) for place in places)
    for (side, reason), count in why.items():
        if reason:
            table = THEIRS_EXPLAINED if side == "pydicom" else OURS_EXPLAINED
            print(f"{count:4} of {side} only, '{reason}': {table[reason]}")
    if both < (BOTH_MIN if corpus() is not None else BOTH_MIN_OF_DEBIAN):
        failures.append(f"only {both} elements were refused by both")
    report(failures, f"{both} elements refused by both, {sum(why.values())} by one")


if __name__ == "__main__":
    main()
