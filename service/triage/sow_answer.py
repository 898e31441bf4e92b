"""The answer about a statement of work, before it is worded for HTTP."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.sow.understanding import Understanding
from service.gate.case import Call
from service.gate.recommendation import Recommendation, Withheld


@dataclass(frozen=True)
class SowSaid:
    """What is said of a document, and by whom. ``prompts`` (name, version, sha) are empty on the embedded route."""

    understood: Understanding
    route: str
    prompts: Sequence[Mapping[str, str | int]]


@dataclass(frozen=True)
class SowAnswer:
    """All that one call returns. ``document`` is the SHA-256 of what was read; ``answer_id`` names it for good.

    ``as_of``: what was known then was read.
    """

    answer_id: str
    sow_id: str
    document: str
    call: Call
    kind: str
    model_digest: str | None
    as_of: dt.datetime
    received_at: dt.datetime
    policy_version: str
    workflow_version: int | None
    said: SowSaid
    recommendations: Sequence[Recommendation]
    withheld: Sequence[Withheld]
    event_id: uuid.UUID | None = None
