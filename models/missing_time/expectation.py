"""On which days time is expected of a person, and how much."""

import numpy as np

from models.arrays import Flags, Floats, Ints
from models.missing_time.settings import MissingTimeSettings

WEEKS = 8
NEGLIGIBLE_HOURS = 1 / 60
FRIDAY = 5


def expected_hours(
    settings: MissingTimeSettings,
    *,
    booked: Floats,
    at_day_start: Ints,
    days_since_start: Floats,
    off: Flags,
    weekday: Ints,
) -> Floats:
    """Hours expected on each subject's day, 0 where none are.

    Booked hours (null where nothing is booked) count first. Without them it is the median of the same weekday over the
    last 8 weeks as known at the day's start, zeros included, though none from before the person's history began
    (``days_since_start`` days ago); nothing where the last entry is older than ``active_days``. A day that is ``off``
    (holiday, time off) has no expectation. With the label ``no_entry`` any Monday to Friday of an active person counts.

    ``at_day_start`` is the window of seconds known when the day started: column k is the day k days before.
    """
    history = at_day_start[:, 1:] > 0
    active = history[:, : settings.active_days].any(axis=1)
    usual = np.where(active, _usual_hours(at_day_start, days_since_start), 0.0)
    expected = np.where(np.isnan(booked), usual, booked)
    if settings.label == "no_entry":
        workday = active & (weekday <= FRIDAY)
        expected = np.where(workday, np.where(expected > 0, expected, _typical_hours(at_day_start)), 0.0)
    return np.where(off | (expected < NEGLIGIBLE_HOURS), 0.0, np.minimum(expected, 24.0))


def _usual_hours(at_day_start: Ints, days_since_start: Floats) -> Floats:
    """The weekday's median over those of the last 8 weeks that lie within the person's history."""
    back = np.arange(7, 7 * WEEKS + 1, 7)
    counted = back[None, :] <= days_since_start[:, None]
    seconds = np.where(counted, at_day_start[:, back], np.nan)
    seconds[~counted.any(axis=1)] = 0.0
    usual: Floats = np.nanmedian(seconds, axis=1) / 3600.0
    return usual


def _typical_hours(at_day_start: Ints) -> Floats:
    """Mean hours of the days with time in the last 8 weeks: what a day without a median of its own would hold."""
    recent = at_day_start[:, 1 : 7 * WEEKS + 1]
    worked = (recent > 0).sum(axis=1)
    mean: Floats = np.divide(recent.sum(axis=1), worked, out=np.zeros(len(recent)), where=worked > 0)
    return mean / 3600.0
