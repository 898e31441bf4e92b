"""Rows of a small firm: one project and its milestones, worded briefly."""

import datetime as dt

from models.milestone_miss.settings import MilestoneMissSettings
from models.milestone_miss.subjects import parse
from models.records import Records
from tests.models.future import Row, Tables, frames, row

SETTINGS = MilestoneMissSettings()
MONDAY = dt.datetime(2025, 3, 3, 6, tzinfo=dt.UTC)
"""The instant that small firms are asked about."""
DUE = dt.date(2025, 3, 20)
"""A Thursday; the fifth working day after it is Thursday 27 March."""
DEADLINE = dt.datetime(2025, 3, 27, 23, 59, 59, 999_999, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def after(days: float) -> dt.datetime:
    """So many days after `MONDAY`; before it where negative."""
    return MONDAY + dt.timedelta(days=days)


def milestone(milestone_id: str = "M", **cells: object) -> Row:
    usual = {"project_id": "P", "due_on": DUE, "amount": 20_000.0, "created_at": after(-90)}
    return row("milestones", milestone_id=milestone_id, **(usual | cells))


def project(**cells: object) -> Row:
    usual = {"project_id": "P", "currency": "EUR", "contract_value": 100_000.0, "signed_at": after(-100)}
    return row("projects", **(usual | cells))


def records_of(*milestones: Row, end: dt.datetime | None = None, **tables: list[Row]) -> Records:
    """These milestones of one project, with the other tables; the records end at ``end`` where it is given."""
    whole: Tables = {"projects": [project()], "milestones": list(milestones), "revisions": [], **tables}
    if end is not None:
        last = row("time_entries", entry_id="end", person_id="zoe", worked_on=DUE, hours=1.0, entered_at=end)
        whole["time_entries"] = [last]
    return frames(whole)


def asked(*milestone_ids: str, as_of: dt.datetime = MONDAY):
    return parse(list(milestone_ids or ("M",)), [as_of] * max(len(milestone_ids), 1))
