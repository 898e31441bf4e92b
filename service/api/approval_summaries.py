"""``POST /v1/approval-summaries``: what an approver should know, each sentence with its evidence."""

import datetime as dt

from fastapi import Request, Response

from models.approval_summary import UnknownApproval, summary_for
from models.approval_summary.summary import Findings
from models.text_flags import TextFlag
from service.api.approval_answer import SummaryShown, showing
from service.api.approval_request import SummaryRequest
from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.informing import refuse_unless_informing
from service.api.predictions import future_errors
from service.api.problems import declared
from service.api.released import ReleasedResponse
from service.api.repeated_calls import Call, Key
from service.chains.approval_sentences import worded
from service.errors import (
    Conflict,
    FieldError,
    MalformedInput,
    NotAllowed,
    NotPermitted,
    ServiceError,
    Stopped,
    UnknownId,
)
from service.gate.reader import Reader
from service.gate.released import release
from service.services import Services
from service.store.errors import BudgetSpentError, KeyTakenError
from service.triage.answered import verdicts
from service.triage.informing import TextTask
from service.triage.summarised import Told
from service.triage.summarising import TASK, SummaryAsking
from service.triage.workflow_place import place_of

router = guarded_router()
_TASK = TextTask(TASK)


@router.post(
    "/v1/approval-summaries",
    operation_id="summarise_approval",
    summary="Summarise an approval that waits for somebody, with the evidence of every sentence",
    tags=["approvals"],
    response_model=None,
    responses={200: {"model": SummaryShown}, **declared(NotAllowed, Stopped, NotPermitted, Conflict, UnknownId)},
)
def summarise_approval(
    request: SummaryRequest, http: Request, services: UsedServices, caller: Caller, idempotency_key: Key = None
) -> Response:
    """One answer, kept before it is given."""
    return _answered(services, Call.of(f"POST {http.url.path}", caller, idempotency_key, request), request)


def _answered(services: Services, call: Call, request: SummaryRequest) -> Response:
    refuse_unless_informing(services, _TASK, request.workflow, call.caller)
    before = call.answered_before(services)
    if before is not None:
        return before
    now = dt.datetime.now(dt.UTC)
    asking = _asking(request, now)
    summaries = services.summaries
    try:
        said = summaries.found(asking)
    except UnknownApproval:
        raise _unknown(request) from None
    reader = services.gate.current.reader(call.caller.principal_id, call.caller.api_role)
    answer = summaries.answer(asking, said, told_to(services, said, reader, request.workflow.name), now=now)
    released = release(showing(answer, services.desk.tokens(answer)), reader)
    try:
        summaries.keep(answer, call.caller.principal_id, call.keeping(released, now))
    except (KeyTakenError, BudgetSpentError):
        return _answered(services, call, request)
    services.metrics.answered(TASK, 1, verdicts(answer))
    return ReleasedResponse(released)


def told_to(services: Services, said: Findings, reader: Reader, workflow: str | None) -> Told:
    """What a reader is told: by a language model where one is set and its sentences stand, else by the template."""
    summary = summary_for(said, reader.api_role, reader.sees)
    asked = worded(services.chain, said, sees=reader.sees, api_role=reader.api_role, workflow=workflow)
    flags = [*summary.flags, *([TextFlag.PROMPT_ANSWER_REFUSED] if asked.refused else [])]
    prompt = asked.prompt
    return Told(
        sentences=summary.sentences if asked.sentences is None else asked.sentences,
        evidence=said.evidence,
        route=asked.route,
        prompt=None if prompt is None else {"name": prompt.name, "version": prompt.version, "sha": prompt.sha},
        flags=flags,
    )


def _unknown(request: SummaryRequest) -> ServiceError:
    """Of an approval that was handed over, nothing is known only where it was opened later."""
    if request.approval_id is not None:
        return UnknownId("approval", [0])
    return MalformedInput([FieldError("body", "approval.opened_at", "an instant that is not after as_of")])


def _asking(request: SummaryRequest, now: dt.datetime) -> SummaryAsking:
    if errors := future_errors(request.as_of, now):
        raise MalformedInput(errors)
    as_of = request.as_of.astimezone(dt.UTC) if request.as_of else now
    return SummaryAsking(place_of(request.workflow), as_of, request.id, request.records())
