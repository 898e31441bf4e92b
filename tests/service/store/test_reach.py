"""How far the stored records reach, and so how old they are at an instant."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from service.store.reach import UNKNOWN, note_load, reach_of, records_age

ENTRIES = "time_entries"


def entries(**columns):
    return {ENTRIES: pl.DataFrame(columns)}


def at(*parts):
    return datetime(2026, *parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("records", "reach"),
    [
        ({}, None),
        ({ENTRIES: pl.DataFrame(schema={"worked_on": pl.Date})}, None),
        (entries(worked_on=[date(2026, 2, 27), date(2026, 2, 26)]), at(2, 27, 23, 59, 59, 999_999)),
        (entries(worked_on=[date(2026, 2, 27)], entered_at=[at(2, 28, 12)]), at(2, 28, 12)),
        (entries(worked_on=[date(2026, 2, 27), date(2026, 3, 5)]), at(2, 27, 23, 59, 59, 999_999)),
        (entries(worked_on=[date(2026, 3, 2)], entered_at=pl.Series([None], dtype=pl.Datetime("us", "UTC"))), None),
        ({"resource_requests": pl.DataFrame({"needed_by": [date(2026, 2, 1)], "opened_at": [at(1, 5)]})}, at(1, 5)),
    ],
)
def test_records_reach_to_the_last_thing_that_has_happened_and_no_plan_moves_that(records, reach, now):
    assert reach_of(records, now) == reach


def test_before_any_load_records_are_as_old_as_none_may_be(connection, now):
    assert records_age(connection, now) == UNKNOWN


def test_records_are_as_old_as_the_farthest_load_ends_before_and_never_younger_than_now(connection, now):
    note_load(connection, entries(entered_at=[now - timedelta(hours=30)]), now=now)
    note_load(connection, entries(entered_at=[now - timedelta(hours=90)]), now=now + timedelta(hours=1))
    assert records_age(connection, now) == timedelta(hours=30)
    assert records_age(connection, now - timedelta(days=9)) == timedelta(0)


def test_a_load_of_which_nothing_is_told_tells_nothing(connection, now):
    note_load(connection, {"people": pl.DataFrame({"person_id": ["P1"], "job_role": ["developer"]})}, now=now)
    assert records_age(connection, now) == UNKNOWN
