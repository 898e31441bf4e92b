"""What waits on missing time, and what might help."""

import datetime as dt

import polars as pl
import pytest

from models.actions import ACTIONS
from models.forecast import Forecast
from models.missing_time.proposals import money, propose

MILD = ["remind_consultant"]
BOOKED = ["remind_consultant", "offer_draft_entries"]
ALL = ["remind_consultant", "offer_draft_entries", "notify_project_manager", "route_to_finance_review"]


def proposed(subject_id="ana/2025-03-05", probability=0.6, band="high", **cells):
    snapshot = {"expected_hours": 8.0, "known_hours": 2.0, "project_id": "P-1"} | cells
    return propose(subject_id, snapshot, Forecast(probability, band))


@pytest.mark.parametrize(
    ("band", "project_id", "actions"),
    [
        ("low", "P-1", []),
        ("medium", None, MILD),
        ("medium", "P-1", BOOKED),
        ("high", None, ["remind_consultant", "route_to_finance_review"]),
        ("high", "P-1", ALL),
        ("high", "P" * 129, ["remind_consultant", "route_to_finance_review"]),
        ("high", "P\u200b1", ["remind_consultant", "route_to_finance_review"]),
    ],
)
def test_the_higher_the_band_the_more_is_proposed_mildest_first(band, project_id, actions):
    assert [proposal.action for proposal in proposed(band=band, project_id=project_id)] == actions


@pytest.mark.parametrize("known", [8.0, 7.99, 12.0])
def test_nothing_is_proposed_where_the_time_is_there(known):
    assert proposed(known_hours=known) == ()


@pytest.mark.parametrize("person_id", ["ana", "bo/2", "张伟", "o'hara, ana", "x" * 128])
def test_proposals_name_the_person_the_day_and_the_hours(person_id):
    for proposal in proposed(f"{person_id}/2025-03-05"):
        assert isinstance(proposal.params, ACTIONS[proposal.action].params)
        assert (proposal.params.person_id, proposal.params.day) == (person_id, dt.date(2025, 3, 5))
        assert proposal.params.missing_hours == 6.0


def test_the_texts_are_sentences_about_the_day():
    assert [proposal.text for proposal in proposed()] == [
        "6.0 hours of 2025-03-05 are likely (60%) to be missing when the week closes",
        "the day is booked on P-1, so that a draft can be made from the booking",
        "billing of P-1 waits for 6.0 hours of 2025-03-05",
        "6.0 hours of 2025-03-05 may need an accrual",
    ]


def test_no_day_misses_more_than_24_hours():
    assert {proposal.params.missing_hours for proposal in proposed(expected_hours=168.0, known_hours=0.0)} == {24.0}


NOTHING = (None, None, None)


@pytest.mark.parametrize(
    ("expected", "known", "rate", "currency", "at_risk"),
    [
        (8.0, 0.0, 100.0, "EUR", (0.0, 200.0, "EUR")),
        (8.0, 6.0, 100.0, "EUR", (0.0, 50.0, "EUR")),
        (8.0, 8.0, 100.0, "EUR", (0.0, 0.0, "EUR")),
        (8.0, 10.0, 100.0, "EUR", (0.0, 0.0, "EUR")),
        (8.0, 0.0, 0.0, "EUR", (0.0, 0.0, "EUR")),
        (8.0, 0.0, None, "EUR", NOTHING),
        (8.0, 0.0, 100.0, None, NOTHING),
        (8.0, 0.0, 100.0, "euros", NOTHING),
        (8.0, 0.0, 100.0, "eur", NOTHING),
    ],
)
def test_deferred_is_the_probability_times_the_missing_hours_times_the_rate(expected, known, rate, currency, at_risk):
    schema = {"expected_hours": pl.Float64, "known_hours": pl.Float64, "bill_rate": pl.Float64, "currency": pl.String}
    snapshots = pl.DataFrame([(expected, known, rate, currency)], schema=schema, orient="row")
    found = money(snapshots, pl.Series([0.25]))
    assert found.columns == ["expected_loss", "deferred_amount", "currency"]
    assert found.row(0) == at_risk


def test_whatever_a_firm_holds_can_be_proposed_and_priced(snapshots):
    priced = money(snapshots, pl.Series([0.9] * snapshots.height))
    assert priced["deferred_amount"].null_count() == snapshots["bill_rate"].is_null().sum() < snapshots.height
    for row in snapshots.sample(500, seed=4).iter_rows(named=True):
        propose(row["subject_id"], row, Forecast(0.9, "high"))
