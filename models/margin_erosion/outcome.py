"""What then happened: did the next forecast give up margin?"""

import polars as pl

from models.margin_erosion.margins import Margins, points
from models.margin_erosion.settings import MarginErosionSettings
from models.project_signals import Past
from models.records import Records

LARGEST_CHANGE = 100.0
"""Percentage points beyond which a change is a mistake put right, and no more erosion: amounts end here."""


def outcome(records: Records, snapshots: pl.DataFrame, settings: MarginErosionSettings) -> pl.DataFrame:
    """The outcome of each snapshot (``subject_id``, ``as_of``, ``project_id``), in the same order.

    Returns ``subject_id``, ``as_of``, ``outcome``, ``resolved_at`` (when the first forecast within the settings' window
    was made), ``amount`` (percentage points of margin lost by then, negative where it grew, at most `LARGEST_CHANGE`
    either way) and ``amount_known_at``, the same instant. All are null where no forecast was made in that window, or
    one of the two has no positive revenue. With the label ``below_floor`` projects that are at the floor already are
    null, too.
    """
    margins = Margins(Past(records))
    now = margins.at(snapshots)["margin"]
    later = margins.first_within(snapshots, settings.window_from_days, settings.window_to_days)
    frame = snapshots.select("subject_id", "as_of").with_columns(
        now=now, later=later["margin"], resolved_at=later["made_at"]
    )
    lost = points(pl.col("now"), pl.col("later"))
    if settings.label == "erosion":
        came = lost >= settings.erosion_points
    else:
        came = pl.when(_above(pl.col("now"), settings)).then(~_above(pl.col("later"), settings))
    known_at = pl.when(lost.is_not_null()).then("resolved_at")
    return frame.select(
        "subject_id",
        "as_of",
        outcome=pl.when(lost.is_not_null()).then(came),
        resolved_at=known_at,
        amount=lost.clip(-LARGEST_CHANGE, LARGEST_CHANGE),
        amount_known_at=known_at,
    )


def _above(margin: pl.Expr, settings: MarginErosionSettings) -> pl.Expr:
    """Whether a margin lies above the floor, by more than the last bits of a division."""
    return points(margin, pl.lit(settings.floor_margin)) > 0
