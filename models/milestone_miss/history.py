"""Records and instants in, snapshots out: point in time, for one milestone or for all of a firm's."""

import polars as pl

from models.milestone_miss.deadline import end_of
from models.milestone_miss.settings import MilestoneMissSettings
from models.milestone_miss.snapshot import ACCEPTED, ACHIEVED, PLANNED, MilestoneMissSnapshot
from models.milestone_miss.state import CELLS, is_open, state
from models.neighbourhood import Fetch
from models.point_in_time import versions
from models.project_signals import Past, near, signals
from models.project_signals.sums import FLOW, MANY_DAYS, MOST, days_from, flag, share
from models.records import Records
from models.running_sums import RunningSums, movements


def build(records: Records, subjects: pl.DataFrame, settings: MilestoneMissSettings) -> pl.DataFrame:
    """The snapshots of milestones.

    ``subjects`` has ``subject_id``, ``milestone_id`` and ``as_of``. Returns ``subject_id``, ``as_of`` and the fields of
    `MilestoneMissSnapshot`, in the order of ``subjects`` and only for those that are open at ``as_of``: of what is
    billed, cancelled or far from its date there is nothing to predict.
    """
    asked = subjects.select("subject_id", "milestone_id", "as_of")
    known = pl.concat([asked, state(records, asked, settings).drop("region", "known_at")], how="horizontal")
    frame = known.filter(is_open(settings))
    past = Past(records)
    frame = frame.hstack(signals(past, frame.select("project_id", "as_of")).drop("project_id").get_columns())
    frame = frame.hstack(_of_the_project(past, frame))
    frame = frame.with_columns(_clock(), _progress()).unnest("clock", "progress")
    frame = frame.with_columns(
        share(frame["amount"], frame["contract_value"], 0, FLOW).alias("amount_of_contract"),
        pl.col("amount").clip(-MOST, MOST),
    )
    return frame.select("subject_id", "as_of", *MilestoneMissSnapshot.model_fields)


def _clock() -> pl.Expr:
    """How far the milestone's days are, and where in the year its deadline lies."""
    today, deadline = pl.col("as_of").dt.date(), pl.col("deadline_on")
    quarter_end = deadline.dt.truncate("1q").dt.offset_by("3mo").dt.offset_by("-1d")
    return pl.struct(
        days_to_due=days_from(today, pl.col("due_on")),
        days_to_deadline=days_from(today, deadline),
        deadline_month=deadline.dt.month().cast(pl.Int64),
        days_to_month_end=days_from(deadline, deadline.dt.month_end()),
        days_to_quarter_end=days_from(deadline, quarter_end),
    ).alias("clock")


def _progress() -> pl.Expr:
    """How far the milestone has come, since when, and how its date moved."""
    accepted, achieved = pl.col("accepted_at").is_not_null(), pl.col("achieved_at").is_not_null()
    since = pl.coalesce("accepted_at", "achieved_at")
    return pl.struct(
        stage=pl.when(accepted).then(ACCEPTED).when(achieved).then(ACHIEVED).otherwise(PLANNED).cast(pl.Int64),
        days_in_stage=days_from(since, pl.col("as_of")).clip(lower_bound=0).fill_null(0),
        created_days=days_from(pl.col("created"), pl.col("as_of")).clip(lower_bound=0),
        due_moved_days=days_from(pl.col("first_due_on"), pl.col("due_on")),
    ).alias("progress")


def _of_the_project(past: Past, frame: pl.DataFrame) -> pl.DataFrame:
    """How many milestones the project of each row has, how many are overdue, and how those billed went."""
    known = versions(past.records, "milestones", CELLS).filter(pl.col("cancelled_at").is_null())
    counted = known.select("project_id", "known_at", "known_until", milestones=pl.lit(1, dtype=pl.Int64))
    facts = movements(past.milestones, ["billed", "billed_late", "late_days"])
    billed = RunningSums(facts, "project_id", ["billed", "billed_late", "late_days"]).at(frame)
    sums = RunningSums(movements(counted, ["milestones"]), "project_id", ["milestones"]).at(frame)
    late = RunningSums(movements(_overdue(known), ["overdue"]), "project_id", ["overdue"]).at(frame)
    itself = frame.select(itself=flag(end_of(frame["due_on"]) <= pl.col("as_of")))["itself"]
    return pl.DataFrame({
        "project_milestones": sums["milestones"],
        "project_milestones_billed": billed["billed"],
        "project_overdue": (late["overdue"] - itself).clip(lower_bound=0),
        "project_billed_late_share": share(billed["billed_late"], billed["billed"]),
        "project_days_late": share(billed["late_days"], billed["billed"], -MANY_DAYS, MANY_DAYS),
    })  # fmt: skip


def _overdue(known: pl.DataFrame) -> pl.DataFrame:
    """From when until when each version of a milestone was past its date and not billed."""
    waiting = known.filter(pl.col("billed_at").is_null())
    return (
        waiting.with_columns(known_at=pl.max_horizontal(waiting["known_at"], end_of(waiting["due_on"])))
        .filter((pl.col("known_at") < pl.col("known_until")).fill_null(value=True))
        .select("project_id", "known_at", "known_until", overdue=pl.lit(1, dtype=pl.Int64))
    )


def neighbourhood(subjects: pl.DataFrame, fetch: Fetch) -> Records:
    """The few records from which `build` makes the same snapshots of ``subjects`` as from all of them."""
    milestones = subjects["milestone_id"].unique().sort().to_list()
    given = fetch("milestones", "milestone_id", milestones)
    said = fetch("revisions", "key", milestones).filter(
        pl.col("table") == "milestones", pl.col("column") == "project_id"
    )
    projects = pl.concat([given["project_id"], said["value"]]).drop_nulls().unique().sort().to_list()
    records = near(projects, fetch)
    revised = records["revisions"].filter(pl.col("table") == "projects", pl.col("column") == "region")["value"]
    regions = pl.concat([records["projects"]["region"], revised]).drop_nulls().unique().sort().to_list()
    return {**records, "holidays": fetch("holidays", "region", regions)}
