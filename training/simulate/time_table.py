"""The table ``time_entries``, and the revisions that tell of corrections and write-offs."""

import numpy as np
import polars as pl

from training.simulate.calendar import Calendar
from training.simulate.entries import CATEGORIES
from training.simulate.firm import Firm

NOT_STAMPED = 0.006
"""Of the entries: the tool lost the moment at which they were made."""
NO_CATEGORY = 0.02


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
    found_at = _happened(calendar, found.found_at)
    entered = _happened(calendar, made.entered_at).set(pl.Series(luck.random(len(made)) < NOT_STAMPED), None)
    hours = made.hours.copy()
    corrected = (found.kind == 1) & found_at.is_not_null().to_numpy()
    hours[corrected] = (
        np.round(made.hours[corrected] * luck.choice([0.5, 0.75, 0.9, 1.1], int(corrected.sum())) * 4) / 4
    )
    hours = np.maximum(hours, 0.25)
    table = pl.DataFrame(
        {
            "entry_id": ids,
            "person_id": names.gather(made.person),
            "project_id": projects.gather(np.maximum(made.project, 0)).set(inside, None),
            "worked_on": calendar.date_series(made.day),
            "hours": hours,
            "billable": made.billable,
            "category": pl.Series(CATEGORIES)
            .gather(made.category)
            .set(pl.Series(luck.random(len(made)) < NO_CATEGORY), None),
            "entered_at": entered,
            "submitted_at": _happened(calendar, made.submitted_at),
            "approved_at": _happened(calendar, found.approved_at),
            "rejected_at": found_at.set(pl.Series(found.kind != 0), None),
            "corrected_at": found_at.set(pl.Series(found.kind != 1), None),
            "written_off_hours": pl.Series(made.hours).set(pl.Series(found.kind != 2) | found_at.is_null(), None),  # noqa: PLR2004
        }
    )
    return table, _revisions(firm, ids, corrected, hours)


def _revisions(firm: Firm, ids: pl.Series, corrected: np.ndarray, hours: np.ndarray) -> pl.DataFrame:  # type: ignore[type-arg]
    made, found, calendar = firm.entries, firm.reviews, firm.calendar
    rows = np.flatnonzero(corrected)
    off = np.flatnonzero(found.kind == 2)  # noqa: PLR2004 - written off
    parts = [
        _said("hours", ids, rows, made.hours[rows], made.entered_at[rows]),
        _said("hours", ids, rows, hours[rows], found.found_at[rows]),
        _said("written_off_hours", ids, off, made.hours[off], found.found_at[off]),
    ]
    told = pl.concat(parts)
    at = _happened(calendar, told["at"].to_numpy())
    return told.select("table", "key", "column", "value", known_at=at).filter(pl.col("known_at").is_not_null())


def _said(column: str, ids: pl.Series, rows: np.ndarray, values: np.ndarray, at: np.ndarray) -> pl.DataFrame:  # type: ignore[type-arg]
    return pl.DataFrame({"key": ids.gather(rows), "value": values, "at": at}).select(
        pl.lit("time_entries").alias("table"),
        "key",
        pl.lit(column).alias("column"),
        pl.col("value").cast(pl.String),
        "at",
    )


def _happened(calendar: Calendar, micros: np.ndarray) -> pl.Series:  # type: ignore[type-arg]
    return calendar.happened(micros)
