"""Whether a task may tell anything at all in a call: asked before anything is read, also of a call that comes again."""

from ledger.principals import Principal
from service.api.prediction_request import WorkflowPlace
from service.errors import FieldError, MalformedInput, NotPermitted, Stopped, SwitchedOff
from service.services import Services
from service.triage.desk import Place
from service.triage.informing import Informs, may_inform

STOPS = frozenset({"informing_task_stopped", "informing_workflow_stopped"})


def refuse_unless_informing(services: Services, task: Informs, place: WorkflowPlace | None, caller: Principal) -> None:
    """Raises SwitchedOff, Stopped or NotPermitted where the task may tell nothing at this place (None: nowhere).

    Raises MalformedInput for a place that nobody governs.
    """
    if task.person_level and services.settings.person_level is None:
        raise SwitchedOff(task.name)
    if place and (errors := _errors(services, place)):
        raise MalformedInput(errors)
    verdict = may_inform(services.desk, task, place_of(place) if place else None, caller.principal_id)
    if verdict.permitted:
        return
    services.metrics.verdict(task.name, verdict.outcome, verdict.codes)
    refused = Stopped if STOPS & set(verdict.codes) else NotPermitted
    raise refused(verdict.reason, verdict.codes)


def place_of(place: WorkflowPlace) -> Place:
    """The place that a call names."""
    return Place(place.name, place.instance, place.step, place.requester, place.purpose)


def _errors(services: Services, place: WorkflowPlace) -> list[FieldError]:
    """What is wrong with a place: a workflow or a step that nobody governs."""
    workflows = services.gate.current.workflows.by_name
    workflow = workflows.get(place.name)
    if workflow is None:
        return [FieldError("body", "workflow.name", f"expected one of {', '.join(workflows)}")]
    if place.step not in workflow.steps:
        return [FieldError("body", "workflow.step", f"expected one of {', '.join(workflow.steps)}")]
    return []
