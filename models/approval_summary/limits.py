"""How much which approver may decide about, as the firm has written it down; without that nobody's limit is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class LimitsInvalid(Exception):
    """The file of limits is not valid; the message says where, and what was expected."""


class Limit(BaseModel):
    """An approver role may decide about approvals up to an amount: of one kind, or (``kind`` null) of all others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    approver_role: str = Field(min_length=1, max_length=40)
    amount: float = Field(ge=0, allow_inf_nan=False, description="in currency; what is more is another's to decide")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    kind: str | None = Field(default=None, min_length=1, max_length=40)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: list[Limit] = Field(min_length=1, max_length=1_000)


@dataclass(frozen=True)
class Limits:
    """All limits of a firm; none where it has written down none."""

    all: Sequence[Limit] = ()

    def of(self, kind: str, currency: str | None) -> list[Limit]:
        """The limits for a kind in a currency, the lowest first: those for the kind itself, else those for all."""
        mine = [each for each in self.all if each.kind == kind and each.currency == currency]
        general = [each for each in self.all if each.kind is None and each.currency == currency]
        return sorted(mine or general, key=lambda each: (each.amount, each.approver_role))


def load_limits(file: Path) -> Limits:
    """The limits in a YAML file, ``limits: [{approver_role, amount, currency, kind?}]``. Raises LimitsInvalid."""
    try:
        told: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        return Limits(tuple(_File.model_validate(told).limits))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise LimitsInvalid(f"{file}: expected a YAML file in UTF-8 with a list named limits") from problem
    except ValidationError as problem:
        where = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problem.errors())
        raise LimitsInvalid(f"{file}: {where}") from problem
