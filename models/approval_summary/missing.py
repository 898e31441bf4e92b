"""What is missing to decide: only what the records can tell, as codes of the closed list of evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.approval_summary.evidence import Evidence, by_kind
from models.approval_summary.known import Known

_SENTENCES = {
    "amount": "No amount is recorded.",
    "budget_line": "No project is named, so no budget is known.",
    "change_request": "The approval is about a change, and its project has no change request.",
}
_CHANGE = frozenset({"change", "changes"})


@dataclass(frozen=True)
class Missing:
    """One kind of evidence (`models.action_params.Evidence`) that is not there, and by which items that is known."""

    evidence: str
    text: str
    cites: Sequence[str]


def missing(about: Known, items: Sequence[Evidence], still_asked_for: Sequence[str]) -> list[Missing]:
    """What an open approval lacks: first what its approver asked for and was not given, then what nobody recorded."""
    if not about.is_open:
        return []
    named = by_kind(items)
    found = [
        Missing(
            code, f"{code.replace('_', ' ').capitalize()}: asked for, and not sent since.", (named["asked_for"].id,)
        )
        for code in still_asked_for
    ]
    lacks = {
        "amount": about.approval["amount"] is None,
        "budget_line": about.approval["project_id"] is None,
        "change_request": bool(_CHANGE & _words(about))
        and about.approval["project_id"] is not None
        and not about.changes,
    }
    told = {each.evidence for each in found}
    return found + [
        Missing(code, _SENTENCES[code], (named["request"].id,))
        for code, lack in lacks.items()
        if lack and code not in told
    ]


def _words(about: Known) -> set[str]:
    return set(str(about.approval["kind"]).casefold().replace("_", " ").replace("-", " ").split())
