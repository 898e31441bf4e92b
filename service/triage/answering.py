"""One answer: what the predictor says of some snapshots, and what the gate lets be recommended about it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import polars as pl

from models.explanation import SHOWN, Change, Reason, all_turn_green, reasons
from models.forecast import Expected
from models.money import MoneyAtRisk
from models.predictor import Predictor, Scores
from models.scorers import Kind
from models.task import Task
from service.gate.alerts import AlertKey, AlertsGiven
from service.gate.case import Call, Case
from service.gate.gate import Gate
from service.gate.recommendation import Recommendation, Withheld
from service.triage.asking import Asked

Explain = Literal["none", "reasons", "full"]
AlertsLookUp = Callable[[Mapping[AlertKey, dt.timedelta]], AlertsGiven]


@dataclass(frozen=True)
class Prediction:
    """What is said of one subject. ``base`` and ``reasons`` add up to ``log_odds`` where reasons were asked for."""

    subject_id: str
    snapshot: Mapping[str, Any]
    probability: float | None
    log_odds: float
    band: str
    expected: Expected | None
    money: MoneyAtRisk
    base: float | None
    reasons: list[Reason]
    turns_green: list[Change]
    recommendations: list[Recommendation]
    withheld: list[Withheld]


@dataclass(frozen=True)
class Answer:
    """All that one call returns, before it is worded for HTTP. ``answer_id`` names it for good.

    ``model_digest`` names the files of the model. ``workflow_version`` is None for a workflow that nobody governs.
    """

    answer_id: str
    call: Call
    kind: Kind
    model_digest: str | None
    as_of: dt.datetime
    received_at: dt.datetime
    policy_version: str
    workflow_version: int | None
    predictions: list[Prediction]
    nothing_to_predict: tuple[str, ...]
    event_id: UUID | None = None

    @property
    def recommendations(self) -> list[Recommendation]:
        """Those of all its predictions."""
        return [said for prediction in self.predictions for said in prediction.recommendations]

    @property
    def withheld(self) -> list[Withheld]:
        """What was withheld of all its predictions."""
        return [said for prediction in self.predictions for said in prediction.withheld]


def predictions(
    task: Task,
    predictor: Predictor,
    asked: Asked,
    call: Call,
    gate: Gate,
    *,
    explain: Explain,
    given: AlertsLookUp,
    now: dt.datetime,
) -> list[Prediction]:
    """Predicts, explains as far as asked, and lets the gate judge what the task proposes, one row a snapshot.

    ``given`` looks up which alerts still count in the budgets that the proposals would take from.
    """
    snapshots = asked.snapshots
    scores = predictor.score(snapshots, explain=explain != "none")
    probability = scores.probabilities()
    money = _money(task, snapshots, scores)
    rows, forecasts = list(snapshots.iter_rows(named=True)), scores.forecasts()
    cases = [
        Case(call, row["subject_id"], proposal, forecast.probability, at_risk)
        for row, forecast, at_risk in zip(rows, forecasts, money, strict=True)
        for proposal in task.propose(row["subject_id"], row, forecast)
    ]
    judged: dict[str, list[Recommendation | Withheld]] = {}
    said_of = gate.recommend_all(cases, given=given(gate.alert_keys(cases)), now=now)
    for case, said in zip(cases, said_of, strict=True):
        judged.setdefault(case.subject, []).append(said)
    greener = all_turn_green(task, predictor, snapshots, scores.bands) if explain != "none" else [[] for _ in rows]
    shown = {"none": 0, "reasons": SHOWN, "full": len(predictor.features.names)}[explain]
    return [
        Prediction(
            subject_id=row["subject_id"],
            snapshot={name: row[name] for name in task.snapshot.model_fields},
            probability=probability[position],
            log_odds=float(scores.log_odds[position]),
            band=scores.bands[position],
            expected=forecasts[position].expected,
            money=money[position],
            base=scores.base,
            reasons=reasons(task, predictor, scores, position, row, shown=shown) if shown else [],
            turns_green=greener[position],
            recommendations=[said for said in judged.get(row["subject_id"], []) if isinstance(said, Recommendation)],
            withheld=[said for said in judged.get(row["subject_id"], []) if isinstance(said, Withheld)],
        )
        for position, row in enumerate(rows)
    ]


def _money(task: Task, snapshots: pl.DataFrame, scores: Scores) -> list[MoneyAtRisk]:
    frame = task.money(snapshots, scores.chances(), scores.expected)
    return [MoneyAtRisk(**row) for row in frame.iter_rows(named=True)]
