"""Recommendations as signed tokens, and how an engine checks one offline.

A token is a JWS (RFC 7515) signed with Ed25519 (RFC 9864), typed ``bellwether-recommendation+jwt`` so that no other
token of this service can pass for one. It proves that the gate permitted the action, and never that a person approved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.gate.keys import SigningKeys
from service.gate.recommendation import Recommendation
from service.gate.workflow import LONGEST_VALIDITY

TOKEN_TYPE = "bellwether-recommendation+jwt"  # noqa: S105 - a media type
ALGORITHM = "Ed25519"


class _Claimed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RequiresClaim(_Claimed):
    """Who must approve, and which principals may not."""

    approver_role: str
    approvals: int
    excluded: Annotated[list[str], Field(alias="not")]


class ModelClaim(_Claimed):
    """The registered model behind the recommendation."""

    name: str
    version: str


class Claims(_Claimed):
    """What a verified token says. ``iat`` and ``exp`` are seconds since 1970, UTC."""

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
    requires: RequiresClaim
    model: ModelClaim
    policy: str


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """A token that must not be followed, and why."""

    code: Literal["not_ours", "wrong_type", "malformed", "other_issuer", "other_audience", "expired", "not_yet_valid"]
    reason: str


def sign(recommendation: Recommendation, keys: SigningKeys, *, issuer: str, audience: str) -> str:
    """The recommendation as a token in compact form, signed with the newest key."""
    key = keys.signing
    header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": key.kid}
    return jwt.encode(header, _claims(recommendation, issuer, audience), key, algorithms=[ALGORITHM])


def verify(token: str, jwks: Mapping[str, Any], *, now: datetime, issuer: str, audience: str) -> Claims | TokenRefused:
    """What the token says, or why it must not be followed.

    The engine then compares workflow, instance, step and action with where it stands, and asks for the approval that
    ``requires`` names. ``jwks`` is the document at ``/.well-known/jwks.json``; keeping it is what makes this offline.
    No leeway: an engine whose clock runs ahead or behind should mend it.
    """
    try:
        read = jwt.decode(token, KeySet.import_key_set(dict(jwks)), algorithms=[ALGORITHM])  # type: ignore[arg-type]
    except (JoseError, ValueError) as error:
        return TokenRefused("not_ours", f"no published key signed this: {type(error).__name__}")
    if read.header.get("typ") != TOKEN_TYPE:
        return TokenRefused("wrong_type", f"expected a token of typ {TOKEN_TYPE}")
    try:
        claims = Claims.model_validate(read.claims)
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, detail["loc"])) for detail in error.errors()}))
        return TokenRefused("malformed", f"claims missing, unknown or of the wrong type: {wrong}")
    return _refusal(claims, int(now.timestamp()), issuer, audience) or claims


def _refusal(claims: Claims, now: int, issuer: str, audience: str) -> TokenRefused | None:
    if claims.iss != issuer:
        return TokenRefused("other_issuer", f"expected iss {issuer!r}")
    if claims.aud != audience:
        return TokenRefused("other_audience", f"expected aud {audience!r}")
    if claims.exp - claims.iat > LONGEST_VALIDITY.total_seconds():
        return TokenRefused("malformed", "valid for more than 24 hours")
    if now >= claims.exp:
        return TokenRefused("expired", "its time is over; ask again")
    if now < claims.iat:
        return TokenRefused("not_yet_valid", "issued in the future; compare the clocks")
    return None


def _claims(recommendation: Recommendation, issuer: str, audience: str) -> dict[str, Any]:
    issued = int(recommendation.issued_at.timestamp())
    return {
        "iss": issuer,
        "aud": audience,
        "iat": issued,
        "exp": int(recommendation.expires_at.timestamp()),
        "jti": recommendation.jti,
        "workflow": recommendation.workflow,
        "workflow_version": recommendation.workflow_version,
        "instance": recommendation.instance,
        "step": recommendation.step,
        "subject": recommendation.subject,
        "task": recommendation.task,
        "action": recommendation.action,
        "params": recommendation.params.model_dump(mode="json"),
        "requires": {
            "approver_role": recommendation.requires.approver_role,
            "approvals": recommendation.requires.approvals,
            "not": list(recommendation.requires.excluded),
        },
        "model": {"name": recommendation.model_name, "version": recommendation.model_version},
        "policy": recommendation.verdict.policy_version,
    }
