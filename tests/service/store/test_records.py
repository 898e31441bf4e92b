"""Records go into the database and come back as they were."""

import datetime as dt
import struct
from random import Random

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.overwriting import left_behind
from models.records import TABLES, Kind
from service.store.errors import UnfitRecordsError
from service.store.records import Loaded, fetch, load
from tests.models.future import frames as frames_of
from tests.models.test_overwriting import overwritten
from tests.models.test_point_in_time import any_records

IN_A_TEST_DATABASE = settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ODD_TEXT = st.sampled_from(["", "\\N", "\\.", "a\n\\.\nb", "\\", "\\\\n", "\t", "\r\n", '"', "NULL", " ", "ü😀\u2028"])
CELLS = {
    Kind.TEXT: TEXT | ODD_TEXT,
    Kind.NUMBER: st.floats(allow_nan=False) | st.sampled_from([-0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2]),
    Kind.INTEGER: st.integers(-(2**63), 2**63 - 1),
    Kind.FLAG: st.booleans(),
    Kind.DAY: st.dates(),
    Kind.INSTANT: st.datetimes(timezones=st.just(dt.UTC)),
}
MONDAY = dt.date(2026, 3, 2)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def frames(table):
    """Canonical frames of ``table``, each key once, ordered by key."""
    cells = [CELLS[column.kind] if column.required else st.none() | CELLS[column.kind] for column in table.columns]
    rows = st.lists(st.tuples(*cells), max_size=6)
    return rows.map(
        lambda rows: pl.DataFrame(rows, schema=table.schema, orient="row").unique(table.key).sort(table.key)
    )


def bits(frame):
    """The frame with each double as its eight bytes: -0.0 is not 0.0."""
    doubles = [name for name, dtype in frame.schema.items() if dtype == pl.Float64]
    return frame.with_columns(
        pl.col(doubles).map_elements(lambda value: struct.pack(">d", value), return_dtype=pl.Binary)
    )


def entries(*rows):
    given = pl.DataFrame(rows, schema=["entry_id", "person_id", "worked_on", "hours"], orient="row")
    return given.with_columns(pl.col("hours").cast(pl.Float64))


def all_of(connection, table):
    ids = connection.execute(sa.text(f'SELECT "{TABLES[table].key[0]}" FROM records.{table}')).scalars().all()
    return fetch(connection)(table, TABLES[table].key[0], ids)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_what_is_loaded_comes_back_bit_for_bit(table, connection):
    @IN_A_TEST_DATABASE
    @given(frames(table), frames(table))
    def round_trip(first, second):
        with connection.begin_nested() as attempt:
            assert load(connection, {table.name: first})[table.name] == Loaded(first.height, 0, 0)
            assert_frame_equal(bits(all_of(connection, table.name)), bits(first))
            load(connection, {table.name: second})
            kept = first.join(second, on=table.key, how="anti", nulls_equal=True)
            both = pl.concat([kept, second]).sort(table.key)
            assert_frame_equal(bits(all_of(connection, table.name)), bits(both))
            attempt.rollback()

    connection.begin()
    round_trip()


def test_a_load_says_what_is_new_what_was_overwritten_and_what_it_found_the_same(connection):
    load(connection, {"time_entries": entries(("E1", "P1", MONDAY, 8), ("E2", "P1", MONDAY, 0.0))})
    again = entries(("E1", "P1", MONDAY, 8), ("E2", "P1", MONDAY, -0.0), ("E3", "P1", MONDAY, 1))
    assert load(connection, {"time_entries": again, "holidays": TABLES["holidays"].empty()}) == {
        "time_entries": Loaded(1, 1, 1),
        "holidays": Loaded(0, 0, 0),
    }


def test_a_table_that_is_all_key_is_found_the_same_the_second_time(connection):
    days = {"holidays": pl.DataFrame({"region": ["DE"], "on": [MONDAY]})}
    assert load(connection, days)["holidays"] == Loaded(1, 0, 0)
    assert load(connection, days)["holidays"] == Loaded(0, 0, 1)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_load_by_the_clock_leaves_what_the_law_says_in_every_table(connection, seed):
    rng, now = Random(seed), NOON
    tables = any_records(rng)
    after = overwritten(tables, now, rng)
    load(connection, frames_of(tables))
    counts = load(connection, frames_of(after | {"revisions": []}), clock=lambda: now)
    before, given_ = frames_of(tables), frames_of(after)
    for name in counts:
        around = {"people": given_["people"], "projects": given_["projects"], "revisions": before["revisions"]}
        changed = before[name].join(given_[name], on=TABLES[name].key, how="semi", nulls_equal=True)
        expected = left_behind(name, changed, given_[name], {**around, name: before[name]}, now)
        assert counts[name].revisions == expected.height, name
        stored = fetch(connection)("revisions", "table", [name])
        told = pl.concat([before["revisions"].filter(pl.col("table") == name), expected])
        assert_frame_equal(stored, told.unique(TABLES["revisions"].key, keep="last").sort(TABLES["revisions"].key))


def test_a_column_that_a_load_lacks_becomes_null(connection):
    load(connection, {"people": pl.DataFrame({"person_id": ["P1"], "job_role": ["dev"], "grade": ["senior"]})})
    load(connection, {"people": pl.DataFrame({"person_id": ["P1"], "job_role": ["dev"]})})
    assert all_of(connection, "people")["grade"].to_list() == [None]


def test_an_event_without_a_number_is_the_same_event_the_second_time(connection):
    event = pl.DataFrame({"approval_id": ["A"], "at": [NOON], "activity": ["opened"], "note": ["first"]})
    event = event.with_columns(pl.col("at").cast(pl.Datetime("us", "UTC")))
    load(connection, {"approval_events": event})
    again = {"approval_events": event.with_columns(note=pl.lit("second"))}
    assert load(connection, again)["approval_events"] == Loaded(0, 1, 0)
    assert all_of(connection, "approval_events")["note"].to_list() == ["second"]


def test_nothing_of_a_load_stays_when_the_caller_rolls_back(engine):
    with engine.connect() as connection:
        load(connection, {"time_entries": entries(("E1", "P1", MONDAY, 8))})
        connection.rollback()
    with engine.connect() as connection:
        assert all_of(connection, "time_entries").is_empty()


def test_a_load_is_there_once_the_caller_commits(engine):
    with engine.connect() as connection:
        load(connection, {"time_entries": entries(("E1", "P1", MONDAY, 8))})
        connection.commit()
    with engine.connect() as connection:
        assert all_of(connection, "time_entries").height == 1


@pytest.mark.parametrize(
    ("table", "frame", "columns", "positions"),
    [
        ("people", {"person_id": ["P1", "P2", "P1"], "job_role": ["a", "b", "c"]}, ("person_id",), (0, 2)),
        ("people", {"person_id": ["P1", None], "job_role": ["a", "b"]}, ("person_id",), (1,)),
        ("people", {"person_id": ["P1"]}, ("job_role",), (0,)),
        ("people", {"person_id": ["P1"], "job_role": ["a\0b"]}, ("job_role",), (0,)),
        ("people", {"person_id": ["P1"], "job_role": ["a"], "shoe_size": [43]}, ("shoe_size",), ()),
        ("people", {"person_id": [1], "job_role": ["a"]}, ("person_id",), ()),
        ("holidays", {"region": ["DE"], "on": pl.Series([2932897]).cast(pl.Date)}, ("on",), (0,)),
        ("holidays", {"region": ["DE"], "on": pl.Series([-719163]).cast(pl.Date)}, ("on",), (0,)),
    ],
    ids=["key twice", "no key", "no required", "NUL", "unknown column", "type", "after 9999", "before 1"],
)  # fmt: skip
def test_records_that_the_database_cannot_hold_are_refused_by_column_and_row(
    connection, table, frame, columns, positions
):
    with pytest.raises(UnfitRecordsError) as refused:
        load(connection, {table: pl.DataFrame(frame)})
    assert (refused.value.table, refused.value.columns, refused.value.positions) == (table, columns, positions)


def test_a_neighbourhood_is_the_rows_of_those_asked_for_from_a_day_on_ordered_by_key(connection):
    sunday = MONDAY - dt.timedelta(days=1)
    given = [("E2", "P1", MONDAY, 1), ("E1", "P2", MONDAY, 2), ("E3", "P1", sunday, 3), ("E4", "P3", MONDAY, 4)]
    load(connection, {"time_entries": entries(*given)})
    found = fetch(connection)("time_entries", "person_id", {"P1", "P2", "nobody"}, since=("worked_on", MONDAY))
    assert found["entry_id"].to_list() == ["E1", "E2"]
    assert found.schema == TABLES["time_entries"].schema


@pytest.mark.parametrize("values", [[], ["nobody"]], ids=["nobody asked for", "nobody found"])
def test_an_empty_neighbourhood_has_the_canonical_schema(connection, values):
    assert_frame_equal(fetch(connection)("revisions", "key", values), TABLES["revisions"].empty())


@pytest.mark.parametrize(
    ("table", "column", "since"),
    [
        ("salaries", "person_id", None),
        ("people", "person_id; DROP TABLE audit", None),
        ("time_entries", "hours", None),
        ("time_entries", "person_id", ("entered_at", MONDAY)),
    ],
)
def test_only_canonical_columns_of_the_right_kind_can_be_asked_for(connection, table, column, since):
    with pytest.raises(ValueError, match="of a canonical table"):
        fetch(connection)(table, column, [], since=since)


def test_a_refusal_of_the_database_does_not_quote_the_row(connection):
    connection.execute(sa.text("ALTER TABLE records.people ADD CHECK (grade <> 'secret')"))
    with pytest.raises(sa.exc.IntegrityError) as refused:
        load(connection, {"people": pl.DataFrame({"person_id": ["P1"], "job_role": ["a"], "grade": ["secret"]})})
    assert "secret" not in str(refused.value)


def test_cells_of_a_row_stay_together_when_parallel_workers_read_it(connection):
    rows = [(f"E{number}", f"P{number % 7}", MONDAY, number % 24) for number in range(5_000)]
    load(connection, {"time_entries": entries(*rows)})
    for setting in ("min_parallel_table_scan_size", "parallel_setup_cost", "parallel_tuple_cost"):
        connection.execute(sa.text(f"SET LOCAL {setting} = 0"))
    connection.execute(sa.text("SET LOCAL enable_indexscan = off"))
    connection.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
    connection.execute(sa.text("ANALYZE records.time_entries"))
    found = fetch(connection)("time_entries", "person_id", [f"P{number}" for number in range(7)])
    kept = found.select("entry_id", "person_id", "worked_on", "hours")
    assert_frame_equal(kept, entries(*rows).sort("entry_id"))
