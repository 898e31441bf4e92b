"""What each kind learns: the formula that was planted, in effects that add up."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models.features import Features
from models.logistic import logistic_coefficients
from training.dataset import Dataset
from training.kinds.linear import fit_linear
from training.kinds.rule import fit_rule
from training.kinds.unsupervised import fit_unsupervised

FEATURES = Features(("hours", "share", "region"), {"region": ("GB", "US")})


@pytest.fixture(name="matrix", scope="module")
def _matrix():
    generator = np.random.default_rng(4)
    matrix = np.column_stack([
        generator.normal(20, 8, 4000), generator.random(4000), generator.choice([0, 1, np.nan], 4000)
    ])  # fmt: skip
    matrix[generator.random(4000) < 0.2, 0] = np.nan
    return matrix


def drawn(log_odds, seed=5):
    return np.random.default_rng(seed).random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))


def test_a_linear_model_finds_what_was_planted(matrix):
    hours = np.nan_to_num(matrix[:, 0], nan=20)
    outcome = drawn(0.1 * (hours - 20) - 2 * np.isnan(matrix[:, 0]) + 1.5 * (matrix[:, 2] == 1) - 1)
    model = fit_linear(FEATURES, matrix, outcome, strength=10.0)
    assert model.shapes[0].slope == pytest.approx(0.1, abs=0.02)
    known = model.shapes[0].slope * 20 + model.shapes[0].offset
    assert model.shapes[0].missing - known == pytest.approx(-2, abs=0.3)
    assert model.shapes[2].effects[1] - model.shapes[2].effects[0] == pytest.approx(1.5, abs=0.2)


def test_the_base_of_a_linear_model_is_its_mean_score(matrix):
    model = fit_linear(FEATURES, matrix, drawn(matrix[:, 1] * 3 - 2), strength=0.01)
    inside = (np.isnan(matrix[:, 0])) | (np.abs(matrix[:, 0] - 20) < 15)
    assert model.raw(matrix[inside]).mean() == pytest.approx(model.base, abs=0.02)


def test_a_stronger_penalty_makes_smaller_effects(matrix):
    outcome = drawn(matrix[:, 1] * 3 - 2)
    spread = [fit_linear(FEATURES, matrix[:200], outcome[:200], each).raw(matrix).std() for each in (1e-3, 1e-2, 1.0)]
    assert spread == sorted(spread)


def test_columns_of_nothing_but_one_value_or_nulls_are_no_obstacle(matrix):
    flat = matrix.copy()
    flat[:, 0], flat[:, 1] = np.nan, 7.0
    model = fit_linear(FEATURES, flat, drawn(1.0 * (flat[:, 2] == 1)), strength=0.1)
    assert np.isfinite(model.raw(matrix)).all()


def test_coefficients_are_drawn_to_the_prior():
    design, outcome = np.ones((10, 1)), np.array([True] * 5 + [False] * 5)
    found = [logistic_coefficients(design, outcome, np.array([2.0]), np.array([each]))[0] for each in (0.0, 1.0, 1e6)]
    assert found[0] == pytest.approx(0, abs=1e-6)
    assert 0.1 < found[1] < 1.9
    assert found[2] == pytest.approx(2, abs=1e-3)


def ruled(task, values, outcome, name="missed_share_5"):
    frame = pl.DataFrame({name: values, "outcome": outcome})
    features = Features((name,), {})
    return features, fit_rule(task, features, Dataset(frame, 0))


def test_a_rule_never_falls_with_what_it_calls_risk(task):
    generator = np.random.default_rng(6)
    for _ in range(20):
        values = np.round(generator.random(60), 1)
        _, model = ruled(task, values, generator.random(60) < 0.3)
        effects = model.raw(np.linspace(-0.1, 1.1, 50)[:, None])
        assert (np.diff(effects) >= 0).all()


def test_a_rule_that_reads_its_field_the_other_way_round_falls(task):
    other_way = replace(task, rule_score=lambda frame, rule: -frame[rule])
    values = np.arange(100) / 100
    _, model = ruled(other_way, values, values < 0.3)
    assert (np.diff(model.raw(values[:, None])) <= 0).all()
    assert model.raw(np.array([[0.05]]))[0] > 0 > model.raw(np.array([[0.95]]))[0]


def test_a_missing_value_has_a_frequency_of_its_own(task):
    values = [None] * 50 + [0.5] * 50
    _, model = ruled(task, values, [True] * 25 + [False] * 75)
    missing, known = model.raw(np.array([[np.nan], [0.5]]))
    assert missing > known


def test_a_task_whose_rules_read_no_field_has_the_overall_frequency(task):
    _, model = ruled(task, [0.1, 0.2, 0.3, 0.4] * 25, [True, False, False, False] * 25, name="missed_share_3")
    assert model.shapes == {}
    assert 1 / (1 + np.exp(-model.base)) == pytest.approx(0.25, abs=0.01)


def test_what_was_planted_as_unusual_is_found_and_told(matrix):
    scorer, bands = fit_unsupervised(FEATURES, matrix)
    odd = np.array([[90.0, 0.5, 0.0], [20.0, 0.5, 0.0], [-np.inf, 5.0, np.nan]])
    raw, effects = scorer.explained(odd)
    assert [bands.of(score) for score in raw.tolist()] == ["high", "low", "high"]
    assert effects[0].argmax() == 0
    assert scorer.raw(matrix).mean() == pytest.approx(scorer.base, abs=1e-9)
