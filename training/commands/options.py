"""What the commands that work on a task share: arguments, errors in one sentence, progress on stderr."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from ledger.errors import LedgerError
from models.artifact import ArtifactRefused
from models.catalog import TASKS
from models.task import Task
from prompts.prompt import PromptRefused
from training.fit_records import FitRecords, RecordsRefusedError
from training.interventions import LabelsRefusedError
from training.principal import KeyRefusedError
from training.promote import PromotionRefusedError
from training.registry import RegistryUnavailableError, UnknownVersionError
from training.scoring import SubjectsRefusedError
from training.settings import SettingRefusedError
from training.sows.train import SOW
from training.splits import TooFewRowsError

REFUSALS = (
    ArtifactRefused, KeyRefusedError, LabelsRefusedError, LedgerError, PromotionRefusedError, PromptRefused,
    RecordsRefusedError,
    RegistryUnavailableError, SettingRefusedError, SubjectsRefusedError, TooFewRowsError, UnknownVersionError,
)  # fmt: skip

F = TypeVar("F", bound=Callable[..., Any])


class TaskType(click.ParamType[Task]):
    """The name of a task."""

    name = "TASK"

    def convert(self, value: str | Task, param: click.Parameter | None, ctx: click.Context | None) -> Task:
        if isinstance(value, Task):
            return value
        if value not in TASKS:
            self.fail(f"unknown task {value}; expected one of {', '.join(TASKS)}", param, ctx)
        return TASKS[value]


class TaskOrSowType(click.ParamType[Task | None]):
    """The name of a task, or of the classifier of statements of work, which is None."""

    name = "TASK"

    def convert(self, value: str | Task, param: click.Parameter | None, ctx: click.Context | None) -> Task | None:
        if value == SOW:
            return None
        if isinstance(value, str) and value not in TASKS:
            self.fail(f"unknown task {value}; expected one of {', '.join([*TASKS, SOW])}", param, ctx)
        return TaskType().convert(value, param, ctx)


class Instant(click.ParamType[dt.datetime]):
    """An ISO 8601 instant with a zone; ``now`` is the moment of the call."""

    name = "INSTANT"

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        if value == "now":
            return dt.datetime.now(dt.UTC)
        try:
            instant = dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"expected an instant such as 2024-03-05T09:00:00Z; got {value}", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value} has no zone; expected one, such as {instant.isoformat()}Z", param, ctx)
        try:
            return instant.astimezone(dt.UTC)
        except OverflowError:
            self.fail(f"{value} lies outside the years 1 to 9999 in UTC", param, ctx)


class CutDate(click.ParamType[dt.datetime]):
    """A date, read as its first instant in UTC."""

    name = "DATE"

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a date written YYYY-MM-DD; got {value}", param, ctx)
        return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


class OutFile(click.ParamType[Path]):
    """A file to write, refused before the work rather than after it: a folder that is not there, an unknown suffix."""

    name = "FILE"

    def __init__(self, *suffixes: str) -> None:
        self.suffixes = suffixes

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        file = Path(value)
        if file.suffix not in self.suffixes:
            self.fail(f"expected a name that ends in {' or '.join(self.suffixes)}; got {file.name}", param, ctx)
        if not file.parent.is_dir():
            self.fail(f"expected an existing folder to write into; {file.parent} is none", param, ctx)
        if file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
            self.fail(f"expected a file that may be written; {file} may not", param, ctx)
        return file


class NameValue(click.ParamType[tuple[str, str]]):
    """A setting, ``name=value``."""

    name = "name=value"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, setting = value.partition("=")
        if not equals or not name:
            self.fail(f"expected name=value; got {value}", param, ctx)
        return name, setting


def task_argument(command: F) -> F:
    return click.argument("task", metavar="TASK", type=TaskType())(command)


def task_or_sow_argument(command: F) -> F:
    return click.argument("task", metavar="TASK", type=TaskOrSowType())(command)


def records_option(command: F) -> F:
    path = click.Path(path_type=Path)
    return click.option("--records", "folder", required=True, metavar="DIR", type=path, help="Folder of records.")(
        command
    )


def set_option(command: F) -> F:
    help_ = "An outcome or fit setting; may be given again for another."
    return click.option("--set", "given", multiple=True, type=NameValue(), help=help_)(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(command)


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what a command refuses to do into one sentence and exit code 1."""
    try:
        yield
    except REFUSALS as refusal:
        raise click.ClickException(str(refusal)) from refusal


def say(message: str) -> None:
    """One line of progress, on stderr."""
    Console(stderr=True, highlight=False, markup=False).print(f"… {message}", style="dim", soft_wrap=True)


def say_aside(fit: FitRecords) -> None:
    """How many rows with errors were left out, on stderr."""
    for table, count in fit.set_aside.items():
        say(f"{count:,} rows of {table} with errors were set aside")
