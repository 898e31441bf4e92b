"""Which milestones there are to ask about, and when."""

import datetime as dt

import polars as pl
import pytest

from models.milestone_miss import MILESTONE_MISS, history
from models.milestone_miss.settings import MilestoneMissSettings
from models.milestone_miss.subjects import malformed, open_at, parse, person_of, records_end, scheduled, why_not
from models.point_in_time import INSTANT
from tests.models.future import revision, row
from tests.models.milestone_miss.rows import DEADLINE, MICROSECOND, MONDAY, after, asked, milestone, records_of
from tests.models.missing_time.firms import fetch_from

SETTINGS = MilestoneMissSettings()


@pytest.mark.parametrize("milestone_id", ["M", "hv-01-m1", "里程碑", "a b/c", "x" * 128])
def test_a_subject_is_a_milestone(milestone_id):
    assert parse([milestone_id], [MONDAY]).row(0, named=True)["milestone_id"] == milestone_id
    assert malformed([milestone_id]).to_list() == [None]
    assert person_of(milestone_id) is None


@pytest.mark.parametrize("milestone_id", ["", "M\n1", "M\u200b1", "x" * 129])
def test_a_malformed_id_says_what_was_expected(milestone_id):
    assert malformed([milestone_id]).to_list() == ["expected a milestone_id of 1 to 128 visible characters"]


CASES = [
    ({}, MONDAY, None),
    ({}, after(-43), None),
    ({}, after(-44), "the milestone is due more than 60 days after as_of"),
    ({}, DEADLINE, None),
    ({}, DEADLINE + MICROSECOND, "the time for billing the milestone had already passed at as_of"),
    ({"created_at": after(1)}, MONDAY, "the milestone was not known at as_of"),
    ({"billed_at": MONDAY}, MONDAY, "the milestone was already billed at as_of"),
    ({"billed_at": MONDAY + MICROSECOND}, MONDAY, None),
    ({"cancelled_at": after(-1)}, MONDAY, "the milestone was already cancelled at as_of"),
    ({"achieved_at": after(-1), "accepted_at": after(-1)}, MONDAY, None),
]


@pytest.mark.parametrize(("cells", "as_of", "why"), CASES)
def test_a_milestone_is_open_near_its_date_until_it_is_billed_or_too_late(cells, as_of, why):
    records = records_of(milestone(**cells), milestone("other"))
    subjects = asked(as_of=as_of)
    for known in (records, history.neighbourhood(subjects, fetch_from(records))):
        assert why_not(known, subjects).to_list() == [why]
    assert ("M" in open_at(records, as_of)["subject_id"]) == (why is None)
    assert history.build(records, subjects, SETTINGS).height == (why is None)


def test_who_is_named_by_no_record_is_unknown():
    records = records_of(milestone())
    assert why_not(records, asked("N")).to_list() == ["no record names it"]
    assert why_not(history.neighbourhood(asked("N"), fetch_from(records)), asked("N")).to_list() == [
        "no record names it"
    ]


def test_a_milestone_is_asked_about_on_mondays_until_it_is_billed():
    billed = milestone(billed_at=dt.datetime(2025, 3, 12, tzinfo=dt.UTC))
    found = scheduled(records_of(billed, end=after(200)), SETTINGS)
    assert found["as_of"].to_list() == [after(7 * week) for week in range(-6, 2)]
    assert found["subject_id"].unique().to_list() == ["M"]
    assert why_not(records_of(billed), found).null_count() == found.height


def test_an_overdue_milestone_is_asked_about_until_its_days_of_grace_are_over():
    found = scheduled(records_of(milestone(), end=after(200)), SETTINGS)
    assert (found["as_of"].min(), found["as_of"].max()) == (after(-42), after(21))
    longer = scheduled(records_of(milestone(), end=after(200)), MilestoneMissSettings(grace_working_days=15))
    assert longer["as_of"].max() == after(35)


def test_a_milestone_that_is_planned_anew_is_asked_about_near_both_dates():
    moved = milestone()
    said = [
        revision("milestones", moved, "due_on", dt.date(2025, 3, 20), after(-90)),
        revision("milestones", moved, "due_on", dt.date(2025, 7, 21), after(15)),
    ]
    found = scheduled(records_of(moved, revisions=said, end=after(200)), SETTINGS)
    # From 60 days before 20 March until it was moved on the 18th, and from 60 days before 21 July on.
    assert [day for day in found["as_of"].to_list() if day < after(60)] == [after(7 * week) for week in range(-6, 3)]
    assert found.filter(pl.col("as_of") > after(60))["as_of"].min() == after(84)


def test_nothing_is_scheduled_before_a_milestone_is_known_or_after_the_records_end():
    found = scheduled(records_of(milestone(created_at=after(-8)), end=after(5)), SETTINGS)
    assert found["as_of"].to_list() == [after(-7), MONDAY]
    assert scheduled(records_of(milestone()), SETTINGS).is_empty()
    assert scheduled({}, SETTINGS).is_empty()


@pytest.mark.parametrize(
    ("tables", "end"),
    [
        ({}, None),
        ({"invoices": [row("invoices", invoice_id="I", project_id="P", issued_at=after(3), amount=1.0)]}, after(3)),
        ({"forecasts": [row("forecasts", project_id="P", made_at=after(4), cost_at_completion=1.0)]}, after(4)),
    ],
)
def test_the_records_end_when_the_last_thing_became_known(tables, end):
    assert records_end(records_of(milestone(), **tables)) == end
    assert records_end(records_of(milestone(billed_at=after(9)), **tables)) == after(9)


def test_every_scheduled_milestone_of_a_firm_may_be_asked_about(harbour):
    subjects = MILESTONE_MISS.scheduled(harbour, SETTINGS)
    assert subjects.height > 150
    assert why_not(harbour, subjects).null_count() == subjects.height
    assert subjects.select("subject_id", "as_of").is_duplicated().sum() == 0
    for as_of in subjects["as_of"].unique().to_list()[::8]:
        same_day = subjects.filter(pl.col("as_of") == pl.lit(as_of, dtype=INSTANT))
        assert open_at(harbour, as_of)["subject_id"].to_list() == same_day["subject_id"].to_list()
