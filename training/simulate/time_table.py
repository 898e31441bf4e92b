"""The table ``time_entries``, and the revisions that tell of corrections and write-offs."""

import numpy as np
import polars as pl

from models.arrays import Flags, Floats, Ints
from training.simulate.entries import CATEGORIES, QUARTERS
from training.simulate.firm import Firm
from training.simulate.reviews import CORRECTED, REJECTED, WRITTEN_OFF

NOT_STAMPED = 0.006
"""Of the entries: the tool lost the moment at which they were made."""
NO_CATEGORY = 0.02
CORRECTED_TO = (0.5, 0.75, 0.9, 1.1)
"""Factors of the hours that an entry is corrected to, each as likely as the others; in quarters of an hour."""
FEWEST_HOURS = 0.25


def entry_ids(count: int) -> pl.Series:
    """``T0000001`` and so on."""
    return "T" + pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(7)


def time_entries(firm: Firm) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The entries as an export at the end has them, and their rows of ``revisions``."""
    made, found, calendar = firm.entries, firm.reviews, firm.calendar
    luck = firm.chance.of("time table")
    ids = entry_ids(len(made))
    names, projects = pl.Series(firm.people.names()), pl.Series(firm.projects.names())
    inside = pl.Series(made.project < 0)
    found_at = calendar.happened(found.found_at)
    entered = calendar.happened(made.entered_at).set(pl.Series(luck.random(len(made)) < NOT_STAMPED), None)
    hours, corrected = made.hours.copy(), (found.kind == CORRECTED) & found_at.is_not_null().to_numpy()
    factor = luck.choice(CORRECTED_TO, int(corrected.sum()))
    hours[corrected] = np.round(made.hours[corrected] * factor * QUARTERS) / QUARTERS
    hours = np.maximum(hours, FEWEST_HOURS)
    category = pl.Series(CATEGORIES).gather(made.category)
    written_off = pl.Series(made.hours).set(pl.Series(found.kind != WRITTEN_OFF) | found_at.is_null(), None)
    table = pl.DataFrame(
        {
            "entry_id": ids,
            "person_id": names.gather(made.person),
            "project_id": projects.gather(np.maximum(made.project, 0)).set(inside, None),
            "worked_on": calendar.date_series(made.day),
            "hours": hours,
            "billable": made.billable,
            "category": category.set(pl.Series(luck.random(len(made)) < NO_CATEGORY), None),
            "entered_at": entered,
            "submitted_at": calendar.happened(made.submitted_at),
            "approved_at": calendar.happened(found.approved_at),
            "rejected_at": found_at.set(pl.Series(found.kind != REJECTED), None),
            "corrected_at": found_at.set(pl.Series(found.kind != CORRECTED), None),
            "written_off_hours": written_off,
        }
    )
    return table, _revisions(firm, ids, corrected, hours)


def _revisions(firm: Firm, ids: pl.Series, corrected: Flags, hours: Floats) -> pl.DataFrame:
    """What entries said before and after they were corrected (to ``hours``), and what was written off."""
    made, found = firm.entries, firm.reviews
    rows = np.flatnonzero(corrected)
    off = np.flatnonzero(found.kind == WRITTEN_OFF)
    parts = [
        _said("hours", ids, rows, made.hours[rows], made.entered_at[rows]),
        _said("hours", ids, rows, hours[rows], found.found_at[rows]),
        _said("written_off_hours", ids, off, made.hours[off], found.found_at[off]),
    ]
    told = pl.concat(parts)
    at = firm.calendar.happened(told["at"].to_numpy())
    return told.select("table", "key", "column", "value", known_at=at).filter(pl.col("known_at").is_not_null())


def _said(column: str, ids: pl.Series, rows: Ints, values: Floats, at: Ints) -> pl.DataFrame:
    """Rows of ``revisions``, with ``at`` in microseconds."""
    return pl.DataFrame({"key": ids.gather(rows), "value": values, "at": at}).select(
        pl.lit("time_entries").alias("table"),
        "key",
        pl.lit(column).alias("column"),
        pl.col("value").cast(pl.String),
        "at",
    )
