"""What a simulation writes: all tables, fit to learn from, and nothing of the future."""

import datetime as dt

import polars as pl
import pytest

from models.checks import check
from models.point_in_time import known_rows
from models.records import TABLES, Kind
from tests.training.simulate.conftest import unheard
from training.simulate.calendar import Calendar
from training.simulate.simulate import simulate

FILES = 22
"""Tables and truths."""


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.parquet")}


def small(folder, seed):
    simulate(folder, 20, 3, seed, unheard)
    return files(folder)


@pytest.fixture(scope="module")
def end(written):
    """The first instant after the history."""
    return dt.datetime.combine(Calendar(written.months).end, dt.time(), dt.UTC)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path):
    first, again, other = small(tmp_path / "a", 1), small(tmp_path / "b", 1), small(tmp_path / "c", 2)
    assert len(first) == FILES
    assert first == again
    same = {name for name in first if first[name] == other[name]}
    assert same == {"holidays.parquet"}


def test_a_simulated_firm_may_be_written_again_in_place_of_another(tmp_path):
    small(tmp_path / "firm", 1)
    assert small(tmp_path / "firm", 2) == small(tmp_path / "other", 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["firm", "other"]


def test_every_table_is_written_and_tells_something(written):
    assert set(written.records) == set(written.rows) == set(TABLES)
    assert {name: frame.height for name, frame in written.records.items()} == written.rows
    assert min(written.rows.values()) > 0


def test_the_tables_are_fit_to_learn_from(written):
    report = check(written.reading)
    assert (report.errors, report.warnings) == (0, 0), [found.code for found in report.findings]


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_written_down_that_happens_after_the_end(written, end, name):
    frame = written.records[name]
    for column in TABLES[name].columns:
        if column.kind is Kind.INSTANT:
            assert (frame[column.name].drop_nulls() < end).all(), column.name
        elif column.kind is Kind.DAY and column.happening:
            assert (frame[column.name].drop_nulls() < end.date()).all(), column.name


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_known_before_the_end_but_for_people_who_are_booked_and_yet_to_come(written, end, name):
    known = known_rows(written.records, name)
    if name == "people":
        booked = written.records["assignments"]["person_id"].implode()
        known = known.filter((pl.col("joined_on") < end.date()) | ~pl.col("person_id").is_in(booked))
    assert (known["known_at"] < end).all()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("resource_requests", "needed_by"),
        ("milestones", "due_on"),
        ("projects", "ends_on"),
        ("assignments", "ends_on"),
    ],
)
def test_revisions_tell_what_a_moved_date_was_and_end_with_what_it_is(written, table, column):
    told = written.records["revisions"].filter(table=table, column=column).sort("key", "known_at")
    by_row = told.group_by("key", maintain_order=True).agg("value", since="known_at").to_dicts()
    now = dict(written.records[table].select(TABLES[table].key[0], pl.col(column).cast(pl.String)).iter_rows())
    moved = [row for row in by_row if row["key"] in now]
    assert moved
    assert all(len(row["value"]) > 1 for row in moved)
    known = {row["key"] for row in moved if row["value"][-1] != now[row["key"]]}
    assert not known, f"{len(known)} of {len(moved)}"


def test_a_corrected_entry_says_what_it_said_before(written):
    entries, told = written.records["time_entries"], written.records["revisions"].filter(column="hours")
    corrected = entries.filter(pl.col("corrected_at").is_not_null())
    assert corrected.height > 0
    last = told.sort("known_at").group_by("key", maintain_order=True).agg(now=pl.col("value").last(), times=pl.len())
    joined = corrected.join(last, left_on="entry_id", right_on="key")
    assert joined.height == corrected.height
    assert (joined["now"].cast(pl.Float64) == joined["hours"]).all()
    assert (joined["times"] == 2).all()


def test_whoever_works_for_the_firm_enters_time_and_who_has_left_does_not(written):
    entries, people = written.records["time_entries"], written.records["people"]
    joined = entries.join(people, on="person_id")
    assert joined.height == entries.height
    assert (joined["worked_on"] >= joined["joined_on"]).all()
    assert (joined["worked_on"] <= joined["left_on"].fill_null(joined["worked_on"].max())).all()
