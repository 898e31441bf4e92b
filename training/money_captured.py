"""How much of the money that was really in trouble a ranking puts before the people who have time for twenty a day.

Each day the subjects asked about are ranked and the first twenty are looked at. What a ranking *captures* is the money
of those that then came to the outcome. A day's money is that of the day: a subject that is asked about on many days
counts on each, for every ranking alike. Money is in the reporting currency; where no rate is known it is left out of
the sums and counted.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from models.arrays import Flags, Floats, Ints
from models.currency import Comparable, at_risk
from models.forecast import AMOUNTS
from models.records import Records
from models.task import Task
from training.intervals import Interval, bootstrap, clusters
from training.sampling import stable_hash

TOP = 20


@dataclass(frozen=True)
class Captured:
    """The measured rows with their money.

    ``day`` numbers the days; ``last_of_day`` are the rows that count, one a subject and day. ``stake`` is the money of
    a row should it come to the outcome, with the amount that is usual; ``came`` is the money that did, both in
    ``currency``, 0 where none is known. ``unpriced`` counts the rows that came to the outcome and have no known money,
    ``without_rate`` those of them that only lack a rate.
    """

    task: Task
    records: Records
    frame: pl.DataFrame
    day: Ints
    last_of_day: Flags
    lot: Floats
    cluster: Ints
    stake: Floats
    came: Floats
    currency: str | None
    unpriced: int
    without_rate: int

    @classmethod
    def of(cls, task: Task, records: Records, frame: pl.DataFrame, learnt: pl.DataFrame) -> "Captured":
        """The money of measured rows. ``learnt`` are rows known before them: they tell the amount that is usual."""
        usual = actual = None
        if task.expected is not None:
            came = learnt.filter(pl.col("outcome") & pl.col("came_to").is_not_null())["came_to"]
            usual = pl.repeat(came.mean() if len(came) else None, frame.height, dtype=pl.Float64, eager=True)
            actual = frame["came_to"]
        stake = _money(task, records, frame, np.ones(frame.height), usual)
        real = _money(task, records, frame, np.ones(frame.height), actual)
        outcome = frame["outcome"].to_numpy()
        missing = outcome & real.amount.is_null().to_numpy()
        days = frame.select("subject_id", "as_of", day=pl.col("as_of").dt.date())
        last = days.select(last=pl.col("as_of") == pl.col("as_of").max().over("day", "subject_id"))["last"]
        return cls(
            task, records, frame,
            day=days["day"].rank("dense").to_numpy().astype(np.int64) - 1,
            last_of_day=last.to_numpy(),
            lot=stable_hash(frame["subject_id"]).astype(np.float64),
            cluster=clusters(frame, task.owner),
            stake=_known(stake.amount),
            came=np.where(outcome, _known(real.amount), 0.0),
            currency=real.currency,
            unpriced=int(missing.sum()),
            without_rate=real.without_rate,
        )  # fmt: skip

    def worth(self, probability: Floats, expected: pl.DataFrame | None = None) -> Floats:
        """What a forecast puts at risk, by which its rows are ranked: loss and deferral together.

        A forecast that has no amount of its own (a rule, a logistic regression, an oracle) takes its probability times
        the money at stake.
        """
        if self.task.expected is not None and expected is None:
            return probability * self.stake
        chance = pl.Series("probability", probability).fill_nan(None)
        money = self.frame.select("as_of").hstack(self.task.money(self.frame, chance, expected))
        return _known(at_risk(self.records, money).amount)

    def taken(self, worth: Floats) -> Flags:
        """Which rows are among the first `TOP` of their day; among equals a lot decides, the same for all rankings."""
        order = np.lexsort((self.lot, -worth, ~self.last_of_day, self.day))
        starts = np.searchsorted(self.day[order], np.arange(self.day.max(initial=-1) + 1))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order)) - starts[self.day[order]]
        return (place < TOP) & self.last_of_day

    def money(self, worth: Floats) -> float:
        """The money that a ranking captures on all days together."""
        return float(self.came[self.taken(worth)].sum())

    def ratio(self, ours: Floats, theirs: Floats) -> Interval:
        """What one ranking captures for each unit of another's, with an interval over owners. NaN where it has none."""
        count = int(self.cluster.max(initial=-1)) + 1
        mine, other = (
            np.bincount(self.cluster, self.came * self.taken(worth), minlength=count) for worth in (ours, theirs)
        )
        if not other.any():
            return Interval(float("nan"), float("nan"), float("nan"))
        return bootstrap(lambda weight: _quotient(mine @ weight, other @ weight), np.arange(count))

    def report(self, ours: Floats, rule: Floats) -> dict[str, Any]:
        """The figures of a backtest: what came, and what the predictor, the rule and hindsight capture of it."""
        ratio = self.ratio(ours, rule)
        rankings = {"predictor": ours, "rule": rule, "hindsight": self.came}
        return {
            "top": TOP,
            "days": int(self.day.max(initial=-1)) + 1,
            "currency": self.currency,
            "came": float(self.came[self.last_of_day].sum()),
            "captured": {name: self.money(worth) for name, worth in rankings.items()},
            "predictor_to_rule": None if np.isnan(ratio.value) else asdict(ratio),
            "unpriced": self.unpriced,
            "without_rate": self.without_rate,
        }  # fmt: skip


def _money(
    task: Task, records: Records, frame: pl.DataFrame, probability: Floats, amount: pl.Series | None
) -> Comparable:
    """Money at risk at a probability and one amount a row, in the reporting currency."""
    expected = None if amount is None else pl.DataFrame(dict.fromkeys(AMOUNTS, amount))
    money = task.money(frame, pl.Series("probability", probability), expected)
    return at_risk(records, frame.select("as_of").hstack(money))


def _known(amounts: pl.Series) -> Floats:
    return amounts.fill_nan(None).fill_null(0.0).to_numpy()


def _quotient(part: Floats, whole: Floats) -> float:
    return float(part / whole) if whole else float("nan")
