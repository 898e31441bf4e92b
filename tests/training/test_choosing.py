"""Which kind answers: the simplest that none is clearly better than, and never by luck."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from training import candidates
from training.candidates import Candidate
from training.choosing import TOO_FEW, choose, mean_gain
from training.dataset import Dataset

OWNERS = np.repeat(np.arange(50), 20)


def test_a_gain_is_told_with_its_standard_error():
    generator = np.random.default_rng(1)
    before = generator.random(1000)
    gain, error = mean_gain(before, before - 0.1 - generator.normal(0, 0.5, 1000), OWNERS)
    assert gain == pytest.approx(0.1, abs=0.05)
    assert error == pytest.approx(0.5 / np.sqrt(1000), rel=0.3)


def test_rows_of_one_owner_do_not_count_as_many():
    """A gain that is the same for all rows of an owner is known as well as there are owners, not rows."""
    by_owner = np.random.default_rng(2).normal(0, 1, 50)[OWNERS]
    gain, error = mean_gain(np.zeros(1000), -by_owner, OWNERS)
    assert gain == pytest.approx(by_owner.mean())
    assert error == pytest.approx(by_owner.std() / np.sqrt(50), rel=0.1)


@pytest.mark.parametrize("owners", [1, 4])
def test_of_a_handful_of_owners_nobody_knows_how_sure_a_gain_is(owners):
    assert mean_gain(np.ones(20), np.zeros(20), np.arange(20) % owners) == (1.0, float("inf"))


@pytest.fixture(scope="module")
def planted(dataset):
    """The firm's rows, with outcomes drawn from a formula of their fields."""

    def make(formula, rows=3000):
        frame = dataset.frame.head(rows)
        late = frame["missed_share_10"].fill_null(0.3).to_numpy()
        delay = frame["entered_late_share"].fill_null(0.3).to_numpy()
        log_odds = formula(late, delay)
        drawn = np.random.default_rng(3).random(len(frame)) < 1 / (1 + np.exp(-log_odds))
        return Dataset(frame.with_columns(outcome=pl.Series(drawn)), 0)

    return make


PLANTED = [
    ("pure luck", lambda late, _delay: 0 * late - 1.5, {"rule"}),
    ("a line in two fields", lambda late, delay: 6 * late + 5 * delay - 4, {"linear", "linear_trees"}),
    (
        "one field matters only where the other is high",
        lambda late, delay: np.where((late > 0.12) ^ (delay > 0.12), 2.0, -2.0),
        {"trees", "linear_trees"},
    ),
]


@pytest.mark.parametrize(("formula", "kinds"), [case[1:] for case in PLANTED], ids=[case[0] for case in PLANTED])
def test_the_simplest_kind_that_can_see_what_was_planted_is_chosen(task, planted, quick, formula, kinds):
    choice = choose(task, planted(formula), quick.fit)
    assert choice.candidate.kind in kinds, choice.why
    assert choice.candidate.kind in choice.why


def test_where_the_folds_hold_too_few_outcomes_the_rule_answers(task, planted, quick):
    many_rows = planted(lambda late, _delay: 0 * late - 1.5)
    early_only = many_rows.frame.with_columns(
        outcome=pl.col("outcome") & (pl.int_range(pl.len()) < len(many_rows) // 2)
    )
    choice = choose(task, replace(many_rows, frame=early_only), quick.fit)
    assert (choice.candidate.kind, choice.why) == ("rule", TOO_FEW)


def test_trees_that_have_nothing_more_to_learn_say_nothing_on_stdout(task, planted, quick, capfd):
    """What a command prints with --json is one document; LightGBM would write its warnings in front of it."""
    few = planted(lambda late, _delay: 0 * late - 1.0, rows=400)
    choose(task, few, quick.fit.model_copy(update={"kind": "trees"}))
    assert not capfd.readouterr().out


def test_one_fold_that_more_trees_harm_does_not_keep_them_from_the_others(monkeypatch):
    """The harm is that of all folds together: on the first one alone the second step would have been the last."""
    said = {"first": [0.0, 3.0, 3.0], "second": [0.0, 2.0, 6.0]}
    outcome = {"first": np.zeros(10, dtype=bool), "second": np.ones(90, dtype=bool)}

    class Fold:
        def __init__(self, name):
            self.outcome = outcome[name]
            self.raws = [np.full(len(self.outcome), raw) for raw in said[name]]

        @classmethod
        def of(cls, _task, name, _settings):
            return cls(name)

    monkeypatch.setattr(candidates, "_Fold", Fold)
    grown = {"trees": lambda fold: ((Candidate("trees", step), raw) for step, raw in enumerate(fold.raws))}
    monkeypatch.setattr(candidates, "_CANDIDATES", grown)
    first, second = candidates.forecast_folds(None, ["first", "second"], ["trees"], None)
    assert [candidate.knob for candidate in first] == [candidate.knob for candidate in second] == [0, 1, 2]
