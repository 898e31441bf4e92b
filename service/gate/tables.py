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
from service.gate.triage import EVERY_WORKFLOW, InboxSight, TriageKind
from service.gate.workflow import ApproverRole

SHIPPED_TABLES = Path(__file__).parent / "tables.yaml"

OWN_ITEMS = "consultant"
"""The api_role of whom the tasks score, who read what is about themselves."""

Region = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    visible: Annotated[dict[str, frozenset[Sensitivity]], Field(min_length=1)]
    approves_as: dict[str, frozenset[ApproverRole]]
    may_switch: frozenset[str]
    inbox: dict[str, frozenset[str]] = Field(default_factory=dict)
    failures: frozenset[str] = frozenset()
    triages: dict[str, frozenset[TriageKind]] = Field(default_factory=dict)
    residency: dict[Region, frozenset[Region]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tables:
    """``visible``: what each api_role sees, every role there is. ``approves_as``: the approver roles of an api_role.
    ``inbox``: the workflows whose exceptions an api_role reads, ``failures``: who reads what could not be looked at,
    ``triages``: what an api_role may do with exceptions. ``residency``: the regions of language models that a region's
    texts may go to. ``digest`` is the text's SHA-256. ``file`` and ``text`` are what they were read from.
    """

    visible: Mapping[str, frozenset[Sensitivity]]
    approves_as: Mapping[str, frozenset[ApproverRole]]
    may_switch: frozenset[str]
    inbox: Mapping[str, frozenset[str]]
    failures: frozenset[str]
    triages: Mapping[str, frozenset[TriageKind]]
    residency: Mapping[str, frozenset[str]]
    file: Path
    text: str
    digest: str

    def reads(self, principal_id: str, api_role: str) -> InboxSight:
        """Which exceptions of the inbox somebody reads: those that the table names, and a consultant their own."""
        named = self.inbox.get(api_role, frozenset())
        workflows = None if EVERY_WORKFLOW in named else named
        return InboxSight(workflows, api_role in self.failures, principal_id if api_role == OWN_ITEMS else None)


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
        for table, roles in (
            ("approves_as", read.approves_as),
            ("may_switch", read.may_switch),
            ("inbox", read.inbox),
            ("failures", read.failures),
            ("triages", read.triages),
        )
        for role in sorted(set(roles) - set(read.visible))
    ]
    if mistakes:
        raise GateFilesRefused(mistakes)
    digest = sha256(text.encode()).hexdigest()
    return Tables(**dict(read), file=file, text=text, digest=digest)
