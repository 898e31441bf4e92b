"""The table ``revisions``, but for time entries: dates that were moved, and rates that rose."""

from typing import NamedTuple

import polars as pl

from models.arrays import Ints
from training.simulate import people
from training.simulate.calendar import Calendar
from training.simulate.firm import Firm
from training.simulate.project_tables import BOOKED_HOUR, MORNING, NOON, announced_ends, to_the_end

MOVED_HOUR = 15.0
"""UTC hour at which dates are moved."""


class _Cells(NamedTuple):
    """The days in one column: ``keys`` of the rows, ``since`` (microseconds) when they are known, the ``first`` days,
    and a row a move in ``moves``: ``row``, ``day``, ``after``."""

    table: str
    column: str
    keys: list[str]
    since: Ints
    first: Ints
    moves: pl.DataFrame


def revisions(firm: Firm) -> pl.DataFrame:
    """The first value of each cell that was overwritten, known with its row, and every one that replaced it."""
    calendar, work, asked, planned, booked = firm.calendar, firm.projects, firm.requests, firm.milestones, firm.bookings
    ends = announced_ends(firm).filter(pl.col("before") != pl.col("after"))
    signed = calendar.office_hour(work.signed, NOON)
    moved = (
        _Cells(
            "resource_requests", "needed_by", asked.names(), calendar.office_hour(asked.opened, MORNING),
            asked.needed_by, firm.filling.moves.rename({"request": "row"}),
        ),
        _Cells(
            "milestones", "due_on", planned.names(), signed[planned.project], planned.due,
            planned.moves.rename({"milestone": "row"}),
        ),
        _Cells("projects", "ends_on", work.names(), signed, work.planned_end, ends.rename({"project": "row"})),
        _Cells(
            "assignments", "ends_on", booked.names(), calendar.office_hour(booked.booked, BOOKED_HOUR), booked.planned,
            _moved_bookings(firm, ends),
        ),
    )  # fmt: skip
    costs = people.cost_revisions(firm.people, calendar)
    costs = costs.select(pl.lit("people").alias("table"), "key", "column", "value", "at")
    told = pl.concat([costs, *(_told(cells, calendar) for cells in moved)])
    known = told.select("table", "key", "column", "value", known_at=calendar.happened(told["at"].to_numpy()))
    return known.filter(pl.col("known_at").is_not_null())


def _moved_bookings(firm: Firm, ends: pl.DataFrame) -> pl.DataFrame:
    """Ends of bookings that moved with their project, after they were made."""
    moving, booked = to_the_end(firm), firm.bookings
    rows = pl.DataFrame({"row": moving, "project": booked.project[moving], "booked": booked.booked[moving]})
    later = rows.join(ends, on="project").filter(pl.col("day") > pl.col("booked"))
    return later.sort("row", "day").select("row", "day", "after")


def _told(cells: _Cells, calendar: Calendar) -> pl.DataFrame:
    """What each day that moved said at first and then: ``table``, ``key``, ``column``, ``value``, ``at``."""
    rows = cells.moves["row"].unique().sort()
    began = pl.DataFrame({"row": rows, "at": cells.since[rows.to_numpy()], "day": cells.first[rows.to_numpy()]})
    moved_at = calendar.office_hour(cells.moves["day"].to_numpy(), MOVED_HOUR)
    later = pl.DataFrame({"row": cells.moves["row"], "at": moved_at, "day": cells.moves["after"]})
    told = pl.concat([began, later.cast(began.schema)])
    return told.select(
        pl.lit(cells.table).alias("table"),
        key=pl.Series(cells.keys).gather(told["row"]),
        column=pl.lit(cells.column),
        value=calendar.date_series(told["day"].to_numpy()).dt.to_string("%Y-%m-%d"),
        at="at",
    )
