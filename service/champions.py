"""The champions that serve, fetched from the MLflow registry: the only file of the service that knows MLflow."""

import os
import shutil
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

import structlog

from models.artifact import IN_MODEL, ArtifactRefused, digest
from service.readiness import Finding
from service.repeating import Repeating

P = TypeVar("P")

ALIAS = "champion"
_LAST_LOOK_SECONDS = 5
_MLFLOW = {
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_CONFIGURE_LOGGING": "false",  # its own handler would write past the pipe of service.logs
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",  # by default it tries for minutes; the next look comes soon enough
}
_log = structlog.get_logger("bellwether.champions")


@dataclass(frozen=True)
class Champion(Generic[P]):
    """The version behind a task's alias ``champion``, loaded. ``tags`` are what training put on record about it.

    ``digest`` names the files that were loaded (`models.artifact.digest`); None for a predictor that has none.
    """

    task: str
    version: str
    tags: Mapping[str, str]
    predictor: P
    digest: str | None = None

    @property
    def trainer(self) -> str | None:
        """The principal who trained it; None is unknown."""
        return self.tags.get("trainer")

    @property
    def promoter(self) -> str | None:
        """The principal who promoted it; None is unknown."""
        return self.tags.get("promoter")


@dataclass(frozen=True)
class _Standing(Generic[P]):
    champion: Champion[P] | None
    remark: str | None


class Champions(Repeating, Generic[P]):
    """The champion of each task, looked up again every ``refresh_seconds`` by a thread of its own.

    ``load`` makes a predictor of the folder with its files. A version is downloaded once, into ``folder``. While the
    registry is out of reach, or a new version cannot be loaded, the last one keeps serving and ``finding`` says so;
    where the alias was taken away, nothing serves. A version whose files are not those that training registered is one
    that cannot be loaded. ``serves`` is called with task and version at each change.

    Use as a context manager: entering looks up all champions, leaving ends the thread.
    """

    def __init__(
        self,
        tracking_uri: str,
        tasks: Collection[str],
        load: Callable[[Path], P],
        *,
        folder: Path,
        refresh_seconds: float,
        serves: Callable[[str, str], None],
    ) -> None:
        super().__init__("champions", self.refresh, every_seconds=refresh_seconds, patience_seconds=_LAST_LOOK_SECONDS)
        self._registry = _Registry(tracking_uri, folder)
        self._load = load
        self._serves = serves
        self._standings: dict[str, _Standing[P]] = {task: _Standing(None, "not looked up yet") for task in tasks}
        self._one_refresh = threading.Lock()

    def __enter__(self) -> Self:
        self.refresh()
        return super().__enter__()

    def get(self, task: str) -> Champion[P] | None:
        """The champion of the task, or None where there is none. Costs a dictionary look-up."""
        standing = self._standings.get(task)
        return standing.champion if standing else None

    def finding(self, task: str) -> Finding:
        """Whether a champion serves; with a remark where it is not the registry's present word."""
        standing = self._standings[task]
        return Finding(ok=standing.champion is not None, why=standing.remark)

    def refresh(self) -> None:
        """Look up every task's alias now."""
        with self._one_refresh:
            for task, standing in self._standings.items():
                self._standings[task] = self._looked_up(task, standing)

    def _looked_up(self, task: str, standing: _Standing[P]) -> _Standing[P]:
        before = standing.champion
        serving = f"; version {before.version} keeps serving" if before else ""
        try:
            found = self._registry.champion(task)
        except Exception as error:  # noqa: BLE001 - drivers and stores of MLflow raise whatever they like
            remark = f"the model registry does not answer ({type(error).__name__}){serving}"
            return self._remarked(task, before, standing, remark)
        if found is None:
            return self._remarked(
                task, None, standing, f"no version has the alias {ALIAS}; train {task} and promote one"
            )
        try:
            same = before is not None and before.version == found.version
            predictor, files = (before.predictor, before.digest) if before and same else self._fetched(found)
        except Exception as error:  # noqa: BLE001 - nor can an artifact of any kind stop what already serves
            _log.warning("champion refused", task=task, version=found.version, why=str(error))
            remark = f"version {found.version} cannot be loaded ({type(error).__name__}, see the log){serving}"
            return self._remarked(task, before, standing, remark)
        champion = Champion(task, found.version, found.tags, predictor, files)
        if before is None or before.version != champion.version:
            _log.info("champion serves", task=task, version=champion.version)
            self._serves(task, champion.version)
        return _Standing(champion, None)

    def _fetched(self, found: "_Found") -> tuple[P, str]:
        """The predictor, and what names its files. Raises ArtifactRefused where training registered other files."""
        folder = self._registry.artifacts(found)
        files, registered = digest(folder), found.tags.get("digest")
        if registered is not None and registered != files:
            raise ArtifactRefused(folder, "digest", files, registered)
        return self._load(folder), files

    def _remarked(self, task: str, champion: Champion[P] | None, before: _Standing[P], remark: str) -> _Standing[P]:
        if remark != before.remark:
            _log.warning("champion in doubt", task=task, why=remark)
        return _Standing(champion, remark)


@dataclass(frozen=True)
class _Found:
    task: str
    version: str
    run_id: str
    tags: Mapping[str, str]


class _Registry:
    """MLflow, imported at the first look-up: that costs seconds, which no command should pay that does not need it."""

    def __init__(self, tracking_uri: str, folder: Path) -> None:
        self._uri = tracking_uri
        self._folder = folder
        self._made: Any = None
        for variable, value in _MLFLOW.items():
            os.environ.setdefault(variable, value)

    def champion(self, task: str) -> _Found | None:
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        try:
            number = self._client.get_registered_model(task).aliases.get(ALIAS)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        if number is None:
            return None
        version = self._client.get_model_version(task, number)
        return _Found(task, str(number), version.run_id or "", dict(version.tags))

    def artifacts(self, found: _Found) -> Path:
        from mlflow.artifacts import download_artifacts  # noqa: PLC0415

        kept = self._folder / found.task / f"{found.version}-{found.run_id}"
        if not kept.exists():
            partial = kept.with_suffix(f".{os.getpid()}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            downloaded = download_artifacts(
                artifact_uri=self._client.get_model_version_download_uri(found.task, found.version),
                dst_path=str(partial),
                tracking_uri=self._uri,
            )
            try:
                Path(downloaded).rename(kept)
            except OSError:
                if not kept.exists():  # otherwise another process has fetched the same version
                    raise
            finally:
                shutil.rmtree(partial, ignore_errors=True)
        return kept / IN_MODEL

    @property
    def _client(self) -> Any:
        if self._made is None:
            from mlflow import MlflowClient  # noqa: PLC0415

            self._made = MlflowClient(self._uri, self._uri)
        return self._made
