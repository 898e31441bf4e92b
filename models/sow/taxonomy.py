"""The firm's service lines, and what is set up for each: a YAML file, read whole or refused with its mistakes."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.action_params import Code, ComplianceCheck
from models.sow.rate_card import CardRate

SHIPPED = Path(__file__).with_name("taxonomy.yaml")
NONE_OF_THESE = "none_of_these"
LARGEST_FILE = 1_000_000

Words = Annotated[str, Field(min_length=1, max_length=200)]


class TaxonomyRefused(Exception):
    """A taxonomy cannot be used; the message names the file, the place in it, and what was expected."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetsUp(_Part):
    """What a project template brings: phases and roles in order, how it is billed, and what is checked before."""

    phases: tuple[Code, ...] = Field(min_length=1)
    roles: tuple[Code, ...] = Field(min_length=1)
    billing: Literal["fixed_price", "time_and_materials", "retainer"]
    rate_card_checks: tuple[Code, ...] = ()
    compliance: tuple[ComplianceCheck, ...] = ()


class ServiceLine(_Part):
    """One service line. Without a template (and so without what it sets up) nothing is proposed for it."""

    title: Words
    description: Annotated[str, Field(min_length=20, max_length=20_000)]
    template: Code | None
    sets_up: SetsUp | None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.template is None) != (self.sets_up is None):
            raise ValueError("expected template and sets_up, or null for both")
        return self


class Taxonomy(_Part):
    """The service lines by their codes, and the rate card by role. ``digest`` names the file to the byte."""

    version: int = Field(ge=1)
    service_lines: Mapping[Code, ServiceLine] = Field(min_length=2, max_length=200)
    rate_card: Mapping[Code, CardRate] = {}
    digest: str = ""

    @model_validator(mode="after")
    def _none_of_these(self) -> Self:
        none = self.service_lines.get(NONE_OF_THESE)
        if none is None or none.template is not None:
            raise ValueError(f"expected a service line {NONE_OF_THESE} without a template")
        return self

    def line(self, code: str | None) -> ServiceLine | None:
        """The line of that code; None for a label that this taxonomy does not know."""
        return None if code is None else self.service_lines.get(code)


def read_taxonomy(file: Path | None = None) -> Taxonomy:
    """The taxonomy of a file, the shipped one where none is named. Raises TaxonomyRefused."""
    return _shipped() if file is None else _read(file)


@cache
def _shipped() -> Taxonomy:
    return _read(SHIPPED)


def _read(file: Path) -> Taxonomy:
    try:
        content = file.read_bytes()
        if len(content) > LARGEST_FILE:
            raise TaxonomyRefused(f"{file}: {len(content):,} bytes; expected at most {LARGEST_FILE:,}")
        document = yaml.safe_load(content)
    except OSError as error:
        raise TaxonomyRefused(f"{file}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        raise TaxonomyRefused(f"{file}{f':{where.line + 1}' if where else ''}: is no YAML") from None
    if not isinstance(document, dict) or "digest" in document:
        raise TaxonomyRefused(f"{file}: expected a mapping of version and service_lines")
    try:
        return Taxonomy.model_validate(document | {"digest": sha256(content).hexdigest()})
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise TaxonomyRefused(f"{file}: {told}") from None
