"""What the audit chain keeps of decisions on exceptions: codes and ids, persons by pseudonym, words by a keyed hash."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from ledger.audit import Entry
from ledger.pseudonyms import pseudonym, references
from service.gate.verdict import Verdict
from service.inbox.wanted import Triaged, WantedTriage
from service.store.exception_decisions import Standing, TroubleAbout

TRIAGED, TRIAGE_REFUSED = "exception_decision", "exception_decision_refused"

Keys = Mapping[str, bytes]


def keys_of(connection: Connection, stands: Standing, wanted: WantedTriage) -> Keys:
    """The keys of everybody whom the entry names."""
    named = {wanted.caller.principal_id, *(_named_by(each) for each in stands.troubles)}
    return references(connection, named | ({wanted.assign_to} if wanted.assign_to else set()))


def triaged(stands: Standing, wanted: WantedTriage, said: Triaged, verdict: Verdict, keys: Keys) -> Entry:
    """A decision that was made; the recommendations that were accepted with it have rows of their own."""
    made = {
        "decision_id": str(said.decision_id),
        "status": said.status,
        "recommendations": [{"jti": each.decision.recommended.jti} for each in said.made],
        "others": [str(each.exception_id) for each in said.changed[1:]],
    }
    return Entry(TRIAGED, {**_what(stands, wanted, keys), **made, **_verdict(verdict)})


def triage_refused(stands: Standing, wanted: WantedTriage, verdict: Verdict, keys: Keys) -> Entry:
    """A decision that the gate withheld, of the exception or of a recommendation that was to be accepted with it."""
    return Entry(TRIAGE_REFUSED, {**_what(stands, wanted, keys), **_verdict(verdict)})


def _what(stands: Standing, wanted: WantedTriage, keys: Keys) -> dict[str, Any]:
    caller, to = wanted.caller, wanted.assign_to
    key = keys[caller.principal_id]
    return {
        "exception_id": str(wanted.exception_id),
        "cause_kind": stands.stored.cause_kind,
        "version": wanted.version,
        "decision": wanted.kind,
        "reason_code": wanted.reason_code,
        "until": wanted.until.isoformat() if wanted.until else None,
        "assigned_to": {"principal": pseudonym(keys[to], to)} if to else None,
        "trouble_id": str(wanted.trouble_id) if wanted.trouble_id else None,
        "troubles": [
            {"task": each.task, "subject": pseudonym(keys[_named_by(each)], each.subject_id)}
            for each in stands.troubles
        ],
        "principal": pseudonym(key, caller.principal_id),
        "api_role": caller.api_role,
        "reason": None if wanted.reason is None else pseudonym(key, wanted.reason),
    }


def _named_by(trouble: TroubleAbout) -> str:
    """By whose key a subject is named, as in the row of its answer."""
    return trouble.person_id or trouble.subject_id


def _verdict(verdict: Verdict) -> Mapping[str, Any]:
    return {"codes": list(verdict.codes), "policies": list(verdict.policies), "policy": verdict.policy_version}
