"""Expected amounts of a toy: learnt only from what was known, never crossing, and with intervals that hold."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models import artifact
from models.amounts import Amounts
from models.calibration import Bands, Calibration
from models.features import Features
from models.forecast import AMOUNTS
from models.predictor import Predictor
from models.scorers.additive import Additive
from training.amount_figures import amount_figures
from training.amounts import FEWEST_AMOUNTS, amount_loss, fit_amounts
from training.dataset import Dataset

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module", name="toy")
def _toy(task):
    """A task that expects days."""
    return replace(task, expected="days")


@pytest.fixture(scope="module", name="rows")
def _rows(dataset):
    """The firm's rows, each with an amount of days that grows with a field, and spreads the more the larger it is."""
    frame = dataset.frame
    share = frame["missed_share_20"].fill_null(0.2).to_numpy()
    days = np.random.default_rng(7).gamma(2.0, 1 + 20 * share)
    return Dataset(
        frame.with_columns(came_to=pl.Series(days), came_to_known_at=pl.col("resolved_at") + pl.duration(days=30)), 0
    )


def learnt(toy, rows, quick):
    return fit_amounts(toy, Features.learn(toy.snapshot, toy.no_features, rows.frame), rows, quick.fit)


@pytest.fixture(scope="module", name="halves")
def _halves(rows):
    cut = rows.frame["as_of"][len(rows) // 2]
    return rows.resolved_by(cut), rows.asked_from(cut)


@pytest.fixture(scope="module", name="amounts")
def _amounts(toy, halves, quick):
    return learnt(toy, halves[0], quick)


def expected_of(toy, amounts, learn, frame):
    features = Features.learn(toy.snapshot, toy.no_features, learn.frame)
    return amounts.of(features.matrix(frame))


def test_intervals_hold_on_later_rows_and_are_narrower_than_what_is_usual(toy, amounts, halves):
    learn, measure = halves
    expected = expected_of(toy, amounts, learn, measure.frame)
    figures = amount_figures(toy, measure, expected)
    usual = amount_figures(toy, measure, expected_of(toy, replace(amounts, trees={}), learn, measure.frame))
    assert figures["coverage"] == pytest.approx(0.8, abs=0.05)
    assert figures["unit"] == "days"
    assert figures["n"] == len(measure)
    assert all(figures["pinball"][name] <= usual["pinball"][name] for name in ("p10", "p50", "p90"))
    assert figures["pinball"]["p90"] < 0.9 * usual["pinball"]["p90"]


def test_percentiles_never_cross_and_a_row_is_expected_the_same_alone(toy, amounts, halves):
    expected = expected_of(toy, amounts, halves[0], halves[1].frame)
    assert expected.columns == list(AMOUNTS)
    assert (expected["p10"] <= expected["p50"]).all()
    assert (expected["p50"] <= expected["p90"]).all()
    for row in range(0, expected.height, 173):
        alone = expected_of(toy, amounts, halves[0], halves[1].frame.slice(row, 1))
        assert alone.row(0) == expected.row(row)


def test_crossing_percentiles_are_sorted():
    found = Amounts({"mean": 5.0, "p10": 9.0, "p50": 1.0, "p90": 4.0}, {}).of(np.zeros((2, 3)))
    assert found.rows() == [(5.0, 1.0, 4.0, 9.0)] * 2


def test_an_amount_that_was_not_known_yet_teaches_nothing(toy, rows, halves, quick):
    cut = rows.frame["as_of"][len(rows) // 2]
    late = pl.col("came_to_known_at") > cut
    changed = replace(rows, frame=rows.frame.with_columns(came_to=pl.when(late).then(1e6).otherwise("came_to")))
    again = learnt(toy, changed.resolved_by(cut), quick)
    assert again.texts == learnt(toy, halves[0], quick).texts
    assert halves[0].frame["came_to"].null_count() > 0


def test_few_amounts_are_expected_to_be_as_usual(toy, rows, quick):
    few = replace(rows, frame=rows.frame.head(FEWEST_AMOUNTS - 1))
    amounts = learnt(toy, few, quick)
    days = few.frame["came_to"].to_numpy()
    assert amounts.trees == {}
    assert amounts.constant == {
        "mean": days.mean(), **{f"p{share}": np.quantile(days, share / 100) for share in (10, 50, 90)}
    }  # fmt: skip


def test_without_amounts_or_a_unit_nothing_is_expected(task, toy, rows, quick):
    none = replace(rows, frame=rows.frame.with_columns(came_to=pl.lit(None, dtype=pl.Float64)))
    assert learnt(toy, none, quick) is None
    assert learnt(task, rows, quick) is None
    assert amount_figures(toy, none, pl.DataFrame(dict.fromkeys(AMOUNTS, [1.0] * len(rows)))) is None


def test_the_pinball_loss_counts_a_miss_above_the_ninetieth_percentile_nine_times():
    above, below = (amount_loss("p90", np.array([amount]), np.array([10.0])) for amount in (11.0, 9.0))
    assert above == pytest.approx(9 * below)
    assert amount_loss("mean", np.array([1.0, 3.0]), np.array([2.0, 2.0])) == 1.0


def test_expected_amounts_are_saved_as_text_and_read_back_to_the_bit(toy, amounts, halves, tmp_path):
    learn, measure = halves
    features = Features.learn(toy.snapshot, toy.no_features, learn.frame)
    scorer = Additive("rule", -1.0, len(features.names), {})
    predictor = Predictor(toy.name, {}, features, scorer, Calibration(), Bands(), amounts)
    artifact.save(predictor, tmp_path)
    loaded = artifact.load(tmp_path)
    some = measure.frame.head(200)
    assert loaded.score(some).expected.equals(predictor.score(some).expected)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".txt"}
    assert loaded.score(some).forecasts()[0].expected.p90 == predictor.score(some).expected["p90"][0]
