"""A retrospect of a firm's records: each task walked forward, tallied, and told where it may be."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from models.records import TABLES, Records
from models.small_groups import SMALLEST_GROUP, too_small
from models.task import Task
from training.fit import Progress
from training.intervals import events
from training.metrics import expected_calibration_error
from training.retrospect.cases import cases
from training.retrospect.stories import Stories, stories
from training.retrospect.tally import Tally, by_month, by_week, tally
from training.retrospect.walk import Walk, walk
from training.segments import if_calibrated
from training.settings import Settings
from training.splits import TooFewRowsError

Period = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Looked:
    """What one task would have said. ``stories`` is None for a task about persons."""

    walk: Walk
    cases: pl.DataFrame
    tally: Tally
    months: list[dict[str, Any]]
    weeks: pl.DataFrame
    ece: float
    ece_if_calibrated: dict[str, float]
    settings: dict[str, Any]
    stories: Stories | None

    @property
    def task(self) -> Task:
        return self.walk.task


@dataclass(frozen=True)
class Retrospect:
    """All tasks that could be looked at, why others could not, and which tables the records lack."""

    period: Period
    looked: list[Looked]
    skipped: dict[str, str]
    missing_tables: list[str]
    set_aside: dict[str, int]


def retrospect(
    tasks: Sequence[Task],
    records: Records,
    period: Period,
    settings_of: Callable[[Task], Settings],
    progress: Progress,
) -> Retrospect:
    """Looks back with each of ``tasks``; one for which the records have too little is skipped, and it is said why."""
    looked, skipped = [], {}
    for task in tasks:
        try:
            walked = walk(task, records, period, settings_of(task), progress)
        except TooFewRowsError as refused:
            skipped[task.name] = str(refused)
            continue
        found = cases(walked)
        counted = tally(walked, found)
        if task.person_level and too_small(counted.owners):
            skipped[task.name] = f"it would tell of fewer than {SMALLEST_GROUP} persons"
            continue
        looked.append(_looked(walked, records, found, counted, settings_of(task)))
    empty = [name for name in TABLES if name not in records or records[name].is_empty()]
    return Retrospect(period, looked, skipped, empty, {})


def _looked(walked: Walk, records: Records, found: pl.DataFrame, counted: Tally, settings: Settings) -> Looked:
    frame = walked.frame
    probability = frame["probability"].to_numpy()
    return Looked(
        walked,
        found,
        counted,
        by_month(walked, found),
        by_week(found),
        expected_calibration_error(frame["outcome"].to_numpy(), probability),
        if_calibrated(probability, events(frame, walked.task.owner)),
        settings.outcome.model_dump(mode="json"),
        None if walked.task.person_level else stories(walked, records, found),
    )


def document(looked_back: Retrospect) -> dict[str, Any]:
    """The retrospect as one JSON document."""
    return {
        "from": looked_back.period[0].date().isoformat(),
        "to": looked_back.period[1].date().isoformat(),
        "tasks": [_of_task(each) for each in looked_back.looked],
        "skipped": looked_back.skipped,
        "missing_tables": looked_back.missing_tables,
        "set_aside": looked_back.set_aside,
    }


def _of_task(each: Looked) -> dict[str, Any]:
    counted = each.tally
    told = (
        {}
        if each.stories is None
        else {name: [_plain(asdict(one)) for one in told] for name, told in vars(each.stories).items()}
    )
    return {
        "task": each.task.name,
        "settings": each.settings,
        **_plain(asdict(counted)),
        "unresolved": each.walk.unresolved,
        "ece": each.ece,
        "ece_if_calibrated": each.ece_if_calibrated,
        "months": each.months,
        **told,
    }


def _plain(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in cells.items()}
