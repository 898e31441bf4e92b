"""A summary as it is answered and kept: what was found, what was told of it, and what the gate let be recommended."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.approval_summary.evidence import Evidence
from models.approval_summary.sentences import Sentence
from models.approval_summary.summary import Findings
from models.text_flags import TextFlag
from service.gate.case import Call
from service.gate.recommendation import Recommendation, Withheld


@dataclass(frozen=True)
class Told:
    """The sentences, and who wrote them: ``route`` and, but for the embedded one, ``prompt`` (name, version, sha)."""

    sentences: Sequence[Sentence]
    evidence: Sequence[Evidence]
    route: str
    prompt: Mapping[str, str | int] | None
    flags: Sequence[TextFlag]


@dataclass(frozen=True)
class Summarised:
    """All that one call returns, before it is worded for HTTP. ``answer_id`` names it for good."""

    answer_id: str
    call: Call
    as_of: dt.datetime
    received_at: dt.datetime
    policy_version: str
    workflow_version: int | None
    said: Findings
    told: Told
    recommendations: Sequence[Recommendation]
    withheld: Sequence[Withheld]
    event_id: uuid.UUID | None = None
