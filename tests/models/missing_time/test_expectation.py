"""On which days time is expected, and how much."""

import numpy as np
import pytest

from models.missing_time.expectation import expected_hours
from models.missing_time.settings import MissingTimeSettings

MONDAY, SATURDAY = 1, 6
MISSING_HOURS, NO_ENTRY = MissingTimeSettings(), MissingTimeSettings(label="no_entry")


def expected(
    hours: dict[int, float], *, settings=MISSING_HOURS, booked=np.nan, start=365.0, off=False, weekday=MONDAY
) -> float:
    """Hours expected, given the hours known by how many days back."""
    window = np.zeros((1, 85), dtype=np.int64)
    for back, worked in hours.items():
        window[0, back] = round(worked * 3600)
    (found,) = expected_hours(
        settings,
        booked=np.array([booked]),
        at_day_start=window,
        days_since_start=np.array([start]),
        off=np.array([off]),
        weekday=np.array([weekday]),
    )
    return float(found)


def weeks(*hours: float) -> dict[int, float]:
    """Hours on the same weekday, a week ago first."""
    return {7 * number: worked for number, worked in enumerate(hours, start=1)}


@pytest.mark.parametrize(
    ("hours", "start", "usual"),
    [
        (weeks(8, 8, 8, 8, 8, 8, 8, 8), 365, 8.0),
        (weeks(8, 8, 8, 8, 8, 0, 0, 0), 365, 8.0),
        (weeks(8, 8, 8, 8, 0, 0, 0, 0), 365, 4.0),
        (weeks(8, 8, 8), 365, 0.0),
        (weeks(8, 8, 8), 21, 8.0),
        (weeks(8, 8, 8), 28, 8.0),
        (weeks(8, 8, 8), 42, 4.0),
        (weeks(3.8, 7.6), 14, 5.7),
        (weeks(8, 8, 8, 8, 8, 8, 8, 8, 1, 1, 1), 365, 8.0),
        ({1: 8.0}, 6, 0.0),
        (weeks(30, 30, 30), 21, 24.0),
        ({}, 365, 0.0),
    ],
)
def test_usual_is_the_median_of_the_weekday_with_zeros_but_not_from_before_the_history(hours, start, usual):
    assert expected(hours, start=start) == usual


@pytest.mark.parametrize(("back", "booked", "hours"), [(21, np.nan, 8.0), (22, np.nan, 0.0), (22, 6.0, 6.0)])
def test_nothing_is_expected_21_days_after_the_last_entry_unless_booked(back, booked, hours):
    worked = {28: 8.0, 35: 8.0, 42: 8.0, 49: 8.0, 56: 8.0, back: 8.0}
    assert expected(worked, booked=booked) == hours


def test_what_is_booked_counts_before_what_is_usual():
    assert expected(weeks(8, 8, 8, 8, 8, 8, 8, 8), booked=2.5) == 2.5


@pytest.mark.parametrize("settings", [MISSING_HOURS, NO_ENTRY])
def test_nothing_is_expected_on_leave_and_holidays_even_when_booked(settings):
    assert expected(weeks(8, 8, 8, 8, 8), settings=settings, booked=8.0, off=True) == 0.0


@pytest.mark.parametrize(
    ("hours", "weekday", "booked", "found"),
    [
        ({1: 6.0, 2: 2.0}, MONDAY, np.nan, 4.0),
        ({1: 6.0}, MONDAY, 3.0, 3.0),
        ({21: 6.0}, MONDAY, np.nan, 6.0),
        ({22: 6.0}, MONDAY, np.nan, 0.0),
        ({22: 6.0}, MONDAY, 8.0, 0.0),
        (weeks(8, 8, 8, 8, 8), SATURDAY, np.nan, 0.0),
    ],
    ids=["mean of worked days", "booked", "active", "too long ago", "booked, too long ago", "weekend"],
)
def test_with_the_label_no_entry_every_working_day_of_an_active_person_counts(hours, weekday, booked, found):
    assert expected(hours, settings=NO_ENTRY, weekday=weekday, booked=booked) == found


def test_by_default_who_works_on_saturdays_is_expected_to():
    assert expected(weeks(8, 8, 8, 8, 8), weekday=SATURDAY) == 8.0


def test_less_than_a_minute_is_nothing():
    assert expected({}, booked=59 / 3600) == 0.0
    assert expected({}, booked=60 / 3600) == 1 / 60
