"""The model registry: the only file of training that knows MLflow's tracking and registry.

A task is a registered model of the same name. Its versions carry two aliases, ``champion`` (which serves) and
``challenger`` (the latest trained), and tags that name the trainer and the promoter.
"""

import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from models.artifact import IN_MODEL
from models.features import units
from prompts.prompt import Prompt

MODEL = "model"
EVIDENCE = "evidence"
CHAMPION = "champion"
CHALLENGER = "challenger"
EXPERIMENT = "bellwether"


class UnknownVersionError(Exception):
    """The registry has no such version."""


class RegistryUnavailableError(Exception):
    """The registry or its files cannot be reached: nothing can be said about any version."""


@dataclass(frozen=True)
class Version:
    """One registered version of a task's predictor."""

    task: str
    number: int
    run_id: str
    tags: Mapping[str, str]


class Registry:
    """MLflow at ``tracking_uri``; files of new experiments go under ``artifacts``.

    Importing MLflow takes seconds, so it happens here and not when the module is imported.
    """

    def __init__(self, tracking_uri: str, artifacts: Path) -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        os.environ.setdefault("DO_NOT_TRACK", "true")
        import mlflow  # noqa: PLC0415

        # MLflow asks its empty database whether its tables are there, and the driver warns of the answer
        logging.getLogger("psycopg").setLevel(logging.ERROR)
        self._mlflow = mlflow
        self._artifacts = artifacts
        mlflow.set_tracking_uri(tracking_uri)
        mlflow.set_registry_uri(tracking_uri)
        self._client = mlflow.MlflowClient(tracking_uri, tracking_uri)

    def register(
        self,
        task: str,
        snapshot: type[BaseModel],
        predictor: Path,
        evidence: Path,
        *,
        params: Mapping[str, Any],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        served_by: str = "served_model.py",
    ) -> Version:
        """Logs a run with the predictor's files and the evidence, and registers it as the task's challenger.

        ``served_by`` is the file beside this one that reads the predictor's files where MLflow serves it.
        """
        with (
            self._answering(),
            self._unwarned(),
            self._mlflow.start_run(experiment_id=self._experiment(), run_name=task, tags=dict(tags)) as run,
        ):
            self._mlflow.log_params(dict(params))
            self._mlflow.log_metrics(dict(metrics))
            self._mlflow.log_artifacts(str(evidence), artifact_path=EVIDENCE)
            info = self._mlflow.pyfunc.log_model(
                name=MODEL,
                python_model=str(Path(__file__).with_name(served_by)),
                artifacts={"predictor": str(predictor)},
                signature=self._signature(snapshot),
                pip_requirements=["bellwether"],
                registered_model_name=task,
            )
        number = int(info.registered_model_version)
        with self._answering():
            for name, value in tags.items():
                self._client.set_model_version_tag(task, str(number), name, value)
            self._client.set_registered_model_alias(task, CHALLENGER, str(number))
        return Version(task, number, run.info.run_id, dict(tags))

    def version(self, task: str, number: int) -> Version:
        """The version of that number. Raises UnknownVersionError."""
        with self._answering():
            try:
                found = self._client.get_model_version(task, str(number))
            except self._mlflow.exceptions.MlflowException as error:
                if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                raise UnknownVersionError(f"the registry has no version {number} of {task}") from None
        return Version(task, int(found.version), found.run_id, found.tags)

    def champion(self, task: str) -> Version | None:
        """The version that serves, None where nothing was promoted yet.

        A registry that fails is not one without a champion: RegistryUnavailableError.
        """
        with self._answering():
            try:
                number = self._client.get_registered_model(task).aliases.get(CHAMPION)
            except self._mlflow.exceptions.MlflowException as error:
                if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                return None
        return None if number is None else self.version(task, int(number))

    def promote(self, version: Version, *, promoter: str) -> None:
        """Makes a version the champion."""
        with self._answering():
            self._client.set_model_version_tag(version.task, str(version.number), "promoter", promoter)
            self._client.set_registered_model_alias(version.task, CHAMPION, str(version.number))

    def mirror_prompt(self, prompt: Prompt) -> bool:
        """Registers one version of a prompt, unless the registry has its SHA-256; whether it had to."""
        with self._answering(), self._unwarned():
            try:
                known = self._client.search_prompt_versions(prompt.name)
            except self._mlflow.exceptions.MlflowException as error:
                if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                known = []
            if any(version.tags.get("sha256") == prompt.sha for version in known):
                return False
            self._client.register_prompt(
                name=prompt.name,
                template=[{"role": role, "content": text} for role, text in prompt.mustached()],
                commit_message=f"v{prompt.version}",
                tags={"sha256": prompt.sha, "version": str(prompt.version), "task": prompt.task},
            )
        return True

    def predictor_files(self, version: Version, to: Path) -> Path:
        """The folder with a version's predictor, downloaded under ``to``."""
        uri = f"models:/{version.task}/{version.number}"
        with self._answering():
            folder = self._mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(to))
        return Path(folder) / IN_MODEL

    def evidence_files(self, version: Version, to: Path) -> Path:
        """The folder with what a version's run logged as evidence, downloaded under ``to``."""
        uri = f"runs:/{version.run_id}/{EVIDENCE}"
        with self._answering():
            return Path(self._mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(to)))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Turns whatever MLflow and its stores raise into one error with one line."""
        try:
            yield
        except (self._mlflow.exceptions.MlflowException, OSError) as error:
            why = next(iter(str(error).splitlines()), type(error).__name__)
            raise RegistryUnavailableError(f"the model registry does not answer: {why}") from error

    @contextmanager
    def _unwarned(self) -> Iterator[None]:
        """MLflow warns of what is meant: the contract states the signature, and no example of a day is kept."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=UserWarning, module="mlflow")
            yield

    def _experiment(self) -> str:
        found = self._client.get_experiment_by_name(EXPERIMENT)
        if found is not None:
            return str(found.experiment_id)
        return str(self._client.create_experiment(EXPERIMENT, artifact_location=self._artifacts.as_uri()))

    def _signature(self, snapshot: type[BaseModel]) -> Any:
        """The signature that the snapshot contract states: a column a field, optional where it may be null."""
        types = self._mlflow.types
        columns = [
            types.ColSpec(
                _column_type(annotation, unit, types), name=name, required=snapshot.model_fields[name].is_required()
            )
            for (name, unit), annotation in zip(units(snapshot).items(), _annotations(snapshot), strict=True)
        ]
        return self._mlflow.models.ModelSignature(inputs=types.Schema(columns))


def workspace() -> tempfile.TemporaryDirectory[str]:
    """A folder for files on their way to or from the registry, gone after use."""
    return tempfile.TemporaryDirectory(prefix="bellwether-")


def _annotations(snapshot: type[BaseModel]) -> list[Any]:
    return [field.annotation for field in snapshot.model_fields.values()]


def _column_type(annotation: Any, unit: str, types: Any) -> Any:
    """MLflow's type of a field. A whole number that may be null is of any: pandas holds it as one or as a float."""
    if unit == "category":
        return "string"
    if annotation == int | None:
        return types.schema.AnyType()
    return "long" if annotation is int else "double"
