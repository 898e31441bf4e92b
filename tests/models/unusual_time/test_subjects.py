"""Entries are asked about from when they are known until they are approved, invoiced or questioned."""

import datetime as dt

import pytest

from models.unusual_time import UNUSUAL_TIME
from models.unusual_time.settings import UnusualTimeSettings
from models.unusual_time.subjects import malformed, open_at, parse, person_of, records_end, scheduled, why_not
from tests.models.future import frames, revision, row

SETTINGS = UnusualTimeSettings()
DAY = dt.date(2025, 3, 3)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2025-{text}").replace(tzinfo=dt.UTC)


def firm(zone="UTC", revisions=(), **cells):
    entry = row("time_entries", entry_id="T", person_id="ana", worked_on=DAY, hours=8.0, **cells)
    people = [row("people", person_id="ana", job_role="dev", timezone=zone)]
    return frames({"people": people, "time_entries": [entry], "revisions": list(revisions)})


@pytest.mark.parametrize("entry_id", ["T", "t/1", "2025-03-03", "张", "x" * 128, "a b"])
def test_a_subject_is_an_entry(entry_id):
    assert parse([entry_id], [at("03-03T12:00")])["entry_id"].to_list() == [entry_id]
    assert malformed([entry_id]).to_list() == [None]


@pytest.mark.parametrize("entry_id", ["", "x" * 129, "a\n", "a\u200bb"])
def test_a_malformed_id_says_what_was_expected(entry_id):
    assert malformed([entry_id]).to_list() == ["expected an entry_id, 1 to 128 visible characters"]


@pytest.mark.parametrize(("snapshot", "person"), [({"person_id": "ana"}, "ana"), (None, None)])
def test_whose_entry_it_is_stands_in_the_snapshot(snapshot, person):
    assert person_of("T", snapshot) == person


@pytest.mark.parametrize(
    ("as_of", "why"),
    [
        ("03-03T16:59", "the entry was not known at as_of"),
        ("03-03T17:00", None),
        ("03-10T08:59", None),
        ("03-10T09:00", "the entry was already approved or invoiced at as_of"),
        ("03-12T09:00", "the entry was already rejected, corrected or written off at as_of"),
    ],
)
def test_an_entry_is_open_from_its_entry_to_its_approval(as_of, why):
    records = firm(entered_at=at("03-03T17:00"), approved_at=at("03-10T09:00"), corrected_at=at("03-12T09:00"))
    assert why_not(records, parse(["T"], [at(as_of)])).to_list() == [why]
    assert open_at(records, at(as_of))["subject_id"].to_list() == ([] if why else ["T"])


def test_an_entry_that_nobody_closed_is_settled_after_ninety_days():
    records = firm(entered_at=at("03-03T17:00"))
    last = at("03-03T17:00") + dt.timedelta(days=90)
    for as_of, why in (
        (last, None),
        (last + dt.timedelta(microseconds=1), "the entry had been known for more than 90 days at as_of"),
    ):
        assert why_not(records, parse(["T"], [as_of])).to_list() == [why]
        assert open_at(records, as_of).height == (why is None)


def test_an_unknown_entry_is_named_as_such():
    assert why_not(firm(), parse(["U"], [at("03-05T12:00")])).to_list() == ["no record names it"]


END_OF_DAY = "03-03T23:59:59.999999"


@pytest.mark.parametrize(
    ("cells", "moments"),
    [
        ({}, [END_OF_DAY]),
        ({"entered_at": "03-03T17:00"}, [END_OF_DAY]),
        ({"entered_at": "03-03T17:00", "submitted_at": "03-03T18:00"}, [END_OF_DAY]),
        ({"entered_at": "03-03T17:00", "submitted_at": "03-07T16:00"}, [END_OF_DAY, "03-07T16:00"]),
        ({"submitted_at": "03-07T16:00"}, ["03-07T23:59:59.999999"]),
        ({"entered_at": "03-03T17:00", "approved_at": "03-03T20:00"}, ["03-03T17:00"]),
        (
            {"entered_at": "03-03T17:00", "submitted_at": "03-03T18:00", "rejected_at": "03-03T20:00"},
            ["03-03T18:00"],
        ),
        ({"entered_at": "03-03T17:00", "approved_at": "03-03T17:00"}, []),
        ({"entered_at": "03-03T17:00", "submitted_at": "03-07T16:00", "approved_at": "03-05T16:00"}, [END_OF_DAY]),
    ],
)
def test_an_entry_is_asked_about_at_its_days_end_and_when_it_is_handed_in_later(cells, moments):
    records = firm(**{name: at(text) for name, text in cells.items()})
    found = scheduled(records, SETTINGS)
    assert found["as_of"].to_list() == [at(moment) for moment in moments]
    assert why_not(records, found).null_count() == found.height


@pytest.mark.parametrize(
    ("zone", "day_end"), [("America/New_York", "03-04T04:59:59.999999"), ("Asia/Kolkata", "03-04T18:29:59.999999")]
)
def test_the_days_end_is_that_of_the_person(zone, day_end):
    records = firm(zone, entered_at=at("03-03T22:00"))
    assert scheduled(records, SETTINGS)["as_of"].to_list() == [at(day_end)]


def test_the_records_end_with_the_last_that_became_of_an_entry():
    assert records_end({}) is None
    assert records_end(firm(entered_at=at("03-03T17:00"))) == at("03-03T17:00")
    assert records_end(firm(entered_at=at("03-03T17:00"), approved_at=at("03-05T17:00"))) == at("03-05T17:00")
    entry = {"entry_id": "T"}
    said = [revision("time_entries", entry, "written_off_hours", 1.0, at("04-05T17:00"))]
    assert records_end(firm(revisions=said, entered_at=at("03-03T17:00"))) == at("04-05T17:00")


def test_every_scheduled_entry_of_a_firm_may_be_asked_about(harbour):
    subjects = UNUSUAL_TIME.scheduled(harbour, SETTINGS)
    assert subjects.height > harbour["time_entries"].height
    assert set(subjects["subject_id"]) == set(harbour["time_entries"]["entry_id"])
    assert why_not(harbour, subjects).null_count() == subjects.height
    assert subjects.select("subject_id", "as_of").is_duplicated().sum() == 0
    assert subjects["as_of"].is_sorted()


def test_what_is_open_may_be_asked_about_and_nothing_is_forgotten(harbour):
    as_of = at("06-11T12:00")
    ids = harbour["time_entries"]["entry_id"].to_list()
    subjects = parse(ids, [as_of] * len(ids))
    askable = subjects.filter(why_not(harbour, subjects).is_null())["subject_id"]
    assert sorted(open_at(harbour, as_of)["subject_id"]) == sorted(askable)
    assert 20 < len(askable) < len(ids) / 5
