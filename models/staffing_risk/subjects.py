"""Which requests there are to ask about, and when."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from models.point_in_time import INSTANT, known_rows, standing
from models.records import Records, table_of
from models.staffing_risk.requests import request_versions
from models.staffing_risk.settings import StaffingRiskSettings
from models.task import UNKNOWN, Row

REQUEST_ID = r"^[^\p{C}\p{Zl}\p{Zp}]{1,128}$"
WEEK = dt.timedelta(days=7)


def parse(subject_ids: Sequence[str], as_ofs: Sequence[dt.datetime]) -> pl.DataFrame:
    """Subjects as `history.build` wants them: a subject's id is its request's; a malformed one has a null request.

    An id is as long and as visible as the id of an action's parameter.
    """
    given = {"subject_id": list(subject_ids), "as_of": list(as_ofs)}
    well_formed = pl.col("subject_id").str.contains(REQUEST_ID)
    return pl.DataFrame(given, schema={"subject_id": pl.String, "as_of": INSTANT}).with_columns(
        request_id=pl.when(well_formed).then("subject_id")
    )


def malformed(subject_ids: Sequence[str]) -> pl.Series:
    """What was expected of each id that is none, null where it is one."""
    ids = pl.DataFrame({"subject_id": list(subject_ids)}, schema={"subject_id": pl.String})
    fine = pl.col("subject_id").str.contains(REQUEST_ID).fill_null(value=False)
    return ids.select(why=pl.when(~fine).then(pl.lit("expected a request_id of 1 to 128 visible characters")))["why"]


def person_of(subject_id: str, snapshot: Row | None = None) -> None:
    """A request is about no person."""


def why_not(records: Records, subjects: pl.DataFrame) -> pl.Series:
    """Why each of ``subjects`` (as `parse` made them) cannot be asked about, null where it can."""
    requests = request_versions(records)
    frame = subjects.select("request_id", "as_of").with_row_index("row")
    known = frame.join(requests, on="request_id", maintain_order="left").filter(standing())
    known = known.select("row", "open", "filled", "deadline", opened=pl.lit(value=True))
    frame = frame.join(known, on="row", how="left", maintain_order="left")
    there = table_of(records, "resource_requests")["request_id"]
    reason = (
        pl.when(~pl.col("request_id").is_in(there.implode()).fill_null(value=False))
        .then(pl.lit(UNKNOWN))
        .when(pl.col("opened").is_null())
        .then(pl.lit("the request was not yet open at as_of"))
        .when(pl.col("filled"))
        .then(pl.lit("the request was already filled at as_of"))
        .when(~pl.col("open"))
        .then(pl.lit("the request was already ended at as_of"))
        .when(pl.col("deadline").is_null())
        .then(pl.lit("the request has no date that it is needed by"))
        .when(pl.col("as_of") > pl.col("deadline"))
        .then(pl.lit("the date it is needed by had passed at as_of"))
    )
    return frame.select(reason.alias("why"))["why"]


def open_at(records: Records, as_of: dt.datetime) -> pl.DataFrame:
    """All requests that may be asked about at ``as_of``: open, and not past the day they are needed by."""
    now = request_versions(records).with_columns(as_of=pl.lit(as_of, dtype=INSTANT))
    return _identified(now.filter(standing(), pl.col("open"), pl.col("as_of") <= pl.col("deadline")))


def scheduled(records: Records, settings: StaffingRiskSettings) -> pl.DataFrame:  # noqa: ARG001 - build knows them
    """All requests of the records at their opening and each week after it, while open and not past their date."""
    end = records_end(records)
    spans = (
        request_versions(records)
        .filter("open")
        .with_columns(last=pl.min_horizontal("deadline", pl.lit(end, dtype=INSTANT)))
    )
    first = _weeks_up(pl.col("known_at") - pl.col("opened"))
    # A version stands until just before the next, so a week that falls on the next one's instant is the next one's.
    until = _weeks_up(pl.col("known_until") - pl.col("opened")) - 1
    by_date = (pl.col("last") - pl.col("opened")).dt.total_microseconds().floordiv(WEEK // dt.timedelta(microseconds=1))
    weeks = pl.int_ranges(first, pl.min_horizontal(until, by_date) + 1)
    frame = spans.drop_nulls("deadline").with_columns(weeks=weeks).filter(pl.col("weeks").list.len() > 0)
    frame = frame.explode("weeks").with_columns(as_of=pl.col("opened") + pl.duration(weeks="weeks"))
    return _identified(frame)


def _weeks_up(span: pl.Expr) -> pl.Expr:
    """Whole weeks, a begun one counting as one."""
    week = WEEK // dt.timedelta(microseconds=1)
    return (span.dt.total_microseconds() + week - 1).floordiv(week)


def records_end(records: Records) -> dt.datetime | None:
    """The last instant of which the records tell: when a request was last opened, filled, cancelled or revised."""
    requests = table_of(records, "resource_requests")
    revised = table_of(records, "revisions").filter(pl.col("table") == "resource_requests")
    told = [requests[name] for name in ("opened_at", "filled_at", "cancelled_at")]
    booked = known_rows(records, "assignments").filter(pl.col("booked_at").is_not_null())["known_at"]
    end = pl.concat([*told, revised["known_at"], booked.rename("opened_at")], how="vertical").max()
    assert end is None or isinstance(end, dt.datetime)
    return end


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("request_id", "as_of", subject_id="request_id").sort("as_of", "request_id")
