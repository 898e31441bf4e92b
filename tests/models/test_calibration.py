"""Probabilities that may be trusted, and bands that begin where they say."""

import warnings

import numpy as np
import pytest

from models.calibration import Bands, Calibration, probability_of


def test_the_logistic_function_reaches_both_ends_without_overflow():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = probability_of(np.array([-1e308, -800.0, -2.0, 0.0, 2.0, 800.0, 1e308]))
    assert found[[0, 1, 3, 5, 6]].tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert found[[2, 4]] == pytest.approx([1 / (1 + np.exp(2)), 1 / (1 + np.exp(-2))], rel=1e-14)


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.4, -1.0), (2.0, 0.5)])
def test_the_line_that_made_the_outcomes_is_found_again(slope, offset):
    rng = np.random.default_rng(1)
    raw = rng.normal(0, 2, 40_000)
    outcome = rng.random(raw.size) < probability_of(slope * raw + offset)
    found = Calibration.fit(raw, outcome)
    assert (found.slope, found.offset) == pytest.approx((slope, offset), abs=0.06)


@pytest.mark.parametrize(
    "outcome",
    [[True, True, True, True], [False, False, False, False], [True, True, False, False]],
    ids=["all", "none", "the wrong way round"],
)
def test_where_no_line_helps_the_score_stays_as_it_is(outcome):
    found = Calibration.fit(np.array([-2.0, -1.0, 1.0, 2.0]), np.array(outcome))
    assert found == Calibration(1.0, 0.0)
    assert found.log_odds(np.array([3.5])).tolist() == [3.5]


@pytest.mark.parametrize(
    ("probability", "band"),
    [(0.0, "low"), (0.1999, "low"), (0.2, "medium"), (0.4999, "medium"), (0.5, "high"), (1.0, "high")],
)
def test_a_band_begins_at_its_probability(probability, band):
    assert Bands().of(probability) == band


@pytest.mark.parametrize(("medium", "high"), [(0.0, 0.5), (0.5, 0.5), (0.6, 0.5), (0.2, 1.0), (float("nan"), 0.5)])
def test_bands_that_make_no_sense_cannot_be_made(medium, high):
    with pytest.raises(ValueError, match=r"expected 0 < medium < high < 1"):
        Bands(medium, high)
