"""Change requests of a project: how many are open, for how long, and what they are worth."""

import polars as pl

from models.point_in_time import standing, versions
from models.project_signals.sums import FLOW, cents, days_from, flag, seconds, share
from models.records import Records
from models.running_sums import RunningSums, movements

_STANDING = ["open", "open_cents", "decided", "accepted", "accepted_cents", "unpriced", "raised"]


def change_versions(records: Records) -> pl.DataFrame:
    """What was known of each change request."""
    return versions(records, "change_requests", ["project_id", "raised_at", "value", "hours", "decided_at", "accepted"])


def change_movements(changes: pl.DataFrame) -> pl.DataFrame:
    """What each version of a change request adds to its project's counts and cents, and takes back when it passes."""
    undecided = pl.col("decided_at").is_null()
    wanted = undecided | pl.col("accepted").fill_null(value=False)
    amounts = changes.select(
        "project_id",
        "known_at",
        "known_until",
        open=flag(undecided),
        open_cents=pl.when(undecided).then(cents("value")).otherwise(0),
        decided=flag(~undecided),
        accepted=flag(pl.col("accepted")),
        accepted_cents=pl.when(pl.col("accepted")).then(cents("value")).otherwise(0),
        unpriced=pl.when(wanted & pl.col("value").is_null()).then(seconds("hours")).otherwise(0),
        raised=pl.lit(1, dtype=pl.Int64),
    )
    return movements(amounts, _STANDING)


def changes(known: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of change requests, in the order of ``subjects``.

    ``subjects`` has ``project_id``, ``as_of``, ``contract_value`` and ``team_people``. ``known`` are `change_versions`.
    """
    sums = RunningSums(change_movements(known), "project_id", _STANDING)
    now = sums.at(subjects)
    contract_cents = subjects.select(cents=cents("contract_value"))["cents"]
    seconds_an_hour = pl.repeat(3600, subjects.height, eager=True)
    month, two_months, quarter = (sums.within(subjects, days)["raised"].clip(lower_bound=0) for days in (28, 56, 84))
    return pl.DataFrame({
        "open_changes": now["open"],
        "open_changes_of_contract": share(now["open_cents"], contract_cents, -FLOW, FLOW),
        "changes_raised_28": month,
        "changes_raised_56": two_months,
        "changes_raised_84": quarter,
        "changes_a_person_84": share(quarter, subjects["team_people"], 0, FLOW),
        "accepted_change_share": share(now["accepted"], now["decided"]),
        "accepted_changes_of_contract": share(now["accepted_cents"], contract_cents, -FLOW, FLOW),
        "unpriced_change_hours": share(now["unpriced"], seconds_an_hour, -1e7, 1e7),
        "longest_undecided_days": longest_open(known, subjects, "raised_at", "decided_at"),
    })  # fmt: skip


def longest_open(rows: pl.DataFrame, subjects: pl.DataFrame, opened: str, closed: str) -> pl.Series:
    """Days since the oldest row of each subject's project was opened that is still not closed; null where none is.

    ``rows`` are versions with ``project_id``.
    """
    oldest = (
        subjects.select("project_id", "as_of")
        .unique()
        .join(rows.filter(pl.col(closed).is_null()), on="project_id")
        .filter(standing())
        .group_by("project_id", "as_of")
        .agg(since=pl.col(opened).min())
    )
    frame = subjects.select("project_id", "as_of").join(
        oldest, on=["project_id", "as_of"], how="left", maintain_order="left"
    )
    return frame.select(days=days_from(pl.col("since"), pl.col("as_of")).clip(lower_bound=0))["days"]
