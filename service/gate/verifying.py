"""How an engine checks a token offline. ``docs/verifying.md`` shows the same without this house's code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import ValidationError

from service.gate.signing import ALGORITHM
from service.gate.token_claims import DecisionClaims, RecommendationClaims, TokenClaims
from service.gate.workflow import LONGEST_VALIDITY

Kind = TypeVar("Kind", bound=TokenClaims)


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """A token that must not be followed, and why."""

    code: Literal["not_ours", "wrong_type", "malformed", "other_issuer", "other_audience", "expired", "not_yet_valid"]
    reason: str


def verify(
    token: str, jwks: Mapping[str, Any], *, now: datetime, issuer: str, audience: str
) -> RecommendationClaims | TokenRefused:
    """What a recommendation says, or why it must not be followed.

    The engine then compares workflow, instance, step and action with where it stands, and asks for the approval that
    ``requires`` names. ``jwks`` is the document at ``/.well-known/jwks.json``; keeping it is what makes this offline.
    No leeway: an engine whose clock runs ahead or behind should mend it.
    """
    claims = _signed(RecommendationClaims, token, jwks)
    return claims if isinstance(claims, TokenRefused) else _refusal(claims, now, issuer, audience) or claims


def verify_decision(
    token: str, jwks: Mapping[str, Any], *, now: datetime, issuer: str, audience: str
) -> DecisionClaims | TokenRefused:
    """What a decision says, or why it must not be followed; else as `verify`."""
    claims = _signed(DecisionClaims, token, jwks)
    return claims if isinstance(claims, TokenRefused) else _refusal(claims, now, issuer, audience) or claims


def _signed(kind: type[Kind], token: str, jwks: Mapping[str, Any]) -> Kind | TokenRefused:
    try:
        read = jwt.decode(token, KeySet.import_key_set(dict(jwks)), algorithms=[ALGORITHM])  # type: ignore[arg-type]
    except (JoseError, ValueError) as error:
        return TokenRefused("not_ours", f"no published key signed this: {type(error).__name__}")
    if read.header.get("typ") != kind.typ:
        return TokenRefused("wrong_type", f"expected a token of typ {kind.typ}")
    try:
        return kind.model_validate(read.claims)
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, detail["loc"])) for detail in error.errors()}))
        return TokenRefused("malformed", f"claims missing, unknown or of the wrong type: {wrong}")


def _refusal(claims: TokenClaims, now: datetime, issuer: str, audience: str) -> TokenRefused | None:
    if claims.iss != issuer:
        return TokenRefused("other_issuer", f"expected iss {issuer!r}")
    if claims.aud != audience:
        return TokenRefused("other_audience", f"expected aud {audience!r}")
    if claims.exp - claims.iat > LONGEST_VALIDITY.total_seconds():
        return TokenRefused("malformed", "valid for more than 24 hours")
    second = int(now.timestamp())
    if second >= claims.exp:
        return TokenRefused("expired", "its time is over; ask again")
    if second < claims.iat:
        return TokenRefused("not_yet_valid", "issued in the future; compare the clocks")
    return None
