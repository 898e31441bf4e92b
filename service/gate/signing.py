"""Recommendations and decisions as signed tokens.

A token is a JWS (RFC 7515) signed with Ed25519 (RFC 9864), with a ``typ`` of its own, so that no token of this service
can pass for one of another kind. A recommendation proves that the gate permitted the action, and never that a person
approved; only a decision does that.
"""

from datetime import datetime

from joserfc import jwt

from service.gate.decision import Decision, DecisionKind
from service.gate.keys import SigningKeys
from service.gate.recommendation import Recommendation
from service.gate.token_claims import DecisionClaims, RecommendationClaims, TokenClaims

ALGORITHM = "Ed25519"


def sign(permitted: Recommendation, keys: SigningKeys, *, issuer: str, audience: str) -> str:
    """The recommendation as a token in compact form, signed with the key that signs when it is issued."""
    claims = RecommendationClaims.of(permitted, issuer=issuer, audience=audience)
    return _signed(claims, keys, permitted.issued_at)


def sign_decision(decision: Decision, keys: SigningKeys, *, issuer: str, audience: str) -> str:
    """The decision as a token in compact form. Raises ValueError for any but a final accept: nothing else approves."""
    if decision.kind is not DecisionKind.ACCEPT or not decision.final:
        raise ValueError("only a final accept is signed; a dismissal or a first of two accepts approves nothing")
    claims = DecisionClaims.of(decision, issuer=issuer, audience=audience)
    return _signed(claims, keys, decision.decided_at)


def _signed(claims: TokenClaims, keys: SigningKeys, at: datetime) -> str:
    key = keys.signing(at)
    header = {"alg": ALGORITHM, "typ": claims.typ, "kid": key.kid}
    return jwt.encode(header, claims.model_dump(by_alias=True), key.key, algorithms=[ALGORITHM])
