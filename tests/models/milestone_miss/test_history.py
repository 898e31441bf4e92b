"""Snapshots of milestones: nothing of the future, the same alone, together and online, and by hand."""

import datetime as dt
from dataclasses import dataclass
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.milestone_miss import MILESTONE_MISS, history
from models.milestone_miss.snapshot import NO_FEATURES, MilestoneMissSnapshot
from models.records import TABLES, Records
from tests.models.future import Tables, frames, revision, rewritten
from tests.models.milestone_miss.rows import DUE, MONDAY, SETTINGS, after, asked, milestone, project, records_of
from tests.models.missing_time.firms import fetch_from
from tests.models.project_signals.firms import firm, some_instant

seeds = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Asked:
    """A generated firm and its milestones at some instants up to ``as_of``, open or not."""

    tables: Tables
    records: Records
    subjects: pl.DataFrame
    as_of: dt.datetime
    rng: Random

    @classmethod
    def of(cls, seed: int) -> "Asked":
        rng = Random(seed)
        tables, as_of = firm(seed), some_instant(rng)
        instants = [as_of - dt.timedelta(days=back) for back in (0, 7, 21, 35)]
        ids = [cells["milestone_id"] for cells in tables["milestones"]]
        subjects = MILESTONE_MISS.parse(ids * len(instants), [each for each in instants for _ in ids])
        return cls(tables, frames(tables), subjects, as_of, rng)


def same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one.equals(other) and one.schema == other.schema and one.write_ndjson() == other.write_ndjson()


def sees_the_future(build, seed: int) -> bool:
    """Whether ``build`` makes other snapshots once something later than their instant is another."""
    one = Asked.of(seed)
    after_all = frames(rewritten(one.tables, one.as_of, one.rng))
    return not same(build(one.records, one.subjects, SETTINGS), build(after_all, one.subjects, SETTINGS))


@settings(deadline=None, max_examples=6)
@given(seeds)
def test_whatever_happens_later_a_snapshot_stays_as_it_is(seed):
    assert not sees_the_future(history.build, seed)


def _without_revisions(records, subjects, chosen):
    return history.build({**records, "revisions": TABLES["revisions"].empty()}, subjects, chosen)


def _with_all_milestones(records, subjects, chosen):
    early = records["milestones"].with_columns(created_at=pl.lit(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
    return history.build({**records, "milestones": early.cast(TABLES["milestones"].schema)}, subjects, chosen)


@pytest.mark.parametrize("leaky", [_without_revisions, _with_all_milestones])
def test_a_builder_that_looks_ahead_is_caught_by_the_same_test(leaky):
    assert any(sees_the_future(leaky, seed) for seed in range(40))


@settings(deadline=None, max_examples=4)
@given(seeds)
def test_a_snapshot_online_or_alone_equals_the_batch_to_the_byte(seed):
    one = Asked.of(seed)
    fetch = fetch_from(one.records)
    together = history.build(one.records, one.subjects, SETTINGS)
    assert same(history.build(history.neighbourhood(one.subjects, fetch), one.subjects, SETTINGS), together)
    if together.height:
        alone = together.sample(1, seed=seed % 1_000)
        subject = MILESTONE_MISS.parse(alone["subject_id"].to_list(), alone["as_of"].to_list())
        assert same(history.build(one.records, subject, SETTINGS), alone)
        assert same(history.build(history.neighbourhood(subject, fetch), subject, SETTINGS), alone)


@settings(deadline=None, max_examples=3)
@given(seeds)
def test_the_order_of_rows_does_not_matter(seed):
    one = Asked.of(seed)
    shuffled = frames({name: one.rng.sample(rows, len(rows)) for name, rows in one.tables.items()})
    expected = history.build(one.records, one.subjects, SETTINGS)
    assert same(history.build(shuffled, one.subjects.reverse(), SETTINGS), expected.reverse())


def test_snapshots_of_a_firm_online_equal_the_batch_and_fit_the_contract(harbour):
    subjects = MILESTONE_MISS.scheduled(harbour, SETTINGS)
    together = history.build(harbour, subjects, SETTINGS)
    assert together.height == subjects.height > 150
    for cells in together.drop("subject_id", "as_of").iter_rows(named=True):
        MilestoneMissSnapshot.model_validate(cells)
    for position in range(0, subjects.height, 50):
        call = subjects.slice(position, 3)
        online = history.build(history.neighbourhood(call, fetch_from(harbour)), call, SETTINGS)
        assert same(online, together.slice(position, 3))


@settings(deadline=None, max_examples=3)
@given(seeds)
def test_snapshots_of_wild_records_fit_the_contract(seed):
    one = Asked.of(seed)
    for cells in history.build(one.records, one.subjects, SETTINGS).drop("subject_id", "as_of").iter_rows(named=True):
        MilestoneMissSnapshot.model_validate(cells)


@pytest.mark.parametrize("name", [name for name in sorted(firm(1)) if name != "milestones"])
def test_any_other_table_may_be_missing(harbour, name):
    records = {table: frame for table, frame in harbour.items() if table != name}
    subjects = asked("hv-01-m4", "hv-06-m1", as_of=dt.datetime(2025, 6, 2, 6, tzinfo=dt.UTC))
    found = history.build(records, subjects, SETTINGS)
    assert found.columns == ["subject_id", "as_of", *MilestoneMissSnapshot.model_fields]
    assert found["subject_id"].to_list() == ["hv-01-m4"]


def test_columns_that_a_firm_does_not_keep_are_unknown_and_no_failure():
    bare = milestone(created_at=None, amount=None)
    found = history.build(records_of(bare, projects=[{"project_id": "P"}]), asked(), SETTINGS).row(0, named=True)
    assert (found["days_to_due"], found["stage"], found["amount_of_contract"], found["amount"]) == (17, 0, None, None)


def test_from_nothing_comes_nothing():
    assert history.build({}, asked(), SETTINGS).is_empty()
    nobody = MILESTONE_MISS.parse([], [])
    assert history.build({}, nobody, SETTINGS).columns == ["subject_id", "as_of", *MilestoneMissSnapshot.model_fields]


def told(*milestones, as_of: dt.datetime = MONDAY, **tables) -> dict[str, object]:
    """The fields of milestone M."""
    found = history.build(records_of(*milestones, **tables), asked(as_of=as_of), SETTINGS)
    return found.row(0, named=True)


def values(found: dict[str, object], *names: str) -> tuple[object, ...]:
    return tuple(found[name] for name in names)


def test_a_milestone_has_days_to_its_date_and_to_its_deadline():
    found = told(milestone())
    assert values(found, "days_to_due", "days_to_deadline", "created_days", "amount_of_contract") == (17, 24, 90, 0.2)
    assert values(found, "deadline_month", "days_to_month_end", "days_to_quarter_end") == (3, 4, 4)
    late = told(milestone(), as_of=after(23))
    assert values(late, "days_to_due", "days_to_deadline", "project_overdue") == (-6, 1, 0)


@pytest.mark.parametrize(
    ("cells", "stage", "days"),
    [
        ({}, 0, 0),
        ({"achieved_at": after(-12)}, 1, 12),
        ({"achieved_at": after(1)}, 0, 0),
        ({"achieved_at": after(-12), "accepted_at": after(-3.5)}, 2, 3),
        ({"accepted_at": after(-3)}, 2, 3),
        ({"achieved_at": after(-12), "accepted_at": after(0.1)}, 1, 12),
    ],
)
def test_a_milestone_goes_from_planned_to_achieved_to_accepted(cells, stage, days):
    assert values(told(milestone(**cells)), "stage", "days_in_stage") == (stage, days)


def test_a_date_that_moves_is_counted_and_measured():
    moved = milestone()
    said = [
        revision("milestones", moved, "due_on", dt.date(2025, 3, 1), after(-90)),
        revision("milestones", moved, "due_on", dt.date(2025, 3, 11), after(-20)),
        revision("milestones", moved, "due_on", dt.date(2025, 3, 25), after(-2)),
        revision("milestones", moved, "due_on", DUE, after(2)),
    ]
    assert values(told(moved, revisions=said), "days_to_due", "due_moves", "due_moved_days") == (22, 2, 24)


def test_the_projects_other_milestones_tell_how_it_goes():
    others = [
        milestone("1", due_on=dt.date(2025, 1, 10), billed_at=dt.datetime(2025, 1, 20, 9, tzinfo=dt.UTC)),
        milestone("2", due_on=dt.date(2025, 2, 10), billed_at=dt.datetime(2025, 2, 8, 9, tzinfo=dt.UTC)),
        milestone("3", due_on=dt.date(2025, 2, 20)),
        milestone("4", due_on=dt.date(2025, 2, 20), billed_at=after(1)),
        milestone("5", due_on=dt.date(2025, 2, 20), cancelled_at=after(-1)),
        milestone("6", due_on=dt.date(2025, 3, 3)),
        milestone("7", due_on=dt.date(2025, 2, 20), project_id="Q"),
    ]
    found = told(milestone(), *others, projects=[project(), project(project_id="Q")])
    assert values(found, "project_milestones", "project_milestones_billed", "project_overdue") == (6, 2, 2)
    assert values(found, "project_billed_late_share", "project_days_late") == (0.5, 4.0)


def test_no_features_are_fields_of_the_snapshot():
    assert MilestoneMissSnapshot.model_fields.keys() > NO_FEATURES
