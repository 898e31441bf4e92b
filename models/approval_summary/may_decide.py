"""Who may decide about an approval: as which approver role, never which person."""

from collections.abc import Sequence

from models.approval_summary.known import Known
from models.approval_summary.limits import Limits
from models.approval_summary.steps import DECIDING
from models.approval_summary.wording import plain
from models.small_groups import SMALLEST_GROUP

_NOT_APPROVERS = frozenset({"requester", "employee", "system"})


def may_decide(about: Known, limits: Limits) -> list[str]:
    """Approver roles. Nobody has anything to decide about what is closed.

    With limits of the firm: those whose limit suffices, the lowest first. Without: as which similar approvals were
    decided in the end (at least five of them), the most frequent first; else as which somebody already looked at
    this one.
    """
    if not about.is_open:
        return []
    mine = limits.of(about.approval["kind"], about.currency)
    amount = about.approval["amount"]
    if mine:
        return _named([each.approver_role for each in mine if amount is not None and amount <= each.amount])
    usual = sorted(about.deciders.items(), key=lambda each: (-each[1], each[0]))
    often = _named([role for role, times in usual if times >= SMALLEST_GROUP])
    return often or _named([step.approver_role for step in about.steps if step.kind in DECIDING])


def _named(roles: Sequence[str | None]) -> list[str]:
    found = dict.fromkeys(role for role in roles if role is not None and plain(role) is not None)
    return [role for role in found if role.casefold() not in _NOT_APPROVERS]
