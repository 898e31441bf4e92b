"""Fitting: the same twice, calibrated only where that helps later folds, and refused where there is too little."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models.calibration import Calibration, probability_of
from training.calibrating import calibrate, calibrated
from training.dataset import Dataset
from training.fit import fit, fit_without_outcomes
from training.metrics import METRICS
from training.splits import TooFewRowsError


def quiet(message):
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def fitted(task, dataset, quick):
    return fit(task, dataset, quick, quiet)


def test_the_same_rows_and_seed_give_the_same_predictor(task, dataset, quick, fitted):
    again = fit(task, dataset, quick, quiet)
    assert again.scorer.text() == fitted.scorer.text()
    assert (again.calibration, again.features) == (fitted.calibration, fitted.features)
    np.testing.assert_array_equal(again.score(dataset.frame).probability, fitted.score(dataset.frame).probability)


def test_another_seed_gives_another_booster(task, dataset, quick, fitted):
    other = fit(task, dataset, replace(quick, fit=quick.fit.model_copy(update={"seed": 7})), quiet)
    assert other.scorer.text() != fitted.scorer.text()


def test_the_model_keeps_its_outcome_settings_and_reads_no_money(quick, fitted):
    assert fitted.settings == quick.outcome.model_dump(mode="json")
    assert not {"project_id", "bill_rate", "currency"} & set(fitted.features.names)


def forecasts(*folds, seed=5):
    """A fold a (rows, slope, offset): raw scores of which ``slope * raw + offset`` is the truth."""
    generator = np.random.default_rng(seed)
    made = []
    for rows, slope, offset in folds:
        raw = generator.normal(-1, 1.5, rows)
        made.append((raw, generator.random(rows) < probability_of(slope * raw + offset)))
    return made


CALIBRATIONS = [
    ("right as it is", [(1500, 1, 0)] * 4, False),
    ("overconfident, always alike", [(1500, 0.4, 0)] * 4, True),
    ("too high, always alike", [(1500, 1, -1)] * 4, True),
    ("drifting: what was learnt of one fold misleads the next", [(1500, 1, 1), (1500, 1, -1)] * 2, False),
    ("one fold: nothing later to judge by", [(1500, 0.4, 0)], False),
    ("no folds", [], False),
]


@pytest.mark.parametrize(
    ("folds", "chosen"), [case[1:] for case in CALIBRATIONS], ids=[case[0] for case in CALIBRATIONS]
)
def test_calibration_is_chosen_only_where_it_helps_later_folds(folds, chosen):
    assert (calibrate(forecasts(*folds)) != Calibration()) == chosen


def test_without_folds_a_score_stays_as_it_is():
    assert calibrate([]) == Calibration()


def test_each_fold_is_calibrated_by_those_before_it_alone():
    made = forecasts(*[(1500, 1, -1)] * 3)
    given = calibrated(made)
    assert given[0].tolist() == made[0][0].tolist()
    other_end = [*made[:2], (made[2][0], ~made[2][1])]
    assert calibrated(other_end)[1].tolist() == given[1].tolist()
    assert (given[2] - made[2][0]).mean() == pytest.approx(-1, abs=0.2)


def test_a_chosen_line_is_the_one_that_was_put_in():
    line = calibrate(forecasts(*[(5000, 0.4, -0.5)] * 4))
    assert line.slope == pytest.approx(0.4, abs=0.03)
    assert line.offset == pytest.approx(-0.5, abs=0.06)


def test_an_overfitting_predictor_is_not_harmed_by_being_calibrated(task, dataset, quick):
    """Many trees on labels with luck in them are too sure of themselves; later rows show how much to believe."""
    overfitting = {"kind": "trees", "trees": 80, "learning_rate": 0.8, "rows_a_leaf": 1}
    settings = replace(quick, fit=quick.fit.model_copy(update=overfitting))
    cut = dataset.frame["as_of"][len(dataset) * 3 // 4]
    predictor = fit(task, dataset.resolved_by(cut), settings, quiet)
    later = dataset.asked_from(cut)
    raw = np.asarray(predictor.scorer.booster.predict(predictor.features.matrix(later.frame), raw_score=True))
    log_loss = METRICS["log_loss"].of
    calibrated_loss = log_loss(later.outcome, predictor.score(later.frame).probability)
    assert calibrated_loss < log_loss(later.outcome, probability_of(raw)) + 0.005


def marked(dataset, rows, positives):
    """The first rows of a dataset, spread over which are so many with the outcome."""
    with_it = (pl.int_range(pl.len()) * positives // rows).diff().fill_null(1) > 0
    return Dataset(dataset.frame.head(rows).with_columns(outcome=with_it), 0)


FEW = [
    ("29 rows", 29, 10, "29 rows to learn from, 10 of them with the outcome; expected at least 30 rows, and 3 with"),
    ("2 with the outcome", 400, 2, "400 rows to learn from, 2 of them with the outcome"),
    ("2 without it", 400, 398, "400 rows to learn from, 398 of them with the outcome"),
    ("none", 0, 0, "0 rows to learn from"),
]


@pytest.mark.parametrize(("shape", "sentence"), [(case[1:3], case[3]) for case in FEW], ids=[case[0] for case in FEW])
def test_too_few_rows_are_refused_in_words(task, dataset, quick, shape, sentence):
    rows, positives = shape
    frame = dataset.frame.head(rows).with_columns(outcome=pl.int_range(pl.len()) < positives)
    with pytest.raises(TooFewRowsError, match=sentence):
        fit(task, Dataset(frame, 0), quick, quiet)


FOR_A_RULE = [("30 rows", 30, 3), ("199 rows", 199, 60), ("19 with the outcome", 400, 19)]


@pytest.mark.parametrize(("rows", "positives"), [case[1:] for case in FOR_A_RULE], ids=[case[0] for case in FOR_A_RULE])
def test_with_few_outcomes_the_rule_answers_and_says_so(task, dataset, quick, rows, positives):
    told = []
    few = marked(dataset, rows, positives)
    predictor = fit(task, few, quick, told.append)
    assert int(few.outcome.sum()) == positives
    assert (predictor.kind, predictor.calibration) == ("rule", Calibration())
    assert "too few outcomes to learn from: the rule answers" in told
    assert np.isfinite(predictor.score(few.frame).log_odds).all()


@pytest.mark.parametrize("kind", ["rule", "linear", "trees", "linear_trees"])
def test_a_kind_may_be_asked_for(task, dataset, quick, kind):
    asked = replace(quick, fit=quick.fit.model_copy(update={"kind": kind}))
    for learn in (dataset, marked(dataset, 300, 30)):
        assert fit(task, learn, asked, quiet).kind == kind


def test_without_outcomes_what_is_unusual_gets_a_score_and_no_probability(task, dataset, quick):
    predictor = fit_without_outcomes(task, dataset, quick, quiet)
    scores = predictor.score(dataset.frame, explain=True)
    assert predictor.kind == "unsupervised"
    assert np.isnan(scores.probability).all()
    assert [forecast.probability for forecast in scores.forecasts()] == [None] * len(dataset)
    assert scores.base + scores.effects.sum(axis=1) == pytest.approx(scores.log_odds, abs=1e-9)
    shares = {band: scores.bands.count(band) / len(dataset) for band in ("high", "medium")}
    assert shares["high"] == pytest.approx(0.01, abs=0.005)
    assert shares["medium"] == pytest.approx(0.04, abs=0.005)


def test_a_task_that_can_do_without_outcomes_does_so_where_there_are_none(task, dataset, quick):
    nothing_happened = Dataset(dataset.frame.with_columns(outcome=pl.lit(value=False)), 0)
    assert fit(replace(task, unsupervised=True), nothing_happened, quick, quiet).kind == "unsupervised"
    assert fit(replace(task, unsupervised=True), dataset, quick, quiet).kind != "unsupervised"
    with pytest.raises(TooFewRowsError, match="0 of them with the outcome"):
        fit(task, nothing_happened, quick, quiet)


def test_nothing_is_unusual_among_a_handful(task, dataset, quick):
    with pytest.raises(TooFewRowsError, match="29 rows to learn what is usual from; expected at least 30"):
        fit_without_outcomes(task, Dataset(dataset.frame.head(29), 0), quick, quiet)


def test_progress_is_told(task, dataset, quick):
    told = []
    fit(task, Dataset(dataset.frame.head(400), 0), quick, told.append)
    assert told
    assert f"{400:,} rows" in told[-1]
    assert isinstance(dataset.frame["as_of"][0], dt.datetime)
