"""``POST /v1/predictions/{task}``: what is at risk, why, and what may be recommended in this step of this workflow."""

import datetime as dt
from typing import Annotated, Any

from fastapi import Query, Request, Response

from models.catalog import TASKS
from models.predictor import Predictor
from models.task import UNKNOWN, Task
from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.informing import refuse_unless_informing
from service.api.prediction_answer import AnswerShown, showing
from service.api.prediction_request import PredictionRequest
from service.api.problems import declared
from service.api.released import ReleasedResponse
from service.api.repeated_calls import Call, Key
from service.champions import Champion
from service.errors import (
    Conflict,
    FieldError,
    MalformedInput,
    NotAllowed,
    NotFound,
    NotPermitted,
    NotReady,
    ServiceError,
    Stopped,
    SwitchedOff,
    TooManySubjects,
    UnknownId,
)
from service.gate.gate import MOST_SUBJECTS
from service.gate.released import release
from service.services import Services
from service.store.errors import BudgetSpentError, KeyTakenError
from service.triage.answered import verdicts
from service.triage.answering import Explain
from service.triage.asking import SubjectsRefused
from service.triage.desk import Asking
from service.triage.workflow_place import place_of

router = guarded_router()


def _add_route(task: Task) -> None:
    """A route for one task, so that OpenAPI shows the task's own snapshot and a bad field is named by its path."""
    body = PredictionRequest[task.snapshot]  # type: ignore[name-defined]

    def predict(  # noqa: PLR0917
        request: body,
        http: Request,
        services: UsedServices,
        caller: Caller,
        explain: Annotated[Explain, Query(description="how much of the reasons to give")] = "reasons",
        idempotency_key: Key = None,
    ) -> Response:
        call = Call.of(f"POST {http.url.path}?explain={explain}", caller, idempotency_key, request)
        return _answered(services, task, call, request, explain)

    router.add_api_route(
        f"/v1/predictions/{task.name}",
        predict,
        methods=["POST"],
        operation_id=f"predict_{task.name}",
        summary=f"Predict {task.name} of some {task.subject}s",
        tags=["predictions"],
        response_model=None,
        responses={
            200: {"model": AnswerShown},
            **declared(NotAllowed, SwitchedOff, Stopped, NotPermitted, Conflict, TooManySubjects),
        },
    )


for _task in TASKS.values():
    _add_route(_task)


@router.post("/v1/predictions/{task}", include_in_schema=False)
def unknown_task(task: str) -> None:  # noqa: ARG001 - the route's own word for it
    """Says which tasks there are, where a path names none of them."""
    raise NotFound(f"No such task; expected one of {', '.join(TASKS)}.")


def _answered(
    services: Services, task: Task, call: Call, request: PredictionRequest[Any], explain: Explain
) -> Response:
    """The stored response where this call was answered before, else a new answer, kept before it is given."""
    refuse_unless_informing(services, task, request.workflow, call.caller)
    before = call.answered_before(services)
    if before is not None:
        return before
    now = dt.datetime.now(dt.UTC)
    champion = champion_of(services, task)
    asking = _asking(request, explain, now)
    try:
        answer = services.desk.answer(task, champion, asking, now=now)
    except SubjectsRefused as refused:
        raise refusal(task, refused, "ids" if request.ids is not None else "subjects.subject_id") from None
    reader = services.gate.current.reader(call.caller.principal_id, call.caller.api_role)
    released = release(showing(task, answer, services.desk.tokens(answer)), reader)
    try:
        services.desk.keep(task, answer, call.caller.principal_id, call.keeping(released, now))
    except (KeyTakenError, BudgetSpentError):
        return _answered(services, task, call, request, explain)
    services.metrics.answered(task.name, len(answer.predictions), verdicts(answer))
    return ReleasedResponse(released)


def champion_of(services: Services, task: Task) -> Champion[Predictor]:
    """Who answers. Raises NotReady where nobody does."""
    champion = services.champions.get(task.name)
    if champion is None:
        raise NotReady("champion", f"No champion of {task.name} serves; train one and promote it.")
    return champion


def _asking(request: PredictionRequest[Any], explain: Explain, now: dt.datetime) -> Asking:
    """The call, with what only the service can know about it checked."""
    if request.count > MOST_SUBJECTS:
        raise TooManySubjects(request.count, MOST_SUBJECTS)
    errors = [*_repeated(request), *future_errors(request.as_of, now)]
    if errors:
        raise MalformedInput(errors)
    return Asking(
        place_of(request.workflow),
        request.as_of.astimezone(dt.UTC) if request.as_of else now,
        request.ids or [],
        [(subject.subject_id, subject.snapshot) for subject in request.subjects or []],
        explain,
    )


def future_errors(as_of: dt.datetime | None, now: dt.datetime) -> list[FieldError]:
    """What is wrong with an instant: it has not come yet."""
    if as_of is None or as_of <= now:
        return []
    return [FieldError("body", "as_of", "an instant that has passed; the future is not known yet")]


def _repeated(request: PredictionRequest[Any]) -> list[FieldError]:
    field = "ids" if request.ids is not None else "subjects.subject_id"
    seen: set[str] = set()
    errors = []
    for row, subject_id in enumerate(request.subject_ids):
        if subject_id in seen:
            errors.append(FieldError("body", field, "a subject not already in this call", row))
        seen.add(subject_id)
    return errors


def refusal(task: Task, refused: SubjectsRefused, field: str) -> ServiceError:
    """Ids that no record names are one kind of error; all else is malformed input, by row."""
    if all(why == UNKNOWN for why in refused.rows.values()):
        return UnknownId(task.subject, list(refused.rows))
    return MalformedInput([FieldError("body", field, why, row) for row, why in refused.rows.items()])
