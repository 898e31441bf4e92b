"""The figures, beside what one can reckon by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.metrics import METRICS, expected_calibration_error, measure


def flags(text):
    return np.array([letter == "1" for letter in text])


CASES = [
    ("one row a bin, each right", "0101", [0.0, 1.0, 0.0, 1.0], 0.0),
    ("one row a bin, each half wrong", "0101", [0.5, 0.5, 0.5, 0.5], 0.0),
    ("one row a bin, each a tenth off", "0011", [0.1, 0.11, 0.9, 0.89], (0.1 + 0.11 + 0.1 + 0.11) / 4),
    ("all rows alike, too high by 0.3", "0" * 15 + "1" * 15, [0.8] * 30, 0.3),
    ("two rows a bin: seven low bins right, eight high ones 0.5 off", "00" * 7 + "01" * 8,
     [value for low in range(7) for value in (low * 1e-9, low * 1e-9)]
     + [value for high in range(8) for value in (1 - high * 1e-9, 1 - high * 1e-9)], 8 / 15 * 0.5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "probability", "error"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_calibration_error_is_the_one_reckoned_by_hand(outcome, probability, error):
    assert expected_calibration_error(flags(outcome), np.array(probability)) == pytest.approx(error, abs=1e-6)


def test_31_rows_make_15_bins_that_differ_by_one_row():
    """Sixteen ones first: array_split gives the first bin three rows, the others two each."""
    probability = np.linspace(0.01, 0.99, 31)
    outcome = probability > 0.5
    sizes = [3] + [2] * 14
    ends = np.cumsum(sizes)
    by_hand = sum(
        abs(probability[end - size : end].mean() - outcome[end - size : end].mean()) * size
        for size, end in zip(sizes, ends, strict=True)
    )
    assert expected_calibration_error(outcome, probability) == pytest.approx(by_hand / 31)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.9])), min_size=1, max_size=60),
    st.randoms(use_true_random=False),
)
def test_no_figure_depends_on_the_order_of_the_rows(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (
        expected_calibration_error(np.array([row[0] for row in some]), np.array([row[1] for row in some]))
        for some in (rows, shuffled)
    )
    assert first == pytest.approx(second, abs=1e-12)
    assert 0 <= first <= 1


def one_by_one(outcome, probability):
    """The figure by its definition: rows sorted, cut into 15 bins, those of one forecast sharing their frequency."""
    frequency = {value: outcome[probability == value].mean() for value in set(probability.tolist())}
    bins = [rows for rows in np.array_split(np.argsort(probability), 15) if len(rows)]
    came = [np.mean([frequency[value] for value in probability[rows].tolist()]) for rows in bins]
    gaps = [abs(probability[rows].mean() - share) * len(rows) for rows, share in zip(bins, came, strict=True)]
    return sum(gaps) / len(outcome)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=70))
def test_the_figure_is_that_of_its_definition(rows):
    outcome, probability = np.array([row[0] for row in rows]), np.array([row[1] / 12 for row in rows])
    assert expected_calibration_error(outcome, probability) == pytest.approx(one_by_one(outcome, probability))


def test_the_figures_and_which_way_each_is_better():
    assert {name: metric.better for name, metric in METRICS.items()} == {
        "auc": "higher",
        "ap": "higher",
        "brier": "lower",
        "ece": "lower",
        "log_loss": "lower",
    }


@pytest.mark.parametrize("name", METRICS)
def test_a_better_forecast_is_better_in_the_stated_direction(name):
    outcome = flags("0001100111")
    good, bad = np.where(outcome, 0.8, 0.2) + np.linspace(0, 0.1, 10), np.where(outcome, 0.3, 0.7)
    metric = METRICS[name]
    better = metric.of(outcome, good) - metric.of(outcome, bad)
    assert better > 0 if metric.better == "higher" else better < 0


def test_a_worked_example():
    """Three pairs of four rank rightly: AUC 3/4. At each one: precision 1/1 and 2/3, so AP is their mean, 5/6."""
    figures = measure(flags("0101"), np.array([0.1, 0.4, 0.35, 0.8])[[0, 2, 1, 3]])
    assert figures["auc"] == 0.75
    assert figures["ap"] == pytest.approx(5 / 6)
    assert figures["brier"] == pytest.approx((0.01 + 0.65**2 + 0.16 + 0.04) / 4)


def test_an_unknown_figure_is_an_error():
    with pytest.raises(KeyError, match="accuracy"):
        METRICS["accuracy"]


def test_a_forecast_of_0_that_came_true_is_bad_and_not_infinite():
    assert np.isfinite(METRICS["log_loss"].of(flags("01"), np.array([0.0, 0.0])))
