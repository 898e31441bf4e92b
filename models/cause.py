"""What troubles have in common: those of one cause are one exception."""

from dataclasses import dataclass
from enum import StrEnum


class CauseKind(StrEnum):
    """What the cause lies with."""

    PROJECT = "project"
    CLIENT = "client"
    PERSON = "person"
    REQUEST = "request"
    APPROVAL = "approval"
    STATEMENT_OF_WORK = "statement_of_work"
    FAILURE = "failure"


@dataclass(frozen=True, order=True, slots=True)
class Cause:
    """A cause: a kind, and the id of the project, client, person, request, approval or document, or a failure."""

    kind: CauseKind
    key: str
