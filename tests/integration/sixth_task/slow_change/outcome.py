"""What then happened: was it decided in time?"""

import polars as pl

from models.point_in_time import INSTANT
from models.records import Records, table_of
from models.slow_change.settings import SlowChangeSettings
from models.slow_change.subjects import records_end


def outcome(records: Records, snapshots: pl.DataFrame, settings: SlowChangeSettings) -> pl.DataFrame:
    """The outcome of each snapshot (true: too slow), null where the records end before its days are over."""
    changes = table_of(records, "change_requests").select("change_id", "raised_at", "decided_at")
    frame = snapshots.select("subject_id", "as_of").join(
        changes, left_on="subject_id", right_on="change_id", how="left", maintain_order="left"
    )
    frame = frame.with_columns(resolved_at=pl.col("raised_at").dt.offset_by(f"{settings.days}d"))
    slow = pl.col("decided_at").is_null() | (pl.col("decided_at") > pl.col("resolved_at"))
    end = pl.lit(records_end(records), dtype=INSTANT)
    return frame.select(
        "subject_id", "as_of", outcome=pl.when(pl.col("resolved_at") <= end).then(slow), resolved_at="resolved_at"
    )
