"""What the last twelve weeks of a person's days tell: shares of days without time, hours, rhythm.

All functions take windows: arrays (subjects, 85) whose column k is the day k days before the subject's own (column 0).
"""

import numpy as np

from models.arrays import Flags, Floats, Ints
from models.missing_time.snapshot import WINDOW_DAYS

SECONDS = 3600.0
WEEKDAYS = 5
MONTH = 20
"""Working days that make up a month: the reach of fields whose name ends in 20."""


def working(weekday: Ints, off: Flags) -> Flags:
    """Which days of each window are working days: Monday to Friday (``weekday`` 1..7 of column 0), and not ``off``.

    Column 0, the subject's own day, is left out.
    """
    back = np.arange(WINDOW_DAYS + 1)
    days: Flags = ((weekday[:, None] - 1 - back[None, :]) % 7 < WEEKDAYS) & ~off
    days[:, 0] = False
    return days


def habits(seconds: Ints, working_days: Flags, weekday: Ints) -> dict[str, Floats]:
    """The fields of a snapshot that come from hours by day. ``seconds`` holds the time known of each day."""
    has = seconds > 0
    has[:, 0] = False
    back_of: Ints = np.cumsum(working_days, axis=1, dtype=np.int64)
    return {
        **_last_seen(has),
        **_missed(has, working_days, back_of),
        **_weekday(seconds, has),
        **_hours(seconds, has, working_days, back_of),
        **_this_week(seconds, has, working_days, weekday),
    }


def _last_seen(has: Flags) -> dict[str, Floats]:
    any_ = has.any(axis=1)
    return {
        "days_since_last_entry": np.where(any_, has.argmax(axis=1), np.nan),
        "days_of_history": days_since_first(has),
    }


def days_since_first(has: Flags) -> Floats:
    """How many days back the furthest day with an entry lies, NaN where there is none. The last column is 84 back."""
    return np.where(has.any(axis=1), WINDOW_DAYS - has[:, ::-1].argmax(axis=1), np.nan)


def _missed(has: Flags, working_days: Flags, back_of: Ints) -> dict[str, Floats]:
    """Shares of working days without an entry. ``back_of`` counts working days backwards, from 1."""
    fields = {}
    for count in (3, 5, 10, 20, 40):
        last = working_days & (back_of <= count)
        fields[f"missed_share_{count}"] = _share((last & ~has).sum(axis=1), last.sum(axis=1))
    for name, half_life in (("missed_lately", 5), ("missed_in_the_long_run", 15)):
        weight = np.where(working_days, 0.5 ** (back_of / half_life), 0.0)
        fields[name] = _share((weight * ~has).sum(axis=1), weight.sum(axis=1))
    fields["entry_changes_20"] = _changes(has, working_days & (back_of <= MONTH), back_of)
    return fields


def _changes(has: Flags, last: Flags, back_of: Ints) -> Floats:
    """How often a day with and one without an entry followed each other among the ``last`` working days."""
    by_working_day = np.zeros((len(has), MONTH + 1), dtype=np.int8)
    row, column = np.nonzero(last)
    by_working_day[row, back_of[row, column] - 1] = has[row, column]
    count = last.sum(axis=1)
    pairs = np.arange(MONTH)[None, :] < (count - 1)[:, None]
    changes: Ints = (np.abs(np.diff(by_working_day, axis=1)) * pairs).sum(axis=1)
    return changes.astype(np.float64)


def _weekday(seconds: Ints, has: Flags) -> dict[str, Floats]:
    same = slice(7, WINDOW_DAYS + 1, 7)
    weeks = has[:, same]
    weight = 0.5 ** (np.arange(weeks.shape[1]) / 2)
    return {
        "missed_share_weekday_4": 1 - weeks[:, :4].mean(axis=1),
        "missed_share_weekday_8": 1 - weeks[:, :8].mean(axis=1),
        "missed_weekday_lately": (~weeks * weight).sum(axis=1) / weight.sum(),
        "hours_1_week_ago": seconds[:, 7] / SECONDS,
        "hours_weekday_median_8": np.median(seconds[:, 7:57:7], axis=1) / SECONDS,
    }


def _hours(seconds: Ints, has: Flags, working_days: Flags, back_of: Ints) -> dict[str, Floats]:
    fields = {
        f"hours_{count}_working_{'day' if count == 1 else 'days'}_ago": _of_working_day(
            seconds, working_days, back_of, count
        )
        for count in range(1, 6)
    }
    for days in (7, 28, 84):
        fields[f"hours_last_{days}_days"] = seconds[:, 1 : days + 1].sum(axis=1) / SECONDS
    worked = working_days & (back_of <= MONTH) & has
    count = worked.sum(axis=1)
    total = (seconds * worked).sum(axis=1)
    mean = _share(total, count)
    variance = _share(((seconds / 60.0) ** 2 * worked).sum(axis=1), count) - (mean / 60.0) ** 2
    fields["hours_a_worked_day_20"] = mean / SECONDS
    fields["hours_spread_20"] = np.sqrt(np.maximum(variance, 0)) / 60.0
    off_days = ~working_days[:, 1:29]
    fields["hours_off_days_28"] = (seconds[:, 1:29] * off_days).sum(axis=1) / SECONDS
    return fields


def _of_working_day(seconds: Ints, working_days: Flags, back_of: Ints, count: int) -> Floats:
    """The hours of the ``count``-th working day back; null where the window holds fewer."""
    that = working_days & (back_of == count)
    return np.where(that.any(axis=1), (seconds * that).sum(axis=1) / SECONDS, np.nan)


def _this_week(seconds: Ints, has: Flags, working_days: Flags, weekday: Ints) -> dict[str, Floats]:
    back = np.arange(7)[None, :]
    earlier = (back >= 1) & (back < weekday[:, None])
    open_days = earlier & working_days[:, :7] & ~has[:, :7]
    return {
        "week_known_hours": (seconds[:, :7] * earlier).sum(axis=1) / SECONDS,
        "week_open_days": open_days.sum(axis=1).astype(np.float64),
    }


def _share(part: Floats | Ints, whole: Floats | Ints) -> Floats:
    """``part / whole``, null where there is nothing to share."""
    share: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return share
