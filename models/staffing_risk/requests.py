"""What was known of each request, and of the project it is for, at any instant."""

import polars as pl

from models.point_in_time import INSTANT, versions
from models.records import Records

CELLS = (
    "project_id", "job_role", "skills", "region", "remote_ok", "grade", "hours_per_week", "headcount", "bill_rate",
    "effort_hours", "priority", "requester", "needed_by", "ends_on", "filled_at", "cancelled_at", "status",
)  # fmt: skip
FORGOTTEN_DAYS = 60
"""So long after its date an open request is no longer counted in the queue: nobody still looks for it."""


def request_versions(records: Records) -> pl.DataFrame:
    """`versions` of all requests, with what follows from each.

    Adds ``opened`` (instant), ``deadline`` and ``first_deadline`` (the end of the needed-by day as known then, and as
    first known; UTC, for a request is nobody's local day), ``needed_by_moves``, ``ended`` (when it was filled or
    cancelled, null while it is not), ``filled``, ``cancelled``, ``open`` (flags) and ``wanted`` (its skills, a list).
    """
    seen = versions(records, "resource_requests", CELLS)
    first = pl.col("needed_by").first().over("request_id")
    moved = pl.col("needed_by").ne_missing(pl.col("needed_by").shift(1)) & pl.col("request_id").eq_missing(
        pl.col("request_id").shift(1)
    )
    seen = seen.with_columns(
        opened=pl.col("known_at").first().over("request_id"),
        deadline=end_of_utc_day(pl.col("needed_by")),
        first_deadline=end_of_utc_day(first),
        needed_by_moves=moved.cast(pl.Int64).cum_sum().over("request_id"),
        ended=pl.min_horizontal("filled_at", "cancelled_at"),
        wanted=skills(pl.col("skills")),
    )
    filled = pl.col("filled_at").is_not_null() & (pl.col("filled_at") == pl.col("ended"))
    said = pl.col("status").is_in(["filled", "cancelled"]).fill_null(value=False)
    return seen.with_columns(
        filled=filled,
        cancelled=pl.col("ended").is_not_null() & ~filled,
        open=pl.col("ended").is_null() & ~said,
    )


def project_versions(records: Records) -> pl.DataFrame:
    """`versions` of all projects, as far as requests look at them. A project is known from its signing on."""
    return versions(
        records,
        "projects",
        ["client_id", "service_line", "billing", "currency", "signed_at", "kicked_off_at", "starts_on", "ends_on"],
    )


def end_of_utc_day(day: pl.Expr) -> pl.Expr:
    """The last microsecond of a day in UTC."""
    return day.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").cast(INSTANT) + pl.duration(days=1, microseconds=-1)


def skills(text: pl.Expr) -> pl.Expr:
    """The skills of a ;-list: lower case, each once, in order; an empty list where there are none."""
    each = text.fill_null("").str.to_lowercase().str.split(";").list.eval(pl.element().str.strip_chars())
    return each.list.eval(pl.element().filter(pl.element() != "")).list.unique().list.sort()


def each_skill(frame: pl.DataFrame) -> pl.DataFrame:
    """A row for each skill that is ``wanted``, as ``skill``; rows that want none are left out."""
    return frame.filter(pl.col("wanted").list.len() > 0).explode("wanted").rename({"wanted": "skill"})
