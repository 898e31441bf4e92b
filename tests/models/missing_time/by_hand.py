"""Some fields of a snapshot, worked out slowly and plainly from rows: what `history.build` must agree with."""

import datetime as dt
from collections import defaultdict
from statistics import median
from zoneinfo import ZoneInfo

from tests.models.future import DAY, Row, Tables, end_of_day, key_of, known_at, start_of_day, zone_of

WEEK = 7 * DAY
HAPPENINGS = {"left_on", "released_on"}


def cutoff(day: dt.date, zone: str | None) -> dt.datetime:
    """Monday 12:00 local after the day's week."""
    monday = day - day.weekday() * DAY + WEEK
    return dt.datetime(monday.year, monday.month, monday.day, 12, tzinfo=ZoneInfo(zone or "UTC")).astimezone(dt.UTC)


def known(tables: Tables, name: str, as_of: dt.datetime) -> list[Row]:
    """The rows of a table that are known at ``as_of``, each cell as it was known then."""
    said = defaultdict(list)
    for line in sorted(tables["revisions"], key=lambda line: line["known_at"]):
        if line["table"] == name and line["known_at"] <= as_of:
            said[line["key"], line["column"]].append(line["value"])
    seen = []
    for cells in tables[name]:
        if known_at(tables, name, cells) > as_of:
            continue
        told = {column: said[key_of(name, cells), column] for column in cells}
        now = {column: _read(told[column][-1], column) if told[column] else value for column, value in cells.items()}
        for column in HAPPENINGS & now.keys():
            if now[column] is not None and end_of_day(now[column], zone_of(tables, name, cells)) > as_of:
                now[column] = None
        seen.append(now)
    return seen


def _read(text: str | None, column: str) -> object:
    if text is None:
        return None
    if column.endswith("_on"):
        return dt.date.fromisoformat(text)
    return float(text) if column in {"hours", "hours_per_week", "bill_rate"} else text


def by_hand(tables: Tables, person_id: str, day: dt.date, as_of: dt.datetime) -> dict[str, object] | None:
    """The fields of one person-day, or None where no time is expected."""
    zone = next(cells["timezone"] for cells in tables["people"] if cells["person_id"] == person_id)
    person = next((cells for cells in known(tables, "people", as_of) if cells["person_id"] == person_id), {})
    away = _days_off(tables, person_id, person.get("region"), as_of)
    seconds, at_start = (_seconds_by_day(tables, person_id, instant) for instant in (as_of, start_of_day(day, zone)))
    booked = _booked(tables, person_id, person.get("hours_per_week"), day, as_of)
    expected = booked or _usual(at_start, day, person.get("joined_on"))
    employed = (person.get("joined_on") or day) <= day <= (person.get("left_on") or day)
    if day in away or not employed or expected < 1 / 60:
        return None
    window = [day - back * DAY for back in range(1, 85)]
    working = [other for other in window if other.weekday() < 5 and other not in away]
    has = [other for other in window if seconds[other] > 0]
    last_five = working[:5]
    late = _entered_late(tables, person_id, zone, as_of)
    return {
        "expected_hours": min(expected, 24.0),
        "booked_hours": booked,
        "known_hours": seconds[day] / 3600,
        "days_since_last_entry": (day - has[0]).days if has else None,
        "days_of_history": (day - has[-1]).days if has else None,
        "missed_share_5": len(set(last_five) - set(has)) / len(last_five) if last_five else None,
        "hours_last_7_days": sum(seconds[other] for other in window[:7]) / 3600,
        "week_open_days": len([other for other in working if _monday(other) == _monday(day) and other not in has]),
        "week_known_hours": sum(seconds[other] for other in window if _monday(other) == _monday(day)) / 3600,
        "entered_late_share": sum(late) / len(late) if late else None,
        "weekly_hours": person.get("hours_per_week"),
        "week_days_off": len({_monday(day) + step * DAY for step in range(5)} & away),
        "off_at_cutoff": int(_monday(day) + WEEK in away),
        "days_to_time_off": _to_leave(tables, person_id, day, as_of),
        **_sits_down(_made(tables, person_id, zone), cutoff(day, zone), as_of, (day - has[-1]).days if has else 0),
    }


def _monday(day: dt.date) -> dt.date:
    return day - day.weekday() * DAY


def _seconds_by_day(tables: Tables, person_id: str, as_of: dt.datetime) -> dict[dt.date, int]:
    seconds: dict[dt.date, int] = defaultdict(int)
    for entry in known(tables, "time_entries", as_of):
        if entry["person_id"] == person_id:
            seconds[entry["worked_on"]] += round(entry["hours"] * 3600)
    return seconds


def _days_off(tables: Tables, person_id: str, region: str | None, as_of: dt.datetime) -> set[dt.date]:
    off = {cells["on"] for cells in tables["holidays"] if region is not None and cells["region"] == region}
    for leave in known(tables, "time_off", as_of):
        if leave["person_id"] == person_id:
            off |= {leave["starts_on"] + back * DAY for back in range((leave["ends_on"] - leave["starts_on"]).days + 1)}
    return off


def _booked(tables: Tables, person_id: str, weekly: float | None, day: dt.date, as_of: dt.datetime) -> float | None:
    seconds = 0
    for booking in known(tables, "assignments", as_of):
        ends = min(booking["ends_on"] or dt.date.max, booking["released_on"] or dt.date.max)
        if booking["person_id"] == person_id and day.weekday() < 5 and booking["starts_on"] <= day <= ends:
            a_week = booking["hours_per_week"] if booking["hours_per_week"] is not None else weekly
            seconds += round((a_week or 0) * 3600 / 5)
    return seconds / 3600 if seconds else None


def _usual(at_start: dict[dt.date, int], day: dt.date, joined_on: dt.date | None) -> float:
    """The weekday's median over the last 8 weeks of a history that has begun; none after 21 days without time."""
    worked = [back for back in range(1, 85) if at_start[day - back * DAY] > 0]
    if not worked or worked[0] > 21:
        return 0.0
    reach = worked[-1] if joined_on is None else (day - joined_on).days
    weeks = [at_start[day - back * DAY] for back in range(7, 57, 7) if back <= reach]
    return median(weeks) / 3600 if weeks else 0.0


def _to_leave(tables: Tables, person_id: str, day: dt.date, as_of: dt.datetime) -> int | None:
    """Days until the next leave begins that ends no sooner than it begins, within four weeks."""
    mine = [leave for leave in known(tables, "time_off", as_of) if leave["person_id"] == person_id]
    starts = [(leave["starts_on"] - day).days for leave in mine if leave["ends_on"] >= day - day.weekday() * DAY]
    return min((start for start in starts if 0 < start <= 28), default=None)


def _sits_down(
    made: list[dt.datetime], closes: dt.datetime, as_of: dt.datetime, history: int
) -> dict[str, float | None]:
    """In which share of earlier weeks time was entered between this moment and the cutoff."""
    sat_down = [
        any(as_of - week * WEEK < instant <= min(closes - week * WEEK, as_of) for instant in made)
        for week in range(1, 9)
        if 7 * week <= history
    ]
    return {
        f"sits_down_share_{reach}": sum(sat_down[:reach]) / len(sat_down[:reach]) if sat_down else None
        for reach in (3, 8)
    }


def _made(tables: Tables, person_id: str, zone: str | None) -> list[dt.datetime]:
    """When the person's entries were made, less those made long after or before their day."""
    made = []
    for entry in tables["time_entries"]:
        since = known_at(tables, "time_entries", entry)
        (first,) = known(tables | {"time_entries": [entry]}, "time_entries", since)
        delay = since - end_of_day(first["worked_on"], zone)
        if first["person_id"] == person_id and abs(delay) < 4 * WEEK + dt.timedelta(minutes=1):
            made.append(since)
    return made


def _entered_late(tables: Tables, person_id: str, zone: str | None, as_of: dt.datetime) -> list[bool]:
    """Of the entries of the last 8 weeks, as they were first known: whether each came after its week's cutoff."""
    late = []
    for entry in tables["time_entries"]:
        since = known_at(tables, "time_entries", entry)
        if not as_of - 8 * WEEK < since <= as_of:
            continue
        (first,) = known(tables | {"time_entries": [entry]}, "time_entries", since)
        delay = since - end_of_day(first["worked_on"], zone)
        if first["person_id"] == person_id and abs(delay) < 4 * WEEK + dt.timedelta(minutes=1):
            late.append(since > cutoff(first["worked_on"], zone))
    return late
