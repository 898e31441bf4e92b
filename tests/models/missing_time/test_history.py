"""Snapshots: nothing of the future, the same alone and together, and what a slow and plain hand works out."""

import datetime as dt
from dataclasses import dataclass
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.missing_time import MISSING_TIME, history
from models.missing_time.settings import MissingTimeSettings
from models.missing_time.snapshot import MissingTimeSnapshot
from models.records import TABLES, Records
from tests.models.future import Tables, frames, revision, rewritten, row
from tests.models.missing_time.by_hand import by_hand
from tests.models.missing_time.firms import fetch_from, firm, some_instant

SETTINGS = MissingTimeSettings()
BOTH = [SETTINGS, MissingTimeSettings(label="no_entry")]

seeds = st.integers(0, 2**32 - 1)
labels = st.sampled_from(BOTH)


@dataclass(frozen=True)
class Asked:
    """A generated firm and some of its person-days of the weeks before ``as_of``."""

    tables: Tables
    records: Records
    subjects: pl.DataFrame
    as_of: dt.datetime
    rng: Random

    @classmethod
    def of(cls, seed: int, label: MissingTimeSettings = SETTINGS) -> "Asked":
        rng = Random(seed)
        tables, as_of = firm(seed), some_instant(rng)
        records = frames(tables)
        known = MISSING_TIME.scheduled(records, label).filter(pl.col("as_of") <= as_of)
        today = MISSING_TIME.open_at(records, as_of)
        return cls(tables, records, pl.concat([known.tail(80), today]).unique(maintain_order=True), as_of, rng)


def same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one.equals(other) and one.schema == other.schema and one.write_ndjson() == other.write_ndjson()


def sees_the_future(build, seed: int, label: MissingTimeSettings = SETTINGS) -> bool:
    """Whether ``build`` makes other snapshots once something later than their instant is another."""
    asked = Asked.of(seed, label)
    after = frames(rewritten(asked.tables, asked.as_of, asked.rng))
    return not same(build(asked.records, asked.subjects, label), build(after, asked.subjects, label))


@settings(deadline=None, max_examples=15)
@given(seeds, labels)
def test_whatever_happens_later_a_snapshot_stays_as_it_is(seed, label):
    assert not sees_the_future(history.build, seed, label)


def _without_revisions(records, subjects, label):
    return history.build({**records, "revisions": TABLES["revisions"].empty()}, subjects, label)


def _by_the_day_of_work(records, subjects, label):
    schema = TABLES["time_entries"].schema
    entries = records["time_entries"].with_columns(entered_at=None, submitted_at=None).cast(schema)
    return history.build({**records, "time_entries": entries}, subjects, label)


def _with_all_leave(records, subjects, label):
    leave = records["time_off"].with_columns(booked_at=pl.lit(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
    return history.build({**records, "time_off": leave.cast(TABLES["time_off"].schema)}, subjects, label)


@pytest.mark.parametrize("leaky", [_without_revisions, _by_the_day_of_work, _with_all_leave])
def test_a_builder_that_looks_ahead_is_caught_by_the_same_test(leaky):
    assert any(sees_the_future(leaky, seed) for seed in range(30))


@settings(deadline=None, max_examples=10)
@given(seeds, labels)
def test_a_snapshot_online_equals_the_batch_to_the_byte(seed, label):
    asked = Asked.of(seed, label)
    fetch = fetch_from(asked.records)
    together = history.build(asked.records, asked.subjects, label)
    online = history.build(history.neighbourhood(asked.subjects, fetch), asked.subjects, label)
    assert same(online, together)
    alone = asked.subjects.slice(asked.rng.randrange(max(asked.subjects.height, 1)), 1)
    if alone.height:
        expected = together.join(alone, on=["subject_id", "as_of"], how="semi")
        assert same(history.build(history.neighbourhood(alone, fetch), alone, label), expected)


def test_thousands_of_snapshots_of_a_firm_online_equal_the_batch_to_the_byte(harbour, snapshots):
    subjects = MISSING_TIME.scheduled(harbour, SETTINGS).tail(5_000)
    calls = [subjects.slice(start, 1_000) for start in range(0, subjects.height, 1_000)]
    calls += [subjects.slice(start, 1) for start in range(0, subjects.height, 500)]
    fetch, checked = fetch_from(harbour), 0
    for call in calls:
        online = history.build(history.neighbourhood(call, fetch), call, SETTINGS)
        assert same(online, snapshots.join(call, on=["subject_id", "as_of"], how="semi", maintain_order="left"))
        checked += online.height
    assert checked > 3_000


@pytest.mark.parametrize("chunk", [7, 64])
def test_the_size_of_a_chunk_does_not_matter(chunk, monkeypatch):
    asked = Asked.of(5)
    whole = history.build(asked.records, asked.subjects, SETTINGS)
    monkeypatch.setattr(history, "CHUNK", chunk)
    assert same(history.build(asked.records, asked.subjects, SETTINGS), whole)
    assert whole.height > 20


@settings(deadline=None, max_examples=5)
@given(seeds)
def test_the_order_of_rows_does_not_matter(seed):
    asked = Asked.of(seed)
    shuffled = frames({name: asked.rng.sample(rows, len(rows)) for name, rows in asked.tables.items()})
    expected = history.build(asked.records, asked.subjects, SETTINGS)
    assert same(history.build(shuffled, asked.subjects, SETTINGS), expected)
    mixed = asked.subjects.sample(fraction=1, shuffle=True, seed=1)
    found = history.build(asked.records, mixed, SETTINGS)
    asked_for = mixed.select("subject_id", "as_of")
    assert same(found, asked_for.join(expected, on=["subject_id", "as_of"], maintain_order="left"))


@settings(deadline=None, max_examples=10)
@given(seeds)
def test_a_plain_hand_finds_the_same(seed):
    asked = Asked.of(seed)
    built = {
        (cells["subject_id"], cells["as_of"]): cells
        for cells in history.build(asked.records, asked.subjects, SETTINGS).iter_rows(named=True)
    }
    for subject in asked.subjects.tail(20).iter_rows(named=True):
        found = built.get((subject["subject_id"], subject["as_of"]))
        hand = by_hand(asked.tables, subject["person_id"], subject["day"], subject["as_of"])
        assert (found is None) == (hand is None), subject
        if hand is not None:
            assert {name: found[name] for name in hand} == hand, subject


@pytest.mark.parametrize("name", [name for name in TABLES if name != "time_entries"])
@pytest.mark.parametrize("left", ["missing", "empty"])
def test_any_other_table_may_be_missing_or_empty(harbour, snapshots, name, left):
    records = {table: frame for table, frame in harbour.items() if table != name}
    if left == "empty":
        records[name] = TABLES[name].empty()
    subjects = MISSING_TIME.scheduled(harbour, SETTINGS).tail(400)
    built = history.build(records, subjects, SETTINGS)
    assert built.height
    assert built.schema == snapshots.schema


def test_without_time_entries_only_bookings_tell(harbour):
    records = {table: frame for table, frame in harbour.items() if table != "time_entries"}
    subjects = MISSING_TIME.scheduled(harbour, SETTINGS).tail(400)
    built = history.build(records, subjects, SETTINGS)
    assert built.height
    assert (built["expected_hours"] == built["booked_hours"]).all()
    assert built["days_since_last_entry"].null_count() == built.height
    assert MISSING_TIME.scheduled(records, SETTINGS).is_empty()


def test_from_nothing_comes_nothing(snapshots):
    nobody = MISSING_TIME.parse([], [])
    assert history.build({}, nobody, SETTINGS).schema == snapshots.schema
    stranger = MISSING_TIME.parse(["x/2025-03-03"], [dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC)])
    assert history.build({}, stranger, SETTINGS).is_empty()


def assert_fits_the_contract(frame: pl.DataFrame) -> None:
    for cells in frame.drop("subject_id", "as_of").iter_rows(named=True):
        MissingTimeSnapshot.model_validate(cells)


def test_every_snapshot_of_a_firm_fits_the_contract(snapshots):
    assert snapshots.height > 9_000
    assert_fits_the_contract(snapshots)


@settings(deadline=None, max_examples=6)
@given(seeds, labels)
def test_snapshots_of_wild_records_fit_the_contract(seed, label):
    asked = Asked.of(seed, label)
    assert_fits_the_contract(history.build(asked.records, asked.subjects, label))


MONDAY = dt.date(2025, 3, 3)
NOON = dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC)


def _someone() -> Tables:
    return {
        "people": [row("people", person_id="ana", job_role="dev", hours_per_week=40.0)],
        "assignments": [
            row("assignments", assignment_id="A", project_id="P", person_id="ana", starts_on=dt.date(2025, 2, 3),
                bill_rate=100.0, booked_at=dt.datetime(2025, 2, 1, tzinfo=dt.UTC))
        ],
        "projects": [row("projects", project_id="P", currency="EUR")],
        "time_entries": [],
        "revisions": [],
    }  # fmt: skip


def _snapshot(tables: Tables) -> dict[str, object]:
    subjects = MISSING_TIME.parse([f"ana/{MONDAY}"], [NOON])
    return history.build(frames(tables), subjects, SETTINGS).drop("subject_id", "as_of").row(0, named=True)


def _entry(entered_at: dt.datetime, day: dt.date = MONDAY):
    return row("time_entries", entry_id="T", person_id="ana", worked_on=day, hours=3.0, entered_at=entered_at)


@pytest.mark.parametrize(
    ("late", "field", "seen"),
    [(dt.timedelta(), "known_hours", 3.0), (dt.timedelta(microseconds=1), "known_hours", 0.0)],
    ids=["at the instant", "a microsecond later"],
)
def test_time_counts_from_the_instant_it_was_entered(late, field, seen):
    assert _snapshot(_someone() | {"time_entries": [_entry(NOON + late)]})[field] == seen


@pytest.mark.parametrize(
    ("table", "column", "value", "field", "seen"),
    [
        ("assignments", "hours_per_week", 20.0, "booked_hours", 4.0),
        ("assignments", "bill_rate", 80.0, "bill_rate", 80.0),
        ("people", "job_role", "lead", "job_role", "lead"),
        ("people", "hours_per_week", 30.0, "booked_hours", 6.0),
        ("projects", "currency", "GBP", "currency", "GBP"),
    ],
)
def test_what_was_revised_before_shows_and_what_was_revised_later_does_not(table, column, value, field, seen):
    before = _snapshot(_someone())
    for known, expected in ((NOON, seen), (NOON + dt.timedelta(microseconds=1), before[field])):
        tables = _someone()
        tables["revisions"] = [revision(table, tables[table][0], column, value, known)]
        assert _snapshot(tables)[field] == expected
    assert before[field] != seen


def test_what_a_day_is_booked_on_is_the_project_with_most_hours_and_the_mean_rate():
    tables = _someone()
    more = {"assignment_id": "B", "project_id": "Q", "hours_per_week": 10.0, "bill_rate": 50.0}
    tables["assignments"].append(tables["assignments"][0] | more)
    assert [_snapshot(tables)[name] for name in ("project_id", "bill_rate", "currency")] == ["P", None, None]
    tables["projects"].append(row("projects", project_id="Q", currency="EUR"))
    found = _snapshot(tables)
    assert (found["booked_hours"], found["project_id"], found["bill_rate"]) == (10.0, "P", 90.0)
    tables["projects"][1]["currency"] = "USD"
    assert _snapshot(tables)["bill_rate"] is None


def test_the_day_tells_how_many_projects_of_which_region_and_how_new_its_person_is():
    tables = _someone()
    tables["people"][0] |= {"region": "GB", "joined_on": dt.date(2025, 2, 1)}
    tables["projects"][0]["region"] = "GB"
    found = _snapshot(tables)
    assert (found["booked_projects"], found["other_region"], found["days_since_joined"]) == (1, 0, 30)
    more = {"assignment_id": "B", "project_id": "Q", "hours_per_week": 41.0}
    tables["assignments"].append(tables["assignments"][0] | more)
    tables["projects"].append(row("projects", project_id="Q", region="US"))
    found = _snapshot(tables)
    assert (found["booked_projects"], found["other_region"]) == (2, 1)


def test_corrections_long_after_are_no_habit():
    tables = _someone()
    tables["time_entries"] = [_entry(NOON - dt.timedelta(hours=1), day=MONDAY - dt.timedelta(days=60))]
    found = _snapshot(tables)
    assert (found["days_since_last_entry"], found["entered_late_share"], found["usual_entry_hour"]) == (60, None, None)
