"""Whether a task may tell anything at all in a call: asked before anything is read, also of a call that comes again."""

from collections.abc import Mapping

from ledger.principals import Principal
from service.errors import FieldError, MalformedInput, NotPermitted, Stopped, SwitchedOff
from service.gate.workflow import Workflow
from service.services import Services
from service.triage.informing import Informs, may_inform
from service.triage.workflow_place import WorkflowPlace, place_of

STOPS = frozenset({"informing_task_stopped", "informing_workflow_stopped"})


def refuse_unless_informing(services: Services, task: Informs, place: WorkflowPlace | None, caller: Principal) -> None:
    """Raises SwitchedOff, Stopped or NotPermitted where the task may tell nothing at this place (None: nowhere).

    Raises MalformedInput for a place that nobody governs.
    """
    if task.person_level and services.settings.person_level is None:
        raise SwitchedOff(task.name)
    if place and (errors := ungoverned(services.gate.current.workflows.by_name, place)):
        raise MalformedInput(errors)
    verdict = may_inform(services.desk, task, place_of(place) if place else None, caller.principal_id)
    if verdict.permitted:
        return
    services.metrics.verdict(task.name, verdict.outcome, verdict.codes)
    refused = Stopped if STOPS & set(verdict.codes) else NotPermitted
    raise refused(verdict.reason, verdict.codes)


def ungoverned(
    workflows: Mapping[str, Workflow], place: WorkflowPlace, *, field: str = "workflow", row: int | None = None
) -> list[FieldError]:
    """What is wrong with a place that stands in this field and row: a workflow or a step that nobody governs."""
    workflow = workflows.get(place.name)
    if workflow is None:
        return [FieldError("body", f"{field}.name", f"expected one of {', '.join(workflows)}", row)]
    if place.step not in workflow.steps:
        return [FieldError("body", f"{field}.step", f"expected one of {', '.join(workflow.steps)}", row)]
    return []
