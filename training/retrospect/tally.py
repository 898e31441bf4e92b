"""The numbers of a retrospect: how many troubles, how many flagged before, how early, and the money."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from training.intervals import Interval, bootstrap
from training.retrospect.walk import Walk

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Flagging:
    """What one flagger did: its flags, the troubles among them, and the median days from flag to trouble."""

    flags: int
    caught: int
    lead_days: float | None

    @property
    def false_alarms(self) -> int:
        return self.flags - self.caught


@dataclass(frozen=True)
class Money:
    """Money of the subjects that came to trouble, each counted once, in one currency."""

    currency: str | None
    troubles: float
    caught: float
    rule_caught: float


@dataclass(frozen=True)
class Tally:
    """The numbers of one task.

    ``noticed``: troubles that were at least in the medium band before. ``more_than_rule``: troubles flagged beyond
    those of the rule, with a 95% interval.
    """

    rows: int
    subjects: int
    owners: int
    cases: int
    troubles: int
    noticed: int
    predictor: Flagging
    rule: Flagging
    more_than_rule: Interval
    money: list[Money]
    unpriced: int


def tally(walk: Walk, found: pl.DataFrame) -> Tally:
    """The numbers of the cases of a walk (see `training.retrospect.cases`)."""
    came = found.filter("came")
    return Tally(
        rows=walk.frame.height,
        subjects=found["subject_id"].n_unique(),
        owners=found["owner"].n_unique(),
        cases=found.height,
        troubles=came.height,
        noticed=came["noticed_at"].count(),
        predictor=flagging(found, "flagged_at"),
        rule=flagging(found, "rule_flagged_at"),
        more_than_rule=_more(came),
        money=_money(came, walk.reporting_currency),
        unpriced=came.filter(pl.col("own_money").is_null())["subject_id"].n_unique(),
    )


def flagging(found: pl.DataFrame, at: str) -> Flagging:
    """What was flagged in the column ``at``."""
    flagged = found.drop_nulls(at)
    caught = flagged.filter("came")
    lead = caught.select(lead=pl.col("resolved_at") - pl.col(at))["lead"].median()
    days = lead / dt.timedelta(days=1) if isinstance(lead, dt.timedelta) else None
    return Flagging(flagged.height, caught.height, days)


def by_month(walk: Walk, found: pl.DataFrame) -> list[dict[str, Any]]:
    """The walk, a dict each month: what was learnt from, what answered, and what became of the month's flags."""
    return [
        {
            "from": month.start.date().isoformat(),
            "learnt_from": month.learnt,
            "base_rate": month.base_rate,
            "answered_by": month.predictor.kind if month.predictor else None,
            "why_not": month.why_not,
            "rows": walk.frame.filter(pl.col("walked") == number).height,
            **_flags_of(found.filter(pl.col("flagged_in") == number), "flagged_at"),
            "rule_caught": found.filter(pl.col("came") & (pl.col("rule_flagged_in") == number)).height,
        }
        for number, month in enumerate(walk.months)
    ]


def by_week(found: pl.DataFrame) -> pl.DataFrame:
    """What `training.pictures.timeline` draws: troubles in the week in which they came, false alarms when flagged."""
    came = found.filter("came").select(at="resolved_at", caught=pl.col("flagged_at").is_not_null())
    alarms = found.filter(~pl.col("came")).drop_nulls("flagged_at").select(at="flagged_at", caught=None)
    weeks = (
        pl.concat([came, alarms.with_columns(pl.col("caught").cast(pl.Boolean))])
        .group_by(week=pl.col("at").dt.truncate("1w").dt.date())
        .agg(
            caught=pl.col("caught").fill_null(value=False).sum().cast(pl.Int64),
            missed=(~pl.col("caught")).fill_null(value=False).sum().cast(pl.Int64),
            false_alarms=pl.col("caught").is_null().sum().cast(pl.Int64),
        )
    )
    return weeks.sort("week")


def _flags_of(flagged: pl.DataFrame, at: str) -> dict[str, Any]:
    of_month = flagging(flagged, at)
    return {"flags": of_month.flags, "caught": of_month.caught, "lead_days": of_month.lead_days}


def _more(came: pl.DataFrame) -> Interval:
    """How many more troubles the predictor flagged than the rule did; whole persons or projects are drawn."""
    by_owner = came.group_by("owner", maintain_order=True).agg(
        more=pl.col("flagged_at").is_not_null().sum().cast(pl.Int64) - pl.col("rule_flagged_at").is_not_null().sum()
    )
    if by_owner.is_empty():
        return Interval(0.0, 0.0, 0.0)
    more = by_owner["more"].to_numpy().astype(np.float64)
    return bootstrap(lambda weight: float(more @ weight), np.arange(len(more)))


def _money(came: pl.DataFrame, reporting: str | None) -> list[Money]:
    """Sums in the reporting currency, then of what has no rate by its own currency; a subject at its largest."""
    priced = came.drop_nulls("own_money").with_columns(
        amount=pl.coalesce("money", "own_money"),
        currency=pl.when(pl.col("money").is_not_null())
        .then(pl.lit(reporting, dtype=pl.String))
        .otherwise("own_currency"),
        first=pl.col("money").is_not_null(),
    )
    largest = priced.group_by("subject_id", "currency", "first").agg(
        troubles=pl.col("amount").max(),
        caught=pl.col("amount").filter(pl.col("flagged_at").is_not_null()).max().fill_null(0.0),
        rule_caught=pl.col("amount").filter(pl.col("rule_flagged_at").is_not_null()).max().fill_null(0.0),
    )
    sums = (
        largest.sort("subject_id").group_by("first", "currency").agg(pl.col("troubles", "caught", "rule_caught").sum())
        .sort(["first", "troubles"], descending=True)
    )  # fmt: skip
    return [Money(**row) for row in sums.drop("first").iter_rows(named=True)]
