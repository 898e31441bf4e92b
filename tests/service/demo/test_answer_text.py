"""What is read at the terminal says what the answer says."""

import io

import pytest
from rich.console import Console

from models.explanation import REST
from service.demo.answer_text import tell_answer


def prediction(subject_id, probability, band, amount=100.0, **said):
    reasons = [
        {"field": "late", "value": 1, "effect": 1.5, "text": "came late before"},
        {"field": "booked", "value": 1, "effect": -0.5, "text": "is booked"},
    ]
    money = {"expected_loss": 0.0, "deferred_amount": amount, "currency": "GBP" if amount is not None else None}
    quiet = {"reasons": reasons, "recommendations": [], "withheld": []}
    return {"subject_id": subject_id, "probability": probability, "band": band, "money_at_risk": money} | quiet | said


def told(*predictions):
    answer = {
        "answer_id": "a-1",
        "as_of": "2026-03-04T18:00:00Z",
        "model": {"name": "missing_time", "version": "7"},
        "predictions": list(predictions),
    }
    console = Console(file=io.StringIO(), width=160, highlight=False)
    tell_answer(console, answer, "open")
    return console.file.getvalue()


RECOMMENDED = {
    "action": "remind_consultant",
    "text": "Remind p-1.",
    "requires": {"approver_role": "project_manager", "not": ["dana", "mona"]},
    "expires_at": "2026-03-05T06:00:00Z",
}
WITHHELD = {"action": "notify_project_manager", "code": "not_allowed_in_step", "reason": "Not in this step."}


@pytest.mark.parametrize(
    "fact",
    [
        "Of 3 days on which time is expected, 2 will probably still be empty",
        "Mon 02, Tue 03",
        "90%",
        "GBP 250",
        "came late before",
        "1 remind_consultant",
        "such as: Remind p-1.",
        "approved by a project_manager, not by dana, mona",
        "until 2026-03-05 06:00 UTC",
        "1 notify_project_manager: not_allowed_in_step",
        "Not in this step.",
    ],
)
def test_the_answer_is_told(fact):
    text = told(
        prediction("p-1/2026-03-03", 0.9, "high", 150.0, recommendations=[RECOMMENDED], withheld=[WITHHELD]),
        prediction("p-1/2026-03-02", 0.8, "high", 100.0),
        prediction("p-2/2026-03-02", 0.01, "low"),
    )
    assert fact in text
    assert "p-2" not in text
    assert "is booked" not in text


def test_what_has_words_of_its_own_is_told_before_what_has_none():
    effects = {REST: 3.0, "late": 2.0, "booked": 1.0}
    reasons = [{"field": field, "value": 1, "effect": effect, "text": field} for field, effect in effects.items()]
    text = told(prediction("p-1/2026-03-03", 0.9, "high", reasons=reasons))
    assert "late; booked" in text
    assert REST not in text


def test_a_day_without_a_rate_says_so():
    assert "no rate" in told(prediction("p-1/2026-03-03", 0.9, "high", None))


def test_a_week_without_risk_is_told_too():
    text = told(prediction("p-2/2026-03-02", 0.01, "low"))
    assert "0 will probably still be empty" in text
    assert "nothing" in text
