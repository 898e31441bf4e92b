"""The fields of a snapshot in a manager's words, and those that somebody can still change."""

from collections.abc import Callable, Mapping, Sequence

from models.missing_time.snapshot import LONGEST_NEW_DAYS
from models.task import Row

WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _said(
    text: str, *, unknown: str, none: str = "", one: str = "", below: str = ""
) -> Callable[[str], Callable[[Row], str]]:
    """A wording of one field: ``text`` with the value filled in, or ``unknown`` where the records cannot tell.

    ``none`` and ``one`` are said of a value of zero and of one, where people would not give a figure, ``below`` of a
    negative one.
    """

    def of_field(field: str) -> Callable[[Row], str]:
        def wording(row: Row) -> str:
            value = row[field]
            if value is None:
                return unknown
            worded = below if below and value < 0 else {0: none, 1: one}.get(value, "")
            return worded or text.format(value)

        return wording

    return of_field


def _share_missed(days: str) -> Callable[[str], Callable[[Row], str]]:
    return _said("no entry on {:.0%} of " + days, unknown="no history of " + days, none="none missed of " + days)


def _hours_on(day: str) -> Callable[[str], Callable[[Row], str]]:
    return _said("{:.1f} hours entered for " + day, unknown="no record of " + day, none="no hours entered for " + day)


def _sits_down(weeks: str) -> Callable[[str], Callable[[Row], str]]:
    return _said(
        "between this moment of the week and its close, time was entered in {:.0%} of the last " + weeks + " weeks",
        unknown="no earlier week to compare with",
        none="in none of the last " + weeks + " weeks was time entered this late before the week closed",
    )


def _attribute(name: str) -> Callable[[str], Callable[[Row], str]]:
    return _said(name + ": {}", unknown=name + " is not recorded")


def _flag(yes: str, no: str, unknown: str) -> Callable[[str], Callable[[Row], str]]:
    return lambda field: lambda row: unknown if row[field] is None else yes if row[field] else no


def joined(field: str) -> Callable[[Row], str]:
    """How long ago the person joined, in words."""

    def wording(row: Row) -> str:
        days = row[field]
        if days is None:
            return "the joining date is not recorded"
        if days < 0:
            return "the day is before the joining date"
        return "joined half a year ago or longer" if days >= LONGEST_NEW_DAYS else f"joined {days} days ago"

    return wording


def _weekday(field: str) -> Callable[[Row], str]:
    return lambda row: f"the day is one of the {WEEKDAYS[row[field] - 1]}"


def _month(field: str) -> Callable[[Row], str]:
    return lambda row: f"the month is {MONTHS[row[field] - 1]}"


_WORDING: Mapping[str, Callable[[str], Callable[[Row], str]]] = {
    "weekday": _weekday,
    "month": _month,
    "days_to_month_end": _said(
        "{} days to the end of the month",
        unknown="",
        none="the last day of the month",
        one="one day to the end of the month",
    ),
    "hours_since_day_start": _said("{:.0f} hours since the day began", unknown=""),
    "hours_to_cutoff": _said("{:.0f} hours until the week closes", unknown=""),
    "expected_hours": _said("{:.1f} hours of work are expected on the day", unknown=""),
    "known_hours": _said(
        "{:.1f} hours are already entered for the day", unknown="", none="nothing is entered for the day yet"
    ),
    "booked_hours": _said("{:.1f} hours are booked on the day", unknown="nothing is booked on the day"),
    "weekly_hours": _said("contract of {:.0f} hours a week", unknown="weekly hours are not recorded"),
    "booked_projects": _said(
        "{} projects are booked on the day",
        unknown="nothing is booked on the day",
        one="one project is booked on the day",
    ),
    "other_region": _flag(
        "booked on a project of another region", "booked on a project of the same region", "no region is recorded"
    ),
    "week_days_off": _said(
        "{} days of the week are off",
        unknown="days off are not recorded",
        none="no day of the week is off",
        one="one day of the week is off",
    ),
    "off_at_cutoff": _flag(
        "the Monday on which the week closes is a day off",
        "the Monday on which the week closes is a working day",
        "days off are not recorded",
    ),
    "days_to_time_off": _said(
        "time off begins in {} days",
        unknown="no time off begins in the next four weeks",
        one="time off begins tomorrow",
    ),
    "week_known_hours": _hours_on("the earlier days of the week"),
    "week_open_days": _said(
        "{} earlier days of the week are still without an entry",
        unknown="no record of the earlier days of the week",
        none="no earlier day of the week is without an entry",
        one="one earlier day of the week is still without an entry",
    ),
    "days_since_last_entry": _said(
        "{} days since the last day with an entry",
        unknown="no day with an entry in the last twelve weeks",
        one="there is an entry for the day before",
    ),
    "hours_since_last_entered": _said(
        "{:.0f} hours since time was last entered", unknown="no time was entered in the last eight weeks"
    ),
    "days_of_history": _said("{} days of history", unknown="no history yet", one="one day of history"),
    "missed_share_3": _share_missed("the last 3 working days"),
    "missed_share_5": _share_missed("the last 5 working days"),
    "missed_share_10": _share_missed("the last 10 working days"),
    "missed_share_20": _share_missed("the last 20 working days"),
    "missed_share_40": _share_missed("the last 40 working days"),
    "missed_lately": _share_missed("working days lately"),
    "missed_in_the_long_run": _share_missed("working days in the long run"),
    "missed_share_weekday_4": _share_missed("this weekday's last 4"),
    "missed_share_weekday_8": _share_missed("this weekday's last 8"),
    "missed_weekday_lately": _share_missed("this weekday's lately"),
    "entry_changes_20": _said("{} changes between days with and without an entry in a month", unknown="no history yet"),
    "hours_1_working_day_ago": _hours_on("the last working day"),
    "hours_2_working_days_ago": _hours_on("the second working day back"),
    "hours_3_working_days_ago": _hours_on("the third working day back"),
    "hours_4_working_days_ago": _hours_on("the fourth working day back"),
    "hours_5_working_days_ago": _hours_on("the fifth working day back"),
    "hours_1_week_ago": _hours_on("the same day a week ago"),
    "hours_weekday_median_8": _said("{:.1f} hours are usual on this weekday", unknown="no history of this weekday"),
    "hours_last_7_days": _hours_on("the last 7 days"),
    "hours_last_28_days": _hours_on("the last 4 weeks"),
    "hours_last_84_days": _hours_on("the last 12 weeks"),
    "hours_a_worked_day_20": _said("{:.1f} hours on a day with time, lately", unknown="no day with time lately"),
    "hours_spread_20": _said("hours of a day vary by {:.1f}", unknown="no day with time lately"),
    "hours_off_days_28": _hours_on("days off in the last 4 weeks"),
    "sits_down_share_3": _sits_down("3"),
    "sits_down_share_8": _sits_down("8"),
    "entry_delay_days": _said(
        "time is usually entered {:.1f} days after the day's end",
        unknown="no entries in the last eight weeks",
        below="time is usually entered before the day is over",
    ),
    "entered_late_share": _said(
        "{:.0%} of recent entries came after their week had closed",
        unknown="no entries in the last eight weeks",
        none="no recent entry came after its week had closed",
    ),
    "usual_entry_hour": _said("time is usually entered around {:.0f}:00", unknown="no entries in the last eight weeks"),
    "entry_hour_spread": _said("the hour of entry varies by {:.1f}", unknown="no entries in the last eight weeks"),
    "days_since_joined": joined,
    "job_role": _attribute("job role"),
    "grade": _attribute("grade"),
    "practice": _attribute("practice"),
    "region": _attribute("region"),
    "employment": _attribute("employment"),
}

WORDS: Mapping[str, Callable[[Row], str]] = {field: wording(field) for field, wording in _WORDING.items()}


def _hours_still_to_enter(row: Row) -> Sequence[float]:
    """Half of the expected hours, then all of them."""
    return [hours for hours in (row["expected_hours"] / 2, row["expected_hours"]) if hours > row["known_hours"]]


def _fewer_open_days(row: Row) -> Sequence[float]:
    return list(range((row["week_open_days"] or 0) - 1, -1, -1))


LEVERS: Mapping[str, Callable[[Row], Sequence[float]]] = {
    "known_hours": _hours_still_to_enter,
    "week_open_days": _fewer_open_days,
}
"""The fields that a person can influence, with the values that they could bring about, nearest first."""
