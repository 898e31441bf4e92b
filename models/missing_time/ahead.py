"""What lies ahead of a person-day: days off in its week, leave that begins, and who is away when the week closes."""

import polars as pl

from models.point_in_time import standing

LOOK_AHEAD_DAYS = 28
WORKING_DAYS_A_WEEK = 5


def ahead(away: pl.DataFrame, holidays: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of what is ahead, in the order of ``subjects``.

    ``away`` are the versions of time off with ``person_id``, ``starts_on`` and ``ends_on``, ``holidays`` has ``region``
    and ``on``; ``subjects`` have ``row``, ``person_id``, ``region``, ``day`` and ``as_of``. Returns ``week_days_off``
    (of Monday to Friday), ``off_at_cutoff`` (the Monday after) and ``days_to_time_off`` (null beyond 28 days).
    """
    frame = subjects.select("row", "person_id", "region", "day", "as_of", monday=pl.col("day").dt.truncate("1w"))
    frame = frame.with_columns(closes=pl.col("monday").dt.offset_by("7d"))
    last = pl.col("day").dt.offset_by(f"{LOOK_AHEAD_DAYS}d")
    leave = (
        frame.drop("region")
        .join(away.select("person_id", "starts_on", "ends_on", "known_at", "known_until"), on="person_id")
        .filter(standing(), pl.col("ends_on") >= pl.col("monday"), pl.col("starts_on") <= last)
    )
    begins = leave.filter(pl.col("starts_on") > pl.col("day"))
    begins = begins.group_by("row").agg(days_to_time_off=(pl.col("starts_on") - pl.col("day")).dt.total_days().min())
    off = _days_off(frame, leave, holidays)
    in_week = off.filter(pl.col("date") < pl.col("closes")).group_by("row").agg(week_days_off=pl.len().cast(pl.Int64))
    at_cutoff = off.filter(pl.col("date") == pl.col("closes")).select("row", off_at_cutoff=pl.lit(1, dtype=pl.Int64))
    for found in (begins, in_week, at_cutoff):
        frame = frame.join(found, on="row", how="left", maintain_order="left")
    return frame.select(pl.col("week_days_off", "off_at_cutoff").fill_null(0), "days_to_time_off")


def _days_off(frame: pl.DataFrame, leave: pl.DataFrame, holidays: pl.DataFrame) -> pl.DataFrame:
    """Each working day of the week, and the Monday after, that is off: ``row``, ``closes``, ``date``, once."""
    steps = [*range(WORKING_DAYS_A_WEEK), 7]
    dates = [frame.select("row", "region", "closes", date=pl.col("monday").dt.offset_by(f"{step}d")) for step in steps]
    closed = pl.concat(dates).join(holidays, left_on=["region", "date"], right_on=["region", "on"], how="semi")
    spans = [
        leave.select("row", "closes", "starts_on", "ends_on", date=pl.col("monday").dt.offset_by(f"{step}d"))
        for step in steps
    ]
    gone = pl.concat(spans).filter(pl.col("date").is_between("starts_on", "ends_on"))
    return pl.concat([closed.select("row", "closes", "date"), gone.select("row", "closes", "date")]).unique()
