"""Snapshots of entries: nothing of the future, the same alone and together, and what a plain hand works out."""

import datetime as dt
from dataclasses import dataclass
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.records import TABLES, Records
from models.unusual_time import UNUSUAL_TIME, history
from models.unusual_time.near import neighbourhood
from models.unusual_time.settings import UnusualTimeSettings
from models.unusual_time.snapshot import UnusualTimeSnapshot
from tests.models.future import Tables, frames, revision, rewritten, row
from tests.models.missing_time.firms import fetch_from, some_instant
from tests.models.unusual_time.by_hand import Hand
from tests.models.unusual_time.firms import firm

SETTINGS = UnusualTimeSettings()
seeds = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Asked:
    """A generated firm and some of its entries at instants up to ``as_of``."""

    tables: Tables
    records: Records
    subjects: pl.DataFrame
    as_of: dt.datetime
    rng: Random

    @classmethod
    def of(cls, seed: int) -> "Asked":
        rng = Random(seed)
        tables, as_of = firm(seed), some_instant(rng)
        records = frames(tables)
        known = UNUSUAL_TIME.scheduled(records, SETTINGS).filter(pl.col("as_of") <= as_of)
        today = UNUSUAL_TIME.open_at(records, as_of)
        return cls(tables, records, pl.concat([known.tail(60), today]).unique(maintain_order=True), as_of, rng)


def same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one.equals(other) and one.schema == other.schema and one.write_ndjson() == other.write_ndjson()


def sees_the_future(build, seed: int) -> bool:
    """Whether ``build`` makes other snapshots once something later than their instant is another."""
    asked = Asked.of(seed)
    after = frames(rewritten(asked.tables, asked.as_of, asked.rng))
    return not same(build(asked.records, asked.subjects, SETTINGS), build(after, asked.subjects, SETTINGS))


@settings(deadline=None, max_examples=10)
@given(seeds)
def test_whatever_happens_later_a_snapshot_stays_as_it_is(seed):
    assert not sees_the_future(history.build, seed)


@settings(deadline=None, max_examples=6)
@given(seeds)
def test_whatever_happens_later_the_same_entries_may_be_asked_about(seed):
    asked = Asked.of(seed)
    after = frames(rewritten(asked.tables, asked.as_of, asked.rng))
    found = UNUSUAL_TIME.open_at(after, asked.as_of)
    assert same(found, UNUSUAL_TIME.open_at(asked.records, asked.as_of))
    assert UNUSUAL_TIME.why_not(asked.records, found).null_count() == found.height


def _without_revisions(records, subjects, given_settings):
    return history.build({**records, "revisions": TABLES["revisions"].empty()}, subjects, given_settings)


def _by_the_day_of_work(records, subjects, given_settings):
    schema = TABLES["time_entries"].schema
    entries = records["time_entries"].with_columns(entered_at=None, submitted_at=None).cast(schema)
    return history.build({**records, "time_entries": entries}, subjects, given_settings)


@pytest.mark.parametrize("leaky", [_without_revisions, _by_the_day_of_work])
def test_a_builder_that_looks_ahead_is_caught_by_the_same_test(leaky):
    assert any(sees_the_future(leaky, seed) for seed in range(30))


@settings(deadline=None, max_examples=7)
@given(seeds)
def test_a_snapshot_online_equals_the_batch_to_the_byte(seed):
    asked = Asked.of(seed)
    if asked.subjects.is_empty():
        return
    fetch = fetch_from(asked.records)
    together = history.build(asked.records, asked.subjects, SETTINGS)
    online = history.build(neighbourhood(asked.subjects, fetch), asked.subjects, SETTINGS)
    assert same(online, together)
    alone = asked.subjects.slice(asked.rng.randrange(asked.subjects.height), 1)
    expected = together.join(alone, on=["subject_id", "as_of"], how="semi")
    assert same(history.build(neighbourhood(alone, fetch), alone, SETTINGS), expected)


@pytest.fixture(scope="module", name="entries")
def _entries(harbour) -> pl.DataFrame:
    """Every entry of the small firm at its scheduled instants."""
    return history.build(harbour, UNUSUAL_TIME.scheduled(harbour, SETTINGS), SETTINGS)


def test_snapshots_of_a_firm_online_equal_the_batch_to_the_byte(harbour, entries):
    subjects = UNUSUAL_TIME.scheduled(harbour, SETTINGS)
    calls = [subjects.sample(500, seed=3), *(subjects.slice(start, 1) for start in range(0, subjects.height, 900))]
    fetch = fetch_from(harbour)
    for call in calls:
        online = history.build(neighbourhood(call, fetch), call, SETTINGS)
        assert same(online, call.select("subject_id", "as_of").join(entries, on=["subject_id", "as_of"], how="left"))


@pytest.mark.parametrize("chunk", [7, 64])
def test_the_size_of_a_chunk_does_not_matter(chunk, monkeypatch):
    asked = Asked.of(5)
    whole = history.build(asked.records, asked.subjects, SETTINGS)
    monkeypatch.setattr(history, "CHUNK", chunk)
    assert same(history.build(asked.records, asked.subjects, SETTINGS), whole)
    assert whole.height > 70


@settings(deadline=None, max_examples=3)
@given(seeds)
def test_the_order_of_rows_does_not_matter(seed):
    asked = Asked.of(seed)
    shuffled = frames({name: asked.rng.sample(rows, len(rows)) for name, rows in asked.tables.items()})
    expected = history.build(asked.records, asked.subjects, SETTINGS)
    assert same(history.build(shuffled, asked.subjects, SETTINGS), expected)
    mixed = asked.subjects.sample(fraction=1, shuffle=True, seed=1).select("subject_id", "as_of")
    found = history.build(asked.records, mixed, SETTINGS)
    assert same(found, mixed.join(expected, on=["subject_id", "as_of"], maintain_order="left"))


@settings(deadline=None, max_examples=5)
@given(seeds)
def test_a_plain_hand_finds_the_same(seed):
    asked = Asked.of(seed)
    built = {
        (cells["subject_id"], cells["as_of"]): cells
        for cells in history.build(asked.records, asked.subjects, SETTINGS).iter_rows(named=True)
    }
    hand = Hand(asked.tables)
    for subject in asked.subjects.sample(min(8, asked.subjects.height), seed=seed % 1000).iter_rows(named=True):
        found = built.get((subject["subject_id"], subject["as_of"]))
        expected = hand.snapshot(subject["subject_id"], subject["as_of"])
        assert (found is None) == (expected is None), subject
        if expected is not None:
            assert {name: found[name] for name in expected} == expected, subject


@pytest.mark.parametrize("name", [name for name in TABLES if name != "time_entries"])
@pytest.mark.parametrize("left", ["missing", "empty"])
def test_any_other_table_may_be_missing_or_empty(harbour, entries, name, left):
    records = {table: frame for table, frame in harbour.items() if table != name}
    if left == "empty":
        records[name] = TABLES[name].empty()
    subjects = UNUSUAL_TIME.scheduled(harbour, SETTINGS).tail(50)
    built = history.build(records, subjects, SETTINGS)
    assert (built.height, built.schema) == (50, entries.schema)


def test_entries_with_nothing_but_what_is_required_have_snapshots():
    tables = {
        "time_entries": [
            row("time_entries", entry_id="T", person_id="ana", worked_on=dt.date(2025, 3, 3), hours=8.0),
        ]
    }
    records = frames(tables)
    built = history.build(records, UNUSUAL_TIME.scheduled(records, SETTINGS), SETTINGS).row(0, named=True)
    assert (built["day_hours"], built["usual_day_hours"], built["entry_hour"], built["region"]) == (
        8.0,
        None,
        None,
        None,
    )


def test_from_nothing_comes_nothing(entries):
    nobody = UNUSUAL_TIME.parse([], [])
    assert history.build({}, nobody, SETTINGS).schema == entries.schema
    stranger = UNUSUAL_TIME.parse(["x"], [dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC)])
    assert history.build({}, stranger, SETTINGS).is_empty()


def assert_fits_the_contract(frame: pl.DataFrame) -> None:
    for cells in frame.drop("subject_id", "as_of").iter_rows(named=True):
        UnusualTimeSnapshot.model_validate(cells)


def test_every_snapshot_of_a_firm_fits_the_contract(entries):
    assert entries.height > 5_000
    assert_fits_the_contract(entries)


@settings(deadline=None, max_examples=4)
@given(seeds)
def test_snapshots_of_wild_records_fit_the_contract(seed):
    asked = Asked.of(seed)
    assert_fits_the_contract(history.build(asked.records, asked.subjects, SETTINGS))


MONDAY = dt.date(2025, 3, 3)
NOON = dt.datetime(2025, 3, 4, 12, tzinfo=dt.UTC)


def _ana() -> Tables:
    entered = dt.datetime(2025, 3, 3, 17, 30, tzinfo=dt.UTC)
    return {
        "people": [row("people", person_id="ana", job_role="dev", region="GB", hours_per_week=40.0)],
        "projects": [
            row("projects", project_id="P", client_id="C", manager_id="bo", currency="EUR", region="US",
                budget_hours=16.0, ends_on=dt.date(2025, 2, 28), starts_on=dt.date(2025, 1, 1))
        ],
        "assignments": [
            row("assignments", assignment_id="A", project_id="P", person_id="ana", starts_on=dt.date(2025, 2, 3),
                ends_on=dt.date(2025, 2, 27), hours_per_week=20.0, bill_rate=100.0)
        ],
        "time_entries": [
            row("time_entries", entry_id="T", person_id="ana", project_id="P", worked_on=MONDAY, hours=9.0,
                entered_at=entered, billable=True),
            row("time_entries", entry_id="U", person_id="ana", project_id="P", worked_on=MONDAY, hours=2.0,
                entered_at=entered + dt.timedelta(hours=1)),
        ],
        "holidays": [row("holidays", region="GB", on=MONDAY)],
        "time_off": [
            row("time_off", person_id="ana", starts_on=MONDAY, ends_on=MONDAY,
                booked_at=dt.datetime(2025, 2, 1, tzinfo=dt.UTC))
        ],
        "revisions": [],
    }  # fmt: skip


def _snapshot(tables: Tables, as_of: dt.datetime = NOON) -> dict[str, object]:
    subjects = UNUSUAL_TIME.parse(["T"], [as_of])
    return history.build(frames(tables), subjects, SETTINGS).drop("subject_id", "as_of").row(0, named=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day_hours", 11.0), ("day_entries", 2), ("week_hours", 11.0), ("on_holiday", 1), ("on_time_off", 1),
        ("project_booked_hours", 0.0), ("booked_hours", None), ("bill_rate", 100.0), ("currency", "EUR"),
        ("days_after_project_end", 3), ("days_after_project_start", 61), ("budget_used_share", 11 / 16),
        ("other_region", 1), ("entry_hour", 17.5), ("entered_late", 0), ("project_closed", 0), ("whole_hours", 1),
        ("worked_on", "2025-03-03"), ("person_id", "ana"), ("usual_day_hours", None), ("billable", 1),
        ("project_questioned_share", 0.0), ("project_billable_share", 1.0), ("client_project", 1),
    ],
)  # fmt: skip
def test_a_long_holiday_on_a_project_that_is_over(field, value):
    assert _snapshot(_ana())[field] == value


@pytest.mark.parametrize(
    ("table", "column", "value", "field", "seen"),
    [
        ("projects", "ends_on", dt.date(2025, 4, 2), "days_after_project_end", -30),
        ("projects", "closed_at", dt.datetime(2025, 3, 1, tzinfo=dt.UTC), "project_closed", 1),
        ("projects", "currency", "USD", "currency", "USD"),
        ("assignments", "ends_on", dt.date(2025, 3, 31), "project_booked_hours", 4.0),
        ("assignments", "bill_rate", 80.0, "bill_rate", 80.0),
        ("time_entries", "hours", 4.0, "hours", 4.0),
        ("time_entries", "billable", "false", "billable", 0),
        ("people", "region", "US", "other_region", 0),
    ],
)
def test_what_was_revised_before_shows_and_what_was_revised_later_does_not(table, column, value, field, seen):
    before = _snapshot(_ana())
    for known, expected in ((NOON, seen), (NOON + dt.timedelta(microseconds=1), before[field])):
        tables = _ana()
        tables["revisions"] = [revision(table, tables[table][0], column, value, known)]
        assert _snapshot(tables)[field] == expected
    assert before[field] != seen


@pytest.mark.parametrize(
    ("cells", "client_id", "for_a_client"),
    [({}, "C", 1), ({}, None, 0), ({"project_id": None}, "C", 0), ({"project_id": "gone"}, "C", None)],
)
def test_work_is_for_a_client_where_its_project_has_one(cells, client_id, for_a_client):
    tables = _ana()
    tables["projects"][0]["client_id"] = client_id
    tables["time_entries"][0] |= cells
    assert _snapshot(tables)["client_project"] == for_a_client


def test_an_entry_made_twice_is_seen():
    tables = _ana()
    tables["time_entries"].append(tables["time_entries"][0] | {"entry_id": "V"})
    assert _snapshot(tables)["same_entries"] == 1


@pytest.mark.parametrize(("day", "same_as_before"), [(28, 1), (27, 0)])
def test_the_working_day_before_a_monday_is_the_friday(day, same_as_before):
    tables = _ana()
    tables["time_entries"].append(tables["time_entries"][0] | {"entry_id": "V", "worked_on": dt.date(2025, 2, day)})
    assert _snapshot(tables)["same_as_day_before"] == same_as_before


def test_what_was_questioned_on_a_project_counts_for_it_its_manager_and_its_client():
    tables = _ana()
    rejected = NOON - dt.timedelta(hours=1)
    tables["time_entries"][1]["rejected_at"] = rejected
    shares = [f"{owner}_questioned_share" for owner in ("project", "manager", "client")]
    assert [_snapshot(tables)[share] for share in shares] == [0.5, 0.5, 0.5]
    assert [_snapshot(tables, rejected - dt.timedelta(seconds=1))[share] for share in shares] == [0.0, 0.0, 0.0]


def test_no_field_tells_how_often_a_persons_entries_were_questioned():
    """Two people of one project: what became of the entries of one changes nothing for either on another project."""
    tables = _ana()
    elsewhere = {"entry_id": "W", "project_id": "Q", "rejected_at": NOON - dt.timedelta(hours=1)}
    tables["projects"].append(tables["projects"][0] | {"project_id": "Q", "client_id": "D", "manager_id": "cy"})
    tables["time_entries"].append(tables["time_entries"][0] | elsewhere)
    kept = _snapshot(tables)
    tables["time_entries"][-1]["rejected_at"] = None
    assert _snapshot(tables) == kept
