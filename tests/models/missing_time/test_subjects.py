"""Which person-days there are to ask about, and when."""

import datetime as dt

import polars as pl
import pytest

from models.missing_time import MISSING_TIME, history
from models.missing_time.settings import MissingTimeSettings
from models.missing_time.subjects import malformed, open_at, parse, person_of, records_end, scheduled, why_not
from tests.models.future import frames, row
from tests.models.missing_time.firms import fetch_from

SETTINGS = MissingTimeSettings()
THURSDAY = dt.datetime(2025, 3, 6, 9, tzinfo=dt.UTC)
ZONES = {"ana": "UTC", "bo/2": "Pacific/Auckland", "dee": "Pacific/Honolulu"}


def firm(**tables):
    people = [row("people", person_id=name, job_role="dev", timezone=zone) for name, zone in ZONES.items()]
    return frames({"people": people, **tables})


def worked(person_id: str, day: dt.date, entered_at: dt.datetime | None = None):
    entry_id = f"{person_id} {day}"
    return row("time_entries", entry_id=entry_id, person_id=person_id, worked_on=day, hours=8.0, entered_at=entered_at)


@pytest.mark.parametrize(
    ("subject_id", "person_id"),
    [("ana/2025-03-06", "ana"), ("bo/2/2025-03-06", "bo/2"), ("张伟/2024-02-29", "张伟"), ("a b/2025-03-06", "a b")],
)
def test_a_subject_is_a_person_and_a_day(subject_id, person_id):
    found = parse([subject_id], [THURSDAY]).row(0, named=True)
    assert (found["person_id"], str(found["day"])) == tuple(subject_id.rsplit("/", 1))
    assert person_of(subject_id) == person_id
    assert malformed([subject_id]).to_list() == [None]


@pytest.mark.parametrize(
    "subject_id",
    [
        "", "/", "ana", "2025-03-06", "/2025-03-06", "ana/2025-3-6", "ana/2025-02-30", "ana/2025-03-06T00:00",
        "ana/0000-01-01", "ana/٢٠٢٥-03-06", "ana\n/2025-03-06", "a\u200bna/2025-03-06", "x" * 129 + "/2025-03-06",
    ],
)  # fmt: skip
def test_a_malformed_id_says_what_was_expected(subject_id):
    assert malformed([subject_id]).to_list() == ["expected person_id/YYYY-MM-DD"]


@pytest.mark.parametrize(
    ("subject_id", "as_of", "why"),
    [
        ("ana/2025-03-06", "2025-03-06T00:00", None),
        ("ana/2025-03-06", "2025-03-05T23:59", "the day has not begun at as_of"),
        ("ana/2025-03-06", "2025-03-10T11:59", None),
        ("ana/2025-03-06", "2025-03-10T12:00", "the week was already closed at as_of"),
        ("bo/2/2025-03-06", "2025-03-05T11:00", None),
        ("dee/2025-03-06", "2025-03-06T09:59", "the day has not begun at as_of"),
        ("dee/2025-03-06", "2025-03-10T21:59", None),
        ("zoe/2025-03-06", "2025-03-06T12:00", "no record names"),
        ("ana/1000-01-01", "2025-03-06T12:00", "the week was already closed at as_of"),
        ("ana/9999-12-31", "2025-03-06T12:00", "the day has not begun at as_of"),
    ],
)
def test_a_person_day_is_open_from_its_start_to_its_cutoff_by_the_persons_clock(subject_id, as_of, why):
    subjects = parse([subject_id], [dt.datetime.fromisoformat(as_of).replace(tzinfo=dt.UTC)])
    near = history.neighbourhood(subjects, fetch_from(firm()))
    for records in (firm(), near):
        found = why_not(records, subjects)[0]
        assert found == why or (why is not None and found.startswith(why))


def test_whoever_is_named_by_time_or_bookings_is_known():
    records = frames({
        "time_entries": [worked("eve", dt.date(2025, 3, 3))],
        "assignments": [
            row("assignments", assignment_id="A", project_id="P", person_id="flo", starts_on=dt.date(2025, 3, 3))
        ],
    })  # fmt: skip
    assert set(open_at(records, THURSDAY)["person_id"]) == {"eve", "flo"}


def test_nobody_is_asked_about_before_a_record_names_them():
    friday = THURSDAY.date() + dt.timedelta(days=1)
    records = frames({
        "people": [row("people", person_id="gil", job_role="developer", joined_on=friday)],
        "time_entries": [worked("hal", friday, dt.datetime.combine(friday, dt.time(18), dt.UTC))],
        "assignments": [
            row("assignments", assignment_id="A", project_id="P", person_id="ida", starts_on=dt.date(2025, 4, 1),
                booked_at=THURSDAY)
        ],
    })  # fmt: skip
    asked = {as_of: set(open_at(records, as_of)["person_id"]) for as_of in (THURSDAY, THURSDAY + dt.timedelta(days=2))}
    assert list(asked.values()) == [{"ida"}, {"gil", "hal", "ida"}]


@pytest.mark.parametrize("hour", range(0, 24 * 7, 5))
def test_what_is_open_may_be_asked_about_and_nothing_is_forgotten(hour):
    as_of = THURSDAY + dt.timedelta(hours=hour)
    around = [f"{person}/{THURSDAY.date() + dt.timedelta(days=back)}" for person in ZONES for back in range(-14, 20)]
    subjects = parse(around, [as_of] * len(around))
    askable = subjects.filter(why_not(firm(), subjects).is_null())
    assert sorted(open_at(firm(), as_of)["subject_id"]) == sorted(askable["subject_id"])


@pytest.mark.parametrize(
    ("name", "value", "rows"),
    [
        ("moment", "day_start", 7),
        ("moment", "day_end", 7),
        ("moment", "friday", 5),
        ("moment", "all", 19),
        ("label", "no_entry", 15),
    ],
)
def test_a_week_is_asked_about_at_the_moments_of_the_settings(name, value, rows):
    records = firm(
        time_entries=[
            worked("ana", dt.date(2025, 3, 3), dt.datetime(2025, 3, 3, 18, tzinfo=dt.UTC)),
            worked("ana", dt.date(2025, 3, 9), dt.datetime(2025, 3, 9, 18, tzinfo=dt.UTC)),
        ]
    )
    found = scheduled(records, MissingTimeSettings.model_validate({name: value}))
    assert found.height == rows
    assert why_not(records, found).null_count() == rows
    assert found["as_of"].is_sorted()


def test_a_persons_days_end_with_the_records_or_three_weeks_after_the_last_entry():
    entered = dt.datetime(2025, 4, 30, 18, tzinfo=dt.UTC)
    records = firm(
        time_entries=[worked("ana", dt.date(2025, 3, 3), entered), worked("dee", dt.date(2025, 4, 29), entered)]
    )
    spans = scheduled(records, SETTINGS).group_by("person_id").agg(first=pl.col("day").min(), last=pl.col("day").max())
    assert sorted(spans.rows()) == [
        ("ana", dt.date(2025, 3, 3), dt.date(2025, 3, 24)),
        ("dee", dt.date(2025, 4, 29), dt.date(2025, 4, 30)),
    ]


def test_the_records_end_when_their_last_entry_became_known(harbour):
    assert records_end(harbour) == harbour["time_entries"]["entered_at"].max()
    assert records_end({}) is None


def test_a_firm_without_time_has_nothing_scheduled():
    booked = row("assignments", assignment_id="A", project_id="P", person_id="ana", starts_on=dt.date(2025, 3, 3))
    assert scheduled(firm(assignments=[booked]), SETTINGS).is_empty()


def test_every_scheduled_person_day_of_a_firm_may_be_asked_about(harbour):
    subjects = MISSING_TIME.scheduled(harbour, SETTINGS)
    assert subjects.height > 10_000
    assert why_not(harbour, subjects).null_count() == subjects.height
    assert subjects.select("subject_id", "as_of").is_duplicated().sum() == 0
