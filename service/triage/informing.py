"""May a task tell anybody anything here, now, for this? Asked before a call is answered; a refusal is on record."""

from dataclasses import dataclass
from typing import Protocol

from ledger.audit import Entry
from ledger.pseudonyms import pseudonym, references
from service.gate.informing import Informing
from service.gate.verdict import Verdict
from service.store.commit import Unit
from service.store.switches import stops
from service.triage.desk import Desk, Place

REFUSED = "informing_refused"


class Informs(Protocol):
    """What is asked about: a task of the catalog, or one that reads texts."""

    @property
    def name(self) -> str: ...

    @property
    def person_level(self) -> bool: ...


@dataclass(frozen=True)
class TextTask:
    """A task that is none of the catalog: it predicts nothing, and scores nobody."""

    name: str
    person_level: bool = False


def may_inform(desk: Desk, task: Informs, place: Place | None, principal_id: str) -> Verdict:
    """The gate's verdict at this place (None: in no workflow). What is refused is a row of the audit chain first."""
    gate = desk.gate.current
    workflow = gate.workflows.by_name.get(place.workflow) if place else None
    with desk.engine.connect() as connection:
        stopped = stops(connection, task=task.name, workflow=place.workflow if place else None)
    verdict = gate.may_inform(
        Informing(
            task=task.name,
            workflow=place.workflow if place else None,
            person_level=task.person_level,
            purpose_recorded=place.workflow in desk.covered if place else bool(desk.covered),
            purpose=workflow.purpose if workflow else None,
            stated_purpose=place.purpose if place else None,
            task_stopped=stopped.task,
            workflow_stopped=stopped.workflow,
        )
    )
    if not verdict.permitted:
        _record(desk, task, place, verdict, principal_id)
    return verdict


def _record(desk: Desk, task: Informs, place: Place | None, verdict: Verdict, principal_id: str) -> None:
    requester = place.requester if place else None
    with desk.engine.begin() as connection:
        keys = references(connection, {name for name in (principal_id, requester) if name})
    said = {
        "task": task.name,
        "workflow": None if place is None else {"name": place.workflow, "instance": place.instance, "step": place.step},
        "stated_purpose": place.purpose if place else None,
        "principal": pseudonym(keys[principal_id], principal_id),
        "requester": pseudonym(keys[requester], requester) if requester else None,
        "codes": list(verdict.codes),
        "policies": list(verdict.policies),
        "policy": verdict.policy_version,
        "workflow_version": verdict.workflow_version,
    }
    desk.committer.submit(Unit(Entry(REFUSED, said)))
