"""``POST /v1/sows``: what a statement of work is, what it says and where, and what may be recommended about it."""

import datetime as dt
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from models.sow.artifact import TASK
from models.sow.lines import Document
from models.sow.parsing.document import document_of_file
from models.sow.parsing.refusals import LARGEST_FILE, DocumentRefused, Why
from models.sow.second_opinion import with_opinion
from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.informing import refuse_unless_informing
from service.api.problems import declared
from service.api.released import ReleasedResponse
from service.api.repeated_calls import Call, Key
from service.api.sow_answer import SowShown, showing
from service.api.sow_request import FILES, JSON, Sent, SowRequest, sent
from service.chains.question import Route
from service.chains.sow_questions import second_opinion
from service.errors import (
    Conflict,
    NotAllowed,
    NotPermitted,
    ServiceError,
    Stopped,
    TooLarge,
    UnreadableDocument,
    UnsupportedDocument,
)
from service.gate.released import release
from service.services import Services
from service.store.errors import BudgetSpentError, KeyTakenError
from service.triage.answered import verdicts
from service.triage.informing import TextTask
from service.triage.sow_answer import SowSaid
from service.triage.sow_desk import SowAsking
from service.triage.sow_standing import Reading
from service.triage.workflow_place import place_of

router = guarded_router()
_TASK = TextTask(TASK)
_QUERY = ("workflow", "instance", "step", "requester", "purpose", "sow_id", "region")
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": SowRequest.model_json_schema(ref_template="#/components/schemas/{model}")},
            **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(FILES)},
        },
    },
    "parameters": [
        {
            "in": "query",
            "name": name,
            "required": False,
            "schema": {"type": "string"},
            "description": "of a file; in JSON it stands in the body",
        }
        for name in _QUERY
    ],
}


@router.post(
    "/v1/sows",
    operation_id="understand_sow",
    summary="Understand a statement of work: text in JSON, or a PDF, DOCX or text file",
    tags=["statements of work"],
    response_model=None,
    responses={
        200: {"model": SowShown},
        **declared(NotAllowed, Stopped, NotPermitted, Conflict, UnsupportedDocument, UnreadableDocument),
    },
    openapi_extra=_BODY,
)
def understand_sow(
    asked: Annotated[Sent, Depends(sent)],
    http: Request,
    services: UsedServices,
    caller: Caller,
    idempotency_key: Key = None,
) -> Response:
    """One answer, kept before it is given. Of the document itself only a keyed hash is kept."""
    return _answered(services, Call.of(f"POST {http.url.path}", caller, idempotency_key, asked.asked), asked)


def _answered(services: Services, call: Call, sent: Sent) -> Response:
    asked = sent.asked
    refuse_unless_informing(services, _TASK, asked.workflow, call.caller)
    before = call.answered_before(services)
    if before is not None:
        return before
    now = dt.datetime.now(dt.UTC)
    reading = services.sows.readers.now()
    said = said_of(services, reading, read(sent.content), region=asked.region, workflow=asked.workflow.name)
    asking = SowAsking(place_of(asked.workflow), asked.id, asked.document)
    reader = services.gate.current.reader(call.caller.principal_id, call.caller.api_role)
    answer = services.sows.answer(asking, reading, said, now=now)
    released = release(showing(answer, services.desk.tokens(answer)), reader)
    try:
        services.sows.keep(answer, call.caller.principal_id, call.keeping(released, now))
    except (KeyTakenError, BudgetSpentError):
        return _answered(services, call, sent)
    services.metrics.answered(TASK, 1, verdicts(answer))
    return ReleasedResponse(released)


def read(content: bytes) -> Document:
    """The document of these bytes. Raises TooLarge, UnsupportedDocument or UnreadableDocument."""
    try:
        return document_of_file(content)
    except DocumentRefused as refused:
        raise _problem(refused) from None


def said_of(
    services: Services, reading: Reading, document: Document, *, region: str | None, workflow: str | None
) -> SowSaid:
    """What is said of a document by rules and the classifier, and by a language model beside them where one is set."""
    taxonomy, classifier = services.sows.readers.taxonomy, reading.classifier
    understood = services.sows.understood(reading, document)
    asked = second_opinion(services.chain, document, classifier.labels, taxonomy, region=region, workflow=workflow)
    if asked is None:
        return SowSaid(understood, Route.EMBEDDED, ())
    return SowSaid(
        with_opinion(understood, asked.opinion, taxonomy, floor=classifier.floor),
        asked.route,
        [{"name": each.name, "version": each.version, "sha": each.sha} for each in asked.prompts],
    )


def _problem(refused: DocumentRefused) -> ServiceError:
    if refused.why is Why.TOO_LARGE:
        return TooLarge(LARGEST_FILE)
    if refused.why is Why.UNKNOWN_TYPE:
        return UnsupportedDocument(f"The document was not read: {refused}.", why=refused.why)
    return UnreadableDocument(str(refused), why=refused.why)
