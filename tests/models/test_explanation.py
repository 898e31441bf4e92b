"""Reasons that add up, and changes that really bring the band down."""

import math
from dataclasses import replace

import polars as pl
import pytest

from models.explanation import ORDER, REST, all_turn_green, reasons, turns_green
from models.missing_time import MISSING_TIME

EVERYTHING = 1_000


@pytest.fixture(scope="module", name="some")
def _some(snapshots: pl.DataFrame) -> pl.DataFrame:
    return snapshots.sample(200, seed=3)


@pytest.fixture(scope="module", name="scores")
def _scores(predictor, some):
    return predictor.score(some, explain=True)


@pytest.mark.parametrize("shown", [1, 5, EVERYTHING])
def test_reasons_and_base_add_up_to_the_log_odds(predictor, some, scores, shown):
    for position, row in enumerate(some.iter_rows(named=True)):
        given = reasons(MISSING_TIME, predictor, scores, position, row, shown=shown)
        total = scores.base + math.fsum(reason.effect for reason in given)
        assert total == pytest.approx(scores.log_odds[position], abs=1e-9)
        assert len(given) == min(shown + 1, len(predictor.features.names))


def test_fields_of_one_group_are_one_reason_worded_by_the_one_that_leads(predictor, some, scores):
    shares = [name for name in predictor.features.names if name.startswith("missed_")]
    grouped = replace(MISSING_TIME, groups=dict.fromkeys(shares, "missed"))
    for position, row in enumerate(some.head(50).iter_rows(named=True)):
        given = reasons(grouped, predictor, scores, position, row, shown=EVERYTHING)
        alone = {each.field: each for each in reasons(MISSING_TIME, predictor, scores, position, row, shown=EVERYTHING)}
        (reason,) = [each for each in given if each.field in shares]
        assert reason.effect == pytest.approx(math.fsum(alone[name].effect for name in shares), abs=1e-9)
        assert reason.text == alone[reason.field].text
        assert alone[reason.field].effect * reason.effect >= 0
        total = scores.base + math.fsum(each.effect for each in given)
        assert total == pytest.approx(scores.log_odds[position], abs=1e-9)


def test_the_largest_effects_are_worded_and_the_rest_is_one_line(predictor, some, scores):
    row = some.row(0, named=True)
    *worded, rest = reasons(MISSING_TIME, predictor, scores, 0, row, shown=5)
    others = reasons(MISSING_TIME, predictor, scores, 0, row, shown=EVERYTHING)[5:]
    sizes = [abs(reason.effect) for reason in worded]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= max(abs(reason.effect) for reason in others)
    assert [reason.value for reason in worded] == [row[reason.field] for reason in worded]
    assert (rest.field, rest.value, rest.text) == (REST, None, f"{len(others)} other fields together")
    assert rest.effect == pytest.approx(math.fsum(reason.effect for reason in others), abs=1e-12)


def test_what_turns_green_brings_the_band_down_when_scored_again(predictor, some, scores):
    found = 0
    for position, band in enumerate(scores.bands):
        snapshot = some.slice(position, 1)
        changes = turns_green(MISSING_TIME, predictor, snapshot, band)
        if not changes:
            continue
        found += 1
        cells = {change.field: pl.lit(change.to, dtype=snapshot.schema[change.field]) for change in changes}
        after = predictor.score(snapshot.with_columns(**cells))
        assert ORDER[after.bands[0]] < ORDER[band]
        assert after.probability[0] < scores.probability[position]
        for change in changes:
            assert change.probability == after.probability[0]
            assert change.field in MISSING_TIME.levers
            assert change.from_ == snapshot[change.field][0] != change.to
    assert found > 10


def test_of_two_changes_the_smaller_one_is_given(predictor, some, scores):
    """Where half of the expected hours suffice, nobody is asked for all of them."""
    for position, band in enumerate(scores.bands):
        snapshot = some.slice(position, 1)
        changes = turns_green(MISSING_TIME, predictor, snapshot, band)
        row = snapshot.row(0, named=True)
        if [change.field for change in changes] != ["known_hours"] or changes[0].to != row["expected_hours"]:
            continue
        half = row["expected_hours"] / 2
        if half > row["known_hours"]:
            again = predictor.score(snapshot.with_columns(known_hours=pl.lit(half)))
            assert ORDER[again.bands[0]] >= ORDER[band]


def test_many_snapshots_turn_green_as_each_does_alone(predictor, some, scores):
    together = all_turn_green(MISSING_TIME, predictor, some, scores.bands)
    alone = [
        turns_green(MISSING_TIME, predictor, some.slice(position, 1), band)
        for position, band in enumerate(scores.bands)
    ]
    assert together == alone
    assert all_turn_green(MISSING_TIME, predictor, some.head(0), []) == []


def test_a_low_risk_needs_nothing_and_a_day_without_levers_has_nothing(predictor, some):
    snapshot = some.head(1)
    assert turns_green(MISSING_TIME, predictor, snapshot, "low") == []
    done = snapshot.with_columns(known_hours=pl.col("expected_hours"), week_open_days=pl.lit(None, dtype=pl.Int64))
    assert turns_green(MISSING_TIME, predictor, done, "high") == []


def test_reasons_of_a_blank_snapshot_are_worded_too(predictor, some):
    """A caller may hand over a snapshot of which only the required fields are known."""
    required = {name for name, field in MISSING_TIME.snapshot.model_fields.items() if field.is_required()}
    blank = some.head(1).with_columns(
        pl.lit(None, dtype=some.schema[name]).alias(name)
        for name in MISSING_TIME.snapshot.model_fields.keys() - required
    )
    row, scores = blank.row(0, named=True), predictor.score(blank, explain=True)
    given = reasons(MISSING_TIME, predictor, scores, 0, row, shown=EVERYTHING)
    assert all(reason.text for reason in given)
