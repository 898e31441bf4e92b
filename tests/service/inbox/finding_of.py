"""Findings as an event would make them, with what a test does not care about filled in."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from models.cause import Cause, CauseKind
from models.money import MoneyAtRisk
from service.inbox.finding import Finding
from service.triage.desk import Place
from service.triage_settings import TriageSettings

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TRIAGE = TriageSettings()
PLACE = Place("staffing", "ST-1", "open", "rita")


def finding(subject="RR-1", cause="P-1", *, kind=CauseKind.PROJECT, amount=1_000.0, band="high", at=NOW, **changes):
    """A request that is in trouble, or in none where the band is low."""
    said = {
        "task": "staffing_risk", "subject_id": subject, "place": PLACE, "cause": Cause(kind, cause),
        "project_id": cause, "client_id": "C-1", "person_id": None, "troubled": band != "low",
        "probability": {"high": 0.8, "medium": 0.5, "low": 0.1}[band], "band": band,
        "money": MoneyAtRisk(amount, None, "EUR"), "amount": amount, "confidence": 1.0,
        "deadline": at + timedelta(days=10), "answer_id": uuid4(), "event_id": uuid4(), "as_of": at,
        "document": {"kind": "test"}, "summary": (), "owner_role": "pmo",
    }  # fmt: skip
    if amount is None:
        said["money"] = MoneyAtRisk()
    return Finding(**{**said, **changes})
