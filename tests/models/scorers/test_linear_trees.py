"""A linear model and trees together: one sum, or one mean, explained as one."""

from dataclasses import replace

import lightgbm as lgb
import numpy as np
import pytest

from models.scorers.additive import Additive, Line, Words
from models.scorers.linear_trees import LinearTrees
from models.scorers.trees import Trees


@pytest.fixture(scope="module", name="matrix")
def _matrix():
    luck = np.random.default_rng(3)
    matrix = np.column_stack([luck.normal(size=500), luck.integers(0, 3, 500), luck.normal(size=500)])
    matrix[::9, 0] = np.nan
    matrix[::11, 1] = np.nan
    return matrix


@pytest.fixture(scope="module", name="scorer")
def _scorer(matrix):
    linear = Additive("linear", -0.4, 3, {0: Line(-2.0, 2.0, 0.7, 0.1, -0.3), 1: Words((0.2, -0.1, 0.0), 0.05)})
    bends = (np.nan_to_num(matrix[:, 0]) * matrix[:, 2] > 0).astype(float)
    parameters = {"objective": "binary", "max_depth": 3, "num_leaves": 8, "verbose": -1, "num_threads": 1}
    data = lgb.Dataset(matrix, bends, categorical_feature=[1], init_score=linear.raw(matrix))
    return LinearTrees(linear, Trees(lgb.train(parameters, data, 15)))


def test_the_score_is_the_sum_of_both(scorer, matrix):
    assert scorer.raw(matrix) == pytest.approx(scorer.linear.raw(matrix) + scorer.trees.raw(matrix), abs=1e-12)


def test_effects_add_up_to_the_score(scorer, matrix):
    raw, effects = scorer.explained(matrix)
    assert effects.shape == matrix.shape
    assert scorer.base + effects.sum(axis=1) == pytest.approx(raw, abs=1e-9)
    assert (effects[:, 2] != 0).any(), "the trees see a field that the line does not"


def test_a_row_alone_scores_as_among_others(scorer, matrix):
    raw, effects = scorer.explained(matrix)
    for position in (0, 9, 11, 499):
        one, of_one = scorer.explained(matrix[position : position + 1])
        assert one[0] == raw[position]
        assert (of_one[0] == effects[position]).all()


def test_a_mean_is_half_of_the_sum_and_of_each_of_its_effects(scorer, matrix):
    mean = replace(scorer, weight=0.5)
    raw, effects = mean.explained(matrix)
    assert (raw == scorer.raw(matrix) / 2).all()
    assert (mean.raw(matrix) == raw).all()
    assert (effects == scorer.explained(matrix)[1] / 2).all()
    assert mean.base + effects.sum(axis=1) == pytest.approx(raw, abs=1e-9)


def test_its_document_holds_the_line_and_its_text_the_trees(scorer):
    assert Additive.read(scorer.document()["linear"]) == scorer.linear
    assert (scorer.document()["kind"], replace(scorer, weight=0.5).document()["weight"]) == ("linear_trees", 0.5)
    assert scorer.text() == scorer.trees.text()
