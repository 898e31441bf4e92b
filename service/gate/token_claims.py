"""What the tokens say: a recommendation that the gate permitted, and a decision by which people accepted one."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.gate.decision import Decision, Recommended
from service.gate.recommendation import Recommendation

RECOMMENDATION_TYPE = "bellwether-recommendation+jwt"
DECISION_TYPE = "bellwether-decision+jwt"


class _Claimed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RequiresClaim(_Claimed):
    """Who must approve: so many different people in this role, and none of these principals."""

    approver_role: str
    approvals: int
    excluded: Annotated[list[str], Field(alias="not")]


class ModelClaim(_Claimed):
    """The registered model behind the recommendation."""

    name: str
    version: str


class TokenClaims(_Claimed):
    """What both kinds of token say. ``iat`` and ``exp`` are seconds since 1970, UTC; ``typ`` is of the header."""

    typ: ClassVar[str]

    iss: str
    aud: str
    iat: int
    exp: int
    jti: str
    workflow: str
    workflow_version: int
    instance: str
    step: str
    subject: str
    task: str
    action: str
    params: dict[str, Any]
    model: ModelClaim
    policy: str


class RecommendationClaims(TokenClaims):
    """The gate permitted the action in this step of this instance. It proves no approval."""

    typ = RECOMMENDATION_TYPE

    requires: RequiresClaim

    @classmethod
    def of(cls, permitted: Recommendation, *, issuer: str, audience: str) -> "RecommendationClaims":
        """The claims of a recommendation."""
        return cls(
            **_terms(permitted),
            iss=issuer,
            aud=audience,
            iat=_seconds(permitted.issued_at),
            exp=_seconds(permitted.expires_at),
            jti=permitted.jti,
            params=permitted.params.model_dump(mode="json"),
            requires=RequiresClaim.model_validate(permitted.requires.document()),
            policy=permitted.verdict.policy_version,
        )


class DecisionClaims(TokenClaims):
    """As many people as it takes have accepted the recommendation; ``decided_by`` are their principals.

    The terms are those of the recommendation; ``policy`` is the version under which the last of them accepted.
    """

    typ = DECISION_TYPE

    recommendation: str
    decision: Literal["accept"]
    decided_by: list[str]

    @classmethod
    def of(cls, decision: Decision, *, issuer: str, audience: str) -> "DecisionClaims":
        """The claims of a final accept."""
        about = decision.recommended
        return cls(
            **_terms(about),
            iss=issuer,
            aud=audience,
            iat=_seconds(decision.decided_at),
            exp=_seconds(decision.expires_at),
            jti=decision.jti,
            recommendation=about.jti,
            decision="accept",
            decided_by=sorted(decision.accepted_by),
            params=dict(about.params),
            policy=decision.verdict.policy_version,
        )


def _terms(of: Recommendation | Recommended) -> dict[str, Any]:
    """The claims by which both kinds of token say what was recommended, where, and by which model."""
    return {
        "workflow": of.workflow,
        "workflow_version": of.workflow_version,
        "instance": of.instance,
        "step": of.step,
        "subject": of.subject,
        "task": of.task,
        "action": of.action,
        "model": ModelClaim(name=of.model_name, version=of.model_version),
    }


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
