"""The settings: ``BELLWETHER_*`` in the environment, read once at the start. A bad value stops it with a sentence."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    DirectoryPath,
    Field,
    FilePath,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from ledger.home import home
from models.approval_summary.limits import LimitsInvalid, load_limits
from service.language_settings import LanguageModel, LanguageSettings
from service.pipeline_settings import PipelineSettings, ScheduleSettings
from service.triage_settings import TriageSettings
from service.webhook_settings import WebhookSettings

PREFIX = "BELLWETHER_"
_READ_ELSEWHERE = frozenset({"BELLWETHER_KEY", "BELLWETHER_MLFLOW_ARTIFACTS"})
_TESTS = "BELLWETHER_TEST_"

SHORTEST_RETENTION_DAYS = 32
"""A day more than the longest alert budget looks back: what was deleted cannot be counted."""

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class SettingsRefused(Exception):
    """The service must not start like this. ``sentences`` say which variable is wrong and what to write instead."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


class PersonLevelUse(BaseModel):
    """The record without which tasks about people's time stay off: who answers for it, and what was done before."""

    model_config = ConfigDict(frozen=True)

    officer: Said = Field(description="the person who answers for this use")
    purpose: Said = Field(description="what the predictions are used for, and nothing else")
    impact_assessment: Said = Field(description="where the assessment is kept")
    worker_information: Said = Field(description="when and how the people concerned were told")
    workflows: frozenset[Said] = Field(
        default=frozenset({"time_and_expense"}), description="the governed workflows that this record covers"
    )


class Settings(BaseSettings):
    """What may be set. Fields are named as their variables, without the prefix, in lower case."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    home: Path = Field(default_factory=lambda: home(os.environ), description="the folder of this deployment")
    database_url: SecretStr | None = Field(default=None, description="PostgreSQL; the embedded one where unset")
    host: str = Field(default="127.0.0.1", description="the loopback address to listen on")
    port: int = Field(default=8080, ge=0, le=65535, description="0 takes any free port")
    issuer: Said = Field(default="bellwether", description="iss of the tokens that are signed")
    audience: Said = Field(default="orchestration-engine", description="aud of the tokens that are signed")
    gate_folder: DirectoryPath | None = Field(
        default=None, description="the firm's own folder with workflows/, policies/ and tables.yaml"
    )
    gate_refresh_seconds: float = Field(default=10, ge=1, le=3600, description="seconds between looks at these files")
    champion_refresh_seconds: float = Field(default=30, ge=1, le=3600, description="seconds between looks at MLflow")
    retention_days: int = Field(
        default=400, ge=SHORTEST_RETENTION_DAYS, le=36_500, description="days that answers and decisions are kept"
    )
    repeat_days: int = Field(default=7, ge=1, le=36_500, description="days in which a call may be repeated by its key")
    person_level: PersonLevelUse | None = Field(
        default=None, description="tasks about people's time are off without it"
    )
    triage: TriageSettings = Field(
        default_factory=TriageSettings, description="how the inbox ranks and what it raises again"
    )
    webhooks: WebhookSettings = Field(
        default_factory=WebhookSettings, description="how is sent to subscribers, and where to"
    )
    pipeline: PipelineSettings = Field(
        default_factory=PipelineSettings, description="how much durable work a process takes on at once"
    )
    schedules: ScheduleSettings = Field(
        default_factory=ScheduleSettings, description="what the service looks at by itself, and when"
    )
    taxonomy: FilePath | None = Field(
        default=None, description="the firm's own service lines; the shipped ones where unset"
    )
    approval_limits: Path | None = Field(
        default=None, description="the firm's own limits of approvers, a YAML file; none are known without it"
    )
    llm: LanguageSettings = Field(
        default_factory=LanguageSettings, description="language models; none is asked without it"
    )

    @field_validator("home")
    @classmethod
    def _made(cls, folder: Path) -> Path:
        return home({"BELLWETHER_HOME": str(folder)})

    @field_validator("approval_limits")
    @classmethod
    def _readable(cls, file: Path | None) -> Path | None:
        if file is not None:
            try:
                load_limits(file)
            except LimitsInvalid as invalid:
                raise ValueError(str(invalid)) from None
        return file

    @field_validator("host")
    @classmethod
    def _loopback(cls, host: str) -> str:
        if not is_loopback(host):
            raise ValueError("expected a loopback address; to listen on a network, say so: bellwether serve --host")
        return host

    @field_validator("repeat_days")
    @classmethod
    def _no_longer_than_answers(cls, days: int, info: ValidationInfo) -> int:
        kept = info.data.get("retention_days")
        if kept is not None and days > kept:
            raise ValueError(f"expected at most BELLWETHER_RETENTION_DAYS, which is {kept}")
        return days

    def environ(self) -> Mapping[str, str]:
        """The two variables by which the ledger finds its home and its database."""
        url = {} if self.database_url is None else {"BELLWETHER_DATABASE_URL": self.database_url.get_secret_value()}
        return {"BELLWETHER_HOME": str(self.home), **url}


_NESTED: Mapping[str, type[BaseModel]] = {
    "LLM": LanguageSettings,
    "LLM__PRIMARY": LanguageModel,
    "LLM__SECONDARY": LanguageModel,
    "PERSON_LEVEL": PersonLevelUse,
    "PIPELINE": PipelineSettings,
    "SCHEDULES": ScheduleSettings,
    "TRIAGE": TriageSettings,
    "WEBHOOKS": WebhookSettings,
}


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsRefused with a sentence for each bad value."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsRefused(tuple(_sentence(finding["loc"], finding["msg"]) for finding in error.errors())) from None
    except SettingsError as error:
        group = "".join(re.findall(r'field "(\w+)"', str(error))).upper()
        raise SettingsRefused((f'{PREFIX}{group}: a value that is no JSON; expected such as ["a", "b"]',)) from None


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """``BELLWETHER_*`` variables that nothing reads: most often a typing mistake."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | _READ_ELSEWHERE
    nested = {f"{PREFIX}{group}__{name.upper()}" for group, fields in _NESTED.items() for name in fields.model_fields}
    ours = [name for name in environ if name.startswith(PREFIX) and not name.startswith(_TESTS)]
    return sorted(name for name in ours if name not in known | nested)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    variable = PREFIX + "__".join(str(part) for part in place).upper()
    expected = Settings.model_fields[str(place[0])].description if place else ""
    return f"{variable}: {message.removeprefix('Value error, ')} ({expected})"
