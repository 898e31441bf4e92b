"""How well missing_time predicts on a real time log of 132,906 entries, and how long its records take.

    python tests/benchmarks/time_log.py [--source DIR] [--out DIR]

Prints a table and writes ``time-log.md`` and ``time-log.json``. Exits 1 where an aim is missed, 0 where there is no
time log.
"""

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from figures import Figure, at_least, at_most, reported, say, write

from models.catalog import TASKS
from models.checks import check, set_aside
from models.reading import read_folder
from models.records import Records
from training.evaluate import backtest
from training.importing.importer import import_records
from training.settings import parse_settings

ROOT = Path(__file__).parents[2]
REAL_DATA = Path(os.environ.get("BELLWETHER_REAL_DATA", ROOT.parent / "shared" / "real"))
MAPPING = ROOT / "fixtures" / "mappings" / "time_log.yaml"
CUT = dt.datetime(2013, 10, 1, tzinfo=dt.UTC)
LOWEST_AUC = 0.865
WORST_ECE = 0.03
LONGEST_SECONDS = 60.0
"""Import and check are there to be run again and again: a minute on two shared cores is the end of that."""


def measured(source: Path) -> Iterator[Figure]:
    """All figures, the quick ones first."""
    with tempfile.TemporaryDirectory(prefix="bellwether-bench-") as folder:
        started = time.perf_counter()
        import_records(MAPPING, str(source), Path(folder))
        imported = time.perf_counter()
        reading = read_folder(Path(folder))
        report = check(reading)
        checked = time.perf_counter()
    entries = reading.records["time_entries"].height
    yield at_most("import", imported - started, LONGEST_SECONDS, "s", entries)
    yield at_most("check", checked - imported, LONGEST_SECONDS, "s", entries)
    yield reported("errors found by check, set aside", report.errors, entries)
    records = set_aside(reading.records, report).records
    yield from _figures(records, "no entry, at the day's start", {"label": "no_entry", "moment": "day_start"})
    yield from _figures(records, "default label, all moments", {})


def _figures(records: Records, called: str, given: dict[str, str]) -> Iterator[Figure]:
    task = TASKS["missing_time"]
    report = backtest(task, records, CUT, parse_settings(task, given), say).report
    predictor, n = report["predictor"], report["n"]
    aimed = bool(given)
    if aimed:
        yield at_least(f"AUC, {called}", predictor["auc"], LOWEST_AUC, n)
        yield at_most(f"ECE, {called}", predictor["ece"], WORST_ECE, "", n)
    else:
        yield reported(f"AUC, {called}", predictor["auc"], n)
        yield reported(f"ECE, {called}", predictor["ece"], n)
    yield reported(f"AUC of the best rule, {called}", report["rule"]["auc"], n)
    yield reported(f"AUC of a logistic regression, {called}", report["logistic"]["auc"], n)
    yield reported(f"base rate, {called}", report["base_rate"], n)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=REAL_DATA / "time_log")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    if not given.source.is_dir():
        sys.stderr.write(
            f"SKIPPED: no time log in {given.source}; name it with --source, or set BELLWETHER_REAL_DATA\n"
        )
        return 0
    told = f"`make bench-time-log`: learnt from what was known by {CUT:%Y-%m-%d}, measured on what was asked later."
    return write("time-log", "The real time log", told, list(measured(given.source)), given.out)


if __name__ == "__main__":
    raise SystemExit(main())
