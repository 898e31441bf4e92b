"""``POST /v1/predictions/{task}/what-if``: the same model on changed fields. It recommends nothing."""

import datetime as dt
from functools import partial
from typing import Annotated, Any, Generic, Self, TypeVar

from fastapi import Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from models.catalog import TASKS
from models.task import Task
from models.what_if import ChangesRefused, WhatIf
from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.informing import refuse_unless_informing
from service.api.prediction_answer import ExpectedShown, ModelShown, MoneyShown
from service.api.prediction_request import Subject, SubjectId
from service.api.predictions import champion_of, future_errors, refusal
from service.api.problems import declared
from service.api.released import ReleasedResponse
from service.api.repeated_calls import Call, Key
from service.errors import (
    Conflict,
    FieldError,
    MalformedInput,
    NotAllowed,
    NotPermitted,
    NotVisible,
    Stopped,
    SwitchedOff,
)
from service.gate.reader import Reader
from service.gate.redaction import Redaction
from service.gate.released import Showing, release
from service.services import Services
from service.store.errors import KeyTakenError
from service.triage.asking import SubjectsRefused
from service.triage.imagining import ChangesHidden, Imagined, Imagining, imagine, keep
from service.triage.workflow_place import WorkflowPlace, place_of

router = guarded_router()
Snapshot = TypeVar("Snapshot", bound=BaseModel)

MOST_CHANGES = 100


class WhatIfRequest(BaseModel, Generic[Snapshot]):
    """Either ``id`` (the snapshot is built from the stored records) or ``subject`` with its snapshot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workflow: WorkflowPlace | None = Field(None, description="where the question arose; it goes into the audit row")
    as_of: AwareDatetime | None = Field(None, description="the moment of receipt where none is given")
    id: SubjectId | None = None
    subject: Subject[Snapshot] | None = None
    changes: Annotated[dict[str, float | int | str | None], Field(min_length=1, max_length=MOST_CHANGES)] = Field(
        description="new values by the snapshot's field", examples=[{"known_hours": 8.0}]
    )

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.id is None) == (self.subject is None):
            raise ValueError("expected either id or subject")
        return self


class SideShown(BaseModel):
    """What is said on one side of the change."""

    probability: float | None
    log_odds: float
    band: str
    expected: ExpectedShown | None
    money_at_risk: MoneyShown


class EffectChangeShown(BaseModel):
    """A field whose part of ``log_odds`` is another after the change, in words as it is then.

    Of a field that the caller's api_role may not see, ``field`` is the kind, ``from`` and ``to`` are null and ``text``
    names the kind; all such fields of a kind are one.
    """

    field: str
    from_: float | int | str | None = Field(alias="from")
    to: float | int | str | None
    effect_before: float
    effect_after: float
    text: str


class WhatIfShown(BaseModel):
    """Both sides, null where there is nothing to predict. The effects account for the difference in ``log_odds``."""

    answer_id: str
    as_of: dt.datetime
    model: ModelShown
    subject_id: str
    before: SideShown | None
    after: SideShown | None
    effects: list[EffectChangeShown]


def _add_route(task: Task) -> None:
    """A route for one task, so that OpenAPI shows the task's own snapshot."""
    body = WhatIfRequest[task.snapshot]  # type: ignore[name-defined]

    def imagine_task(
        request: body, http: Request, services: UsedServices, caller: Caller, idempotency_key: Key = None
    ) -> Response:
        call = Call.of(f"POST {http.url.path}", caller, idempotency_key, request)
        return _answered(services, task, call, request)

    router.add_api_route(
        f"/v1/predictions/{task.name}/what-if",
        imagine_task,
        methods=["POST"],
        operation_id=f"what_if_{task.name}",
        summary=f"What the model of {task.name} would say of a {task.subject}, were some fields other",
        tags=["predictions"],
        response_model=None,
        responses={
            200: {"model": WhatIfShown},
            **declared(NotAllowed, SwitchedOff, Stopped, NotPermitted, NotVisible, Conflict),
        },
    )


for _task in TASKS.values():
    _add_route(_task)


def _answered(services: Services, task: Task, call: Call, request: WhatIfRequest[Any]) -> Response:
    """The stored response where this call was answered before, else a new answer, kept before it is given."""
    refuse_unless_informing(services, task, request.workflow, call.caller)
    before = call.answered_before(services)
    if before is not None:
        return before
    now = dt.datetime.now(dt.UTC)
    champion = champion_of(services, task)
    asked = _imagining(request, now)
    reader = services.gate.current.reader(call.caller.principal_id, call.caller.api_role)
    try:
        imagined = imagine(services.desk, task, champion, asked, reader)
    except SubjectsRefused as refused:
        raise refusal(task, refused, "id" if request.id is not None else "subject.subject_id") from None
    except ChangesHidden as refused:
        raise NotVisible(call.caller.api_role, refused.fields) from None
    except ChangesRefused as refused:
        raise MalformedInput(
            [FieldError("body", f"changes.{field}"[:120], why) for field, why in refused.fields.items()]
        ) from None
    released = release(_showing(task, imagined), reader)
    try:
        keep(services.desk, task, imagined, call.caller.principal_id, call.keeping(released, now))
    except KeyTakenError:
        return _answered(services, task, call, request)
    return ReleasedResponse(released)


def _imagining(request: WhatIfRequest[Any], now: dt.datetime) -> Imagining:
    """The call, with what only the service can know about it checked."""
    place = request.workflow
    if errors := future_errors(request.as_of, now):
        raise MalformedInput(errors)
    subject = request.subject
    return Imagining(
        place_of(place) if place else None,
        request.as_of.astimezone(dt.UTC) if request.as_of else now,
        subject.subject_id if subject else str(request.id),
        subject.snapshot if subject else None,
        request.changes,
    )


def _showing(task: Task, imagined: Imagined) -> Showing:
    return partial(_document, task, imagined)


def _document(task: Task, imagined: Imagined, reader: Reader) -> dict[str, Any]:
    said: WhatIf | None = imagined.what_if
    shown = Redaction(task, reader.sees_of(task.person_of(imagined.asked.subject_id, imagined.snapshot or None)))
    return {
        "answer_id": imagined.answer_id,
        "as_of": imagined.asked.as_of,
        "model": {"name": imagined.task, "version": imagined.version, "kind": imagined.kind},
        "subject_id": imagined.asked.subject_id,
        "before": None if said is None else shown.side(said.before),
        "after": None if said is None else shown.side(said.after),
        "effects": [] if said is None else shown.effects(said.effects, said.changed),
    }
