"""Every field has words, whatever its value; what a person can influence has values that they could bring about."""

import pytest

from models.milestone_miss.reasons import LEVERS, WORDS
from models.milestone_miss.snapshot import NO_FEATURES, MilestoneMissSnapshot
from tests.models.project_signals.test_words import values_of

FIELDS = MilestoneMissSnapshot.model_fields


def test_all_fields_that_a_predictor_reads_have_words_and_no_others():
    assert WORDS.keys() == FIELDS.keys() - NO_FEATURES
    assert LEVERS.keys() <= WORDS.keys()


@pytest.mark.parametrize("field", [name for name in WORDS if name in MilestoneMissSnapshot.__annotations__])
def test_words_say_something_for_every_value_and_name_no_column(field):
    for value in values_of(MilestoneMissSnapshot, field):
        if field == "deadline_month" and value == 0:
            continue
        text = WORDS[field]({field: value})
        assert text == text.strip() != ""
        assert "None" not in text
        assert not [name for name in FIELDS if "_" in name and name in text]


@pytest.mark.parametrize(
    ("field", "cells", "text"),
    [
        ("days_to_due", {"days_to_due": 12}, "due in 12 days"),
        ("days_to_due", {"days_to_due": -3}, "due 3 days ago"),
        ("days_to_deadline", {"days_to_deadline": 0}, "today is the last day to bill it"),
        ("deadline_month", {"deadline_month": 12}, "it must be billed in December"),
        ("stage", {"stage": 0}, "the milestone is not achieved yet"),
        ("days_in_stage", {"days_in_stage": 0, "stage": 0}, "nothing has waited for acceptance yet"),
        ("days_in_stage", {"days_in_stage": 1, "stage": 1}, "achieved yesterday and still not accepted"),
        (
            "days_in_stage",
            {"days_in_stage": 12, "stage": 1, "client_acceptance_days": 9.2},
            "achieved 12 days ago and still not accepted; this client usually takes 9",
        ),
        (
            "days_in_stage",
            {"days_in_stage": 4, "stage": 2, "client_billing_days": 2.0},
            "accepted 4 days ago and still not billed; billing usually takes 2",
        ),
        ("due_moves", {"due_moves": 2}, "its date was moved 2 times"),
        ("due_moved_days", {"due_moved_days": -5}, "its date was brought forward by 5 days"),
        ("amount_of_contract", {"amount_of_contract": 0.2}, "it bills 20% of the contract"),
        ("project_overdue", {"project_overdue": 1}, "one other milestone of the project is overdue"),
        (
            "project_billed_late_share",
            {"project_billed_late_share": 0.75},
            "75% of the project's milestones were billed after their date",
        ),
    ],
)
def test_the_words_of_a_manager(field, cells, text):
    assert WORDS[field](cells) == text


@pytest.mark.parametrize(
    ("field", "value", "levers"),
    [
        ("stage", 0, [1, 2]),
        ("stage", 1, [2]),
        ("stage", 2, []),
        ("open_changes", 5, [2, 0]),
        ("open_changes", 1, [0]),
        ("open_changes", 0, []),
        ("hours_of_booked_28", 0.6, [1.0]),
        ("hours_of_booked_28", 0.97, []),
        ("hours_of_booked_28", None, []),
        ("project_overdue", 2, [0]),
        ("project_overdue", 0, []),
    ],
)
def test_what_a_person_can_still_change_nearest_first(field, value, levers):
    assert LEVERS[field]({field: value}) == levers
