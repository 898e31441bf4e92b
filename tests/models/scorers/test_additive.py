"""Scores that are a sum of one function a field: by hand, to the bit alone and among others, and read back the same."""

import json

import numpy as np
import pytest

from models.scorers.additive import Additive, Line, Steps, Words

NAN = float("nan")
LINE = Line(low=-1.0, high=2.0, slope=0.5, offset=-0.25, missing=0.1)
STEPS = Steps(edges=(0.0, 10.0), effects=(-1.0, 0.0, 2.0), missing=0.5)
WORDS = Words(effects=(0.3, -0.3), missing=0.0)
MODEL = Additive("linear", -2.0, 5, {0: LINE, 1: STEPS, 3: WORDS, 4: Steps((), (0.7,), 0.8)})

EFFECTS = [
    (0, [-5.0, -1.0, 0.0, 1.0, 2.0, 1e9, NAN], [-0.75, -0.75, -0.25, 0.25, 0.75, 0.75, 0.1]),
    (0, [np.inf, -np.inf], [0.75, -0.75]),
    (1, [-0.001, -0.0, 0.0, 9.99, 10.0, np.inf, -np.inf, NAN], [-1, 0, 0, 0, 2, 2, -1, 0.5]),
    (2, [1.0, NAN], [0.0, 0.0]),
    (3, [0.0, 1.0, 2.0, -1.0, 1e12, NAN], [0.3, -0.3, 0.0, 0.0, 0.0, 0.0]),
    (4, [3.0, NAN], [0.7, 0.8]),
]


@pytest.mark.parametrize(("column", "values", "effects"), EFFECTS)
def test_the_effect_of_a_value_is_that_of_its_shape(column, values, effects):
    matrix = np.zeros((len(values), 5))
    matrix[:, column] = values
    assert MODEL.explained(matrix)[1][:, column].tolist() == pytest.approx(effects)


@pytest.fixture(name="rows")
def _rows():
    generator = np.random.default_rng(1)
    rows = np.column_stack(
        [generator.normal(0, 5, (3000, 3)), generator.integers(-1, 4, 3000), generator.normal(size=3000)]
    )
    rows[generator.random(rows.shape) < 0.1] = np.nan
    return rows


def test_effects_and_base_add_up_to_the_score_to_the_bit(rows):
    raw, effects = MODEL.explained(rows)
    assert raw.tolist() == MODEL.raw(rows).tolist()
    assert raw == pytest.approx(MODEL.base + effects.sum(axis=1), abs=1e-12)


def test_a_row_scores_the_same_alone_and_among_others(rows):
    raw, effects = MODEL.explained(rows)
    for row in range(0, len(rows), 101):
        alone = MODEL.explained(rows[row : row + 1])
        assert alone[0].tobytes() == raw[row : row + 1].tobytes()
        assert alone[1].tobytes() == effects[row : row + 1].tobytes()


def test_no_rows_and_no_shapes_are_fine():
    assert [each.shape for each in MODEL.explained(np.empty((0, 5)))] == [(0,), (0, 5)]
    assert Additive("rule", -1.5, 2, {}).raw(np.ones((3, 2))).tolist() == [-1.5] * 3


def test_a_model_is_read_back_from_json_as_it_was(rows):
    again = Additive.read(json.loads(json.dumps(MODEL.document())))
    assert again == MODEL
    assert again.raw(rows).tobytes() == MODEL.raw(rows).tobytes()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"kind": "oracle"}, "unknown kind of predictor 'oracle'"), ({"shapes": {"0": {"shape": "wave"}}}, "'wave'")],
)
def test_what_nobody_knows_is_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        Additive.read(MODEL.document() | change)
