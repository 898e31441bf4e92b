"""What is asked in the quarter, what a champion trained before it says, and what the oracle and the rule would."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl
from figures import say
from learned.walk import TRUTH, with_truth

from models.cause import CauseKind
from models.currency import comparable
from models.money import MoneyAtRisk
from models.point_in_time import INSTANT
from models.records import Records, table_of
from models.task import Task
from service.inbox.confidence import CALIBRATED, UNCALIBRATED
from service.inbox.finding import Finding
from service.triage.desk import Place
from service.triage_settings import TriageSettings
from training.baselines import Rule, best_rule
from training.dataset import Dataset
from training.fit import fit
from training.settings import parse_settings

MISSING_TIME = "missing_time"
FLAGGED = 0.2
"""The oracle and the rule flag from here on: the lower end of the medium band."""
OVER_AFTER = dt.timedelta(days=7)
"""So long after a subject was asked about last, an engine hears that it is closed."""


@dataclass(frozen=True)
class Asked:
    """A row that an event asked about: what was found, what the oracle would put at risk, whether the rule flags it."""

    finding: Finding
    manager: str
    oracle: float
    by_oracle: bool
    by_rule: bool


def asked(
    task: Task,
    records: Records,
    firm: Path,
    quarter: tuple[dt.datetime, dt.datetime],
    *,
    triage: TriageSettings,
    most: int,
) -> list[Asked]:
    """All rows of one task in the quarter, in time; ``most`` rows are learnt from.

    Events come at the instants at which the task is scheduled; about missing time on Friday noon alone.
    """
    start, end = quarter
    settings = parse_settings(task, {"most_rows": str(most)})
    say(f"{task.name}: learning")
    learn = Dataset.of(task, records, settings.outcome, most).resolved_by(start)
    predictor = fit(task, learn, settings, lambda _: None)
    outcome = settings.outcome
    if task.name == MISSING_TIME:
        outcome = outcome.model_copy(update={"moment": "friday"})
    subjects = task.scheduled(records, outcome).filter(pl.col("as_of") >= start, pl.col("as_of") < end)
    say(f"{task.name}: asking {subjects.height:,} times")
    frame = with_truth(task, task.build(records, subjects, outcome), firm / TRUTH / f"{task.name}.parquet")
    frame = frame.filter(pl.col(TRUTH).is_not_null())
    scores = predictor.score(frame)
    amount = _weighed(records, frame, task.money(frame, scores.chances(), scores.expected), triage)
    usual = None
    if task.expected is not None:
        came = learn.frame.filter(pl.col("outcome"))["came_to"].mean()
        usual = pl.DataFrame({"mean": pl.repeat(came, frame.height, dtype=pl.Float64, eager=True)})
    certain = pl.Series(np.ones(frame.height))
    stake = _weighed(records, frame, task.money(frame, certain, usual), triage).fill_null(0.0)
    oracle = (stake * frame[TRUTH]).to_list()
    rule = Rule.fit(task, best_rule(task, learn), learn).probability(frame)
    money = task.money(frame, scores.chances(), scores.expected).to_dicts()
    known, probability = _Known(records), scores.probabilities()
    found = []
    for place, row in enumerate(frame.iter_rows(named=True)):
        finding = _finding(
            task, known, row, probability[place], scores.bands[place], MoneyAtRisk(**money[place]), amount[place],
            CALIBRATED if predictor.kind != "rule" else UNCALIBRATED,
        )  # fmt: skip
        manager = known.manager.get(finding.project_id or "", "nobody")
        by_oracle = row[TRUTH] >= FLAGGED
        found.append(Asked(finding, manager, oracle[place], by_oracle, bool(rule[place] >= FLAGGED)))
    return found


def over(rows: list[Asked]) -> list[Asked]:
    """That each subject is closed, some time after it was asked about last."""
    last = {(each.finding.task, each.finding.subject_id): each for each in rows}
    return [
        replace(
            each,
            finding=replace(
                each.finding, troubled=False, band="low", event_id=uuid4(), as_of=each.finding.as_of + OVER_AFTER
            ),
        )
        for each in last.values()
    ]


class _Known:
    """Of each project its client and its manager."""

    def __init__(self, records: Records) -> None:
        projects = table_of(records, "projects").select("project_id", "client_id", "manager_id").to_dicts()
        self.client = {each["project_id"]: each["client_id"] for each in projects}
        self.manager = {each["project_id"]: each["manager_id"] for each in projects if each["manager_id"]}


def _weighed(records: Records, frame: pl.DataFrame, money: pl.DataFrame, triage: TriageSettings) -> pl.Series:
    some = pl.col("expected_loss").is_not_null() | pl.col("deferred_amount").is_not_null()
    both = pl.col("expected_loss").fill_null(0) + pl.col("deferred_amount").fill_null(0) * triage.deferred_share
    given = money.select("currency", amount=pl.when(some).then(both)).with_columns(frame["as_of"].cast(INSTANT))
    return comparable(records, given).amount


def _finding(  # noqa: PLR0917 - one parameter a part
    task: Task, known: _Known, row, probability, band: str, money: MoneyAtRisk, amount: float | None, confidence: float
) -> Finding:
    subject = row["subject_id"]
    project = subject if task.subject == "project" else row.get("project_id")
    row |= {"client_id": known.client.get(project)}
    cause = task.cause(subject, row)
    return Finding(
        task=task.name, subject_id=subject, place=Place("bench", "B-1", "open", None), cause=cause, project_id=project,
        client_id=row["client_id"], person_id=cause.key if cause.kind is CauseKind.PERSON else None,
        troubled=band != "low", probability=probability, band=band, money=money, amount=amount, confidence=confidence,
        deadline=task.deadline(subject, row), answer_id=None, event_id=uuid4(), as_of=row["as_of"], document={},
        summary=(),
    )  # fmt: skip
