"""Snapshots: nothing of the future, the same alone and together, and what a slow and plain hand works out."""

import datetime as dt
from dataclasses import dataclass
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.records import TABLES, Records
from models.staffing_risk import STAFFING_RISK, history
from models.staffing_risk.derived import derive
from models.staffing_risk.settings import StaffingRiskSettings
from models.staffing_risk.snapshot import StaffingRiskSnapshot
from models.staffing_risk.surroundings import neighbourhood
from tests.models.future import Tables, frames, rewritten, row
from tests.models.missing_time.firms import fetch_from
from tests.models.staffing_risk.by_hand import by_hand
from tests.models.staffing_risk.firms import firm, some_instant

SETTINGS = StaffingRiskSettings()
seeds = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class Asked:
    """A generated firm and its requests of the weeks before ``as_of``."""

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
        known = STAFFING_RISK.scheduled(records, SETTINGS).filter(pl.col("as_of") <= as_of)
        today = STAFFING_RISK.open_at(records, as_of)
        return cls(tables, records, pl.concat([known, today]).unique(maintain_order=True), as_of, rng)


@pytest.fixture(scope="module", name="subjects")
def _subjects(harbour: Records) -> pl.DataFrame:
    return STAFFING_RISK.scheduled(harbour, SETTINGS)


@pytest.fixture(scope="module", name="requests")
def _requests(harbour: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    """Every request of the small firm at its opening and each week after it."""
    return STAFFING_RISK.build(harbour, subjects, SETTINGS)


def same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one.equals(other) and one.schema == other.schema and one.write_ndjson() == other.write_ndjson()


def sees_the_future(build, seed: int) -> bool:
    """Whether ``build`` makes other snapshots once something later than their instant is another."""
    asked = Asked.of(seed)
    after = frames(rewritten(asked.tables, asked.as_of, asked.rng))
    return not same(build(asked.records, asked.subjects, SETTINGS), build(after, asked.subjects, SETTINGS))


@settings(deadline=None, max_examples=8)
@given(seeds)
def test_whatever_happens_later_a_snapshot_stays_as_it_is(seed):
    assert not sees_the_future(history.build, seed)


def _without_revisions(records, subjects, settings):
    return history.build({**records, "revisions": TABLES["revisions"].empty()}, subjects, settings)


def _with_the_end(records, subjects, settings):
    ends = records["resource_requests"].select("request_id", end=pl.col("filled_at").dt.to_string("iso"))
    built = history.build(records, subjects, settings)
    return built.join(ends, left_on="subject_id", right_on="request_id", how="left", maintain_order="left")


@pytest.mark.parametrize("leaky", [_without_revisions, _with_the_end])
def test_a_builder_that_looks_ahead_is_caught(leaky):
    assert any(sees_the_future(leaky, seed) for seed in range(12))


@settings(deadline=None, max_examples=4)
@given(seeds)
def test_a_snapshot_built_alone_or_from_its_neighbourhood_equals_that_of_the_batch(seed):
    asked = Asked.of(seed)
    fetch, together = fetch_from(asked.records), history.build(asked.records, asked.subjects, SETTINGS)
    assert same(history.build(neighbourhood(asked.subjects, fetch), asked.subjects, SETTINGS), together)
    for position in {asked.rng.randrange(asked.subjects.height) for _ in range(2 if asked.subjects.height else 0)}:
        alone = asked.subjects.slice(position, 1)
        expected = together.join(alone, on=["subject_id", "as_of"], how="semi")
        assert same(history.build(asked.records, alone, SETTINGS), expected)
        assert same(history.build(neighbourhood(alone, fetch), alone, SETTINGS), expected)


def test_the_requests_of_a_firm_online_equal_the_batch_to_the_byte(harbour, subjects, requests):
    fetch = fetch_from(harbour)
    for start in range(0, subjects.height, 17):
        call = subjects.slice(start, 1)
        online = history.build(neighbourhood(call, fetch), call, SETTINGS)
        assert online.height == 1
        assert same(online, requests.slice(start, 1))


@settings(deadline=None, max_examples=3)
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


@settings(deadline=None, max_examples=6)
@given(seeds)
def test_a_plain_hand_finds_the_same(seed):
    asked = Asked.of(seed)
    for cells in history.build(asked.records, asked.subjects, SETTINGS).tail(12).iter_rows(named=True):
        hand = by_hand(asked.tables, cells["subject_id"], cells["as_of"])
        assert hand is not None
        assert {name: cells[name] for name in hand} == pytest.approx(hand), cells["subject_id"]


@settings(deadline=None, max_examples=4)
@given(seeds)
def test_all_that_are_open_and_not_yet_due_are_asked_about_and_no_others(seed):
    asked = Asked.of(seed)
    open_ = [
        cells["request_id"]
        for cells in asked.tables["resource_requests"]
        if by_hand(asked.tables, cells["request_id"], asked.as_of) is not None
    ]
    assert STAFFING_RISK.open_at(asked.records, asked.as_of)["subject_id"].to_list() == sorted(open_)
    everybody = [cells["request_id"] for cells in asked.tables["resource_requests"]]
    asked_for = STAFFING_RISK.parse(everybody, [asked.as_of] * len(everybody))
    assert set(history.build(asked.records, asked_for, SETTINGS)["subject_id"]) == set(open_)
    why = STAFFING_RISK.why_not(asked.records, asked_for)
    assert [name for name, reason in zip(everybody, why, strict=True) if reason is None] == [
        name for name in everybody if name in open_
    ]


@pytest.mark.parametrize("name", ["people", "projects", "assignments", "revisions"])
@pytest.mark.parametrize("left", ["missing", "empty"])
def test_any_other_table_may_be_missing_or_empty(harbour, subjects, requests, name, left):
    records = {table: frame for table, frame in harbour.items() if table != name}
    if left == "empty":
        records[name] = TABLES[name].empty()
    built = history.build(records, subjects, SETTINGS)
    assert built.height
    assert built.schema == requests.schema
    unknown = {
        "people": ("people_role", "free_role_0", "people_skill", "reachable_free"),
        "assignments": ("free_role_0", "free_skill_28", "requests_per_free_person"),
        "projects": ("service_line", "currency", "days_since_signed", "in_time_client"),
    }
    for field in unknown.get(name, ()):
        assert built[field].null_count() == built.height, field


def test_without_requests_there_is_nothing_to_ask(harbour):
    records = {table: frame for table, frame in harbour.items() if table != "resource_requests"}
    assert STAFFING_RISK.scheduled(records, SETTINGS).is_empty()
    assert STAFFING_RISK.open_at(records, dt.datetime(2025, 6, 1, tzinfo=dt.UTC)).is_empty()


def test_requests_alone_tell_of_the_queue_and_nothing_of_people(harbour, subjects, requests):
    alone = {"resource_requests": harbour["resource_requests"], "revisions": harbour["revisions"]}
    built = history.build(alone, subjects, SETTINGS)
    assert built.select("subject_id", "as_of", "open_role", "in_time_role", "usual_days_to_fill").equals(
        requests.select("subject_id", "as_of", "open_role", "in_time_role", "usual_days_to_fill")
    )
    assert built["people_role"].null_count() == built.height


def test_columns_that_are_absent_leave_nulls(harbour, subjects, requests):
    table = TABLES["resource_requests"]
    optional = [column.name for column in table.columns if not column.required and not column.happening]
    bare = harbour["resource_requests"].with_columns(
        pl.lit(None, dtype=table.schema[name]).alias(name) for name in optional
    )
    records = {name: frame for name, frame in harbour.items() if name != "revisions"} | {"resource_requests": bare}
    built = history.build(records, subjects, SETTINGS)
    assert built.schema == requests.schema
    assert built.height
    for field in ("region", "scarcest_skill", "effort_hours", "rate_to_usual", "project_open", "requester_open"):
        assert built[field].null_count() == built.height, field


def test_from_nothing_comes_nothing(requests):
    nobody = STAFFING_RISK.parse([], [])
    assert history.build({}, nobody, SETTINGS).schema == requests.schema
    stranger = STAFFING_RISK.parse(["x"], [dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC)])
    assert history.build({}, stranger, SETTINGS).is_empty()
    assert STAFFING_RISK.why_not({}, stranger).to_list() == ["no record names it"]


def assert_fits_the_contract(frame: pl.DataFrame) -> None:
    for cells in frame.drop("subject_id", "as_of").iter_rows(named=True):
        StaffingRiskSnapshot.model_validate(cells)


def test_every_snapshot_of_a_firm_fits_the_contract(requests):
    assert requests.height > 90
    assert_fits_the_contract(requests)


@settings(deadline=None, max_examples=3)
@given(seeds)
def test_snapshots_of_wild_records_fit_the_contract(seed):
    asked = Asked.of(seed)
    assert_fits_the_contract(history.build(asked.records, asked.subjects, SETTINGS))


@settings(deadline=None, max_examples=2)
@given(seeds)
def test_deriving_again_changes_nothing(seed):
    asked = Asked.of(seed)
    built = history.build(asked.records, asked.subjects, SETTINGS)
    assert same(derive(built), built)


def test_a_later_date_and_remote_work_change_all_that_hangs_on_them(requests):
    one = requests.filter(
        pl.col("people_role") > pl.col("people_region"), pl.col("remote_ok") == 0, pl.col("free_role_56") > 0
    ).head(1)
    later = derive(one.with_columns(pl.col("days_to_needed_by") + 21.0)).row(0, named=True)
    now = one.row(0, named=True)
    assert later["notice_days"] == pytest.approx(now["notice_days"] + 21)
    assert later["needed_by_moved_days"] == now["needed_by_moved_days"] + 21
    assert later["needed_by_moves"] == now["needed_by_moves"] + 1
    assert later["notice_used"] <= now["notice_used"]
    assert later["chance_by_needed_by"] >= now["chance_by_needed_by"]
    remote = derive(one.with_columns(remote_ok=pl.lit(1, dtype=pl.Int64))).row(0, named=True)
    assert (remote["reachable_people"], now["reachable_people"]) == (now["people_role"], now["people_region"])
    assert remote["needed_by_moves"] == now["needed_by_moves"]


@pytest.mark.parametrize(
    ("given_settings", "scored"),
    [
        ({}, {"small", "big", "many", "unknown"}),
        ({"value_above": 4_000}, {"big", "many", "unknown"}),
        ({"value_above": 40_000}, {"unknown"}),
        ({"headcount_above": 1}, {"many"}),
        ({"value_above": 10_000, "headcount_above": 1}, {"big", "many", "unknown"}),
    ],
)
def test_only_requests_above_a_threshold_are_scored(given_settings, scored):
    opened = dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC)
    asked = [("small", 40.0, 1, 100.0), ("big", 400.0, 1, 100.0), ("many", 80.0, 2, 100.0), ("unknown", None, 1, 100.0)]
    requests = [
        row("resource_requests", request_id=name, job_role="dev", effort_hours=hours, headcount=people, bill_rate=rate,
            opened_at=opened, needed_by=dt.date(2025, 4, 1))
        for name, hours, people, rate in asked
    ]  # fmt: skip
    records = frames({"resource_requests": requests})
    subjects = STAFFING_RISK.open_at(records, opened)
    built = history.build(records, subjects, StaffingRiskSettings.model_validate(given_settings))
    assert set(built["subject_id"]) == scored
