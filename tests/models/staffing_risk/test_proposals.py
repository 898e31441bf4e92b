"""What waits on an open request, and what might help."""

import datetime as dt

import polars as pl
import pytest

from models.actions import ACTIONS
from models.forecast import Expected, Forecast
from models.staffing_risk import STAFFING_RISK
from models.staffing_risk.proposals import money, propose
from models.staffing_risk.settings import StaffingRiskSettings

SNAPSHOT = {
    "needed_by": "2025-03-20", "days_open": 21.6, "remote_ok": 0, "people_role": 12, "people_region": 4,
    "requests_per_free_person": 2.0,
}  # fmt: skip
REMIND, ESCALATE = "remind_staffing_owner", "escalate_staffing_request"
WIDER, CONTRACTOR = "propose_wider_search", "propose_contractor_search"


def proposed(band="high", probability=0.7, expected=None, **cells):
    return propose("RR-17", SNAPSHOT | cells, Forecast(probability, band, expected))


@pytest.mark.parametrize(
    ("band", "cells", "actions"),
    [
        ("low", {}, []),
        ("medium", {}, [REMIND, WIDER]),
        ("high", {}, [REMIND, ESCALATE, WIDER, CONTRACTOR]),
        ("high", {"remote_ok": 1}, [REMIND, ESCALATE, CONTRACTOR]),
        ("high", {"remote_ok": None}, [REMIND, ESCALATE, WIDER, CONTRACTOR]),
        ("high", {"people_region": 12}, [REMIND, ESCALATE, CONTRACTOR]),
        ("high", {"people_region": None}, [REMIND, ESCALATE, CONTRACTOR]),
        ("high", {"requests_per_free_person": 0.5}, [REMIND, ESCALATE, WIDER]),
        ("high", {"requests_per_free_person": None, "people_role": None}, [REMIND, ESCALATE]),
        ("high", {"needed_by": None}, []),
    ],
)
def test_the_higher_the_band_the_more_is_proposed_mildest_first(band, cells, actions):
    assert [proposal.action for proposal in proposed(band, **cells)] == actions


def test_proposals_name_the_request_its_date_and_how_long_it_is_open():
    for proposal in proposed():
        assert isinstance(proposal.params, ACTIONS[proposal.action].params)
        assert proposal.params.request_id == "RR-17"
        assert (proposal.params.needed_by, proposal.params.open_days) == (dt.date(2025, 3, 20), 21)


def test_the_texts_are_sentences_about_the_request():
    assert [proposal.text for proposal in proposed(expected=Expected(9.6, 0, 8, 20))] == [
        "it is likely (70%) that nobody is found by 2025-03-20",
        "it is likely (70%) that nobody is found by 2025-03-20, and to take 10 days longer",
        "12 people have the job role, 4 of them in the region that is asked for",
        "more requests are open than people are free",
    ]


NOTHING = (None, None, None)
FULL = {"bill_rate": 100.0, "currency": "EUR", "weekly_hours": 35.0, "headcount": 2, "effort_hours": 700.0,
        "duration_weeks": 10.0}  # fmt: skip
SCHEMA = dict.fromkeys(FULL, pl.Float64) | {"currency": pl.String, "headcount": pl.Int64}


@pytest.mark.parametrize(
    ("days", "cells", "at_risk"),
    [
        (7.0, {}, (0.0, 7_000.0, "EUR")),
        (3.5, {}, (0.0, 3_500.0, "EUR")),
        (0.0, {}, (0.0, 0.0, "EUR")),
        (7.0, {"headcount": None}, (0.0, 3_500.0, "EUR")),
        (700.0, {}, (0.0, 70_000.0, "EUR")),
        (7.0, {"weekly_hours": None}, (0.0, 7_000.0, "EUR")),
        (7.0, {"weekly_hours": None, "duration_weeks": None}, NOTHING),
        (7.0, {"effort_hours": None}, (0.0, 7_000.0, "EUR")),
        (7.0, {"bill_rate": None}, NOTHING),
        (7.0, {"currency": None}, NOTHING),
        (7.0, {"currency": "euros"}, NOTHING),
        (None, {}, NOTHING),
    ],
)
def test_deferred_is_the_rate_times_the_hours_that_the_days_of_delay_would_have_held(days, cells, at_risk):
    snapshots = pl.DataFrame([FULL | cells], schema=SCHEMA, orient="row")
    expected = None if days is None else pl.DataFrame({name: [days] for name in ("mean", "p10", "p50", "p90")})
    found = money(snapshots, pl.Series([0.5]), expected)
    assert found.columns == ["expected_loss", "deferred_amount", "currency"]
    assert found.row(0) == at_risk


def test_whatever_a_firm_holds_can_be_proposed_and_priced(harbour):
    settings = StaffingRiskSettings()
    snapshots = STAFFING_RISK.build(harbour, STAFFING_RISK.scheduled(harbour, settings), settings)
    days = pl.DataFrame({name: [5.0] * snapshots.height for name in ("mean", "p10", "p50", "p90")})
    priced = money(snapshots, pl.Series([0.9] * snapshots.height), days)
    assert priced["deferred_amount"].null_count() < snapshots.height
    for row in snapshots.iter_rows(named=True):
        assert propose(row["subject_id"], row, Forecast(0.9, "high"))
