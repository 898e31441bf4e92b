"""Fitting a predictor: the kind that the outcomes suffice for, calibrated on its own future."""

from collections.abc import Callable

from models.calibration import Bands, Calibration
from models.features import Features
from models.predictor import Predictor
from models.task import Task
from training.amounts import fit_amounts
from training.candidates import fitted
from training.choosing import choose
from training.dataset import Dataset
from training.kinds.unsupervised import fit_unsupervised
from training.settings import Settings
from training.splits import TooFewRowsError

FEWEST_ROWS = 30
FEWEST_OF_EACH = 3
"""Below this even how often a rule is right would be a guess."""

NO_OUTCOMES = "no outcomes are recorded: learning from {:,} rows what is usual; there will be no probability"

Progress = Callable[[str], None]


def fit(task: Task, learn: Dataset, settings: Settings, progress: Progress) -> Predictor:
    """Fits the predictor of a task on all rows of ``learn``; kind and calibration are decided on folds later in time.

    A task that can do without outcomes does so where there are fewer than 3 (`fit_without_outcomes`).

    Raises TooFewRowsError where not even the rule can be fitted: fewer than 30 rows, or than 3 with and 3 without the
    outcome.
    """
    if does_without_outcomes(task, learn):
        return fit_without_outcomes(task, learn, settings, progress)
    _refuse_too_few(learn)
    progress("choosing kind and calibration on later folds")
    choice = choose(task, learn, settings.fit)
    progress(choice.why)
    candidate = choice.candidate
    counted = f"{candidate.knob:.0f} trees" if "trees" in candidate.kind else f"a {candidate.kind} predictor"
    progress(f"fitting {counted} on {len(learn):,} rows")
    features = Features.learn(task.snapshot, task.no_features, learn.frame)
    return Predictor(
        task.name,
        settings.outcome.model_dump(mode="json"),
        features,
        fitted(task, features, learn, candidate, settings.fit),
        choice.calibration,
        Bands(settings.fit.band_medium, settings.fit.band_high),
        fit_amounts(task, features, learn, settings.fit),
    )


def does_without_outcomes(task: Task, learn: Dataset) -> bool:
    """Whether a task that has an answer without outcomes must give that one: fewer than 3 are known."""
    return task.unsupervised and int(learn.outcome.sum()) < FEWEST_OF_EACH


def fit_without_outcomes(task: Task, seen: Dataset, settings: Settings, progress: Progress) -> Predictor:
    """Fits a score of what is unusual among all rows of ``seen``, whatever became of them. It gives no probability.

    Raises TooFewRowsError below 30 rows.
    """
    if len(seen) < FEWEST_ROWS:
        raise TooFewRowsError(f"{len(seen)} rows to learn what is usual from; expected at least {FEWEST_ROWS}")
    progress(NO_OUTCOMES.format(len(seen)))
    features = Features.learn(task.snapshot, task.no_features, seen.frame)
    scorer, bands = fit_unsupervised(features, features.matrix(seen.frame))
    return Predictor(task.name, settings.outcome.model_dump(mode="json"), features, scorer, Calibration(), bands)


def _refuse_too_few(learn: Dataset) -> None:
    positives = int(learn.outcome.sum())
    if len(learn) < FEWEST_ROWS or min(positives, len(learn) - positives) < FEWEST_OF_EACH:
        raise TooFewRowsError(
            f"{len(learn)} rows to learn from, {positives} of them with the outcome; expected at least {FEWEST_ROWS} "
            f"rows, and {FEWEST_OF_EACH} with and {FEWEST_OF_EACH} without it"
        )
