"""Whether anything that became known later reaches a forecast, for each task, on a simulated firm.

    python tests/benchmarks/leaks.py [--people N] [--months N] [--out DIR]

Deletes from the records, row by row and cell by cell, all that became known after an instant, and compares what is said
by what is left with what is said by all records. Then plants leaks, which the same comparison has to find.
"""

import argparse
import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from figures import Figure, at_least, reported, say, write
from leaking.canaries import CANARIES
from leaking.comparison import Build, Compared, compare, files, fitted, learnt_by_both, same_rows, sampled
from leaking.deletion import Deleted, without_what_came_later

from models.catalog import TASKS
from models.predictor import Predictor
from models.reading import read_folder
from models.records import Records
from models.task import Task
from training.settings import parse_settings
from training.simulate.simulate import simulate

ROOT = Path(__file__).parents[2]
PEOPLE, MONTHS, SEED = 300, 12, 1
MOST_ROWS = 10_000
QUICK = {"trees": "100", "kind": "trees"}
"""Which predictor it is does not matter here, but that every field may weigh in it."""
CUT = 2 / 3
"""The part of the history that is learnt from."""
ASKED = (0.3, 0.42, 0.55, 0.68, 0.74, 0.81, 0.9, 0.97)
PLANTED = (0.42, 0.68, 0.9)
"""Parts of the history at whose end is asked, in the last ones about what the predictor has not seen."""
HOURS = (6, 12, 18, 23)
"""Of the day, UTC, in turn: some of the firm's people are at work, some not yet, some no more."""


@dataclass(frozen=True)
class Moments:
    """The records as they are, and as they were at the cut and whenever is asked."""

    records: Records
    cut: dt.datetime
    at_cut: Deleted
    asked: dict[dt.datetime, Deleted]
    planted: Sequence[dt.datetime]


def prepared(records: Records) -> Moments:
    """Deletes what came after the cut and after each instant that is asked about."""
    days = records["time_entries"]["worked_on"]
    first, last = days.min(), days.max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)

    def at(part: float, hour: int) -> dt.datetime:
        day = first + part * (last - first)
        return dt.datetime(day.year, day.month, day.day, hour, 30, tzinfo=dt.UTC)

    instants = {part: at(part, HOURS[number % len(HOURS)]) for number, part in enumerate(ASKED)}
    cut = at(CUT, 0)
    say("deleting what came later")
    deleted = {instant: without_what_came_later(records, instant) for instant in instants.values()}
    return Moments(records, cut, without_what_came_later(records, cut), deleted, [instants[part] for part in PLANTED])


def measured(moments: Moments) -> Iterator[Figure]:
    """All figures, task by task, and at the end how many of the planted leaks were found."""
    deleted = moments.asked.values()
    yield reported("rows deleted, all instants together", sum(each.rows for each in deleted), len(moments.asked))
    yield reported("cells deleted, all instants together", sum(each.cells for each in deleted), len(moments.asked))
    caught = []
    for task in TASKS.values():
        say(task.name)
        settings = parse_settings(task, QUICK)
        ours, theirs = learnt_by_both(task, moments.records, moments.at_cut.records, moments.cut, settings)
        yield _all_identical(f"{task.name}: rows to learn from that are identical", same_rows(ours, theirs))
        predictor, other = (fitted(task, sampled(each, MOST_ROWS), settings) for each in (ours, theirs))
        kept, expected = files(predictor), files(other)
        same = sum(kept.get(name) == text for name, text in expected.items())
        yield _all_identical(f"{task.name}: files of the predictor that are identical", Compared(len(kept), same))
        instants = list(moments.asked)
        yield _all_identical(f"{task.name}: forecasts that are identical", _found(task, predictor, moments, instants))
        for name, canary in CANARIES.items():
            found = _found(task, predictor, moments, moments.planted, canary(task))
            caught.append(found.different > 0)
            yield at_least(f"{task.name}: forecasts that differ by {name}", found.different, 1, found.rows)
    yield at_least("planted leaks that are caught", 100.0 * sum(caught) / len(caught), 100.0, len(caught), "%")


def _found(
    task: Task, predictor: Predictor, moments: Moments, instants: Sequence[dt.datetime], build: Build | None = None
) -> Compared:
    """The comparisons at some instants, together."""
    sides = ((at, (moments.records, moments.asked[at].records)) for at in instants)
    return sum((compare(task, predictor, each, at, build) for at, each in sides), Compared())


def _all_identical(name: str, found: Compared) -> Figure:
    """All is what was aimed at: one that differs among millions is a leak."""
    share = 100.0 * found.identical / found.rows if found.rows else float("nan")
    return at_least(name, share, 100.0, found.rows, "%")


def _told(people: int, months: int, moments: Moments) -> str:
    instants = ", ".join(f"{at:%Y-%m-%d %H:%M}" for at in moments.asked)
    return f"""
`make bench-leaks`: a simulated firm of {people} people and {months} months (seed {SEED}). A copy of its records without
anything known after an instant is made a row and a cell at a time, by code that shares nothing with the builders: rows
known later are gone, happenings that are later are null, and so is what a cell was overwritten with later. Of people
who are booked before they join their time zone is left: by it instants are dated.

- *Rows to learn from* and *files of the predictor*: learnt from what was known by {moments.cut:%Y-%m-%d}, by all
  records and by those without what came later. Snapshots and outcomes are compared, then each file, byte for byte.
- *Forecasts*: all subjects that are open at an instant, in UTC: {instants}.
  Compared byte for byte: the snapshot, probability, band, the effect of each field, expected amounts, and money at
  risk. A subject that only one side finds is a difference; one of whom both sides have nothing to predict is none.
- *Differ by*: leaks that were planted on purpose in each task's builder. The comparison has to find each of them.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bellwether-bench-") as folder:
        firm = Path(folder) / "firm"
        simulate(firm, given.people, given.months, SEED, say)
        records = read_folder(firm).records
    moments = prepared(records)
    told = _told(given.people, given.months, moments)
    return write("leaks", "Leaks", told, list(measured(moments)), given.out)


if __name__ == "__main__":
    raise SystemExit(main())
