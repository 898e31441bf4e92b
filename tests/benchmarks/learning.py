"""How well the five predictors learn, beside rule, logistic regression, unconstrained LightGBM and oracle.

    python tests/benchmarks/learning.py [--people N] [--seed S] [--firm DIR] [--only PART ...] [--out DIR]

Simulates a firm of 1,000 people, walks through its last six months retraining at each month's start, and then measures
on real data where there is any (BELLWETHER_REAL_DATA). Writes ``learning.md``, ``learning.json`` and pictures. The
parts are kept one by one: ``--only`` measures some again and leaves the others as they are.
"""

import argparse
import datetime as dt
import sys
import tempfile
from pathlib import Path

from figures import say, write
from learned.measures import all_figures
from learned.pages import section, told
from learned.parts import Part, keep, kept
from learned.real import PROXIES, REAL_DATA, TIME_LOG, proxy, time_log
from learned.walk import walk

from models.catalog import TASKS
from models.reading import read_folder
from training.simulate.simulate import TRUTH, simulate

ROOT = Path(__file__).parents[2]
PEOPLE, MONTHS, SEED = 1000, 24, 1
STARTS = [
    *(dt.datetime(2025, month, 1, tzinfo=dt.UTC) for month in range(7, 13)),
    dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
]
MOST_ROWS = 200_000
"""Rows a task learns from and is measured on, where it has more: whole subjects, chosen by a hash of their ids."""
PARTS = [*TASKS, TIME_LOG, *(each.name for each in PROXIES)]


def simulated(name: str, firm: Path, pictures: Path) -> Part:
    """One task on the simulated firm."""
    records = read_folder(firm).records
    walked = walk(TASKS[name], records, firm / TRUTH / f"{name}.parquet", STARTS, most_rows=MOST_ROWS)
    found = all_figures(walked, records)
    return Part(name, found, section(walked, found, pictures))


def real(name: str, source: Path, pictures: Path) -> Part:
    """One set of real data."""
    if name == TIME_LOG:
        return time_log(source, pictures)
    return proxy(next(each for each in PROXIES if each.name == name), source)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--firm", type=Path, help="a simulated firm that is there already")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--real-data", type=Path, default=REAL_DATA)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    pictures = given.out / "learning"
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bellwether-bench-") as folder:
        firm = given.firm or Path(folder) / "firm"
        if given.firm is None and set(given.only) & set(TASKS):
            say(f"simulating {given.people:,} people")
            simulate(firm, given.people, MONTHS, given.seed, lambda _: None)
        for name in given.only:
            part = simulated(name, firm, pictures) if name in TASKS else real(name, given.real_data, pictures)
            keep(part, pictures)
    parts = kept(PARTS, pictures)
    page = told(given.people, given.seed, [part.text for part in parts])
    figures = [figure for part in parts for figure in part.figures]
    return write("learning", "How well the predictors learn", page, figures, given.out)


if __name__ == "__main__":
    sys.exit(main())
