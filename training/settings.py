"""The settings of a training run: those of the task's outcome and those of the fit, told apart by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.task import Task

S = TypeVar("S", bound=BaseModel)


class FitSettings(BaseModel):
    """How a predictor is fitted. Shallow trees: they lose little and are cheap to explain (docs/decisions)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["auto", "rule", "linear", "trees", "linear_trees"] = Field(
        "auto", description="auto: the kind that later folds show to be best; else this kind, whatever they show"
    )
    trees: int = Field(400, ge=1, le=5000)
    leaves: int = Field(8, ge=2, le=1024)
    depth: int = Field(3, ge=1, le=32)
    learning_rate: float = Field(0.05, gt=0, le=1)
    rows_a_leaf: int = Field(40, ge=1)
    seed: int = Field(0, ge=0)
    most_rows: int = Field(60_000, ge=1_000, description="Most rows to learn from; of more, a sample of whole subjects")
    window_days: int = Field(56, ge=7, le=730, description="Length of the last window, held out to measure on")
    band_medium: float = Field(0.2, gt=0, lt=1)
    band_high: float = Field(0.5, gt=0, lt=1)


class SettingRefusedError(Exception):
    """A ``--set`` names no setting, or gives one a value that it does not take."""


@dataclass(frozen=True)
class Settings:
    """What one run is asked to do."""

    outcome: BaseModel
    fit: FitSettings


def parse_settings(task: Task, given: Mapping[str, str]) -> Settings:
    """Settings from ``name=value`` pairs; what is not given has its default.

    Raises SettingRefusedError that names the setting and what it takes.
    """
    outcome = {name: value for name, value in given.items() if name in task.settings.model_fields}
    fit = {name: value for name, value in given.items() if name in FitSettings.model_fields}
    unknown = [name for name in given if name not in outcome and name not in fit]
    if unknown:
        known = [*task.settings.model_fields, *FitSettings.model_fields]
        raise SettingRefusedError(f"unknown setting {unknown[0]}; expected one of {', '.join(known)}")
    settings = Settings(_validated(task.settings, outcome), _validated(FitSettings, fit))
    if settings.fit.band_medium >= settings.fit.band_high:
        raise SettingRefusedError("band_medium must lie below band_high")
    return settings


def _validated(kind: type[S], values: Mapping[str, Any]) -> S:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingRefusedError(f"setting {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
