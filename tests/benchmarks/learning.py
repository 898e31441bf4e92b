"""How well the five predictors learn, beside rule, logistic regression, unconstrained LightGBM and oracle.

    python tests/benchmarks/learning.py [--people N] [--firm DIR] [--only TASK ...] [--out DIR]

Simulates a firm of 1,000 people, walks through its last six months retraining at each month's start, and then measures
on real data where there is any (BELLWETHER_REAL_DATA). Writes ``learning.md``, ``learning.json`` and pictures.
"""

import argparse
import datetime as dt
import sys
import tempfile
from pathlib import Path

import polars as pl
from figures import Figure, say, write
from learned.measures import all_figures
from learned.pages import section, told
from learned.real import REAL_DATA, proxies, time_log
from learned.walk import walk

from models.catalog import TASKS
from models.reading import read_folder
from training.simulate.simulate import TRUTH, simulate

ROOT = Path(__file__).parents[2]
PEOPLE, MONTHS, SEED = 1000, 24, 1
STARTS = [dt.datetime(2025, month, 1, tzinfo=dt.UTC) for month in range(7, 13)] + [
    dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
]
MOST_ROWS = 100_000
"""Rows a task learns from and is measured on, where it has more: whole subjects, chosen by a hash of their ids."""


def simulated(firm: Path, tasks: list[str], pictures: Path) -> tuple[list[Figure], list[str]]:
    """The figures of each task on the simulated firm, and a section of the page for each."""
    records = read_folder(firm).records
    figures, sections = [], []
    for name in tasks:
        walked = walk(TASKS[name], records, firm / TRUTH / f"{name}.parquet", STARTS, most_rows=MOST_ROWS)
        found = all_figures(walked, records)
        figures += found
        sections.append(section(walked, found, pictures))
        del walked
    return figures, sections


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--firm", type=Path, help="a simulated firm that is there already")
    parser.add_argument("--only", nargs="+", choices=list(TASKS), default=list(TASKS))
    parser.add_argument("--real-data", type=Path, default=REAL_DATA)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    pictures = given.out / "learning"
    pictures.mkdir(parents=True, exist_ok=True)
    pl.Config.set_tbl_rows(20)
    with tempfile.TemporaryDirectory(prefix="bellwether-bench-") as folder:
        firm = given.firm or Path(folder) / "firm"
        if given.firm is None:
            say(f"simulating {given.people:,} people")
            simulate(firm, given.people, MONTHS, given.seed, lambda _: None)
        figures, sections = simulated(firm, given.only, pictures)
        real = time_log(given.real_data, pictures) + proxies(given.real_data)
    for each in real:
        figures += each.figures
        sections.append(each.text)
    return write(
        "learning", "How well the predictors learn", told(given.people, given.seed, sections), figures, given.out
    )


if __name__ == "__main__":
    sys.exit(main())
