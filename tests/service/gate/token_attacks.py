"""What somebody may try with a token, and whether the two snippets of ``docs/verifying.md`` refuse it.

`token_attacks` is the table; controls prove that both snippets follow a token that nobody has touched.
"""

import base64
import hmac
import json
from datetime import timedelta
from typing import NamedTuple

import httpx
from joserfc import jwt
from joserfc.jwk import OKPKey

from ledger.principals import create_key
from service.gate.signing import ALGORITHM
from service.gate.token_claims import DECISION_TYPE, RECOMMENDATION_TYPE
from tests.service.recommending import Stage
from tests.service.snippets import Engine, Presented

_DAY = 86_400
_HEADER = {"alg": ALGORITHM, "typ": RECOMMENDATION_TYPE}


class Refusal(NamedTuple):
    """Whether each snippet refused every token of an attack."""

    attack: str
    by_python: bool
    by_javascript: bool


def token_attacks(services, url):
    """A `Refusal` for every attack on tokens of these services, which answer at ``url``. Needs Node.

    Gives recommendations, decides on one, withdraws one and stops a task for a moment. Raises AssertionError where a
    snippet does not follow an untouched token: then its refusals would mean nothing.
    """
    stage = Stage(services)
    with services.engine.begin() as connection:
        key = create_key(connection, principal_id="engine-1", api_role="orchestrator", now=stage.now)
    engine = Engine(url, key, httpx.get(f"{url}/.well-known/jwks.json").json())
    good = stage.recommended()
    signer = services.signing_keys.current.signing(stage.now)

    assert engine.follows([good]) == [(True, True)], "an untouched token is not followed"
    found = _refused(engine, offline(stage, good) | forgeries(good, signer) | after_signing(stage))
    with stage.stopped():
        found += _refused(engine, {"stopped by a kill switch": [good]})
    assert engine.follows([good]) == [(True, True)], "a token is not followed when its task goes on"
    return found


def offline(stage, good):
    """Genuine tokens at another time or in another place, and of another kind."""
    at_hand = {"iss": "issuer", "aud": "audience"}
    elsewhere = {
        f"other {at_hand.get(claim, claim)}": [Presented(good.token, good.here | {claim: "another"})]
        for claim in good.here
    }
    return {
        "expired": [stage.recommended(ago=timedelta(hours=25))],
        "not yet valid": [stage.recommended(ago=timedelta(hours=-1))],
        **elsewhere,
        "decision as a recommendation": [stage.accepted()],
    }


def forgeries(good, signer):
    """Tokens that nobody was given; some are signed with our own key, which no attacker has."""
    claims = payload(good.token)
    stranger = OKPKey.generate_key("Ed25519")

    def shown(*tokens):
        return [Presented(token, good.here) for token in tokens]

    def ours(changed, typ=RECOMMENDATION_TYPE):
        header = {"alg": ALGORITHM, "typ": typ, "kid": signer.kid}
        return jwt.encode(header, changed, signer.key, algorithms=[ALGORITHM])

    def strangers(**kid):
        return jwt.encode(_HEADER | kid, claims, stranger, algorithms=[ALGORITHM])

    changed = {
        f"changed byte in the {part}": shown(*each_byte_changed(good.token, place))
        for place, part in enumerate(("header", "claims", "signature"))
    }
    without = [
        {other: claims[other] for other in claims if other != name} for name in (*good.here, "iat", "exp", "jti")
    ]
    return {
        "other key": shown(strangers(kid=stranger.thumbprint()), strangers(kid=signer.kid), strangers()),
        **changed,
        "alg none": shown(*unsigned(good.token)),
        "public key as a shared secret": shown(*confused(claims, signer)),
        "other typ": shown(*(ours(claims, typ) for typ in ("JWT", DECISION_TYPE, "at+jwt"))),
        "valid for more than 24 hours": shown(ours(claims | {"exp": claims["iat"] + _DAY + 1})),
        "claim missing": shown(*map(ours, without)),
        "claim of another type": shown(*(ours(claims | {"exp": exp}) for exp in ("soon", None, [9e9], True))),
        "never given": shown(ours(claims | {"jti": "7b7c6c0e-0f5e-4f0a-9a51-0c4c1f6f0b11"})),
        "no token": shown("", "..", "a.b.c", good.token.rpartition(".")[0], f"{good.token}.AAAA"),
    }


def after_signing(stage):
    """Genuine tokens of what does not stand any more, which only the service can tell."""
    return {"withdrawn": [stage.withdrawn()], "dismissed": [stage.dismissed()]}


def payload(token):
    """The claims of a token, unverified."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def each_byte_changed(token, place):
    """The token once for every letter of one of its parts, with that letter changed."""
    parts = token.split(".")
    for position, letter in enumerate(parts[place]):
        changed = parts[place][:position] + ("A" if letter != "A" else "B") + parts[place][position + 1 :]
        yield ".".join([*parts[:place], changed, *parts[place + 1 :]])


def unsigned(token):
    """The claims without a signature, or with one that is not looked at."""
    _, body, signature = token.split(".")
    for algorithm in ("none", "None", "NONE", ""):
        head = _base64(json.dumps({**_HEADER, "alg": algorithm}).encode())
        yield f"{head}.{body}."
        yield f"{head}.{body}.{signature}"


def confused(claims, signer):
    """Signed with what everybody knows, in the hope that it is taken for a shared secret."""
    public = signer.key.as_dict(private=False)
    for secret in (public["x"].encode(), signer.key.as_pem(private=False), json.dumps(public).encode()):
        header = {**_HEADER, "alg": "HS256", "kid": signer.kid}
        signed = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
        yield f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _refused(engine, attacks):
    """All tokens of all attacks at once, so that Node starts once."""
    followed = iter(engine.follows([each for presented in attacks.values() for each in presented]))
    rows = []
    for name, presented in attacks.items():
        by_python, by_javascript = zip(*(next(followed) for _ in presented), strict=True)
        rows.append(Refusal(name, not any(by_python), not any(by_javascript)))
    return rows


def _base64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
