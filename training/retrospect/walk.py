"""Walking forward month by month: each month is forecast by a predictor that knows what was known at its start."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Floats
from models.currency import comparable
from models.forecast import AMOUNTS
from models.predictor import Predictor
from models.records import Records
from models.task import Task
from training.baselines import Rule, best_rule
from training.dataset import Dataset
from training.fit import Progress, fit
from training.settings import Settings
from training.splits import TooFewRowsError

DECEMBER = 12
NOTHING_ASKED = "nothing was to be asked"


@dataclass(frozen=True)
class Month:
    """One month of the walk: what it was forecast by. ``why_not`` says why there is no predictor, empty where there is.

    ``learnt`` is the number of rows whose outcome was known at ``start``, ``base_rate`` how many of them came to it.
    """

    start: dt.datetime
    end: dt.datetime
    learnt: int
    base_rate: float
    predictor: Predictor | None
    rule: str
    why_not: str


@dataclass(frozen=True)
class Walk:
    """What was forecast, a row each (subject, as_of), and what then happened.

    ``frame`` has the columns of `Dataset.frame` and ``walked`` (the number of the month), ``probability``, ``band``,
    ``rule_score``, ``rule_probability``, and two sums of money, in the reporting currency (null where no rate is known)
    and in ``own_currency``: ``money``, ``own_money`` is what the row costs if it comes to the outcome, with the amount
    that it really came to; ``risk``, ``own_risk`` is the money at risk as it was forecast.
    """

    task: Task
    frame: pl.DataFrame
    months: list[Month]
    reporting_currency: str | None
    unresolved: int


def months(start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The months between two instants; the first and the last may be parts of one."""
    while start < end:
        year, month = (start.year + 1, 1) if start.month == DECEMBER else (start.year, start.month + 1)
        following = min(dt.datetime(year, month, 1, tzinfo=dt.UTC), end)
        yield start, following
        start = following


def walk(
    task: Task, records: Records, period: tuple[dt.datetime, dt.datetime], settings: Settings, progress: Progress
) -> Walk:
    """Forecasts all subjects that were asked about in the period, as the service would have.

    Raises TooFewRowsError where no month has both something to learn from before it and something to forecast.
    """
    progress(f"{task.name}: building snapshots")
    dataset = Dataset.of(task, records, settings.outcome, settings.fit.most_rows, whole_from=period[0])
    walked, parts = [], []
    for number, (start, end) in enumerate(months(*period)):
        progress(f"{task.name}: {start:%B %Y}")
        learn, asked = dataset.resolved_by(start), dataset.asked_from(start, end)
        month = _learnt(task, learn, asked, (start, end), settings)
        walked.append(month)
        if month.predictor is not None and len(asked):
            parts.append(_forecast(task, month, learn, asked).with_columns(walked=pl.lit(number)))
    if not parts:
        raise TooFewRowsError(_nothing(dataset, period, walked))
    frame = pl.concat(parts)
    actual = None if task.expected is None else pl.DataFrame(dict.fromkeys(AMOUNTS, frame["came_to"]))
    certain: Floats = np.ones(frame.height)
    real = _own(task, frame, pl.Series("probability", certain), actual).rename({"own": "own_money"})
    frame = frame.with_columns(real)
    currency = None
    for name in ("money", "risk"):
        known = comparable(records, frame.select("as_of", amount=f"own_{name}", currency="own_currency"))
        frame, currency = frame.with_columns(known.amount.alias(name)), currency or known.currency
    return Walk(task, frame, walked, currency, dataset.unresolved)


def _learnt(
    task: Task, learn: Dataset, asked: Dataset, span: tuple[dt.datetime, dt.datetime], settings: Settings
) -> Month:
    start, end = span
    rate = float(learn.outcome.mean()) if len(learn) else 0.0
    if not len(asked):
        return Month(start, end, len(learn), rate, None, "", NOTHING_ASKED)
    try:
        predictor = fit(task, learn, settings, lambda _: None)
    except TooFewRowsError as refused:
        return Month(start, end, len(learn), rate, None, "", str(refused))
    return Month(start, end, len(learn), rate, predictor, best_rule(task, learn), "")


def _forecast(task: Task, month: Month, learn: Dataset, asked: Dataset) -> pl.DataFrame:
    assert month.predictor is not None
    scores = month.predictor.score(asked.frame)
    rule = Rule.fit(task, month.rule, learn).probability(asked.frame)
    return asked.frame.with_columns(
        probability=pl.Series(scores.probability, dtype=pl.Float64),
        band=pl.Series(scores.bands, dtype=pl.String),
        rule_score=task.rule_score(asked.frame, month.rule).cast(pl.Float64),
        rule_probability=pl.Series(rule, dtype=pl.Float64),
        own_risk=_own(task, asked.frame, scores.chances(), scores.expected)["own"],
    )


def _own(task: Task, frame: pl.DataFrame, chance: pl.Series, expected: pl.DataFrame | None) -> pl.DataFrame:
    """Loss and deferral together, ``own`` in ``own_currency``; null where neither is known."""
    some = pl.any_horizontal(pl.col("expected_loss", "deferred_amount").is_not_null())
    both = pl.sum_horizontal("expected_loss", "deferred_amount")
    return task.money(frame, chance, expected).select(own=pl.when(some).then(both), own_currency="currency")


def _nothing(dataset: Dataset, period: tuple[dt.datetime, dt.datetime], walked: list[Month]) -> str:
    """Why no month could be forecast."""
    if not dataset.scheduled:
        return "the records hold nothing to ask about"
    if not len(dataset):
        return f"of {dataset.scheduled:,} instants to ask at none has an outcome that the records tell"
    asked = dataset.asked_from(*period)
    if not len(asked):
        return "no subject whose outcome is known was to be asked about in this time"
    return next(month.why_not for month in reversed(walked) if month.why_not)
