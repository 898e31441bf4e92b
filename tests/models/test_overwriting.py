"""Overwritten rows leave revisions by which the past stays what it was, and from now on the new cells stand."""

import datetime as dt
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.overwriting import FREE_TEXT, left_behind
from models.point_in_time import versions
from models.records import TABLES
from tests.models.future import CLOCK, DATES_ROWS, MICROSECOND, any_cell, end_of_day, frames, row, zone_of
from tests.models.test_point_in_time import AROUND, NAMES, any_records, instant

seeds = st.integers(0, 2**32 - 1)
LATER = AROUND + dt.timedelta(days=4000)
"""When everything that the records speak of has happened."""


def overwritten(tables, now, rng):
    """The same rows with other cells, as the firm's systems might send them at ``now``.

    What had not happened has happened since the last load, or will; any other cell may say anything else.
    """
    after = {}
    for name, rows in tables.items():
        after[name] = [cells if name == "revisions" else _other(tables, name, cells, now, rng) for cells in rows]
    return after


def _other(tables, name, cells, now, rng):
    fixed = {*TABLES[name].key, *TABLES[name].known_from, *DATES_ROWS, CLOCK, *FREE_TEXT}
    changed = dict(cells)
    for column in TABLES[name].columns:
        if column.name not in fixed and rng.random() < 0.5:
            null = not column.required and rng.random() < 0.3
            changed[column.name] = None if null else any_cell(rng, column, tables, AROUND)
    for column in TABLES[name].columns:
        if column.told_by and cells[column.name] is None and _told(tables, name, changed, column) <= now:
            changed |= {source: cells[source] for source in (*column.told_by, column.name)}
    for column in TABLES[name].columns:
        if column.told_by and _told(tables, name, cells, column) > now >= _told(tables, name, changed, column):
            changed |= {source: cells[source] for source in (*column.told_by, column.name)}
    return changed


def _told(tables, name, cells, column):
    told = [cells[source] for source in column.told_by if cells[source] is not None]
    if not told:
        return dt.datetime.max.replace(tzinfo=dt.UTC)
    return told[0] if isinstance(told[0], dt.datetime) else end_of_day(told[0], zone_of(tables, name, cells))


def put(tables, after, name, now):
    """The records after a table of ``after`` was put in its place at ``now``, with the revisions that it leaves."""
    before, given = frames(tables), frames(after)
    told = pl.concat([before["revisions"], left_behind(name, before[name], given[name], before, now)])
    return {**given, "revisions": told.unique(["table", "key", "column", "known_at"], keep="last", maintain_order=True)}


def seen_in(records, name, as_of):
    """All that `versions` shows of a table to somebody who stands at ``as_of``."""
    until = pl.col("known_until")
    known = versions(records, name, list(TABLES[name].schema)).filter(pl.col("known_at") <= as_of)
    return known.with_columns(pl.when(until <= as_of).then(until).alias("known_until"))


def any_put(seed, hours, name):
    """Some records, the instant of a PUT, and the same records after it, which no revision foretold."""
    rng, now = Random(seed), AROUND + dt.timedelta(hours=hours)
    tables = any_records(rng)
    tables["revisions"] = [said for said in tables["revisions"] if said["known_at"] < now]
    after = overwritten(tables, now, rng)
    return tables, after, put(tables, after, name, now), now


@settings(deadline=None, max_examples=20)
@given(seeds, st.integers(-1000, 1000), st.integers(0, 2000), st.sampled_from(NAMES))
def test_what_was_known_before_a_row_was_overwritten_stays_what_it_was(seed, hours, earlier, name):
    tables, _, records, now = any_put(seed, hours, name)
    for as_of in (now - MICROSECOND, now - dt.timedelta(hours=earlier + 1)):
        before, after = seen_in(frames(tables), name, as_of), seen_in(records, name, as_of)
        assert before.equals(after), name
        assert before.write_ndjson() == after.write_ndjson(), name


@settings(deadline=None, max_examples=10)
@given(seeds, st.integers(-1000, 1000), st.sampled_from(NAMES))
def test_from_then_on_the_new_cells_stand(seed, hours, name):
    tables, after, records, _ = any_put(seed, hours, name)
    table = TABLES[name]
    columns = [
        column.name
        for column in table.columns
        if column.name not in {*table.key, "known_at"} and column.told_by in {(), (column.name,)}
    ]
    last = seen_in(records, name, LATER).filter(pl.col("known_until").is_null())
    found = {tuple(line[part] for part in table.key): line for line in last.iter_rows(named=True)}
    for former, new in zip(tables[name], after[name], strict=True):
        line = found[tuple(new[part] for part in table.key)]
        for column in columns:
            if new[column] != former[column]:
                assert line[column] == new[column], (name, column)


@settings(deadline=None, max_examples=5)
@given(seeds, st.integers(-1000, 1000), st.sampled_from(NAMES))
def test_the_same_rows_again_leave_nothing(seed, hours, name):
    _, after, records, now = any_put(seed, hours, name)
    again = left_behind(name, frames(after)[name], records[name], records, now + dt.timedelta(hours=1))
    assert again.is_empty()


OPENED, MOVED = instant("2025-03-01"), instant("2025-03-10")


def left(name, former, given_, said=()):
    """What is left behind when one row replaces another on 10 March: column, value and day of each revision."""
    records = frames({name: [former], "revisions": list(said)})
    found = left_behind(name, records[name], frames({name: [given_]})[name], records, MOVED)
    lines = found.sort("column", "known_at").iter_rows(named=True)
    return [(line["column"], line["value"], f"{line['known_at']:%d}") for line in lines]


def request(**cells):
    return row(
        "resource_requests", request_id="RR-1", job_role="dev", opened_at=OPENED, needed_by=dt.date(2025, 3, 20)
    ) | cells  # fmt: skip


LATE = dt.date(2025, 3, 30)
WAS, IS = ("needed_by", "2025-03-20", "01"), ("needed_by", "2025-03-30", "10")
UNKNOWN_YET = instant("2025-03-11")
FILLED, REFILLED = instant("2025-03-05"), instant("2025-03-08")


@pytest.mark.parametrize(
    ("former", "given_", "expected"),
    [
        (request(), request(needed_by=LATE), [WAS, IS]),
        (request(), request(filled_at=FILLED, status="filled"), []),
        (
            request(filled_at=FILLED),
            request(filled_at=REFILLED),
            [
                ("filled_at", None, "01"),
                ("filled_at", "2025-03-05T00:00:00.000000Z", "05"),
                ("filled_at", "2025-03-08T00:00:00.000000Z", "10"),
            ],
        ),
        (request(opened_at=UNKNOWN_YET), request(opened_at=UNKNOWN_YET, needed_by=LATE), []),
        (request(title="a"), request(title="b"), []),
    ],
    ids=["a date was moved", "it was filled", "it was filled at another time", "nobody knows it yet", "free text"],
)
def test_a_cell_that_was_known_leaves_what_it_was_and_what_it_is(former, given_, expected):
    assert left("resource_requests", former, given_) == expected


def test_what_only_revisions_can_tell_is_known_from_the_moment_it_came():
    entry = row("time_entries", entry_id="T", person_id="ana", worked_on=dt.date(2025, 3, 3), hours=8.0)
    assert left("time_entries", entry, entry | {"invoice_id": "I-1"}) == [("invoice_id", "I-1", "10")]
