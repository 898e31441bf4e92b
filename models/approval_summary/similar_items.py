"""Similar approvals: how they ended, how long they took, and what that says of one that still waits.

Similar are approvals of the same kind and currency that were closed by then, of an amount within a factor of three
where there are enough of them. Groups of fewer than five approvals, or of fewer than five requesters, are not told of.
"""

from dataclasses import dataclass

import polars as pl

from models.approval_summary.evidence import Collected, Evidence
from models.approval_summary.known import Known
from models.approval_summary.wording import counted, days
from models.small_groups import SMALLEST_GROUP

FACTOR = 3.0
ENOUGH = 30
"""From so many on a share of them is told as a probability: its standard error is then under ten points."""
SOON_DAYS = 3.0


@dataclass(frozen=True)
class StillWaiting:
    """How likely an open approval is not decided within `SOON_DAYS`: ``calibrated`` where enough waited as long."""

    probability: float | None
    calibrated: bool


def similar_items(found: Collected, about: Known, waiting: Evidence | None) -> StillWaiting:
    """Adds what may be told of similar approvals. The probability is a frequency among those that waited as long.

    It is (k + 1) / (n + 2) for k of n (Laplace's rule of succession), so that it is never certain.
    """
    closed = _near(about)
    unknown = StillWaiting(None, calibrated=False)
    if not _showable(closed):
        return unknown
    cell = "count of approvals of the same kind and currency that were closed"
    total = found.add(
        "similar", closed.height, cell=cell, similar=counted(closed.height, "similar approval", "similar approvals")
    )
    _ended(found, closed, total)
    took = closed["days"].sort()
    half = round(float(took.median()), 2)  # type: ignore[arg-type]
    found.add(
        "similar_days", half, unit="days", of=(total,), median=f"a median of {days(half)} until similar ones ended"
    )
    if waiting is None or not about.is_open:
        return unknown
    waited = (about.as_of - about.approval["opened_at"]).total_seconds() / 86_400
    sooner = int((took < waited).sum())
    share = 100 * sooner // closed.height  # rounded down, so that "longer than" holds
    whom = "any" if sooner == closed.height else f"{share}%"
    text = f"longer than {whom} of {closed.height:,} similar ones took"
    found.add("waiting_rank", share, unit="%", of=(waiting, total), comparison=text)
    as_long = took.filter(took >= waited)
    later = int((as_long > waited + SOON_DAYS).sum())
    return StillWaiting((later + 1) / (as_long.len() + 2), calibrated=as_long.len() >= ENOUGH)


def _near(about: Known) -> pl.DataFrame:
    amount = about.approval["amount"]
    if amount is None or amount <= 0:
        return about.closed
    near = about.closed.filter(pl.col("amount").is_between(amount / FACTOR, amount * FACTOR))
    return near if near.height >= ENOUGH else about.closed


def _showable(closed: pl.DataFrame) -> bool:
    requesters = closed["requester"].drop_nulls()
    few = not requesters.is_empty() and requesters.n_unique() < SMALLEST_GROUP
    return closed.height >= SMALLEST_GROUP and not few


def _ended(found: Collected, closed: pl.DataFrame, total: Evidence) -> None:
    """The outcomes, in words where each has at least five approvals; else that few ended otherwise."""
    counts = dict(closed["outcome"].value_counts(sort=True).iter_rows())
    approved = counts.get("approved", 0)
    others = closed.height - approved
    if approved < SMALLEST_GROUP:
        return
    if 0 < others < SMALLEST_GROUP:
        text = f"fewer than {SMALLEST_GROUP} of {closed.height:,} similar ones not approved"
        found.add("similar_outcomes", None, of=(total,), outcomes=text)
        return
    text = f"{approved:,} of {closed.height:,} similar ones approved and {others:,} not"
    if not others:
        text = f"{approved:,} similar ones, all of them approved"
    found.add("similar_outcomes", approved, of=(total,), outcomes=text)
