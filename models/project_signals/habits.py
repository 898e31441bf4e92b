"""Habits of a client and of a manager, over all their projects: how long steps take, how often dates slip.

A fact counts for whom the project belonged to when the fact became known.
"""

from collections.abc import Sequence

import polars as pl

from models.point_in_time import versions
from models.project_signals.sums import MANY_DAYS, days_from, flag, share
from models.project_signals.timeline import as_known
from models.records import Records
from models.running_sums import RunningSums, movements

MINUTES_A_DAY = 1440
MOST_POINTS = 100.0

_MILESTONES = [
    "acceptances", "acceptance_minutes", "billings", "billing_minutes", "billed", "billed_late", "late_days",
]  # fmt: skip
_INVOICES = ["issued", "disputed", "paid", "payment_minutes"]


def client_habits(
    records: Records, projects: pl.DataFrame, facts: pl.DataFrame, subjects: pl.DataFrame
) -> pl.DataFrame:
    """The fields of the client, in the order of ``subjects`` (``client_id``, ``as_of``).

    ``facts`` are `milestone_facts`.
    """
    milestones = sums_of(facts, _MILESTONES, projects, "client_id", subjects)
    invoices = sums_of(_invoice_facts(records), _INVOICES, projects, "client_id", subjects)
    return pl.DataFrame({
        "client_acceptance_days": _mean_days(milestones["acceptance_minutes"], milestones["acceptances"]),
        "client_billing_days": _mean_days(milestones["billing_minutes"], milestones["billings"]),
        "client_billed_late_share": share(milestones["billed_late"], milestones["billed"]),
        "client_days_late": share(milestones["late_days"], milestones["billed"], -MANY_DAYS, MANY_DAYS),
        "client_milestones_billed": milestones["billed"],
        "client_disputed_share": share(invoices["disputed"], invoices["issued"]),
        "client_payment_days": _mean_days(invoices["payment_minutes"], invoices["paid"]),
        "client_invoices": invoices["issued"],
    })  # fmt: skip


def manager_habits(
    projects: pl.DataFrame, facts: pl.DataFrame, falls: pl.DataFrame, subjects: pl.DataFrame
) -> pl.DataFrame:
    """The fields of the manager, in the order of ``subjects`` (``manager_id``, ``as_of``).

    ``facts`` are `milestone_facts`, ``falls`` the changes of forecasts: ``project_id``, ``known_at``, ``forecasts`` and
    ``fallen`` (hundredths of a point).
    """
    milestones = sums_of(facts, ["billed", "billed_late", "late_days"], projects, "manager_id", subjects)
    forecasts = sums_of(falls, ["forecasts", "fallen"], projects, "manager_id", subjects)
    hundredths = forecasts["forecasts"] * 100
    return pl.DataFrame({
        "manager_billed_late_share": share(milestones["billed_late"], milestones["billed"]),
        "manager_days_late": share(milestones["late_days"], milestones["billed"], -MANY_DAYS, MANY_DAYS),
        "manager_milestones_billed": milestones["billed"],
        "manager_forecast_fall": share(forecasts["fallen"], hundredths, -MOST_POINTS, MOST_POINTS),
        "manager_forecasts": forecasts["forecasts"],
    })  # fmt: skip


def milestone_facts(records: Records) -> pl.DataFrame:
    """What each version of a milestone adds to the counts of its project; ``known_until`` as in versions.

    Minutes are from achieved to accepted and from accepted to billed; days late are from the due date as it then stood
    to the day of billing, negative where that came first.
    """
    known = versions(
        records, "milestones", ["project_id", "due_on", "achieved_at", "accepted_at", "billed_at", "cancelled_at"]
    ).filter(pl.col("cancelled_at").is_null())
    billed = pl.col("billed_at").is_not_null()
    late = days_from(pl.col("due_on"), pl.col("billed_at").dt.date())
    return known.select(
        "project_id",
        "known_at",
        "known_until",
        **_interval("acceptances", "acceptance_minutes", "achieved_at", "accepted_at"),
        **_interval("billings", "billing_minutes", "accepted_at", "billed_at"),
        billed=flag(billed),
        billed_late=flag(billed & (late > 0)),
        late_days=pl.when(billed).then(late).otherwise(0),
    )


def _invoice_facts(records: Records) -> pl.DataFrame:
    known = versions(records, "invoices", ["project_id", "issued_at", "paid_at", "disputed_at"])
    return known.select(
        "project_id",
        "known_at",
        "known_until",
        issued=pl.lit(1, dtype=pl.Int64),
        disputed=flag(pl.col("disputed_at").is_not_null()),
        **_interval("paid", "payment_minutes", "issued_at", "paid_at"),
    )


def _interval(count: str, minutes: str, start: str, end: str) -> dict[str, pl.Expr]:
    """Whether both instants are known, and the minutes between them; none where they come in the wrong order."""
    both = pl.col(start).is_not_null() & pl.col(end).is_not_null()
    between = (pl.col(end) - pl.col(start)).dt.total_minutes().clip(0, MANY_DAYS * MINUTES_A_DAY)
    return {count: flag(both), minutes: pl.when(both).then(between).otherwise(0)}


def _mean_days(minutes: pl.Series, count: pl.Series) -> pl.Series:
    return share(minutes, count * MINUTES_A_DAY, 0, MANY_DAYS)


def sums_of(
    facts: pl.DataFrame, amounts: Sequence[str], projects: pl.DataFrame, owner: str, subjects: pl.DataFrame
) -> pl.DataFrame:
    """The sums of ``facts`` of each subject's client or manager (``owner``), in the order of ``subjects``."""
    owned = facts.with_columns(as_known(facts, projects, "project_id", owner))
    moved = movements(owned, amounts) if "known_until" in owned.columns else owned
    return RunningSums(moved, owner, amounts).at(subjects)
