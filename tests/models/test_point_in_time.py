"""The law: nobody sees at ``as_of`` what became known later, in any table and any column."""

import datetime as dt
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.point_in_time import known_rows, versions
from models.records import TABLES, Kind
from tests.models.future import EPOCH, Tables, any_cell, frames, key_of, known_at, revision, rewritten, row

AROUND = dt.datetime(2025, 3, 20, 9, 30, tzinfo=dt.UTC)
ZONES = (None, "Asia/Kolkata", "America/New_York", "Pacific/Auckland", "Pacific/Honolulu")
NAMES = [name for name in TABLES if name != "revisions"]

seeds = st.integers(0, 2**32 - 1)
some_tables = st.lists(st.sampled_from(NAMES), min_size=4, max_size=4, unique=True)


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def any_records(rng: Random) -> Tables:
    """A few rows of every table, with any value in any cell, and revisions of some of them."""
    tables: Tables = {"people": [], "projects": [], "resource_requests": [], "milestones": [], "approvals": []}
    for name in [*tables, *(name for name in NAMES if name not in tables)]:
        table, made = TABLES[name], {}
        for number in range(rng.randint(2, 4)):
            cells = {
                column.name: None
                if not column.required and rng.random() < 0.3
                else any_cell(rng, column, tables, AROUND)
                for column in table.columns
            }
            if not table.columns[0].references and table.columns[0].kind is Kind.TEXT:
                cells[table.key[0]] = f"{name}-{number}"
            if name == "people":
                cells["timezone"] = rng.choice(ZONES)
            made[key_of(name, cells)] = cells
        tables[name] = list(made.values())
    tables["revisions"] = [said for name in NAMES for cells in tables[name] for said in _said(rng, tables, name, cells)]
    return tables


def _said(rng: Random, tables: Tables, name: str, cells):
    """What was said of a row: of some cells all that they held since the row was known, of others only later values."""
    for column in TABLES[name].columns:
        if column.name in {*TABLES[name].key, "timezone"} or rng.random() < 0.7:
            continue
        since = known_at(tables, name, cells)
        told = [since] if rng.random() < 0.6 else []
        told += [AROUND + dt.timedelta(hours=rng.randint(-1400, 1400)) for _ in range(rng.randint(0, 2))]
        for known in sorted(set(told)):
            yield revision(name, cells, column.name, any_cell(rng, column, tables, AROUND), known)


def seen_at(tables: Tables, name: str, as_of: dt.datetime) -> pl.DataFrame:
    """All that `versions` shows of a table to somebody who stands at ``as_of``."""
    until = pl.col("known_until")
    known = versions(frames(tables), name, list(TABLES[name].schema)).filter(pl.col("known_at") <= as_of)
    return known.with_columns(pl.when(until <= as_of).then(until).alias("known_until"))


@settings(deadline=None, max_examples=25)
@given(seeds, st.integers(-1000, 1000), some_tables)
def test_whatever_happens_later_nobody_sees_it_in_any_table(seed, hours, names):
    rng, as_of = Random(seed), AROUND + dt.timedelta(hours=hours)
    tables = any_records(rng)
    after = rewritten(tables, as_of, rng)
    for name in names:
        before_, after_ = seen_at(tables, name, as_of), seen_at(after, name, as_of)
        assert before_.equals(after_), name
        assert before_.write_ndjson() == after_.write_ndjson(), name


@settings(deadline=None, max_examples=6)
@given(seeds)
def test_a_row_is_known_from_the_first_cell_that_tells(seed):
    tables = any_records(Random(seed))
    for name in NAMES:
        found = known_rows(frames(tables), name)["known_at"].to_list()
        assert found == [known_at(tables, name, cells) for cells in tables[name]], name


@settings(deadline=None, max_examples=6)
@given(seeds, some_tables)
def test_the_order_of_rows_says_nothing(seed, names):
    rng = Random(seed)
    tables = any_records(rng)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in tables.items()}
    for name in names:
        columns = list(TABLES[name].schema)
        assert versions(frames(tables), name, columns).equals(versions(frames(shuffled), name, columns)), name


@settings(deadline=None, max_examples=6)
@given(seeds, some_tables)
def test_the_versions_of_a_row_follow_each_other_without_gap_or_overlap(seed, names):
    tables = any_records(Random(seed))
    for name in names:
        found = versions(frames(tables), name, list(TABLES[name].schema))
        for _, rows in found.group_by(list(TABLES[name].key), maintain_order=True):
            assert rows["known_until"].to_list() == [*rows["known_at"].to_list()[1:], None], name
        assert found.select(TABLES[name].key).n_unique() == len(tables[name])


def request(**cells):
    opened_at, needed_by = instant("2025-03-01"), dt.date(2025, 3, 30)
    return row("resource_requests", request_id="RR-1", job_role="dev", opened_at=opened_at, needed_by=needed_by) | cells


def shown(name: str, cells, revisions, *columns: str):
    found = versions(frames({name: [cells], "revisions": revisions}), name, columns)
    return [(f"{line['known_at']:%d}", *(line[column] for column in columns)) for line in found.iter_rows(named=True)]


def moved(cells, value: str, known: str, column: str = "needed_by", name: str = "resource_requests"):
    return revision(name, cells, column, value, instant(known))


def test_the_worked_example_of_versions():
    cells = request(filled_at=instant("2025-03-09"))
    said = [moved(cells, "2025-03-20", "2025-03-01"), moved(cells, "2025-03-30", "2025-03-05")]
    early, late = dt.date(2025, 3, 20), dt.date(2025, 3, 30)
    assert shown("resource_requests", cells, said, "needed_by", "filled_at") == [
        ("01", early, None),
        ("05", late, None),
        ("09", late, instant("2025-03-09")),
    ]


FILLED = "filled_at"


@pytest.mark.parametrize(
    ("given_", "said", "expected"),
    [
        ("2025-03-09", [], [("01", None), ("09", "2025-03-09")]),
        (None, [("2025-03-09", "2025-03-09")], [("01", None), ("09", "2025-03-09")]),
        ("2025-03-09", [(None, "2025-03-01"), ("2025-03-09", "2025-03-20")], [("01", None), ("20", "2025-03-09")]),
        ("2025-03-09", [("2025-03-25", "2025-03-02"), ("2025-03-09", "2025-03-04")],
         [("01", None), ("02", None), ("04", None), ("09", "2025-03-09")]),
        ("2025-03-25", [("2025-03-03", "2025-03-03"), ("2025-03-25", "2025-03-10")],
         [("01", None), ("03", "2025-03-03"), ("10", None), ("25", "2025-03-25")]),
        (None, [("2025-03-03", "2025-03-03"), (None, "2025-03-10")],
         [("01", None), ("03", "2025-03-03"), ("10", None)]),
    ],
    ids=["given", "only written down", "written down late", "planned again before it happened", "put off", "undone"],
)  # fmt: skip
def test_a_happening_shows_once_it_happened_and_was_written_down(given_, said, expected):
    cells = request(filled_at=given_ and instant(given_))
    revisions = [moved(cells, value and f"{value}T00:00:00Z", known, FILLED) for value, known in said]
    found = shown("resource_requests", cells, revisions, FILLED)
    assert found == [(day, value and instant(value)) for day, value in expected]


@pytest.mark.parametrize(
    ("zone", "end"),
    [(None, "2025-03-10T23:59:59.999999"), ("Pacific/Auckland", "2025-03-10T10:59:59.999999"),
     ("America/New_York", "2025-03-11T03:59:59.999999")],
)  # fmt: skip
def test_a_happening_given_as_a_day_is_known_at_the_end_of_the_persons_day(zone, end):
    left_on = dt.date(2025, 3, 10)
    person = row("people", person_id="ana", job_role="dev", timezone=zone, left_on=left_on)
    found = versions(frames({"people": [person]}), "people", ["left_on"])
    assert found.rows() == [("ana", None, EPOCH, instant(end)), ("ana", left_on, instant(end), None)]


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        ("needed_by", "2025-04-01", dt.date(2025, 4, 1)),
        ("needed_by", "soon", None),
        ("headcount", "3", 3),
        ("bill_rate", "95.5", 95.5),
        ("remote_ok", "TRUE", True),
        ("remote_ok", "no", False),
        ("title", " ", None),
        ("filled_at", "2025-03-02T12:00:00+02:00", instant("2025-03-02T10:00:00")),
        ("filled_at", "2025-03-02", instant("2025-03-02T23:59:59.999999")),
    ],
)
def test_a_revision_is_read_as_the_cell_that_it_sets(column, value, cell):
    cells = request()
    assert shown("resource_requests", cells, [moved(cells, value, "2025-03-05", column)], column)[-1] == ("05", cell)


def test_what_was_set_before_a_row_was_known_counts_from_its_start():
    cells = request()
    said = [moved(cells, "2025-03-20", "2025-01-05"), moved(cells, "2025-03-25", "2025-02-05")]
    assert shown("resource_requests", cells, said, "needed_by") == [("01", dt.date(2025, 3, 25))]


def test_a_row_keeps_its_key_whatever_is_revised_and_its_cells_where_a_part_of_the_key_is_null():
    events = [
        row("approval_events", approval_id="A", at=AROUND, seq=seq, activity="sent", actor="ana") for seq in (1, None)
    ]
    later = AROUND + dt.timedelta(days=1)
    said = revision("approval_events", events[0], "actor", "bo", later)
    assert said["key"] == "A/2025-03-20T09:30:00Z/1/sent"
    found = versions(frames({"approval_events": events, "revisions": [said]}), "approval_events", ["actor"])
    assert sorted(found.select("at", "seq", "actor", "known_at").rows(), key=str) == [
        (AROUND, 1, "ana", AROUND),
        (AROUND, 1, "bo", later),
        (AROUND, None, "ana", AROUND),
    ]
