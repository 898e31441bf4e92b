"""All files of a gate into one gate, or every mistake in them: a gate is loaded whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from service.gate.gate import Gate
from service.gate.mistakes import GateFilesRefused, Mistake
from service.gate.policy_files import SHIPPED_POLICIES, load_policies
from service.gate.tables import SHIPPED_TABLES, load_tables
from service.gate.workflow_files import SHIPPED_WORKFLOWS, load_workflows

T = TypeVar("T")


def load_gate(own: Path | None = None) -> Gate:
    """The shipped gate, with a firm's ``own`` folder over it, in which each of these may be missing:

    ``workflows/*.yaml`` add to the shipped ones, or take the place of the one with the same name; ``policies/*.cedar``
    only forbid; ``tables.yaml`` takes the place of the shipped one. Raises GateFilesRefused with every mistake.
    """
    mistakes: list[Mistake] = []
    own_policies = [own / "policies"] if own else []
    policies = _read(lambda: load_policies(SHIPPED_POLICIES, own_policies), mistakes)
    workflows = _read(lambda: load_workflows(SHIPPED_WORKFLOWS, own / "workflows" if own else None), mistakes)
    tables_file = own / "tables.yaml" if own else SHIPPED_TABLES
    tables = _read(lambda: load_tables(tables_file if tables_file.exists() else SHIPPED_TABLES), mistakes)
    if policies is None or workflows is None or tables is None:
        raise GateFilesRefused(mistakes)
    return Gate(policies, workflows, tables)


def _read(load: Callable[[], T], mistakes: list[Mistake]) -> T | None:
    try:
        return load()
    except GateFilesRefused as refused:
        mistakes += refused.mistakes
        return None
