"""What was known of a table's rows at an instant, a row at a time."""

import datetime as dt
from collections import defaultdict

from models.records import TABLES, Column, Kind
from tests.models.future import Row, Tables, end_of_day, key_of, known_at, zone_of


def known(tables: Tables, name: str, as_of: dt.datetime) -> list[Row]:
    """The rows of a table that are known at ``as_of``, each cell as it was known then."""
    said = defaultdict(list)
    for line in sorted(tables["revisions"], key=lambda line: line["known_at"]):
        if line["table"] == name and line["known_at"] <= as_of:
            said[line["key"], line["column"]].append(line["value"])
    return [
        {
            about.name: _cell(tables, about, cells, said[key_of(name, cells), about.name], as_of)
            for about in TABLES[name].columns
        }
        for cells in tables[name]
        if known_at(tables, name, cells) <= as_of
    ]


def _cell(tables: Tables, about: Column, cells: Row, said: list[str | None], as_of: dt.datetime) -> object:
    column = about.name
    value = _read(said[-1], about.kind) if said else cells[column]
    if not about.happening or value is None:
        return value
    if about.told_by == (column,):
        happened = value if isinstance(value, dt.datetime) else end_of_day(value, zone_of(tables, "", cells))
        return value if happened <= as_of else None
    if said:
        return value
    told = [cells[source] for source in about.told_by if cells[source] is not None]
    return value if told and told[0] <= as_of else None


def _read(text: str | None, kind: Kind) -> object:
    if text is None or text == "":
        return None
    readers = {Kind.DAY: dt.date.fromisoformat, Kind.INSTANT: dt.datetime.fromisoformat, Kind.NUMBER: float}
    return readers.get(kind, str)(text)
