"""What a predictor has to beat: the PMO's rule, and a logistic regression on the same snapshots."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from models.arrays import Floats
from models.features import Features
from models.task import Task
from training.dataset import Dataset
from training.metrics import METRICS


@dataclass(frozen=True)
class Rule:
    """A rule with the frequency of the outcome that its score came with in the past: a probability to compare."""

    name: str
    task: Task
    frequency: IsotonicRegression

    @classmethod
    def fit(cls, task: Task, name: str, learn: Dataset) -> "Rule":
        score = task.rule_score(learn.frame, name).to_numpy()
        frequency = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        return cls(name, task, frequency.fit(score, learn.outcome.astype(np.float64)))

    def probability(self, frame: pl.DataFrame) -> Floats:
        return np.asarray(self.frequency.predict(self.task.rule_score(frame, self.name).to_numpy()))


def best_rule(task: Task, learn: Dataset) -> str:
    """The task's rule that ranks the training rows best: chosen without looking at the rows it is measured on."""
    auc = METRICS["auc"].of
    return max(task.rules, key=lambda rule: auc(learn.outcome, task.rule_score(learn.frame, rule).to_numpy()))


def logistic_probability(task: Task, learn: Dataset, frame: pl.DataFrame) -> Floats:
    """Forecasts of a logistic regression: nulls filled by the median and told, categories one-hot, C = 1."""
    features = Features.learn(task.snapshot, task.no_features, learn.frame)
    categorical = features.categorical
    numeric = [column for column in range(len(features.names)) if column not in categorical]
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numeric),
            ("words", OneHotEncoder(handle_unknown="ignore"), categorical),
        ]
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=2000))
    model.fit(features.matrix(learn.frame), learn.outcome)
    return np.asarray(model.predict_proba(features.matrix(frame))[:, 1])
