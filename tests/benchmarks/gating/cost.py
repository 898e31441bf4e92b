"""What the gate costs a subject, beside a bare Cedar decision in the same run."""

import datetime as dt
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence

from cedarpy import Entities, is_authorized
from figures import Figure, at_most, reported

from models.actions import Proposal
from models.money import MoneyAtRisk
from service.gate.case import Call, Case, Facts, ModelStanding, Numbers
from service.gate.entities import entities
from service.gate.gate import Gate
from service.gate.gate_files import load_gate

SUBJECTS = 100
BATCHES = 30
NEW_GATES = 8
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
MODEL = ModelStanding("missing_time", "3", promoted=True, calibrated=True, drifted=False, trainer="t", promoter="p")
CALL = Call(
    workflow="time_and_expense",
    instance="TE-2026-10",
    step="open",
    requester="rita",
    task="missing_time",
    person_level=True,
    purpose_recorded=True,
    stated_purpose=None,
    records_age=dt.timedelta(hours=3),
    task_stopped=False,
    workflow_stopped=False,
    model=MODEL,
)


def cost() -> Iterator[Figure]:
    """Microseconds of CPU a subject with two proposals each: a gate that is new, one that is in use, and bare Cedar."""
    luck = random.Random(7)
    used = load_gate()
    bare = _least(_bare(used))
    spent = {
        "a gate that is new": _least([_judging(load_gate(), luck) for _ in range(NEW_GATES)]),
        "a gate in use": _least([_judging(used, luck) for _ in range(BATCHES)]),
    }
    yield reported("one bare Cedar decision", bare, SUBJECTS, "µs")
    for name, least in spent.items():
        told = f"{name}, a subject with two proposals in a batch of {SUBJECTS}"
        yield reported(told, least, SUBJECTS, "µs")
        yield at_most(f"{told}, in bare decisions", least / bare, 1.0, "", SUBJECTS)


def _judging(gate: Gate, luck: random.Random) -> Callable[[], object]:
    cases = _batch(luck)
    return lambda: gate.recommend_all(cases, given={}, now=NOW)


def _batch(luck: random.Random) -> Sequence[Case]:
    cases = []
    for person in range(SUBJECTS):
        about = {"person_id": f"P{person}", "day": dt.date(2026, 3, 2), "missing_hours": 8.0}
        money = MoneyAtRisk(0.0, luck.random() * 3_000, "EUR")
        for action, more in (("remind_consultant", {}), ("offer_draft_entries", {"project_ids": ("J1",)})):
            proposal = Proposal.of(action, about | more, "8 hours are missing")
            cases.append(Case(CALL, f"P{person}/2026-03-02", proposal, luck.random(), money))
    return cases


def _bare(gate: Gate) -> Sequence[Callable[[], object]]:
    """A decision a subject about the same facts, all parsed before, as a program without a gate would ask for it."""
    known = Entities.from_json_str(json.dumps(list(entities(gate.workflows, gate.tables))), gate.policies.schema)
    numbers = [
        Numbers("remind_consultant", percent * 100, 5_000, "EUR", 3, alerts_countable=True) for percent in range(100)
    ]
    requests = [Facts.of(CALL, each).request() for each in numbers]

    def asked() -> None:
        for request in requests:
            is_authorized(request, gate.policies.policy_set, known, gate.policies.schema)

    return [asked] * BATCHES


def _least(works: Sequence[Callable[[], object]]) -> float:
    """The least CPU time a subject, in microseconds: whatever else the machine does can only add to it."""
    spent = []
    for work in works:
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent) / SUBJECTS * 1e6
