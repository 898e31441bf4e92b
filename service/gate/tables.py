"""The tables that policies look things up in: who sees what, and where texts may go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from models.sensitivity import Sensitivity
from service.gate.located_yaml import read_located_yaml, shape_mistakes
from service.gate.mistakes import GateFilesRefused, Mistake, read_gate_file
from service.gate.workflow import ApproverRole

SHIPPED_TABLES = Path(__file__).parent / "tables.yaml"

Region = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    visible: Annotated[dict[str, frozenset[Sensitivity]], Field(min_length=1)]
    approves_as: dict[str, frozenset[ApproverRole]]
    may_switch: frozenset[str]
    residency: dict[Region, frozenset[Region]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tables:
    """``visible``: what each api_role sees, every role there is. ``approves_as``: the approver roles of an api_role.
    ``residency``: the regions of language models that a region's texts may go to. ``digest`` is the text's SHA-256.
    ``file`` and ``text`` are what they were read from.
    """

    visible: Mapping[str, frozenset[Sensitivity]]
    approves_as: Mapping[str, frozenset[ApproverRole]]
    may_switch: frozenset[str]
    residency: Mapping[str, frozenset[str]]
    file: Path
    text: str
    digest: str


def other_roles(tables: Tables, api_roles: Collection[str]) -> list[Mistake]:
    """What is wrong with ``visible`` where it does not list exactly these roles; nothing where it does."""
    document = read_located_yaml(tables.file, tables.text)
    unknown = sorted(set(tables.visible) - set(api_roles))
    missing = sorted(set(api_roles) - set(tables.visible))
    expected = ", ".join(api_roles)
    return [
        *(document.mistake(("visible", role), f"{role!r} is no api_role; expected {expected}") for role in unknown),
        *(document.mistake(("visible",), f"{role} is missing; write [] where it sees nothing") for role in missing),
    ]


def load_tables(file: Path = SHIPPED_TABLES) -> Tables:
    """The tables of a file. Raises GateFilesRefused with every mistake in it."""
    text = read_gate_file(file)
    document = read_located_yaml(file, text)
    try:
        read = _File.model_validate(document.value)
    except ValidationError as error:
        raise GateFilesRefused(shape_mistakes(document, error)) from error
    mistakes = [
        document.mistake((table, role), f"{role!r} in {table} is not in visible, which lists every api_role")
        for table, roles in (("approves_as", read.approves_as), ("may_switch", read.may_switch))
        for role in sorted(set(roles) - set(read.visible))
    ]
    if mistakes:
        raise GateFilesRefused(mistakes)
    digest = sha256(text.encode()).hexdigest()
    return Tables(read.visible, read.approves_as, read.may_switch, read.residency, file, text, digest)
