"""The fields of a snapshot in words, and those that somebody can still change.

The same words are shown to the person whose entry it is. They say what the records hold and what is usual, and they
accuse nobody.
"""

from collections.abc import Callable, Mapping, Sequence

from models.missing_time.reasons import joined
from models.task import Row

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Wording = Callable[[Row], str]


def _said(text: str, *, unknown: str = "", none: str = "", one: str = "") -> Callable[[str], Wording]:
    """A wording of one field: ``text`` with the value filled in, or ``unknown`` where the records cannot tell.

    ``none`` and ``one`` are said of a value of zero and of one, where people would not give a figure.
    """

    def of_field(field: str) -> Wording:
        def wording(row: Row) -> str:
            value = row[field]
            if value is None:
                return unknown
            return {0: none, 1: one}.get(value, "") or text.format(value)

        return wording

    return of_field


def _flag(yes: str, no: str, unknown: str = "") -> Callable[[str], Wording]:
    return lambda field: lambda row: unknown if row[field] is None else yes if row[field] else no


def _beside(text: str, usual: str) -> Callable[[str], Wording]:
    """A field beside another one that says what is usual, where that is known."""

    def of_field(field: str) -> Wording:
        def wording(row: Row) -> str:
            beside = row.get(usual)
            return text.format(row[field]) + ("" if beside is None else f"; {beside:.1f} are usual")

        return wording

    return of_field


def _attribute(name: str) -> Callable[[str], Wording]:
    return _said(name + ": {}", unknown=name + " is not recorded")


def _share(text: str, of: str) -> Callable[[str], Wording]:
    """``text`` holds ``{:.0%}``; ``of`` names the entries that the share is of."""
    return _said(text + " of " + of, unknown="no recent " + of)


def _days_from(what: str) -> Callable[[str], Wording]:
    def of_field(field: str) -> Wording:
        def wording(row: Row) -> str:
            days = row[field]
            if days is None:
                return f"{what} is not recorded"
            if days == 0:
                return f"the day of {what}"
            return f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'after' if days > 0 else 'before'} {what}"

        return wording

    return of_field


def _delay(field: str) -> Wording:
    def wording(row: Row) -> str:
        days = row[field]
        return f"entered {days:.1f} days after the day of work" if days >= 1 else "entered by the day after the work"

    return wording


_QUESTIONED = "{:.0%} rejected, corrected or written off lately"

_WORDING: Mapping[str, Callable[[str], Wording]] = {
    "hours": _beside("{:.1f} hours in this entry", "usual_project_hours"),
    "weekday": lambda field: lambda row: f"work on a {WEEKDAYS[row[field] - 1]}",
    "days_to_month_end": _said(
        "{} days from the day of work to the end of the month",
        none="work on the last day of the month",
        one="work on the day before the last of the month",
    ),
    "on_holiday": _flag("a holiday in the person's region", "no holiday in the person's region"),
    "on_time_off": _flag("time off is booked for this day", "no time off is booked for this day"),
    "submitted": _flag("the entry was handed in", "the entry is a draft"),
    "billable": _flag(
        "the entry is marked billable", "the entry is not marked billable", "nothing says whether it is billable"
    ),
    "whole_hours": _flag("a whole number of hours", "hours and minutes, not rounded to the hour"),
    "day_hours": _beside("{:.1f} hours on one day", "usual_day_hours"),
    "day_entries": _said("{} entries on this day", one="the only entry of this day"),
    "week_hours": _beside("{:.1f} hours in this week", "weekly_hours"),
    "weekly_hours": _said("contract of {:.0f} hours a week", unknown="weekly hours are not recorded"),
    "project_day_hours": _beside("{:.1f} hours on this project that day", "usual_project_hours"),
    "usual_day_hours": _said("{:.1f} hours are usual on a day", unknown="no other day with time in the last weeks"),
    "usual_project_hours": _said(
        "{:.1f} hours a day are usual on this project", unknown="no other day on this project in the last weeks"
    ),
    "project_days_56": _said(
        "{} other days on this project in the last weeks",
        none="the first day on this project in the last weeks",
        one="one other day on this project in the last weeks",
    ),
    "same_entries": _said(
        "{} more entries of this day have the same project and hours",
        none="no other entry of this day is the same",
        one="one more entry of this day has the same project and hours",
    ),
    "same_as_day_before": _flag("the same project and hours as the day before", "not the same as the day before"),
    "booked_hours": _said("{:.1f} hours are booked on this day", unknown="nothing is booked on this day"),
    "project_booked_hours": _said(
        "{:.1f} hours are booked on this project that day",
        unknown="nobody is booked on this project",
        none="no booking on this project that day",
    ),
    "entry_delay_days": _delay,
    "entered_late": _flag("entered after its week had closed", "entered before its week closed"),
    "entry_hour": _said("entered around {:.0f}:00", unknown="the hour of entry is not recorded"),
    "category": _attribute("category"),
    "category_share_person": _share("this category has {:.0%}", "entries of the person"),
    "category_share_project": _share("this category has {:.0%}", "entries on the project"),
    "project_billable_share": _share("billable are {:.0%}", "entries on the project"),
    "client_project": _flag("work for a client", "work within the firm", "the project is not recorded"),
    "days_after_project_start": _days_from("the project's start"),
    "days_after_project_end": _days_from("the project's planned end"),
    "project_closed": _flag("the project is closed", "the project is open", "the project is not recorded"),
    "budget_used_share": _said(
        "{:.0%} of the project's budgeted hours are used", unknown="no budget of hours is recorded"
    ),
    "project_questioned_share": _said(
        "on this project: " + _QUESTIONED, unknown="no recent entries on the project", none="none on this project came "
        "back lately"
    ),
    "manager_questioned_share": _said(
        "on the projects of its manager: " + _QUESTIONED,
        unknown="no recent entries on the manager's projects",
        none="none on the projects of its manager came back lately",
    ),
    "client_questioned_share": _said(
        "on the projects of its client: " + _QUESTIONED,
        unknown="no recent entries on the client's projects",
        none="none on the projects of its client came back lately",
    ),
    "service_line": _attribute("service line"),
    "billing": lambda field: lambda row: (
        "billing is not recorded" if row[field] is None else f"billing: {row[field].replace('_', ' ')}"
    ),
    "other_region": _flag(
        "a project of another region", "a project of the same region", "a region is not recorded"
    ),
    "days_since_joined": joined,
    "job_role": _attribute("job role"),
    "grade": _attribute("grade"),
    "practice": _attribute("practice"),
    "region": _attribute("region"),
    "employment": _attribute("employment"),
}  # fmt: skip

WORDS: Mapping[str, Wording] = {field: wording(field) for field, wording in _WORDING.items()}


def _down_to(field: str, usual: str) -> Callable[[Row], Sequence[float]]:
    """What is usual of a field, where the entry has more: nobody is told to enter more than was worked."""

    def values(row: Row) -> Sequence[float]:
        value = row[usual]
        return [value] if value is not None and 0 < value < row[field] else []

    return values


def _other_flag(row: Row) -> Sequence[float]:
    """The other mark, where the entry's is not that of most entries on the project."""
    mark, share = row["billable"], row["project_billable_share"]
    if mark is None or share is None or abs(mark - share) <= 1 / 2:
        return []
    return [1 - mark]


LEVERS: Mapping[str, Callable[[Row], Sequence[float]]] = {
    "hours": _down_to("hours", "usual_project_hours"),
    "day_hours": _down_to("day_hours", "usual_day_hours"),
    "billable": _other_flag,
    "same_entries": lambda row: [0] if row["same_entries"] else [],
}
"""What a person can still put right in a draft, if it was a slip: hours that are more than usual, a mark unlike the
project's, an entry made twice. Rounding hours, or handing in sooner, would please a score and mend nothing."""
