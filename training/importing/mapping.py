"""A mapping file: named sources, and for each canonical table the SELECT that makes it from them.

sources:
  log: {file: "time_fact.csv.gz"}
tables:
  people: SELECT DISTINCT person_key AS person_id, 'engineer' AS job_role FROM log
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from models.records import TABLES
from training.importing.problems import MappingInvalid

SourceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Sql = Annotated[str, Field(min_length=1)]


class CsvOptions(BaseModel):
    """How a CSV file is written. Every cell is read as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    header: bool = True
    quote: str = Field(default='"', min_length=1, max_length=1)
    skip_lines: int = Field(default=0, ge=0, description="lines before the header")


class Source(BaseModel):
    """A file or a glob of files within ``--source``, or a table or a query of the database at ``--source``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str | None = None
    format: Literal["csv", "parquet", "xes"] | None = None
    options: CsvOptions = CsvOptions()
    table: str | None = None
    query: str | None = None
    name_column: str | None = Field(
        default=None, min_length=1, description="a column that tells of each row the name of the file it came from"
    )

    @field_validator("file")
    @classmethod
    def _within(cls, file: str | None) -> str | None:
        if file is not None and (PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts):
            raise ValueError("expected a path within --source: not absolute, and without '..'")
        return file

    @model_validator(mode="after")
    def _one_kind(self) -> "Source":
        if sum(given is not None for given in (self.file, self.table, self.query)) != 1:
            raise ValueError("expected exactly one of file, table, query")
        if self.file is None and {"format", "options", "name_column"} & self.model_fields_set:
            raise ValueError("format, options and name_column are for files")
        return self

    @property
    def is_parquet(self) -> bool:
        return self._is("parquet", (".parquet",))

    @property
    def is_xes(self) -> bool:
        return self._is("xes", (".xes", ".xes.gz", ".xes*"))

    def _is(self, form: str, endings: tuple[str, ...]) -> bool:
        return self.format == form or (self.format is None and str(self.file).endswith(endings))


class _MappingFile(BaseModel):
    """What the file says. ``description`` is for people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = ""
    sources: dict[SourceName, Source] = Field(min_length=1)
    tables: dict[str, Sql] = Field(min_length=1)

    @field_validator("tables")
    @classmethod
    def _canonical(cls, tables: dict[str, str]) -> dict[str, str]:
        unknown = [name for name in tables if name not in TABLES]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: expected one of {', '.join(TABLES)}")
        return tables


@dataclass(frozen=True)
class LoadedMapping:
    """A mapping with its file and the line of each table's SQL, for messages."""

    file: Path
    sources: Mapping[str, Source]
    tables: Mapping[str, str]
    lines: Mapping[str, int]


def load_mapping(file: Path) -> LoadedMapping:
    """Raises `MappingInvalid` with every mistake and its line."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as problem:
        raise _invalid(file, [(1, f"expected a mapping file: {problem.strerror}")]) from problem
    except UnicodeDecodeError as problem:
        raise _invalid(file, [(1, "expected UTF-8 text")]) from problem
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise _invalid(file, [(line, f"expected YAML: {problem.problem}")]) from problem
    if root is None:
        raise _invalid(file, [(1, "expected sources and tables; the file is empty")])
    twice = list(_repeated_keys(root))
    if twice:
        raise _invalid(file, twice)
    try:
        mapping = _MappingFile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as problem:
        mistakes = [(_line(root, error["loc"]), _words(error["loc"], error["msg"])) for error in problem.errors()]
        raise _invalid(file, mistakes) from problem
    lines = {name: _line(root, ("tables", name)) for name in mapping.tables}
    return LoadedMapping(file, mapping.sources, mapping.tables, lines)


def _invalid(file: Path, mistakes: list[tuple[int, str]]) -> MappingInvalid:
    return MappingInvalid("the mapping is not valid", file, tuple(mistakes))


def _words(location: tuple[int | str, ...], message: str) -> str:
    where = ".".join(str(part) for part in location if part != "[key]")
    message = message.removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def _line(root: yaml.Node, location: tuple[int | str, ...]) -> int:
    """The line of the deepest part of ``location`` that the file has, from 1."""
    node, line = root, root.start_mark.line
    for part in location:
        if not isinstance(node, yaml.MappingNode):
            break
        found = next(((key, value) for key, value in node.value if key.value == part), None)
        if found is None:
            break
        line, node = found[0].start_mark.line, found[1]
    return line + 1


def _repeated_keys(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            yield key.start_mark.line + 1, f"{key.value}: each key once; it is there twice"
        seen.add(key.value)
        yield from _repeated_keys(value)
