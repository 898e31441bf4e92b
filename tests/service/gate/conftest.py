"""One shipped gate, and cases that it permits until a test changes something."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models.actions import ACTIONS, Proposal
from models.money import MoneyAtRisk, minor_units
from service.gate.case import Call, Case, Facts, ModelStanding, Numbers
from service.gate.gate import Gate
from service.gate.gate_files import load_gate
from service.gate.rounding import basis_points, up_to_two_digits

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PARAMS = {
    "person_id": "P1", "day": date(2026, 3, 2), "missing_hours": 8.0, "project_ids": ("J1",), "project_id": "J1",
    "request_id": "R1", "needed_by": date(2026, 3, 20), "open_days": 21, "entry_id": "T1", "expected_points": 4.0,
    "milestone_id": "M1", "due_on": date(2026, 3, 31), "days_late": 12,
    "sow_id": "S1", "service_line": "data_platform", "template": "fixed_price_build", "roles_off_card": 2,
    "widest_gap_percent": 12.5, "check": "data_protection", "open_seats": 3, "starts_on": date(2026, 4, 1),
    "open_items": 5, "approval_id": "A1", "approver_id": "P2", "waiting_days": 6, "evidence": "purchase_order",
}  # fmt: skip
"""A value for each parameter of any action."""
MODEL = ModelStanding(
    "missing_time", "3", promoted=True, calibrated=True, drifted=False, trainer="tara", promoter="paul"
)
CALL = Call(
    workflow="time_and_expense",
    instance="TE-2026-10",
    step="open",
    requester="rita",
    task="missing_time",
    person_level=True,
    purpose_recorded=True,
    stated_purpose=None,
    records_age=timedelta(hours=12),
    task_stopped=False,
    workflow_stopped=False,
    model=MODEL,
)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def gate() -> Gate:
    return load_gate()


@pytest.fixture(scope="session")
def make_case() -> Callable[..., Case]:
    """A case whose fields are found by name, wherever in it they stand."""

    def make(
        action="remind_consultant", probability=0.9, loss=100.0, currency="EUR", subject="P1/2026-03-02", **changes
    ):
        in_model = {name: value for name, value in changes.items() if name in ModelStanding.__slots__}
        in_call = {name: value for name, value in changes.items() if name not in in_model}
        call = replace(CALL, model=replace(MODEL, **in_model), **in_call)
        params = {name: PARAMS[name] for name in ACTIONS[action].params.model_fields}
        proposal = Proposal.of(action, params, "No hours so far.")
        return Case(call, subject, proposal, probability, MoneyAtRisk(loss, None, currency))

    return make


@pytest.fixture(scope="session")
def facts_of() -> Callable[..., Facts]:
    """The facts of a case with its numbers as finely as a firm's policy may ask for them."""

    def told(case, *, alerts_left=None, alerts_countable=True):
        stake, currency = case.money.at_stake, case.money.currency
        unknown = stake is None or currency is None
        numbers = Numbers(
            action=case.proposal.action,
            probability=None if case.probability is None else basis_points(case.probability),
            amount=None if unknown else up_to_two_digits(minor_units(stake, currency)),
            currency=currency,
            alerts_left=alerts_left,
            alerts_countable=alerts_countable,
        )
        return Facts.of(case.call, numbers)

    return told
