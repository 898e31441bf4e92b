"""What a challenger must show, as tables; a check that cannot be made is never a pass."""

from itertools import product

import numpy as np
import polars as pl
import pytest

from training.gates import (
    TOLERATED_LOSS,
    WORST_ECE,
    Answer,
    Check,
    Window,
    beats_rule,
    is_calibrated,
    not_worse_than_champion,
    permits,
    window_of,
)

pytestmark = pytest.mark.usefixtures("few_draws")

ROWS = 1500
PERSON = np.repeat(np.arange(50), 30)
CHANCE = np.tile(np.linspace(0.02, 0.9, 30), 50)
OUTCOME = np.random.default_rng(3).random(ROWS) < CHANCE
NOISE = np.random.default_rng(4).random(ROWS)


def window(challenger=CHANCE, rule=NOISE):
    return Window(OUTCOME, PERSON, np.arange(ROWS), challenger, rule)


RULES = [
    ("far better than the rule", CHANCE, NOISE, Answer.PASSED),
    ("as good as the rule", CHANCE, CHANCE, Answer.FAILED),
    ("a little better, which may be luck", CHANCE + 0.001 * NOISE, CHANCE, Answer.FAILED),
    ("worse than the rule", NOISE, CHANCE, Answer.FAILED),
]


@pytest.mark.parametrize(("ours", "rule", "answer"), [case[1:] for case in RULES], ids=[case[0] for case in RULES])
def test_beats_rule(ours, rule, answer):
    check = beats_rule(window(ours, rule))
    assert (check.code, check.answer) == ("beats_rule", answer)
    assert "expected > 0" in check.text


CALIBRATED = [
    ("right on average in every bin", CHANCE, Answer.PASSED),
    ("seven points too high", CHANCE + 0.07, Answer.FAILED),
    ("far too sure", np.where(CHANCE > 0.5, 0.99, 0.01), Answer.FAILED),
]


@pytest.mark.parametrize(("ours", "answer"), [case[1:] for case in CALIBRATED], ids=[case[0] for case in CALIBRATED])
def test_is_calibrated(ours, answer):
    assert is_calibrated(window(ours)).answer is answer


def test_few_events_are_given_what_luck_takes_and_no_more():
    few = slice(0, 60)
    lucky = Window(OUTCOME[few], PERSON[few], np.repeat(np.arange(20), 3), CHANCE[few], NOISE[few])
    assert "the larger of 0.05" in is_calibrated(lucky).text
    hopeless = Window(OUTCOME[few], PERSON[few], np.repeat(np.arange(20), 3), 1 - CHANCE[few], NOISE[few])
    assert is_calibrated(hopeless).answer is Answer.FAILED
    assert WORST_ECE == 0.05


def test_a_challenger_may_be_a_little_less_likely_than_the_champion_and_not_more():
    same = not_worse_than_champion(window(), CHANCE, "")
    assert same.answer is Answer.PASSED
    worse = not_worse_than_champion(window(np.clip(CHANCE + 0.15, 0, 0.99)), CHANCE, "")
    assert worse.answer is Answer.FAILED
    assert f"expected at least {-TOLERATED_LOSS}" in worse.text
    assert not_worse_than_champion(window(), NOISE, "").answer is Answer.PASSED


def test_without_a_champion_the_check_does_not_apply_and_says_why():
    check = not_worse_than_champion(window(), None, "there is no champion yet")
    assert (check.answer, check.text) == (Answer.NOT_APPLICABLE, "there is no champion yet")


@pytest.mark.parametrize("answers", list(product(Answer, repeat=2)), ids="+".join)
def test_one_failure_bars_and_what_does_not_apply_lets_nobody_through(answers):
    permitted = permits([Check(f"check {number}", answer, "") for number, answer in enumerate(answers)])
    assert permitted == (Answer.FAILED not in answers and Answer.PASSED in answers)


def test_no_checks_permit_nothing():
    assert not permits([])


def test_forecasts_that_are_no_numbers_are_not_calibrated():
    assert is_calibrated(window(np.full(ROWS, np.nan))).answer is Answer.FAILED


def test_a_window_is_made_of_measured_rows():
    frame = pl.DataFrame({"outcome": [True, False], "cluster": [0, 1], "event": [0, 1]})
    made = window_of(frame, np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    assert made.outcome.tolist() == [True, False]
    assert made.event.tolist() == [0, 1]
