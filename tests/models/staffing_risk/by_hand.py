"""Some fields of a snapshot, worked out slowly and plainly from rows: what `history.build` must agree with."""

import datetime as dt
from collections import defaultdict

from tests.models.future import DAY, Row, Tables, end_of_day, key_of, known_at, start_of_day, zone_of

YEAR = dt.timedelta(days=365)
DATED = ("filled_at", "cancelled_at", "left_on", "released_on", "kicked_off_at")


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
        for column in DATED:
            if now.get(column) is not None and _end(now[column], zone_of(tables, name, cells)) > as_of:
                now[column] = None
        if name == "resource_requests" and not told["status"]:
            ended = [cells[column] for column in ("filled_at", "cancelled_at") if cells[column] is not None]
            now["status"] = cells["status"] if ended and ended[0] <= as_of else None
        seen.append(now)
    return seen


def _end(value: dt.date, zone: str | None) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else end_of_day(value, zone)


def _read(text: str | None, column: str) -> object:
    if not text:
        return None
    if column.endswith("_on") or column == "needed_by":
        return dt.date.fromisoformat(text)
    if column in {"hours_per_week", "bill_rate"}:
        return float(text)
    return int(text) if column == "headcount" else text


def is_open(request: Row) -> bool:
    ended = request["filled_at"] is not None or request["cancelled_at"] is not None
    return not ended and request["status"] not in {"filled", "cancelled"}


def by_hand(tables: Tables, request_id: str, as_of: dt.datetime) -> dict[str, object] | None:
    """The fields of one request, or None where it cannot be asked about."""
    requests = {request["request_id"]: request for request in known(tables, "resource_requests", as_of)}
    mine = requests.get(request_id)
    if mine is None or not is_open(mine) or as_of > end_of_day(mine["needed_by"], None):
        return None
    due = end_of_day(mine["needed_by"], None)
    first = _first_date(tables, mine)
    similar = [request for request in requests.values() if request["job_role"] == mine["job_role"]]
    waiting = [request for request in similar if _in_queue(request, as_of)]
    scarcest = _scarcest(tables, mine, waiting, as_of)
    fields: dict[str, object] = {
        "days_open": (as_of - mine["opened_at"]) / DAY,
        "days_to_needed_by": (due - as_of) / DAY,
        "needed_by_moved_days": (mine["needed_by"] - first).days,
        "skills_wanted": None if mine["skills"] is None else len(_skills(mine)),
        "scarcest_skill": scarcest,
        "open_role": len(waiting) - 1,
        "open_region": _count(waiting, "region", mine) and _count(waiting, "region", mine) - 1,
        "open_skill": scarcest and sum(scarcest in _skills(request) for request in waiting) - 1,
        "in_time_role": _in_time(tables, mine, as_of),
        **_people(tables, mine, scarcest, as_of),
        **_project(tables, mine, as_of),
    }
    return fields


def _first_date(tables: Tables, request: Row) -> dt.date:
    """The date as it was given at the opening: as revised by then, else as it stands."""
    return next(
        now["needed_by"]
        for now in known(tables, "resource_requests", request["opened_at"])
        if now["request_id"] == request["request_id"]
    )


def _in_queue(request: Row, as_of: dt.datetime) -> bool:
    """Open, and not more than 60 days past its date."""
    return is_open(request) and as_of < end_of_day(request["needed_by"], None) + 60 * DAY


def _count(requests: list[Row], column: str, mine: Row) -> int | None:
    return None if mine[column] is None else sum(request[column] == mine[column] for request in requests)


def _skills(cells: Row) -> set[str]:
    return {skill.strip().lower() for skill in (cells["skills"] or "").split(";")} - {""}


def _staff(tables: Tables, mine: Row, as_of: dt.datetime) -> list[Row]:
    people = known(tables, "people", as_of)
    return [person for person in people if person["job_role"] == mine["job_role"] and person["left_on"] is None]


def _scarcest(tables: Tables, mine: Row, waiting: list[Row], as_of: dt.datetime) -> str | None:
    staff = _staff(tables, mine, as_of)

    def scarcity(skill: str) -> tuple[float, int]:
        wanted, held = (sum(skill in _skills(cells) for cells in rows) for rows in (waiting, staff))
        return (wanted / held if held else float("inf"), wanted)

    return max(sorted(_skills(mine)), key=scarcity, default=None)


def _in_time(tables: Tables, mine: Row, as_of: dt.datetime) -> float | None:
    """The share in time of those that came due in the last year: all of a small firm's, which is not that old."""
    outcomes = []
    for request in known(tables, "resource_requests", as_of):
        if request["job_role"] != mine["job_role"]:
            continue
        due = end_of_day(_first_date(tables, request), None)
        ends = [request[name] for name in ("filled_at", "cancelled_at") if request[name] is not None]
        ended = min(ends, default=None)
        if ended is not None and ended == request["filled_at"] and ended <= due:
            outcomes.append(True)
        elif (ended is not None and ended > due) or (is_open(request) and due <= as_of):
            outcomes.append(False)
    return sum(outcomes) / len(outcomes) if outcomes else None


def _people(tables: Tables, mine: Row, scarcest: str | None, as_of: dt.datetime) -> dict[str, object]:
    staff = _staff(tables, mine, as_of)
    bookings = known(tables, "assignments", as_of)
    persons = {person["person_id"] for person in staff}
    ever = any(persons & _ever_booked(tables, booking, as_of) for booking in bookings)
    fields: dict[str, object] = {
        "people_role": len(staff) or None,
        "people_region": _count(staff, "region", mine) if staff else None,
        "people_skill": sum(scarcest in _skills(person) for person in staff) if scarcest and staff else None,
    }
    for ahead in (0, 14, 28, 56):
        day = as_of + ahead * DAY
        free = [person for person in staff if _is_free(person, bookings, day)] if ever else None
        fields[f"free_role_{ahead}"] = None if free is None else len(free)
        fields[f"free_region_{ahead}"] = None if free is None else _count(free, "region", mine)
    return fields


def _ever_booked(tables: Tables, booking: Row, as_of: dt.datetime) -> set[str]:
    """Everybody for whom this booking ever was."""
    key = booking["assignment_id"]
    first = known_at(tables, "assignments", next(c for c in tables["assignments"] if c["assignment_id"] == key))
    moments = {first} | {
        max(line["known_at"], first)
        for line in tables["revisions"]
        if (line["table"], line["key"]) == ("assignments", key) and line["known_at"] <= as_of
    }
    return {
        cells["person_id"]
        for moment in moments
        for cells in known(tables, "assignments", moment)
        if cells["assignment_id"] == key
    }


def _is_free(person: Row, bookings: list[Row], day: dt.datetime) -> bool:
    week = 40.0 if person["hours_per_week"] is None else person["hours_per_week"]
    taken = 0.0
    for booking in bookings:
        ends = [booking[name] for name in ("ends_on", "released_on") if booking[name] is not None]
        last = min(ends, default=dt.date(9998, 1, 1))
        during = start_of_day(booking["starts_on"], None) <= day < start_of_day(last, None) + DAY
        if booking["person_id"] == person["person_id"] and during:
            taken += week if booking["hours_per_week"] is None else booking["hours_per_week"]
    return 2 * taken <= week


def _project(tables: Tables, mine: Row, as_of: dt.datetime) -> dict[str, object]:
    projects = {project["project_id"]: project for project in known(tables, "projects", as_of)}
    project = projects.get(mine["project_id"])
    signed = project and project["signed_at"]
    starts = project and project["starts_on"]
    return {
        "billing": project and project["billing"],
        "currency": project and project["currency"],
        "days_since_signed": signed and (as_of.date() - signed.date()).days,
        "days_to_project_start": starts and (starts - as_of.date()).days,
    }
