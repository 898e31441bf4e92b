"""All files of a gate into one gate, or every mistake in them: a gate is loaded whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from service.gate.case_runner import try_policies
from service.gate.gate import Gate
from service.gate.gate_sample import sample
from service.gate.mistakes import GateFilesRefused, Mistake
from service.gate.policy_cases import ENDING
from service.gate.policy_files import SHIPPED_POLICIES, load_policies
from service.gate.tables import SHIPPED_TABLES, load_tables
from service.gate.workflow_files import SHIPPED_WORKFLOWS, load_workflows

SHIPPED = SHIPPED_TABLES.parent
"""The folder that a firm's own is laid over."""

T = TypeVar("T")


def load_gate(own: Path | None = None) -> Gate:
    """The shipped gate, with a firm's ``own`` folder over it, in which each of these may be missing:

    ``workflows/*.yaml`` add to the shipped ones, or take the place of the one with the same name; ``policies/*.cedar``
    only forbid, and each is decided both ways by the cases beside it; ``tables.yaml`` takes the place of the shipped
    one. Raises GateFilesRefused with every mistake; whether the cases hold is tried once all else is right.
    """
    mistakes: list[Mistake] = []
    own_policies = [own / "policies"] if own else []
    policies = _read(lambda: load_policies(SHIPPED_POLICIES, own_policies), mistakes)
    workflows = _read(lambda: load_workflows(SHIPPED_WORKFLOWS, own / "workflows" if own else None), mistakes)
    tables_file = own / "tables.yaml" if own else SHIPPED_TABLES
    tables = _read(lambda: load_tables(tables_file if tables_file.exists() else SHIPPED_TABLES), mistakes)
    if policies is None or workflows is None or tables is None:
        raise GateFilesRefused(mistakes)
    for folder in own_policies:
        mistakes += try_policies(policies, folder, sample(workflows)).mistakes()
    if mistakes:
        raise GateFilesRefused(mistakes)
    return Gate(policies, workflows, tables)


def _read(load: Callable[[], T], mistakes: list[Mistake]) -> T | None:
    try:
        return load()
    except GateFilesRefused as refused:
        mistakes += refused.mistakes
        return None


def files_of(own: Path | None = None) -> dict[str, Path]:
    """All files that such a gate is read from, by a name that tells the two folders apart: ``own/tables.yaml``."""
    policies = ("policies/*.cedar", "policies/*.cedarschema", f"policies/*{ENDING}")
    roots = {"shipped": SHIPPED} | ({"own": own} if own else {})
    return {
        f"{root}/{file.relative_to(folder)}": file
        for root, folder in roots.items()
        for pattern in ("tables.yaml", "workflows/*.yaml", *policies)
        for file in sorted(folder.glob(pattern))
    }
