"""How many items a quarter puts before each manager, and how much of the money at risk they hold.

    python tests/benchmarks/alert_load.py [--people N] [--seed S] [--firm DIR] [--out DIR]

Simulates a firm of 300 people, trains the five predictors on what is known before the quarter, sends its events through
findings and settling on a real PostgreSQL, and lets each manager look, each working day, at the exceptions above the
line. Writes ``alert-load.md`` and ``alert-load.json``. Exits 1 where an aim is missed.
"""

import argparse
import datetime as dt
import sys
import tempfile
from collections import Counter
from pathlib import Path

from figures import Figure, at_least, at_most, reported, say, write
from loaded.managers import Managers
from loaded.quarter import FLAGGED, Asked, asked, over

from ledger import database, embedded
from ledger.home import private_folder
from ledger.migrate import migrate
from models.catalog import TASKS
from models.reading import read_folder
from service.inbox.finding import Change
from service.triage_settings import TriageSettings
from training.simulate.simulate import simulate

ROOT = Path(__file__).parents[2]
PEOPLE, MONTHS, SEED = 300, 24, 1
QUARTER = (dt.datetime(2025, 7, 1, tzinfo=dt.UTC), dt.datetime(2025, 10, 1, tzinfo=dt.UTC))
MOST_ROWS = 20_000
MOST_ITEMS, LEAST_MONEY = 10.0, 0.8
DAY = dt.timedelta(days=1)
TOLD = """
The simulated firm of {people} people (seed {seed}), the third quarter of 2025; the five predictors learnt what was
known on 1 July. Events come as an engine or the schedules send them: about requests as they are opened and weekly,
about projects and milestones on Mondays, about missing time on Fridays at noon, about each entry at the end of its
day. A subject is closed a week after it was asked about last. Each item is the business of the manager of the project
with the most money in it. On each working day a manager looks at the {capacity} items above the line and accepts them,
which raises them again only when they get worse. Nobody's work changes what happens.

The **oracle** knows each subject's true chance. What it flags is what has a chance of {flagged:.0%} or more, and its
money is that chance times what is at stake, weighed as the inbox weighs it ([inbox.md](../inbox.md)). A subject's money
is **held** if its trouble was part of an item that was above the line on any day. The **plain rule** is the PMO's best
threshold rule of each task: every row that it flags at the same chance is an alert of its own.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--firm", type=Path, help="a simulated firm that is there already")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    triage = TriageSettings()
    with tempfile.TemporaryDirectory(prefix="bwload-", dir="/tmp") as folder:
        firm = given.firm or Path(folder) / "firm"
        if given.firm is None:
            say(f"simulating {given.people:,} people")
            simulate(firm, given.people, MONTHS, given.seed, lambda _: None)
        records = read_folder(firm).records
        rows = [
            each
            for task in TASKS.values()
            for each in asked(task, records, firm, QUARTER, triage=triage, most=MOST_ROWS)
        ]
        managers = lived(rows, triage, Path(folder))
    told = TOLD.format(people=given.people, seed=given.seed, capacity=triage.capacity, flagged=FLAGGED)
    return write("alert-load", "How many items, holding how much", told, figures(rows, managers), given.out)


def lived(rows: list[Asked], triage: TriageSettings, folder: Path) -> Managers:
    """The quarter, day by day, on a database of its own."""
    home = private_folder(folder / "home")
    engine = database.engine(database.database_url({"BELLWETHER_HOME": str(home)}))
    managers = Managers(engine, triage, {(each.finding.task, each.finding.subject_id): each.manager for each in rows})
    try:
        migrate(engine)
        days: dict[dt.date, list[Asked]] = {}
        for each in [*rows, *over(rows)]:
            days.setdefault(each.finding.as_of.date(), []).append(each)
        say(f"{len(rows):,} looks in {len(days)} days")
        at = QUARTER[0].replace(hour=9)
        while at <= QUARTER[1]:
            managers.day(days.get((at - DAY).date(), []), at)
            at += DAY
    finally:
        engine.dispose()
        embedded.leave(home)
    return managers


def figures(rows: list[Asked], managers: Managers) -> list[Figure]:
    """Items, money and merging, beside the aims and the plain rule."""
    load = managers.load
    weeks = {each.finding.as_of.isocalendar().week for each in rows}
    people = {each.manager for each in rows}
    seats = len(weeks) * len(people)
    at_risk: dict[tuple[str, str], float] = {}
    for each in rows:
        if each.by_oracle:
            subject = (each.finding.task, each.finding.subject_id)
            at_risk[subject] = max(at_risk.get(subject, 0.0), each.oracle)
    held = sum(money for subject, money in at_risk.items() if subject in load.held)
    by_rule = Counter((each.manager, each.finding.as_of.isocalendar().week) for each in rows if each.by_rule)
    raised, merged = load.changes[Change.OPENED] + load.changes[Change.RAISED], load.changes[Change.MERGED]
    looked = sum(load.looked_at.values())
    found = [
        at_most("items above the line, per manager and week, mean", looked / seats, MOST_ITEMS, "items", seats),
        at_most(
            "the same, of the busiest manager-week", max(load.looked_at.values(), default=0), MOST_ITEMS, "items", seats
        ),
        at_least(
            "money at risk that the oracle flags, held above the line",
            held / sum(at_risk.values()),
            LEAST_MONEY,
            len(at_risk),
        ),
        reported(
            "alerts of the plain rule, per manager and week, mean", sum(by_rule.values()) / seats, seats, "alerts"
        ),
        reported("the same, of the busiest manager-week", max(by_rule.values(), default=0), seats, "alerts"),
        reported("looks that found trouble", load.troubled, len(rows)),
        reported("of these merged into an item that was there", 1 - raised / max(load.troubled, 1), load.troubled),
        reported("items opened", load.changes[Change.OPENED], len(rows)),
        reported("raised again, share of all that was raised", load.changes[Change.RAISED] / max(raised, 1), raised),
        reported("updates of items", merged, len(rows)),
        reported("managers", len(people), len(people)),
    ]
    for task in TASKS:
        mine = {subject: money for subject, money in at_risk.items() if subject[0] == task}
        share = sum(money for subject, money in mine.items() if subject in load.held) / max(sum(mine.values()), 1e-9)
        found.append(reported(f"{task}: money that the oracle flags, held", share, len(mine)))
    return found


if __name__ == "__main__":
    sys.exit(main())
