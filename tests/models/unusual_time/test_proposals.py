"""What an unusual entry puts at risk, and who might look at it."""

import datetime as dt

import polars as pl
import pytest

from models.actions import ACTIONS
from models.forecast import Forecast
from models.unusual_time.proposals import money, propose

ASK, ROUTE, HOLD = "ask_consultant_to_check_entry", "route_entry_to_project_manager", "hold_entry_for_review"


def proposed(probability=0.6, band="high", **cells):
    snapshot = {"hours": 11.5, "person_id": "ana", "project_id": "P-1", "worked_on": "2025-03-05", "submitted": 1}
    return propose("T-1", snapshot | cells, Forecast(probability, band))


@pytest.mark.parametrize(
    ("band", "project_id", "submitted", "actions"),
    [
        ("low", "P-1", 1, []),
        ("medium", "P-1", 0, [ASK]),
        ("medium", "P-1", 1, [ASK, ROUTE]),
        ("medium", None, 1, [ASK]),
        ("high", "P-1", 0, [ASK, ROUTE]),
        ("high", "P-1", 1, [ASK, ROUTE, HOLD]),
        ("high", None, 1, [ASK, HOLD]),
    ],
)
def test_a_draft_is_asked_about_and_what_was_handed_in_may_wait(band, project_id, submitted, actions):
    found = proposed(band=band, project_id=project_id, submitted=submitted)
    assert [proposal.action for proposal in found] == actions


def test_proposals_name_the_entry_its_person_and_the_day():
    for proposal in proposed():
        assert isinstance(proposal.params, ACTIONS[proposal.action].params)
        assert proposal.params.model_dump() == {"entry_id": "T-1", "person_id": "ana", "day": dt.date(2025, 3, 5)}


def test_the_sentences_can_be_read_by_the_person_concerned():
    assert [proposal.text for proposal in proposed()] == [
        "entries like 11.5 hours of 2025-03-05 come back for a correction in 60% of cases",
        "the project's manager can tell whether 11.5 hours of 2025-03-05 are as agreed",
        "11.5 hours of 2025-03-05 could wait for a reviewer before they are billed",
    ]


def test_without_a_probability_the_sentence_claims_none():
    assert proposed(None)[0].text == (
        "11.5 hours of 2025-03-05 look unusual; a second look now may save a correction later"
    )


@pytest.mark.parametrize("person_id", ["x" * 129, "a\u200bna", ""])
def test_a_person_whom_no_action_could_name_is_proposed_nothing(person_id):
    assert proposed(person_id=person_id) == ()


NOTHING = (None, None, None)


@pytest.mark.parametrize(
    ("hours", "rate", "currency", "probability", "at_risk"),
    [
        (8.0, 100.0, "EUR", 0.25, (200.0, 0.0, "EUR")),
        (0.0, 100.0, "EUR", 0.25, (0.0, 0.0, "EUR")),
        (8.0, None, "EUR", 0.25, NOTHING),
        (8.0, 100.0, None, 0.25, NOTHING),
        (8.0, 100.0, "euros", 0.25, NOTHING),
        (8.0, 100.0, "EUR", None, NOTHING),
        (8.0, 100.0, "EUR", float("nan"), NOTHING),
    ],
)
def test_the_loss_is_the_hours_times_the_rate_times_the_probability(hours, rate, currency, probability, at_risk):
    schema = {"hours": pl.Float64, "bill_rate": pl.Float64, "currency": pl.String}
    snapshots = pl.DataFrame([(hours, rate, currency)], schema=schema, orient="row")
    found = money(snapshots, pl.Series([probability], dtype=pl.Float64))
    assert found.columns == ["expected_loss", "deferred_amount", "currency"]
    assert found.row(0) == at_risk
