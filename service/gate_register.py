"""The register of gates: which one came into force when, with all its texts, in the audit chain and beside it."""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from ledger.audit import Entry, append
from ledger.database import reached
from ledger.record import transaction
from service.gate.gate import Gate
from service.gate.gate_files import SHIPPED
from service.gate.located_yaml import read_located_yaml
from service.gate.mistakes import GateFilesRefused, Mistake
from service.gate.workflow_files import WorkflowFile
from service.store.gate_versions import alone, keep, with_another_text

IN_FORCE = "gate_in_force"


def put_in_force(engine: Engine, home: Path, gate: Gate, *, now: datetime) -> None:
    """Put on record that this gate is in force from ``now``, where the chain's last word is another one's.

    Its texts are kept in the same transaction. Processes that see the same change make one record.

    Raises:
        GateFilesRefused: a workflow says something else than it did under the same version; nothing is recorded.
        DatabaseUnavailableError, ChainBrokenError: nothing is recorded either.
    """
    with reached(engine), transaction(engine, home) as connection:
        alone(connection)
        files = gate.workflows.files
        if changed := with_another_text(connection, files):
            raise GateFilesRefused(_mistake(files[name]) for name in changed)
        if _last(connection) == gate.policy_version:
            return
        keep(connection, gate.policy_version, _texts(gate), files, now=now)
        append(connection, [_entry(gate)], now=now)


def _entry(gate: Gate) -> Entry:
    workflows = {
        name: {"version": each.workflow.version, "digest": each.digest} for name, each in gate.workflows.files.items()
    }
    payload = {
        "policy_version": gate.policy_version,
        "workflows": workflows,
        "policies": gate.policies.digest,
        "tables": gate.tables.digest,
    }
    return Entry(IN_FORCE, payload)


def _texts(gate: Gate) -> dict[str, str]:
    texts = {**gate.policies.texts, gate.tables.file: gate.tables.text}
    return {_name(file): text for file, text in texts.items()}


def _name(file: Path) -> str:
    """Below which of the two folders, and where: files of both may have one name."""
    if file.is_relative_to(SHIPPED):
        return f"shipped/{file.relative_to(SHIPPED)}"
    below = file.parent.name if file.suffix == ".cedar" else ""
    return str(Path("own", below, file.name))


def _mistake(file: WorkflowFile) -> Mistake:
    reason = (
        f"version {file.workflow.version} of {file.workflow.name} was in force with another text; raise the version"
    )
    return read_located_yaml(file.file, file.text).mistake(("version",), reason)


def _last(connection: Connection) -> str | None:
    query = text("SELECT payload FROM audit WHERE kind = :kind ORDER BY seq DESC LIMIT 1")
    payload = connection.execute(query, {"kind": IN_FORCE}).scalar()
    return None if payload is None else str(json.loads(payload)["policy_version"])
