"""An export as if it ended on another day, as the demonstration's firm ends today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from models.records import TABLES, Kind, Records, table_of
from training.importing.cutting import cut_off
from training.importing.moving import moved_by


@dataclass(frozen=True)
class Moved:
    """``later`` counts, by table, the rows that would have become known after the last day, and are gone."""

    records: Records
    weeks: int
    later: Mapping[str, int]


def move_to(records: Records, last_day: date) -> Moved:
    """Moves the records so that the week in which they end is the week of ``last_day``, which they do not outlast."""
    end = _last_known_day(records)
    if end is None:
        return Moved(records, 0, {})
    weeks = (_monday(last_day) - _monday(end)).days // 7
    moved = moved_by(records, weeks)
    cut = cut_off(moved, last_day)
    later = {name: moved[name].height - frame.height for name, frame in cut.items()}
    return Moved(cut, weeks, {name: count for name, count in later.items() if count})


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _last_known_day(records: Records) -> date | None:
    """The last day worked on; without time entries, the last instant that made a row known.

    Plans for later are no history. Nor does the time at which something was written down say where an export ends: the
    last week's time sheets come in during the week after.
    """
    worked = table_of(records, "time_entries")["worked_on"].max()
    if isinstance(worked, date):
        return worked
    days = []
    for name, frame in records.items():
        table = TABLES[name]
        told = [source for source in table.known_from if source in table.by_name]
        instants = [source for source in told if table.by_name[source].kind is Kind.INSTANT]
        days += [frame[source].cast(pl.Date).max() for source in instants]
    return max((day for day in days if isinstance(day, date)), default=None)
