"""What the audit chain keeps of what recommendations came to."""

from collections.abc import Mapping

from ledger.audit import Entry
from ledger.principals import Principal
from ledger.pseudonyms import pseudonym
from service.store.outcomes import StoredOutcome

REPORTED = "outcome_reported"


def reported(outcome: StoredOutcome, caller: Principal, keys: Mapping[str, bytes]) -> Entry:
    """A report: its codes and flags, and persons and words by keyed hashes. ``keys`` are those of the persons."""
    key, approver = keys[caller.principal_id], outcome.approved_by
    return Entry(
        REPORTED,
        {
            "outcome_id": str(outcome.outcome_id),
            "jti": str(outcome.jti),
            "approval": outcome.approval,
            "work": outcome.work,
            "happened_at": outcome.happened_at.isoformat(),
            "flags": list(outcome.flags),
            "approved_by": None if approver is None else pseudonym(keys[approver], approver),
            "principal": pseudonym(key, caller.principal_id),
            "api_role": caller.api_role,
            "note": None if outcome.note is None else pseudonym(key, outcome.note),
        },
    )
