"""What then happened: was the entry rejected, corrected or written off?"""

import polars as pl

from models.point_in_time import INSTANT
from models.records import Records
from models.unusual_time.lives import lives, of_entries
from models.unusual_time.settings import UnusualTimeSettings
from models.unusual_time.subjects import records_end


def outcome(records: Records, snapshots: pl.DataFrame, settings: UnusualTimeSettings) -> pl.DataFrame:
    """The outcome of each snapshot (``subject_id``, ``as_of``), in the same order.

    Returns ``subject_id``, ``as_of``, ``outcome`` (true: questioned within ``window_days`` of ``as_of``),
    ``resolved_at``: the instant of that, else the window's end; and ``settled_at``: the window's end, when it is known
    either way. ``outcome`` is null where the records end before that, and where the entry had been questioned already.
    """
    told = lives(of_entries(records, snapshots["subject_id"])).select("entry_id", "questioned_at")
    frame = snapshots.select("subject_id", "as_of").join(
        told, left_on="subject_id", right_on="entry_id", how="left", maintain_order="left"
    )
    window_end = pl.col("as_of").dt.offset_by(f"{settings.window_days}d")
    questioned = (pl.col("questioned_at") <= window_end).fill_null(value=False)
    ahead = (pl.col("questioned_at") > pl.col("as_of")).fill_null(value=True)
    end = pl.lit(records_end(records), dtype=INSTANT)
    frame = frame.with_columns(
        questioned=questioned,
        ahead=ahead,
        resolved_at=pl.when(questioned & ahead).then("questioned_at").otherwise(window_end),
        settled_at=window_end,
    )
    known = pl.col("ahead") & (pl.col("settled_at") <= end)
    return frame.select("subject_id", "as_of", "resolved_at", "settled_at", outcome=pl.when(known).then("questioned"))
