"""What the audit chain keeps of what people do: codes and ids, persons by pseudonym, their words by a keyed hash.

``jti`` is the recommendation's, as in the row of the answer that gave it.
"""

from collections.abc import Mapping
from typing import Any

from ledger.audit import Entry
from ledger.principals import Principal
from ledger.pseudonyms import pseudonym
from service.gate.decision import Decision, DecisionCase
from service.gate.switch import SwitchFacts
from service.gate.verdict import Verdict

DECIDED, DECISION_REFUSED = "decision", "decision_refused"
WITHDRAWN = "recommendation_withdrawn"
SWITCHED, SWITCH_REFUSED = "kill_switch", "kill_switch_refused"


def decided(decision: Decision, caller: Principal, reason: str | None, key: bytes) -> Entry:
    """A decision that was made. ``key`` is the caller's own."""
    return Entry(
        DECIDED,
        {
            "decision_id": decision.jti,
            "jti": decision.recommended.jti,
            "decision": decision.kind,
            "final": decision.final,
            "accepts": len(decision.accepted_by),
            **_who(caller, reason, key),
            **_verdict(decision.verdict),
        },
    )


def decision_refused(case: DecisionCase, verdict: Verdict, caller: Principal, reason: str | None, key: bytes) -> Entry:
    """A decision that the gate withheld."""
    said = {"jti": case.recommended.jti, "decision": case.kind}
    return Entry(DECISION_REFUSED, {**said, **_who(caller, reason, key), **_verdict(verdict)})


def withdrawn(jti: str, alerts_given_back: int, caller: Principal, reason: str, key: bytes) -> Entry:
    """A recommendation that does not stand any more."""
    said = {"jti": jti, "alerts_given_back": alerts_given_back}
    return Entry(WITHDRAWN, {**said, **_who(caller, reason, key)})


def switched(asked: SwitchFacts, verdict: Verdict, caller: Principal, reason: str, key: bytes) -> Entry:
    """A kill switch that was turned, or that somebody may not turn."""
    said = {"scope": asked.scope, "name": asked.name, "turn": asked.turn}
    kind = SWITCHED if verdict.permitted else SWITCH_REFUSED
    return Entry(kind, {**said, **_who(caller, reason, key), **_verdict(verdict)})


def _who(caller: Principal, reason: str | None, key: bytes) -> Mapping[str, Any]:
    return {
        "principal": pseudonym(key, caller.principal_id),
        "api_role": caller.api_role,
        "reason": None if reason is None else pseudonym(key, reason),
    }


def _verdict(verdict: Verdict) -> Mapping[str, Any]:
    return {"codes": list(verdict.codes), "policies": list(verdict.policies), "policy": verdict.policy_version}
