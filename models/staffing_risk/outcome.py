"""What then happened: was the request filled by the day it was needed, and how late?"""

import datetime as dt

import polars as pl

from models.exact import quotient
from models.point_in_time import INSTANT, standing
from models.records import Records, table_of
from models.staffing_risk.history import DAY
from models.staffing_risk.requests import request_versions
from models.staffing_risk.settings import StaffingRiskSettings
from models.staffing_risk.subjects import parse, records_end


def outcome(records: Records, snapshots: pl.DataFrame, settings: StaffingRiskSettings) -> pl.DataFrame:
    """The outcome of each snapshot (``subject_id``, ``as_of``), in the same order.

    Returns ``subject_id``, ``as_of``, ``outcome`` (true: not filled by the end of the day it was needed by, as known at
    ``as_of``), ``resolved_at`` (when that was known), ``settled_at`` (when it would have been known either way),
    ``amount`` (days from then until it was filled, at most ``longest_delay_days``) and ``amount_known_at``.

    Cancelled by then: null, as nobody knows whether somebody would have been found. Cancelled later: unfilled, and it
    waited until then. Null too where the records end before the deadline, even if it was filled: the unfilled of the
    same age are not known yet, and without them it would look as if most were filled. Or where they say that it ended
    and not when. The days are null while it is neither ended nor ``longest_delay_days`` late.
    """
    frame = _asked(records, snapshots)
    end = pl.lit(records_end(records), dtype=INSTANT)
    due, ended = pl.col("deadline"), pl.col("ended")
    longest = pl.duration(days=settings.longest_delay_days)
    in_time = pl.col("filled") & (ended <= due)
    censored = pl.col("undated") | (pl.col("cancelled") & (ended <= due))
    told_by_end = pl.when(in_time).then(ended <= end).otherwise(due <= end)
    waited_long = (ended.is_null() & (due + longest <= end)) | (ended > due + longest)
    delay = pl.when(in_time).then(dt.timedelta()).when(waited_long).then(longest).otherwise(ended - due)
    frame = frame.select(
        "subject_id",
        "as_of",
        outcome=pl.when(~censored & (due <= end)).then(~in_time),
        resolved_at=pl.when(in_time).then(pl.max_horizontal(ended, "told_at")).otherwise(pl.min_horizontal(ended, due)),
        settled_at=pl.max_horizontal(due, pl.when(in_time).then("told_at")),
        amount=pl.when(~censored & (told_by_end | waited_long)).then(delay),
        amount_known_at=pl.when(~censored).then(
            pl.when(waited_long).then(due + longest).otherwise(pl.max_horizontal(ended, "told_at"))
        ),
    )
    return frame.with_columns(quotient(frame["amount"].dt.total_microseconds(), DAY)).with_columns(
        amount_known_at=pl.when(pl.col("amount").is_not_null()).then("amount_known_at")
    )


def _asked(records: Records, snapshots: pl.DataFrame) -> pl.DataFrame:
    """Each snapshot with its deadline as known at ``as_of``, and how its request ended as known in the end."""
    requests = request_versions(records)
    frame = parse(snapshots["subject_id"].to_list(), snapshots["as_of"].to_list()).with_row_index("row")
    due = frame.join(requests, on="request_id", maintain_order="left").filter(standing()).select("row", "deadline")
    last = requests.unique("request_id", keep="last", maintain_order=True)
    ends = last.select("request_id", "ended", "filled", "cancelled").join(_told(requests), on="request_id", how="left")
    said = pl.col("status").is_in(["filled", "cancelled"]).fill_null(value=False)
    given = table_of(records, "resource_requests").select("request_id", said=said).unique("request_id", keep="first")
    frame = frame.join(due, on="row", how="left", maintain_order="left")
    frame = frame.join(ends, on="request_id", how="left", maintain_order="left")
    frame = frame.join(given, on="request_id", how="left", maintain_order="left")
    return frame.with_columns(undated=pl.col("said") & pl.col("ended").is_null())


def _told(requests: pl.DataFrame) -> pl.DataFrame:
    """From when on it was known that a request ended as it did: an end that was written down later counts from then."""
    final = pl.col("ended").last().over("request_id")
    return (
        requests.filter(pl.col("ended").is_not_null() & (pl.col("ended") == final))
        .unique("request_id", keep="first", maintain_order=True)
        .select("request_id", told_at="known_at")
    )
