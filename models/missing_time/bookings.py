"""What a person was booked on for a day, as known at an instant."""

import polars as pl

from models.exact import quotient
from models.point_in_time import standing, versions
from models.records import Records

WORKING_DAYS_A_WEEK = 5
SECONDS_A_DAY = 3600 // WORKING_DAYS_A_WEEK
"""Booked on each working day for every hour a week."""


class Bookings:
    """The firm's assignments and the currencies of its projects, as versions: made once, asked for many subjects."""

    def __init__(self, records: Records) -> None:
        self.assignments = versions(
            records,
            "assignments",
            ["person_id", "project_id", "starts_on", "ends_on", "released_on", "hours_per_week", "bill_rate"],
        )
        self.projects = versions(records, "projects", ["currency", "region"])

    def on_days(self, subjects: pl.DataFrame, project: str | None = None) -> pl.DataFrame:
        """The bookings of those ``subjects`` (``row``, ``person_id``, ``day``, ``as_of``, ``weekly_hours``) with any.

        Returns ``row``, ``booked_hours`` (a fifth of the week's, Monday to Friday), ``booked_projects`` (how many),
        ``project_id`` and ``project_region`` (of the one with most hours), ``bill_rate`` (mean by hours) and
        ``currency``. An assignment without hours takes the person's weekly hours.
        Where the bookings of a day are in several currencies, or one has no rate, no rate is known. With ``project``,
        a column of ``subjects``, only bookings on that project count.
        """
        asked = subjects.select("row", "person_id", "day", "as_of", "weekly_hours", *([project] if project else []))
        booked = (
            asked.join(self.assignments, on="person_id", how="inner")
            .filter(
                standing(),
                pl.col("day").dt.weekday() <= WORKING_DAYS_A_WEEK,
                pl.col("starts_on") <= pl.col("day"),
                pl.min_horizontal("ends_on", "released_on").fill_null(pl.date(9999, 1, 1)) >= pl.col("day"),
                pl.lit(value=True) if project is None else pl.col("project_id") == pl.col(project),
            )
            .with_columns(
                seconds=(pl.coalesce("hours_per_week", "weekly_hours") * SECONDS_A_DAY).round().cast(pl.Int64)
            )
            .filter(pl.col("seconds") > 0)
        )
        return _by_row(self._with_currency(booked).sort("row", "assignment_id"))

    def _with_currency(self, booked: pl.DataFrame) -> pl.DataFrame:
        """Adds the currency of the booking's project, as known at ``as_of``."""
        known = (
            booked.select("row", "project_id", "as_of")
            .unique()
            .join(self.projects, on="project_id")
            .filter(standing())
            .select("row", "project_id", "currency", project_region="region")
        )
        return booked.join(known, on=["row", "project_id"], how="left", maintain_order="left")


def _by_row(booked: pl.DataFrame) -> pl.DataFrame:
    """One row a subject, of all its bookings."""
    cents = (pl.col("bill_rate") * 100).round().cast(pl.Int64)
    rate = (cents * pl.col("seconds")).sum() / (pl.col("seconds").sum() * 100)
    rate_known = (
        pl.col("bill_rate").is_not_null().all()
        & pl.col("currency").is_not_null().all()
        & (pl.col("currency").n_unique() == 1)
    )
    by_row = booked.group_by("row", maintain_order=True).agg(
        pl.col("seconds").sum(),
        booked_projects=pl.col("project_id").n_unique().cast(pl.Int64),
        project_id=_largest("project_id"),
        project_region=_largest("project_region"),
        bill_rate=pl.when(rate_known).then(rate),
        currency=pl.when(rate_known).then(pl.col("currency").first()),
    )
    return by_row.with_columns(booked_hours=quotient(by_row["seconds"], 3600)).drop("seconds")


def _largest(column: str) -> pl.Expr:
    """The cell of the booking with most hours."""
    return pl.col(column).sort_by("seconds", "assignment_id", descending=[True, False]).first()
