"""What the person of an entry was booked on that day, and the rate at which the entry would be billed."""

import polars as pl

from models.missing_time.bookings import Bookings
from models.point_in_time import standing


def booked(bookings: Bookings, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of bookings, in the order of ``subjects``.

    ``subjects`` have ``row``, ``person_id``, ``project_id``, ``day``, ``as_of`` and ``weekly_hours``. Returns
    ``booked_hours`` (of the day, null where nothing is booked), ``project_booked_hours`` (null where nobody was known
    to be booked on the project, so that nothing was to be expected) and ``bill_rate``.
    """
    frame = subjects.select("row", "person_id", "day", "as_of", "weekly_hours", entry_project="project_id")
    day = bookings.on_days(frame).select("row", "booked_hours")
    project = bookings.on_days(frame, project="entry_project").select("row", project_booked_hours="booked_hours")
    first = bookings.assignments.group_by("project_id").agg(first_booked=pl.col("known_at").min())
    frame = frame.join(day, on="row", how="left", maintain_order="left")
    frame = frame.join(project, on="row", how="left", maintain_order="left")
    frame = frame.join(first, left_on="entry_project", right_on="project_id", how="left", maintain_order="left").join(
        _nearest_rate(bookings, subjects), on="row", how="left", maintain_order="left"
    )
    planned = pl.col("first_booked") <= pl.col("as_of")
    return frame.select(
        "booked_hours",
        pl.when(planned).then(pl.col("project_booked_hours").fill_null(0.0)).alias("project_booked_hours"),
        "bill_rate",
    )


def _nearest_rate(bookings: Bookings, subjects: pl.DataFrame) -> pl.DataFrame:
    """The rate of the person's booking on the project that lies nearest to the day: ``row``, ``bill_rate``.

    A weekend, or a day after the booking's end, has the rate that was agreed for the days beside it.
    """
    ends = pl.min_horizontal("ends_on", "released_on")
    before = (pl.col("starts_on") - pl.col("day")).dt.total_days()
    after = (pl.col("day") - ends).dt.total_days().fill_null(0)
    return (
        subjects.select("row", "person_id", "project_id", "day", "as_of")
        .join(bookings.assignments, on=["person_id", "project_id"])
        .filter(standing(), pl.col("bill_rate").is_not_null())
        .with_columns(away=pl.max_horizontal(before, after, 0))
        .sort("row", "away", "assignment_id")
        .unique("row", keep="first", maintain_order=True)
        .select("row", "bill_rate")
    )
