"""Which projects there are to ask about, and when."""

import datetime as dt

import pytest

from models.margin_erosion.settings import MarginErosionSettings
from models.margin_erosion.subjects import malformed, open_at, parse, person_of, records_end, scheduled, why_not
from tests.models.future import revision
from tests.models.margin_erosion.rows import MONDAY, after, asked, forecast, project, records_of

SETTINGS = MarginErosionSettings()
NOT_STARTED, CLOSED = "the project had not started at as_of", "the project was already closed at as_of"
TOMORROW = dt.date(2025, 3, 4)


@pytest.mark.parametrize("subject_id", ["P", "a/b", "hv 01", "张伟", "x" * 128])
def test_a_subject_is_a_project(subject_id):
    assert parse([subject_id], [MONDAY]).row(0) == (subject_id, MONDAY, subject_id)
    assert malformed([subject_id]).to_list() == [None]
    assert person_of(subject_id) is None


@pytest.mark.parametrize("subject_id", ["", "P\n1", "P\u200b1", "x" * 129])
def test_a_malformed_id_says_what_was_expected(subject_id):
    assert malformed([subject_id]).to_list() == ["expected a project_id of 1 to 128 visible characters"]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({}, None),
        ({"starts_on": TOMORROW}, NOT_STARTED),
        ({"starts_on": MONDAY.date()}, None),
        ({"starts_on": TOMORROW, "signed_at": after(-9), "kicked_off_at": after(-2)}, None),
        ({"starts_on": TOMORROW, "signed_at": after(-9), "kicked_off_at": after(1)}, NOT_STARTED),
        ({"starts_on": None, "signed_at": after(-9)}, None),
        ({"starts_on": None, "signed_at": after(9)}, NOT_STARTED),
        ({"starts_on": None}, None),
        ({"ends_on": dt.date(2025, 2, 1)}, None),
        ({"closed_at": after(0)}, CLOSED),
        ({"closed_at": after(1)}, None),
    ],
)
def test_a_project_is_asked_about_from_its_start_until_it_is_closed_also_past_its_end(cells, why):
    records = records_of(projects=[project(**cells)])
    assert why_not(records, asked()).to_list() == [why]
    assert open_at(records, MONDAY)["subject_id"].to_list() == ([] if why else ["P"])


def test_a_project_that_no_record_names_is_unknown():
    assert why_not(records_of(), asked("gone")).to_list() == ["no record names it"]
    assert why_not({}, asked()).to_list() == ["no record names it"]


def test_a_project_reopened_is_asked_about_again():
    closed = project(closed_at=after(-3))
    again = revision("projects", closed, "closed_at", None, after(-1))
    records = records_of(projects=[closed], revisions=[again])
    assert [why_not(records, asked(as_of=after(day)))[0] for day in (-2, 0)] == [CLOSED, None]


def test_a_project_is_scheduled_on_mondays_from_its_first_forecast_to_the_firms_last():
    rows = [forecast(-18, 70), forecast(0, 70), forecast(-2, 70, project_id="Q"), forecast(16, 70, project_id="Q")]
    projects = [project(closed_at=after(8)), project("Q"), project("R")]
    found = scheduled(records_of(*rows, projects=projects), SETTINGS)
    assert found.select("project_id", "as_of").rows() == [
        ("P", after(-14)), ("P", after(-7)), ("P", after(0)), ("Q", after(0)), ("P", after(7)), ("Q", after(7)),
        ("Q", after(14)),
    ]  # fmt: skip
    assert (found["subject_id"] == found["project_id"]).all()


def test_the_records_end_with_the_last_forecast():
    assert records_end(records_of(forecast(3, 70), forecast(1, 70))) == after(3)
    assert records_end({}) is None
    assert scheduled(records_of(), SETTINGS).is_empty()


def test_every_scheduled_project_of_a_firm_may_be_asked_about(harbour):
    subjects = scheduled(harbour, SETTINGS)
    assert subjects.height > 200
    assert why_not(harbour, subjects).null_count() == subjects.height
    assert subjects.select("subject_id", "as_of").is_duplicated().sum() == 0
    assert (subjects["as_of"].dt.weekday() == 1).all()
