"""What every answer is, whether it predicts, understands a text or summarises: how it was judged, and is kept."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Protocol

from service.gate.case import Call
from service.gate.recommendation import Recommendation, Withheld
from service.gate.verdict import Verdict
from service.store.answers import StoredAnswer, StoredRecommendation


class Answered(Protocol):
    """An answer before it is worded for HTTP. ``answer_id`` names it for good, ``event_id`` the event that asked."""

    @property
    def answer_id(self) -> str: ...
    @property
    def call(self) -> Call: ...
    @property
    def as_of(self) -> dt.datetime: ...
    @property
    def received_at(self) -> dt.datetime: ...
    @property
    def policy_version(self) -> str: ...
    @property
    def workflow_version(self) -> int | None: ...
    @property
    def event_id(self) -> uuid.UUID | None: ...
    @property
    def recommendations(self) -> Sequence[Recommendation]: ...
    @property
    def withheld(self) -> Sequence[Withheld]: ...


def verdicts(answer: Answered) -> list[Verdict]:
    """Every verdict that the gate gave on what was proposed."""
    return [each.verdict for each in answer.recommendations] + [each.verdict for each in answer.withheld]


def stored_answer(answer: Answered, principal_id: str) -> StoredAnswer:
    """An answer as it is kept."""
    call = answer.call
    return StoredAnswer(
        answer_id=uuid.UUID(answer.answer_id),
        received_at=answer.received_at,
        principal_id=principal_id,
        task=call.task,
        as_of=answer.as_of,
        workflow_name=call.workflow,
        workflow_instance=call.instance,
        workflow_step=call.step,
        workflow_requester=call.requester,
        model_version=call.model.version,
        policy_version=answer.policy_version,
        event_id=answer.event_id,
    )


def stored_recommendation(said: Recommendation) -> StoredRecommendation:
    """A recommendation as it is kept."""
    return StoredRecommendation(
        jti=uuid.UUID(said.jti),
        subject_id=said.subject,
        task=said.task,
        action=said.action,
        params=said.params.model_dump(mode="json"),
        requires=said.requires.document(),
        workflow_version=said.workflow_version,
        issued_at=said.issued_at,
        expires_at=said.expires_at,
    )
