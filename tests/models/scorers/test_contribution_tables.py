"""Tables against the booster that they were compiled from: the same to 1e-9 on the worst rows one can think of."""

import lightgbm as lgb
import numpy as np
import pytest

from models.scorers.contribution_tables import ContributionTables
from models.scorers.trees import Trees

ROWS, FEATURES = 3_000, 12
WORDS = (0, 1)
ADVERSE = [
    np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, -5e-324, 1e-36, -1e-36, 1e-35, -1e-35, float(np.float32(1e-35)),
    1.1e-35, -0.5, 0.5, -1.0, 1.5, 7.0, 31.0, 32.0, 63.999, 71.0, 1e10, -1e10, 1e300, 1e305, -1e305, 2.0**31,
    2.0**31 - 1, 2.0**33,
]  # fmt: skip
PARAMETERS = {
    "objective": "binary", "num_leaves": 8, "max_depth": 3, "learning_rate": 0.1, "min_data_in_leaf": 20,
    "min_data_per_group": 20, "bagging_fraction": 0.8, "bagging_freq": 1, "seed": 1, "num_threads": 1, "verbose": -1,
}  # fmt: skip


def drawn(seed):
    """Rows with two features of categories, some without missing values, one with infinities, and their outcomes."""
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(ROWS, FEATURES))
    matrix[:, 2:6][generator.random((ROWS, 4)) < 0.2] = np.nan
    matrix[:, 0], matrix[:, 1] = generator.integers(0, 40, ROWS), generator.integers(0, 70, ROWS)
    matrix[generator.random(ROWS) < 0.1, 1] = np.nan
    matrix[:, 6] = np.where(generator.random(ROWS) < 0.3, np.inf, np.where(generator.random(ROWS) < 0.5, -np.inf, 1.0))
    matrix[:, 7] = np.round(matrix[:, 7])
    score = (
        matrix[:, 7] * matrix[:, 8]
        + np.isin(matrix[:, 0], [1, 5, 33]) * 2
        + (matrix[:, 6] > 1)
        - np.isnan(matrix[:, 2])
    )
    return matrix, generator.random(ROWS) < 1 / (1 + np.exp(-score))


def boosted(**changes):
    matrix, outcome = drawn(1)
    rounds = changes.pop("rounds", 60)
    data = lgb.Dataset(matrix, outcome.astype(float), categorical_feature=list(WORDS))
    return lgb.train(PARAMETERS | changes, data, num_boost_round=rounds)


def adverse(tables):
    """Rows of nothing but traps, and values on and just beside thresholds."""
    generator = np.random.default_rng(2)
    rows = generator.choice(ADVERSE, size=(ROWS, FEATURES))
    number, threshold = tables.decisions.number, tables.decisions.threshold
    for row in range(len(rows)):
        for value in (threshold, np.nextafter(threshold, np.inf), np.nextafter(threshold, -np.inf)):
            at = generator.integers(len(number))
            rows[row, number[at]] = value[at]
    return rows


BOOSTERS = [
    ("depth 3", {}),
    ("depth 2", {"max_depth": 2, "num_leaves": 4}),
    ("single decisions", {"max_depth": 1, "num_leaves": 2}),
    ("three leaves in a row", {"num_leaves": 4, "min_data_in_leaf": 200}),
    ("constant trees", {"min_data_in_leaf": ROWS, "rounds": 3}),
    ("no missing values in training counted", {"use_missing": False}),
    ("amounts instead of odds", {"objective": "quantile", "alpha": 0.9}),
]


@pytest.fixture(scope="module", params=[changes for _, changes in BOOSTERS], ids=[name for name, _ in BOOSTERS])
def booster(request):
    return boosted(**request.param)


@pytest.fixture(scope="module")
def tables(booster):
    found = ContributionTables.of(booster.model_to_string(), FEATURES)
    assert found is not None
    return found


@pytest.fixture(params=["rows like those learnt from", "adverse rows"])
def rows(request, tables):
    if request.param == "adverse rows" and len(tables.decisions.number):
        return adverse(tables)
    return drawn(3)[0]


def test_contributions_are_those_of_the_booster(booster, tables, rows):
    expected = booster.predict(rows, pred_contrib=True, num_threads=1)
    raw, effects = tables.explained(rows)
    assert np.abs(effects - expected[:, :-1]).max() < 1e-9
    assert np.abs(tables.base - expected[:, -1]).max() < 1e-9
    assert np.abs(tables.base + effects.sum(axis=1) - raw).max() < 1e-9


def test_scores_are_those_of_the_booster_to_the_bit(booster, tables, rows):
    expected = booster.predict(rows, raw_score=True, num_threads=1)
    assert tables.raw(rows).tolist() == expected.tolist()
    assert tables.explained(rows)[0].tolist() == expected.tolist()


def test_a_row_is_explained_the_same_alone_and_among_others(tables, rows):
    raw, effects = tables.explained(rows)
    for row in range(0, len(rows), 97):
        alone_raw, alone_effects = tables.explained(rows[row : row + 1])
        assert alone_raw.tobytes() == raw[row : row + 1].tobytes()
        assert alone_effects.tobytes() == effects[row : row + 1].tobytes()


def test_no_rows_have_no_scores(tables):
    raw, effects = tables.explained(np.empty((0, FEATURES)))
    assert (raw.shape, effects.shape) == ((0,), (0, FEATURES))


def test_what_the_tables_cannot_hold_explains_itself():
    """Depth 6: the same interface, and LightGBM's own contributions behind it."""
    deep = Trees(boosted(max_depth=6, num_leaves=31))
    rows = drawn(3)[0][:200]
    raw, effects = deep.explained(rows)
    assert deep.tables is None
    assert raw.tolist() == deep.booster.predict(rows, raw_score=True, num_threads=1).tolist()
    assert np.abs(deep.base + effects.sum(axis=1) - raw).max() < 1e-9


UNREAD = [
    ("zero counts as missing", {"zero_as_missing": True}),
    ("a model in each leaf", {"linear_tree": True, "rounds": 5}),
]


@pytest.mark.parametrize("changes", [changes for _, changes in UNREAD], ids=[name for name, _ in UNREAD])
def test_what_is_not_read_is_left_to_the_booster(changes):
    assert ContributionTables.of(boosted(**changes).model_to_string(), FEATURES) is None
