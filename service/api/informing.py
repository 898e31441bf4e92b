"""Whether a task may tell anything at all in a call: asked before anything is read, also of a call that comes again."""

from models.task import Task
from service.errors import NotPermitted, Stopped, SwitchedOff
from service.services import Services
from service.triage.desk import Place

STOPS = frozenset({"informing_task_stopped", "informing_workflow_stopped"})


def refuse_unless_informing(services: Services, task: Task, place: Place | None) -> None:
    """Raises SwitchedOff, Stopped or NotPermitted where the task may tell nothing at this place (None: nowhere)."""
    if task.person_level and services.settings.person_level is None:
        raise SwitchedOff(task.name)
    verdict = services.desk.may_inform(task, place)
    if verdict.permitted:
        return
    services.metrics.verdict(task.name, verdict.outcome, verdict.codes)
    refused = Stopped if STOPS & set(verdict.codes) else NotPermitted
    raise refused(verdict.reason, verdict.codes)
