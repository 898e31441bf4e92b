"""The classifier of statements of work as MLflow serves it: code that reads a document, so that no pickle is needed."""

from pathlib import Path
from typing import Any

import mlflow
import polars as pl
from mlflow.pyfunc import PythonModel

from models.sow.artifact import load


class ServedClassifier(PythonModel):  # type: ignore[misc]
    """A classifier behind MLflow's interface."""

    _skip_type_hint_validation = True  # predict has no type hints: MLflow would take them for a signature

    def load_context(self, context: Any) -> None:
        """Reads the classifier's document; refuses that of another environment."""
        self.classifier = load(Path(context.artifacts["predictor"]))

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG002
        """The likeliest label of each text, its probability, and whether it is likely enough to be given."""
        chances = self.classifier.probabilities(list(model_input["text"]))
        best = chances.argmax(axis=1)
        confidence = chances.max(axis=1)
        return pl.DataFrame({
            "service_line": [self.classifier.labels[place] for place in best],
            "confidence": confidence,
            "kept": confidence >= self.classifier.floor,
        }).to_pandas()  # fmt: skip


mlflow.models.set_model(ServedClassifier())
