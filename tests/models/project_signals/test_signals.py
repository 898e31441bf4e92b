"""Signals of projects: nothing of the future, the same alone and together, and from few records as from all."""

import datetime as dt
from dataclasses import dataclass
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.point_in_time import INSTANT
from models.project_signals import SIGNALS, Past, ProjectFields, near
from models.project_signals import signals as signals_of
from models.records import TABLES, Records
from tests.models.future import Tables, frames, rewritten
from tests.models.missing_time.firms import fetch_from
from tests.models.project_signals.by_hand import by_hand
from tests.models.project_signals.firms import PROJECTS, firm, some_instant

seeds = st.integers(0, 2**32 - 1)
SOMEWHEN = pl.DataFrame(
    [(project, dt.datetime(2025, 7, 14, 6, tzinfo=dt.UTC)) for project in ("hv-04", "hv-09")],
    schema={"project_id": pl.String, "as_of": INSTANT},
    orient="row",
)


def signals(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    return signals_of(Past(records), subjects)


@dataclass(frozen=True)
class Asked:
    """A generated firm, and its projects at some instants up to ``as_of``."""

    tables: Tables
    records: Records
    subjects: pl.DataFrame
    as_of: dt.datetime
    rng: Random

    @classmethod
    def of(cls, seed: int) -> "Asked":
        rng = Random(seed)
        tables, as_of = firm(seed), some_instant(rng)
        instants = [as_of, as_of - dt.timedelta(days=7), as_of - dt.timedelta(days=40)]
        rows = [(project, instant) for instant in instants for project in (*PROJECTS, "gone")]
        subjects = pl.DataFrame(rows, schema={"project_id": pl.String, "as_of": INSTANT}, orient="row")
        return cls(tables, frames(tables), subjects, as_of, rng)


def same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one.equals(other) and one.schema == other.schema and one.write_ndjson() == other.write_ndjson()


def sees_the_future(build, seed: int) -> bool:
    """Whether ``build`` tells other signals once something later than their instant is another."""
    asked = Asked.of(seed)
    after = frames(rewritten(asked.tables, asked.as_of, asked.rng))
    return not same(build(asked.records, asked.subjects), build(after, asked.subjects))


@settings(deadline=None, max_examples=6)
@given(seeds)
def test_whatever_happens_later_the_signals_stay_as_they_are(seed):
    assert not sees_the_future(signals, seed)


def _without_revisions(records, subjects):
    return signals({**records, "revisions": TABLES["revisions"].empty()}, subjects)


def _known_too_early(table, column):
    def leaky(records, subjects):
        early = pl.lit(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dtype=INSTANT)
        return signals({**records, table: records[table].with_columns(early.alias(column))}, subjects)

    return leaky


LEAKS = [
    _without_revisions,
    _known_too_early("assignments", "booked_at"),
    _known_too_early("time_entries", "entered_at"),
    _known_too_early("actuals", "known_at"),
]


@pytest.mark.parametrize("leaky", LEAKS, ids=["revisions", "assignments", "time_entries", "actuals"])
def test_a_builder_that_looks_ahead_is_caught_by_the_same_test(leaky):
    assert any(sees_the_future(leaky, seed) for seed in range(40))


@settings(deadline=None, max_examples=4)
@given(seeds)
def test_signals_of_one_project_or_online_equal_the_batch_to_the_byte(seed):
    asked = Asked.of(seed)
    fetch = fetch_from(asked.records)
    together = signals(asked.records, asked.subjects)
    assert same(signals(near(asked.subjects["project_id"].to_list(), fetch), asked.subjects), together)
    position = asked.rng.randrange(asked.subjects.height)
    alone = asked.subjects.slice(position, 1)
    assert same(signals(asked.records, alone), together.slice(position, 1))
    assert same(signals(near(alone["project_id"].to_list(), fetch), alone), together.slice(position, 1))


@settings(deadline=None, max_examples=3)
@given(seeds)
def test_the_order_of_rows_does_not_matter(seed):
    asked = Asked.of(seed)
    shuffled = frames({name: asked.rng.sample(rows, len(rows)) for name, rows in asked.tables.items()})
    expected = signals(asked.records, asked.subjects)
    assert same(signals(shuffled, asked.subjects), expected)
    assert same(signals(shuffled, asked.subjects.reverse()), expected.reverse())


@settings(deadline=None, max_examples=8)
@given(seeds)
def test_a_plain_hand_finds_the_same_and_signals_of_wild_records_fit_the_contract(seed):
    asked = Asked.of(seed)
    built = signals(asked.records, asked.subjects)
    for cells in built.iter_rows(named=True):
        ProjectFields.model_validate(cells, strict=True)
    for found in built.hstack(asked.subjects.select("as_of")).iter_rows(named=True):
        hand = by_hand(asked.tables, found["project_id"], found["as_of"])
        assert {name: found[name] for name in hand} == hand, (found["project_id"], found["as_of"])


def test_every_signal_of_a_firm_fits_the_contract_and_nearly_all_tell_something(harbour):
    mondays = [dt.datetime(2025, 5, 5, 6, tzinfo=dt.UTC) + dt.timedelta(weeks=week) for week in range(24)]
    rows = [(project, monday) for monday in mondays for project in harbour["projects"]["project_id"]]
    subjects = pl.DataFrame(rows, schema={"project_id": pl.String, "as_of": INSTANT}, orient="row")
    found = signals(harbour, subjects)
    for cells in found.iter_rows(named=True):
        ProjectFields.model_validate(cells, strict=True)
    silent = [name for name in SIGNALS if found[name].n_unique() < 2]
    assert silent == ["plan_moved_days_84", "unpriced_change_hours"]


@pytest.mark.parametrize("name", sorted(firm(1)))
def test_any_table_may_be_missing(harbour, name):
    records = {table: frame for table, frame in harbour.items() if table != name}
    found = signals(records, SOMEWHEN)
    assert found.columns == list(SIGNALS)
    assert found["project_id"].to_list() == ["hv-04", "hv-09"]


def test_an_empty_table_is_a_missing_one():
    empty = {name: table.empty() for name, table in TABLES.items()}
    assert same(signals(empty, SOMEWHEN), signals({}, SOMEWHEN))


def test_columns_that_a_firm_does_not_keep_are_unknown_and_no_failure(harbour):
    bare = {
        name: frame.with_columns(
            pl.lit(None, dtype=column.dtype).alias(column.name)
            for column in TABLES[name].columns
            if not column.required
        )
        for name, frame in harbour.items()
    }
    found = signals(bare, SOMEWHEN)
    told = {name for name in SIGNALS if found[name].null_count() < found.height}
    assert told == {
        "project_id", "team_people", "team_joined_share", "team_released_share", "booked_hours_28", "booked_hours_84",
        "hours_28", "hours_84", "releases_a_week", "manager_follow_through", "plan_moved_days_84",
        "open_changes", "changes_raised_28", "changes_raised_56", "approvals_opened_56", "changes_a_person_84",
        "changes_raised_84", "unpriced_change_hours", "longest_undecided_days", "open_approvals",
        "client_milestones_billed", "client_invoices", "manager_milestones_billed", "manager_forecasts",
        "forecast_age_days", "forecast_count",
    }  # fmt: skip


def test_from_nothing_comes_nothing():
    found = signals({}, SOMEWHEN)
    assert found.height == SOMEWHEN.height
    assert found["forecast_margin"].null_count() == found.height
    assert signals({}, SOMEWHEN.clear()).schema == found.schema
