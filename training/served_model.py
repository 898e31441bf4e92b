"""The model as MLflow serves it: code that reads a predictor's files, so that no pickle is needed.

MLflow runs this file when it loads a version (models from code). Snapshots go in as a frame of the signature's columns;
out come probability, band, and the effects of the fields on the log-odds.
"""

from pathlib import Path
from typing import Any

import mlflow
import polars as pl
from mlflow.pyfunc import PythonModel

from models.artifact import load


class ServedPredictor(PythonModel):  # type: ignore[misc]
    """A predictor behind MLflow's interface."""

    _skip_type_hint_validation = True  # predict has no type hints: MLflow would take them for a signature

    def load_context(self, context: Any) -> None:
        """Reads the predictor's files; refuses those of another environment."""
        self.predictor = load(Path(context.artifacts["predictor"]))

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG002
        """One row of answers for each row of snapshots."""
        snapshots = pl.from_pandas(model_input)
        scores = self.predictor.score(snapshots, explain=True)
        assert scores.effects is not None
        effects = pl.DataFrame(scores.effects, schema=[f"effect_{name}" for name in self.predictor.features.names])
        answer = pl.DataFrame({"probability": scores.probability, "band": scores.bands, "base": scores.base})
        return pl.concat([answer, effects], how="horizontal").to_pandas()


mlflow.models.set_model(ServedPredictor())
