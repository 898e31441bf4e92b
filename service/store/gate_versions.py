"""What each version of a workflow and of the policies says, kept for good, so that an answer can be judged again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from service.gate.workflow_files import WorkflowFile
from service.store.tables import policy_versions, workflow_versions

_ONE_WRITER = 0x67617465
"""The advisory lock of whoever puts a gate on record ("gate" in ASCII): of two that see a change, one writes."""


def alone(connection: Connection) -> None:
    """Nobody else puts a gate on record until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_WRITER})


def with_another_text(connection: Connection, files: Mapping[str, WorkflowFile]) -> list[str]:
    """The names of the workflows whose version was kept before with another text."""
    kept = workflow_versions.c
    versions = [(name, each.workflow.version) for name, each in files.items()]
    rows = connection.execute(select(kept.name, kept.digest).where(tuple_(kept.name, kept.version).in_(versions)))
    return sorted(row.name for row in rows if row.digest != files[row.name].digest)


def keep(
    connection: Connection,
    policy_version: str,
    policies: Mapping[str, str],
    workflows: Mapping[str, WorkflowFile],
    *,
    now: datetime,
) -> None:
    """Keep the texts: of ``policies`` by file name, of the workflows by name and version. What is kept stays."""
    rows = [
        {
            "name": name,
            "version": each.workflow.version,
            "digest": each.digest,
            "text": each.text,
            "first_served_at": now,
        }
        for name, each in sorted(workflows.items())
    ]
    connection.execute(insert(workflow_versions).values(rows).on_conflict_do_nothing())
    row = insert(policy_versions).values(policy_version=policy_version, files=dict(policies), first_served_at=now)
    connection.execute(row.on_conflict_do_nothing())
