"""Does training know what it could not have known? Records are changed after the cut, and a bait is laid."""

import datetime as dt
from dataclasses import replace
from typing import get_args

import numpy as np
import polars as pl
import pytest

from models.artifact import save
from models.missing_time.subjects import parse
from training.baselines import Rule, best_rule
from training.dataset import Dataset
from training.fit import fit
from training.metrics import METRICS
from training.settings import FitSettings
from training.splits import split_at

CUT = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)

pytestmark = pytest.mark.usefixtures("few_draws")


def quiet(message):
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def before(dataset):
    return split_at(dataset, CUT).learn


@pytest.fixture(scope="module")
def another_future(task, firm, quick):
    """The firm until the cut, and quite another one from then on: half of the people hand nothing in any more."""
    entries = firm["time_entries"]
    later = (pl.col("entered_at") > CUT) | (pl.col("worked_on") >= CUT.date())
    gone = pl.col("person_id").is_in([f"p-{number:02}" for number in range(1, 14)])
    changed = firm | {"time_entries": entries.filter(~(later & gone))}
    return Dataset.of(task, changed, quick.outcome)


KINDS = get_args(FitSettings.model_fields["kind"].annotation)
"""Every kind of predictor, and the one that is chosen."""


def files(predictor, folder):
    """All that is kept of a predictor, by file name."""
    folder.mkdir()
    save(predictor, folder)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(params=KINDS)
def of_a_kind(quick, request):
    """The quick settings with each kind of predictor asked for."""
    return replace(quick, fit=quick.fit.model_copy(update={"kind": request.param}))


def test_what_is_learnt_at_the_cut_is_the_same_whatever_happens_afterwards(
    task, of_a_kind, before, another_future, tmp_path
):
    learn = split_at(another_future, CUT).learn
    assert learn.frame.height > 1000
    shared = before.frame.join(learn.frame.select("subject_id", "as_of"), on=["subject_id", "as_of"], how="semi")
    assert shared.equals(learn.frame), "no snapshot and no outcome of before the cut moved"
    assert shared.height == before.frame.height
    first, second = (fit(task, part, of_a_kind, quiet) for part in (before, learn))
    assert of_a_kind.fit.kind in {"auto", first.kind}
    assert files(first, tmp_path / "before") == files(second, tmp_path / "another future")


def test_the_rules_rates_are_those_of_before_the_cut(task, dataset, before, another_future):
    after = split_at(another_future, CUT)
    assert best_rule(task, before) == best_rule(task, after.learn)
    for name in task.rules:
        ours, theirs = (Rule.fit(task, name, part).probability(dataset.frame) for part in (before, after.learn))
        np.testing.assert_array_equal(ours, theirs)


def test_a_word_that_only_the_future_knows_is_no_category(task, quick, before, dataset):
    named = pl.when(pl.col("as_of") >= CUT).then(pl.lit("a new practice")).otherwise("practice")
    frame = dataset.frame.with_columns(practice=named)
    split = split_at(Dataset(frame, 0), CUT)
    predictor = fit(task, split.learn, quick, quiet)
    assert "a new practice" not in predictor.features.categories.get("practice", ())
    assert np.isfinite(predictor.score(split.measure.frame).probability).all()


BAITS = {
    "submitted_at": pl.lit(dt.datetime(2025, 10, 31, tzinfo=dt.UTC)),
    "approved_at": pl.lit(dt.datetime(2025, 10, 31, tzinfo=dt.UTC)),
    "note": pl.lit("late again"),
    "category": pl.lit("late"),
    "written_off_hours": pl.lit(8.0),
}
"""Cells of time entries that would give the answer: set on those of missing days only, and known later."""


def test_a_later_known_column_that_gives_the_answer_away_does_not_raise_the_auc(task, firm, quick, dataset):
    missing = parse(*(dataset.frame.filter("outcome")[name].to_list() for name in ("subject_id", "as_of")))
    bait = firm["time_entries"].join(
        missing.select("person_id", worked_on="day").unique().with_columns(late=True),
        on=["person_id", "worked_on"], how="left", maintain_order="left",
    )  # fmt: skip
    baited = bait.with_columns(
        pl.when("late").then(value).otherwise(name).cast(bait.schema[name]).alias(name) for name, value in BAITS.items()
    ).drop("late")
    assert not baited.equals(firm["time_entries"])
    laid = Dataset.of(task, firm | {"time_entries": baited}, quick.outcome)
    assert laid.frame.equals(dataset.frame), "the same rows to learn from and to measure on: the same AUC"


def test_the_bait_works_where_it_can_be_seen(task, dataset, quick, before):
    """The same day's late entry, had it been known in time, would have given everything away: the canary sings."""
    told = dataset.frame.with_columns(known_hours=pl.when("outcome").then(0.0).otherwise(8.0))
    split = split_at(Dataset(told, 0), CUT)
    auc = METRICS["auc"].of(
        split.measure.outcome, fit(task, split.learn, quick, quiet).score(split.measure.frame).probability
    )
    assert auc == pytest.approx(1.0, abs=0.001)


def test_outcomes_that_mean_nothing_cannot_be_predicted(task, dataset, quick):
    shuffled = dataset.frame["outcome"].shuffle(seed=1)
    split = split_at(Dataset(dataset.frame.with_columns(outcome=shuffled), 0), CUT)
    predictor = fit(task, split.learn, replace(quick, fit=quick.fit.model_copy(update={"trees": 20})), quiet)
    auc = METRICS["auc"].of(split.measure.outcome, predictor.score(split.measure.frame).probability)
    assert 0.4 < auc < 0.6
