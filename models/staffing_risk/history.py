"""Records and instants in, snapshots out: point in time, for one request or for all of a firm's.

The same builder serves training, batch and online. It looks at the requests of the same job role, requester and
client, and at the people of the job role; `models.staffing_risk.surroundings` fetches these.
"""

import polars as pl

from models.exact import quotient
from models.point_in_time import standing
from models.records import Records
from models.staffing_risk import queue
from models.staffing_risk.bench import Bench
from models.staffing_risk.derived import derive
from models.staffing_risk.queue import Queue
from models.staffing_risk.requests import each_skill, project_versions, request_versions
from models.staffing_risk.settings import StaffingRiskSettings
from models.staffing_risk.snapshot import StaffingRiskSnapshot
from models.staffing_risk.waiting import Waiting

DAY = 86_400_000_000
"""In microseconds."""
DAYS_A_WEEK = 7


def build(records: Records, subjects: pl.DataFrame, settings: StaffingRiskSettings) -> pl.DataFrame:
    """The snapshots of requests.

    ``subjects`` has ``subject_id``, ``request_id`` and ``as_of`` (instant). Returns ``subject_id``, ``as_of`` and the
    fields of `StaffingRiskSnapshot`, in the order of ``subjects`` and only for requests that are open as of then, not
    past the day they are needed by, and not below the thresholds of ``settings``.
    """
    requests, projects = request_versions(records), project_versions(records)
    frame = _as_known(requests, subjects).filter(_large_enough(settings))
    frame = _with_project(projects, frame)
    waiting = Queue(requests, projects)
    bench = Bench(records)
    frame = frame.with_columns(in_time_role=waiting.in_time_of_role(frame), fill_rate=waiting.fill_rate(frame))
    frame = _with_skills(waiting, bench, frame)
    frame = frame.hstack(bench.fields(frame).get_columns()).hstack(Waiting(requests).fields(frame).get_columns())
    frame = _with_queue(waiting, frame)
    frame = _with_season(waiting, frame)
    return derive(frame).select("subject_id", "as_of", *StaffingRiskSnapshot.model_fields)


def _as_known(requests: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The subjects whose request is open and not yet due, with what was known of it; adds ``row``."""
    frame = (
        subjects.select("subject_id", "request_id", "as_of")
        .with_row_index("row")
        .join(requests, on="request_id", how="inner", maintain_order="left")
        .filter(standing(), pl.col("open"), pl.col("as_of") <= pl.col("deadline"))
    )
    opened = pl.col("as_of") - pl.col("opened")
    weeks = quotient((frame["ends_on"] - frame["needed_by"]).dt.total_days() + 1, DAYS_A_WEEK)
    frame = frame.with_columns(
        days_open=_days(frame.select(opened)["as_of"]),
        days_to_needed_by=_days(frame["deadline"] - frame["as_of"]),
        first_notice_days=_days(frame["first_deadline"] - frame["opened"]),
        duration_weeks=weeks,
    )
    spread = pl.col("hours_per_week") * pl.col("duration_weeks") * pl.col("headcount")
    return frame.with_columns(
        duration_weeks=pl.when(pl.col("duration_weeks") > 0).then("duration_weeks"),
        effort_hours=pl.coalesce("effort_hours", pl.when(pl.col("duration_weeks") > 0).then(spread)),
        weekly_hours="hours_per_week",
        skills_wanted=pl.when(pl.col("skills").is_not_null()).then(pl.col("wanted").list.len().cast(pl.Int64)),
        remote_ok=pl.col("remote_ok").cast(pl.Int64),
        needed_by=pl.col("needed_by").dt.to_string("%Y-%m-%d"),
    )


def _days(span: pl.Series) -> pl.Series:
    return quotient(span.dt.total_microseconds(), DAY)


def _with_season(waiting: Queue, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds the month and the days left in the quarter, where the records have seen another one."""
    day = pl.col("as_of").dt.date()
    left = (day.dt.truncate("1q").dt.offset_by("1q") - day).dt.total_days() - 1
    return frame.with_columns(seen=waiting.seen_a_season(frame)).with_columns(
        month=pl.when("seen").then(day.dt.month().cast(pl.Int64)), days_to_quarter_end=pl.when("seen").then(left)
    )


def _large_enough(settings: StaffingRiskSettings) -> pl.Expr:
    """Above one of the thresholds that are set, or not known to be below it."""
    above = []
    if settings.value_above is not None:
        value = pl.col("effort_hours") * pl.col("bill_rate")
        above.append((value > settings.value_above).fill_null(value=True))
    if settings.headcount_above is not None:
        above.append((pl.col("headcount") > settings.headcount_above).fill_null(value=True))
    return pl.any_horizontal(above) if above else pl.lit(value=True)


def _with_project(projects: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds what is known of the request's project; nothing is before it is signed."""
    known = (
        frame.select("row", "project_id", "as_of")
        .join(projects.rename({"ends_on": "project_ends_on"}), on="project_id")
        .filter(standing())
        .drop("project_id", "as_of", "known_at", "known_until")
    )
    today = pl.col("as_of").dt.date()
    return frame.join(known, on="row", how="left", maintain_order="left").with_columns(
        days_since_signed=(today - pl.col("signed_at").dt.date()).dt.total_days(),
        days_since_kickoff=(today - pl.col("kicked_off_at").dt.date()).dt.total_days(),
        days_to_project_start=(pl.col("starts_on") - today).dt.total_days(),
        days_to_project_end=(pl.col("project_ends_on") - today).dt.total_days(),
    )


def _with_skills(waiting: Queue, bench: Bench, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds ``skill``, of the skills wanted that with the most open requests per person who holds it, and its figures.

    A skill that nobody holds is scarcer than any other, and of equals the first by name counts. Adds too the least
    share in time of all skills wanted, and the product of their paces.
    """
    each = each_skill(frame.select("row", "job_role", "wanted", "as_of", "in_time_role", "fill_rate"))
    each = each.with_columns(
        open=waiting.open(each, queue.SKILL),
        people=bench.people(each, queue.SKILL),
        in_time=waiting.in_time(each, queue.SKILL, each["in_time_role"]),
        pace=waiting.pace(each, queue.SKILL, queue.YEAR, each["fill_rate"]),
    )
    all_wanted = each.group_by("row", maintain_order=True).agg(
        in_time_worst_skill=pl.col("in_time").min(),
        pace_skills=pl.when(pl.col("pace").is_not_null().all()).then(pl.col("pace").product()),
    )
    scarcest = (
        each.with_columns(per_person=pl.col("open") / pl.col("people"))
        .sort("row", pl.col("people") == 0, "per_person", "open", "skill", descending=[False, True, True, True, False])
        .unique("row", keep="first", maintain_order=True)
        .with_columns(per_person=pl.when(pl.col("people") > 0).then("per_person"))
        .select("row", "skill", with_skill="open", skill_requests_per_person="per_person")
    )
    frame = frame.join(scarcest, on="row", how="left", maintain_order="left").with_columns(scarcest_skill="skill")
    return frame.join(all_wanted, on="row", how="left", maintain_order="left")


def _with_queue(waiting: Queue, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds the figures of similar requests; what a request does not name (a region, a client) has none."""
    flows = {days: waiting.flows(frame, queue.ROLE, days) for days in queue.WINDOWS}
    shares = {
        f"in_time_{name}": waiting.in_time(frame, owner, frame["in_time_role"])
        for name, owner in (
            ("region", queue.REGION), ("skill", queue.SKILL), ("requester", queue.REQUESTER), ("client", queue.CLIENT),
        )
    }  # fmt: skip
    paces = {
        f"pace_{name}": waiting.pace(frame, owner, days, frame["fill_rate"])
        for name, owner, days in (
            ("lately", queue.ROLE, queue.WINDOWS[0]), ("region", queue.REGION, queue.YEAR),
            ("requester", queue.REQUESTER, queue.YEAR), ("client", queue.CLIENT, queue.YEAR),
        )
    }  # fmt: skip
    quarter = queue.WINDOWS[-1]
    region_quarter = waiting.flows(frame, queue.REGION, quarter)["filled"]
    skill_quarter = waiting.flows(frame, queue.SKILL, quarter)["filled"]
    project_quarter = waiting.flows(frame, queue.PROJECT, quarter)["opened"]
    return frame.with_columns(
        open_role=_others(waiting.open(frame, queue.ROLE)),
        open_region=_where(frame, "region", _others(waiting.open(frame, queue.REGION))),
        open_skill=_others(frame["with_skill"]),
        **{f"opened_{days}": flow["opened"] for days, flow in flows.items()},
        **{f"filled_{days}": flow["filled"] for days, flow in flows.items()},
        filled_region_84=_where(frame, "region", region_quarter),
        filled_skill_84=_where(frame, "skill", skill_quarter),
        **shares,
        **paces,
        rate_to_usual=_ratio(frame["bill_rate"], waiting.usual_rate(frame)),
        project_open=_where(frame, "project_id", _others(waiting.open(frame, queue.PROJECT))),
        project_opened_84=_where(frame, "project_id", project_quarter),
        requester_open=_where(frame, "requester", _others(waiting.open(frame, queue.REQUESTER))),
    )


def _others(count: pl.Series) -> pl.Series:
    return (count - 1).clip(lower_bound=0)


def _where(frame: pl.DataFrame, named: str, values: pl.Series) -> pl.Series:
    return frame.select(values=pl.when(pl.col(named).is_not_null()).then(values))["values"]


def _ratio(part: pl.Series, whole: pl.Series) -> pl.Series:
    return pl.DataFrame({"part": part, "whole": whole}).select(
        ratio=pl.when(pl.col("whole") > 0).then(pl.col("part") / pl.col("whole"))
    )["ratio"]
