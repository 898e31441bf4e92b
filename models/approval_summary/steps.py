"""What an approval's step was, read from the words of its activity, whoever wrote the log.

Logs name activities freely: ``approved``, ``Declaration REJECTED by ADMINISTRATION``, ``sent back``. A step is what
its words say without doubt, and otherwise nothing: an activity that says two things, that denies one, or that is longer
than the name of an activity ever is, is *other*. Its words themselves are never told to anybody.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

LONGEST_WORDS, LONGEST_CHARACTERS = 8, 60
"""The longest activity in the logs at hand has six words and 45 characters."""


class StepKind(StrEnum):
    """What happened to the approval."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    OTHER = "other"


ACTS = frozenset({
    StepKind.SUBMITTED, StepKind.APPROVED, StepKind.REJECTED, StepKind.RETURNED, StepKind.TAKEN_BACK,
})  # fmt: skip
"""Steps that end somebody's turn; a reminder does not."""

DECIDING = frozenset({StepKind.APPROVED, StepKind.REJECTED})

BY_REQUESTER = frozenset({StepKind.SUBMITTED, StepKind.TAKEN_BACK})

_WORDS = {
    StepKind.SUBMITTED: {"submitted", "resubmitted", "requested", "submit"},
    StepKind.APPROVED: {"approved", "approve", "authorised", "authorized"},
    StepKind.REJECTED: {"rejected", "declined", "denied", "refused", "reject"},
    StepKind.RETURNED: {"returned", "back"},
    StepKind.TAKEN_BACK: {"withdrawn", "cancelled", "canceled", "revoked"},
    StepKind.REMINDED: {"reminded", "reminder"},
    StepKind.ESCALATED: {"escalated"},
}
_DENIALS = {"not", "no", "never", "un", "non", "dis", "without"}
_REQUESTERS = {"employee", "requester", "submitter", "applicant", "claimant"}
_TOKEN = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"[\w ()/&+-]*")


@dataclass(frozen=True)
class Step:
    """One known step. ``place`` names its row; ``actor`` and ``approver_role`` are as the records have them."""

    place: str
    at: dt.datetime
    kind: StepKind
    actor: str | None
    approver_role: str | None
    note: str | None


def is_a_name(activity: str) -> bool:
    """Whether this could be the name of an activity, rather than a text: short, and without the marks of sentences."""
    short = len(activity) <= LONGEST_CHARACTERS and len(activity.split()) <= LONGEST_WORDS
    return short and _NAME.fullmatch(activity) is not None


def contradicts(activity: str) -> bool:
    """Whether the words say two things, or deny one."""
    tokens = set(_TOKEN.findall(activity.casefold()))
    said = [kind for kind, words in _WORDS.items() if words & tokens]
    return len(said) > 1 or bool(said and _DENIALS & tokens)


@lru_cache(maxsize=4_096)
def kind_of(activity: str) -> StepKind:
    """What the words say. A requester who "rejects" an own request takes it back."""
    tokens = _TOKEN.findall(activity.casefold())
    if not is_a_name(activity) or _DENIALS & set(tokens):
        return StepKind.OTHER
    said = {kind for kind, words in _WORDS.items() if words & set(tokens)}
    if len(said) != 1:
        return StepKind.OTHER
    kind = said.pop()
    if kind is StepKind.REJECTED and "by" in tokens and _REQUESTERS & set(tokens[tokens.index("by") :]):
        return StepKind.TAKEN_BACK
    return kind
