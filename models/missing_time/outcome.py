"""What then happened: was the day's time there when its week closed?"""

import polars as pl

from models.missing_time.settings import MissingTimeSettings
from models.missing_time.subjects import parse, records_end
from models.missing_time.week import cutoff
from models.point_in_time import INSTANT, standing, versions, zones
from models.records import Records


def outcome(records: Records, snapshots: pl.DataFrame, settings: MissingTimeSettings) -> pl.DataFrame:
    """The outcome of each snapshot (``subject_id``, ``as_of``, ``expected_hours``), in the same order.

    Returns ``subject_id``, ``as_of``, ``outcome`` (true: missing) and ``resolved_at``, the cutoff. ``outcome`` is null
    where the records end before the cutoff. ``missing_hours``: less than ``known_share`` of the expected hours are
    known by the cutoff; ``no_entry``: none are.
    """
    frame = parse(snapshots["subject_id"].to_list(), snapshots["as_of"].to_list())
    frame = frame.with_columns(expected=snapshots["expected_hours"]).join(
        zones(records), on="person_id", how="left", maintain_order="left"
    )
    frame = frame.with_columns(resolved_at=cutoff(frame["day"], frame["timezone"]))
    known = _seconds_known_by_cutoff(records, frame.select("person_id", "day", "resolved_at").unique())
    frame = frame.join(known, on=["person_id", "day"], how="left", maintain_order="left")
    seconds = pl.col("seconds").fill_null(0)
    if settings.label == "no_entry":
        missing = seconds <= 0
    else:
        missing = seconds / (pl.col("expected") * 3600).round() < settings.known_share
    end = pl.lit(records_end(records), dtype=INSTANT)
    return frame.select(
        "subject_id", "as_of", outcome=pl.when(pl.col("resolved_at") <= end).then(missing), resolved_at="resolved_at"
    )


def _seconds_known_by_cutoff(records: Records, days: pl.DataFrame) -> pl.DataFrame:
    entries = versions(records, "time_entries", ["person_id", "worked_on", "hours"])
    return (
        days.join(entries, left_on=["person_id", "day"], right_on=["person_id", "worked_on"])
        .filter(standing("resolved_at"))
        .group_by("person_id", "day")
        .agg(seconds=(pl.col("hours") * 3600).round().cast(pl.Int64).sum())
    )
