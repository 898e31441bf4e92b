"""A predictor's scores: calibrated, additive, and the same whoever is scored beside."""

import numpy as np
import polars as pl
import pytest

from models.calibration import probability_of
from models.predictor import Scores


@pytest.fixture(name="some")
def _some(snapshots: pl.DataFrame) -> pl.DataFrame:
    return snapshots.sample(300, seed=2)


def test_a_probability_is_read_from_the_calibrated_log_odds(predictor, some):
    scores = predictor.score(some)
    raw = predictor.scorer.booster.predict(predictor.features.matrix(some), raw_score=True)
    assert scores.log_odds.tolist() == (0.9 * raw - 0.1).tolist()
    assert scores.probability.tolist() == probability_of(scores.log_odds).tolist()
    assert scores.bands == [predictor.bands.of(value) for value in scores.probability]
    assert (scores.base, scores.effects) == (None, None)
    assert set(scores.bands) == {"low", "medium", "high"}


def test_effects_and_base_add_up_to_the_log_odds(predictor, some):
    plain, explained = predictor.score(some), predictor.score(some, explain=True)
    assert explained.effects.shape == (some.height, len(predictor.features.names))
    assert explained.base + explained.effects.sum(axis=1) == pytest.approx(explained.log_odds, abs=1e-9)
    assert explained.log_odds == pytest.approx(plain.log_odds, abs=1e-9)


@pytest.mark.parametrize("explain", [False, True])
def test_a_snapshot_scores_the_same_alone_and_among_others(predictor, some, explain):
    together = predictor.score(some, explain=explain)
    for row in range(0, some.height, 29):
        alone = predictor.score(some.slice(row, 1), explain=explain)
        assert alone.log_odds[0] == together.log_odds[row]
        assert alone.base == together.base


def test_nobody_has_no_scores(predictor, some):
    nobody: Scores = predictor.score(some.head(0), explain=True)
    assert (nobody.log_odds.shape, nobody.probability.shape, nobody.bands) == ((0,), (0,), [])
    assert nobody.effects.shape == (0, len(predictor.features.names))


def test_a_snapshot_of_nulls_and_unknown_words_still_scores(predictor, some):
    words = list(predictor.features.categories)
    blank = some.with_columns(pl.lit(None, dtype=some.schema[name]).alias(name) for name in predictor.features.names)
    strange = some.with_columns(pl.lit("never seen").alias(name) for name in words)
    nameless = some.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in words)
    assert np.isfinite(predictor.score(blank).log_odds).all()
    assert predictor.score(strange).log_odds.tolist() == predictor.score(nameless).log_odds.tolist()
