"""Snapshots: nothing of the future, the same alone and together, and what a slow and plain hand works out."""

import datetime as dt
from dataclasses import dataclass
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.margin_erosion import MARGIN_EROSION, history
from models.margin_erosion.settings import MarginErosionSettings
from models.margin_erosion.snapshot import MarginErosionSnapshot
from models.project_signals import Past
from models.records import TABLES, Records
from tests.models.future import Tables, frames, rewritten
from tests.models.margin_erosion.by_hand import by_hand
from tests.models.margin_erosion.firms import PROJECTS, firm, some_instant
from tests.models.margin_erosion.rows import MONDAY, asked, forecast, project, records_of
from tests.models.missing_time.firms import fetch_from

SETTINGS = MarginErosionSettings()
ABOVE_FLOOR = MarginErosionSettings(label="below_floor", floor_margin=0.1)

READ = (
    "people", "assignments", "time_entries", "change_requests", "milestones", "actuals", "invoices", "approvals",
    "revisions",
)  # fmt: skip
"""The tables that feed a snapshot, beside projects and forecasts."""

seeds = st.integers(0, 2**32 - 1)
labels = st.sampled_from([SETTINGS, ABOVE_FLOOR])


@dataclass(frozen=True)
class Asked:
    """A generated firm, and its projects at some of the instants up to ``as_of``."""

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
        weekly = MARGIN_EROSION.scheduled(records, SETTINGS).filter(pl.col("as_of") <= as_of)
        today = MARGIN_EROSION.parse(PROJECTS, [as_of] * len(PROJECTS)).select(weekly.columns)
        return cls(tables, records, pl.concat([weekly.tail(20), today]), as_of, rng)


def same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one.equals(other) and one.schema == other.schema and one.write_ndjson() == other.write_ndjson()


def sees_the_future(build, seed: int, label: MarginErosionSettings = SETTINGS) -> bool:
    """Whether ``build`` makes other snapshots once something later than their instant is another."""
    found = Asked.of(seed)
    after = frames(rewritten(found.tables, found.as_of, found.rng))
    return not same(build(found.records, found.subjects, label), build(after, found.subjects, label))


@settings(deadline=None, max_examples=12)
@given(seeds, labels)
def test_whatever_happens_later_a_snapshot_stays_as_it_is(seed, label):
    assert not sees_the_future(history.build, seed, label)


def _without_revisions(records, subjects, label):
    return history.build({**records, "revisions": TABLES["revisions"].empty()}, subjects, label)


def _with_forecasts_from_the_start(records, subjects, label):
    early = records["forecasts"].with_columns(pl.col("made_at").dt.offset_by("-20d"))
    return history.build({**records, "forecasts": early}, subjects, label)


def _with_actuals_from_the_start(records, subjects, label):
    early = records["actuals"].with_columns(known_at=pl.lit(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
    return history.build({**records, "actuals": early.cast(TABLES["actuals"].schema)}, subjects, label)


@pytest.mark.parametrize("leaky", [_without_revisions, _with_forecasts_from_the_start, _with_actuals_from_the_start])
def test_a_builder_that_looks_ahead_is_caught_by_the_same_test(leaky):
    assert any(sees_the_future(leaky, seed) for seed in range(30))


@settings(deadline=None, max_examples=5)
@given(seeds, labels)
def test_a_snapshot_online_equals_the_batch_to_the_byte(seed, label):
    found = Asked.of(seed)
    fetch = fetch_from(found.records)
    together = history.build(found.records, found.subjects, label)
    assert same(history.build(history.neighbourhood(found.subjects, fetch), found.subjects, label), together)
    alone = found.subjects.slice(found.rng.randrange(found.subjects.height), 1)
    expected = together.join(alone, on=["subject_id", "as_of"], how="semi")
    assert same(history.build(found.records, alone, label), expected)
    assert same(history.build(history.neighbourhood(alone, fetch), alone, label), expected)


@settings(deadline=None, max_examples=3)
@given(seeds)
def test_the_order_of_rows_does_not_matter(seed):
    found = Asked.of(seed)
    shuffled = frames({name: found.rng.sample(rows, len(rows)) for name, rows in found.tables.items()})
    expected = history.build(found.records, found.subjects, SETTINGS)
    assert same(history.build(shuffled, found.subjects, SETTINGS), expected)


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_a_plain_hand_finds_the_same(seed):
    found = Asked.of(seed)
    built = {
        (cells["subject_id"], cells["as_of"]): cells
        for cells in history.build(found.records, found.subjects, SETTINGS).iter_rows(named=True)
    }
    for subject in found.subjects.iter_rows(named=True):
        cells = built.get((subject["subject_id"], subject["as_of"]))
        hand = by_hand(found.tables, subject["project_id"], subject["as_of"])
        assert (cells is None) == (hand is None), subject
        if cells is not None and hand is not None:
            told = {name: None if value is None else pytest.approx(float(value)) for name, value in hand.items()}
            assert {name: cells[name] for name in hand} == told, subject


@settings(deadline=None, max_examples=4)
@given(seeds, labels)
def test_snapshots_of_wild_records_fit_the_contract_and_have_the_margin_that_is_judged(seed, label):
    found = Asked.of(seed)
    built = history.build(found.records, found.subjects, label)
    for cells in built.drop("subject_id", "as_of").iter_rows(named=True):
        MarginErosionSnapshot.model_validate(cells)
    if label is ABOVE_FLOOR:
        assert (built["forecast_margin"] > 0.1).all()
    assert history.Margins(Past(found.records)).at(built)["margin"].equals(built["forecast_margin"], check_names=False)


@pytest.fixture(scope="module", name="weekly")
def _weekly(harbour):
    return MARGIN_EROSION.scheduled(harbour, SETTINGS)


@pytest.fixture(scope="module", name="built")
def _built(harbour, weekly):
    return history.build(harbour, weekly, SETTINGS)


def test_every_snapshot_of_a_firm_fits_the_contract_and_tells_of_money_and_teams(built):
    assert built.height > 200
    for cells in built.drop("subject_id", "as_of").iter_rows(named=True):
        MarginErosionSnapshot.model_validate(cells)
    told = ("margin_3_months", "team_margin", "rest_margin", "invoiced_share", "late_entry_share", "uncontracted_share")
    assert [field for field in told if built[field].n_unique() < 5] == []


def test_snapshots_of_a_firm_online_equal_the_batch_to_the_byte(harbour, weekly, built):
    fetch = fetch_from(harbour)
    for call in (weekly.slice(40, 1), weekly.tail(70)):
        online = history.build(history.neighbourhood(call, fetch), call, SETTINGS)
        assert same(online, built.join(call, on=["subject_id", "as_of"], how="semi", maintain_order="left"))


@pytest.mark.parametrize("name", READ)
def test_any_other_table_may_be_missing(harbour, weekly, built, name):
    without = {table: frame for table, frame in harbour.items() if table != name}
    found = history.build(without, weekly.tail(60), SETTINGS)
    assert found.height
    assert found.schema == built.schema


def test_with_projects_and_forecasts_alone_the_forecast_still_tells(harbour, weekly):
    bare = {name: harbour[name] for name in ("projects", "forecasts")}
    found = history.build(bare, weekly, SETTINGS)
    empty = {name: harbour[name] if name in bare else table.empty() for name, table in TABLES.items()}
    assert same(history.build(empty, weekly, SETTINGS), found)
    assert found.height == weekly.height
    assert found["forecast_margin_change_2"].null_count() < found.height
    assert found["margin_3_months"].null_count() == found["team_margin"].null_count() == found.height


@pytest.mark.parametrize("column", ["revenue_at_completion", "hours_at_completion", "ends_on"])
def test_a_column_that_a_firm_does_not_keep_is_null_and_no_failure(harbour, weekly, built, column):
    dtype = TABLES["forecasts"].schema[column]
    bare = harbour["forecasts"].with_columns(pl.lit(None, dtype=dtype).alias(column))
    found = history.build({**harbour, "forecasts": bare}, weekly, SETTINGS)
    assert found.schema == built.schema
    assert found.height == built.height


def test_without_a_forecast_there_is_nothing_to_predict():
    empty = history.build({}, asked(), SETTINGS)
    assert empty.is_empty()
    assert history.build(records_of(projects=[project()]), asked(), SETTINGS).schema == empty.schema
    assert history.build(records_of(forecast(1, 80)), asked(), SETTINGS).is_empty()
    assert history.build(records_of(forecast(-1, 80, 0.0)), asked(), SETTINGS).is_empty()
    assert history.build(records_of(forecast(-1, 80)), asked(), SETTINGS)["subject_id"].to_list() == ["P"]


@pytest.mark.parametrize(("as_of", "days"), [(MONDAY, 28), (dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC), 0)])
def test_a_quarter_ends_on_its_last_day(as_of, days):
    found = history.build(records_of(forecast(-1, 80)), asked(as_of=as_of), SETTINGS)
    assert found["days_to_quarter_end"].to_list() == [days]
