"""What then happened: was the milestone billed within its days of grace, and how late?"""

import datetime as dt

import polars as pl

from models.milestone_miss.deadline import end_of
from models.milestone_miss.settings import MilestoneMissSettings
from models.milestone_miss.state import milestone_versions, state
from models.milestone_miss.subjects import parse, records_end
from models.point_in_time import INSTANT
from models.records import Records


def outcome(records: Records, snapshots: pl.DataFrame, settings: MilestoneMissSettings) -> pl.DataFrame:
    """The outcome of each snapshot (``subject_id``, ``as_of``), in the same order.

    Returns ``subject_id``, ``as_of``, ``outcome`` (true: missed), ``resolved_at``, ``settled_at`` (the deadline, when
    it is known either way), ``amount`` (days late) and ``amount_known_at``. The due date is the one known at ``as_of``,
    whatever was agreed later.

    - ``outcome`` is false where the milestone was billed by the deadline, true where it was not; null where it was
      cancelled before either (censored), or the records end before the deadline, even if it was billed: those of the
      same age that will miss are not known yet. ``resolved_at`` is the earlier of the two.
    - ``amount`` is how many days after the due date it was billed, at least 0 and at most ``most_days_late``; that
      many, too, where it is still unbilled by then. Null where it was cancelled first, or the records end first.
    """
    asked = parse(snapshots["subject_id"].to_list(), snapshots["as_of"].to_list())
    known = state(records, asked, settings).select("due_on", "deadline")
    capped = end_of(known["due_on"].dt.offset_by(f"{settings.most_days_late}d"))
    frame = pl.concat([asked, known, _fates(records, asked)], how="horizontal").with_columns(capped.alias("capped"))
    end = pl.lit(records_end(records) or dt.datetime.min.replace(tzinfo=dt.UTC), dtype=INSTANT)
    days = (pl.col("billed").dt.date() - pl.col("due_on")).dt.total_days()
    late = pl.when(pl.col("billed") <= pl.col("capped")).then(days).otherwise(settings.most_days_late)
    return frame.with_columns(
        resolved_at=pl.min_horizontal("billed", "deadline"), amount_known_at=pl.min_horizontal("billed", "capped")
    ).select(
        "subject_id",
        "as_of",
        outcome=pl.when(_told("resolved_at", end) & (pl.col("deadline") <= end)).then(
            (pl.col("billed") > pl.col("deadline")).fill_null(value=True)
        ),
        resolved_at="resolved_at",
        settled_at="deadline",
        amount=pl.when(_told("amount_known_at", end)).then(late.clip(0, settings.most_days_late).cast(pl.Float64)),
        amount_known_at="amount_known_at",
    )


def _told(instant: str, end: pl.Expr) -> pl.Expr:
    """Whether the records reach an instant, and nothing was cancelled before it."""
    reached = (pl.col(instant) <= end).fill_null(value=False)
    return reached & ~(pl.col("cancelled") <= pl.col(instant)).fill_null(value=False)


def _fates(records: Records, asked: pl.DataFrame) -> pl.DataFrame:
    """When after ``as_of`` each milestone was known to be ``billed``, and when to be ``cancelled``."""
    known = milestone_versions(records)
    return pl.DataFrame({
        name: _next(asked, known.filter(pl.col(f"{name}_at").is_not_null())) for name in ("billed", "cancelled")
    })  # fmt: skip


def _next(asked: pl.DataFrame, events: pl.DataFrame) -> pl.Series:
    return (
        asked.select("milestone_id", "as_of")
        .with_row_index("row")
        .sort("as_of")
        .join_asof(
            events.select("milestone_id", "known_at").sort("known_at"),
            left_on="as_of", right_on="known_at", by="milestone_id", strategy="forward", coalesce=False,
            check_sortedness=False,
        )
        .sort("row")["known_at"]
    )  # fmt: skip
