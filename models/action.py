"""What an action is: something that people are asked for, and never something that is done."""

import re
from dataclasses import dataclass
from enum import StrEnum

from models.action_params import Params

EXECUTING_VERBS = frozenset({
    "accept", "allocate", "approve", "assign", "authorise", "authorize", "bill", "block", "book", "buy", "cancel",
    "charge", "close", "commit", "confirm", "correct", "credit", "deduct", "delete", "demote", "deny", "discipline",
    "dismiss", "execute", "fine", "fire", "grant", "hire", "invoice", "issue", "lock", "order", "override", "pay",
    "penalise", "penalize", "post", "procure", "promote", "publish", "purchase", "rank", "rate", "refund", "reject",
    "release", "reverse", "revoke", "sanction", "send", "sign", "submit", "suspend", "terminate", "transfer", "update",
    "waive", "warn", "withdraw", "write",
})  # fmt: skip

_POLITE = frozenset({"kindly", "now", "please"})
_WORD = re.compile(r"[^\W\d_]+")


class ActionKind(StrEnum):
    """What an action asks of people. Each asks; none acts."""

    REMIND = "remind"
    ROUTE = "route"
    DRAFT = "draft"
    ESCALATE = "escalate"
    PROPOSE = "propose"
    HOLD = "hold"


@dataclass(frozen=True)
class Action:
    """One entry of the list. ``description`` says what a person will be asked to do."""

    name: str
    kind: ActionKind
    params: type[Params]
    description: str

    def __post_init__(self) -> None:
        if executes(self.name):
            raise ValueError(f"{self.name!r} is named after a verb that executes; an action only asks")
        if self.name in list(ActionKind):
            raise ValueError(f"{self.name!r} is the name of a kind; name the action after what it asks for")


def executes(name: str) -> bool:
    """Whether this name, or the first word of this wording, is a verb that does something rather than asks for it.

    Courtesies, digits and marks before it do not hide it.
    """
    words = (word for word in _WORD.findall(name.lower()) if word not in _POLITE)
    return next(words, "") in EXECUTING_VERBS
