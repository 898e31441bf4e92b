"""Why an import was refused, as facts. Each ends the import before anything is written."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class ImportRefused(Exception):
    """``what`` says what was expected and how to put it right."""

    what: str

    def __str__(self) -> str:
        return self.what


@dataclass
class MappingInvalid(ImportRefused):
    """Every mistake of a mapping file, each with its line."""

    file: Path
    mistakes: tuple[tuple[int, str], ...]

    def __str__(self) -> str:
        return "\n".join(f"{self.file}:{line}: {mistake}" for line, mistake in self.mistakes)


@dataclass
class SourceRefused(ImportRefused):
    """A source that is not there, lies outside ``--source``, or cannot be read."""

    source: str

    def __str__(self) -> str:
        return f"source {self.source}: {self.what}"


@dataclass
class StatementRefused(ImportRefused):
    """The SQL of one canonical table: not one SELECT, or DuckDB could not run it."""

    file: Path
    line: int
    table: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: table {self.table}: {self.what}"


@dataclass
class TargetRefused(ImportRefused):
    """The folder to write to holds something else."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder}: {self.what}"
