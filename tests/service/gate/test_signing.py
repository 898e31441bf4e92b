"""Tokens: what the gate permitted, and nothing else, passes the check of an engine."""

import base64
import json
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode

from service.gate.decision import Decision, DecisionCase, DecisionKind, Recommended
from service.gate.key_folder import KeyFolder
from service.gate.keys import SETTLING
from service.gate.signing import ALGORITHM, sign, sign_decision
from service.gate.token_claims import DECISION_TYPE, RECOMMENDATION_TYPE, DecisionClaims, RecommendationClaims
from service.gate.verifying import TokenRefused, verify, verify_decision

ISSUER, AUDIENCE = "https://bellwether.example", "orchestrator"
FOR = {"issuer": ISSUER, "audience": AUDIENCE}


@pytest.fixture(scope="session")
def keys(tmp_path_factory, now):
    return KeyFolder(tmp_path_factory.mktemp("keys")).open(now=now)


@pytest.fixture
def made(gate, make_case, now):
    return gate.recommend(make_case(step="reminder_sent", action="offer_draft_entries"), given={}, now=now)


@pytest.fixture
def token(made, keys):
    return sign(made, keys, **FOR)


@pytest.fixture
def decide(gate, made, now):
    """A decision on the recommendation, by somebody who may, however many it takes."""

    def decided(*accepted_before, kind=DecisionKind.ACCEPT, approvals=1, now=now + timedelta(hours=1)):
        about = Recommended(
            **{name: getattr(made, name) for name in (
                "jti", "workflow", "workflow_version", "instance", "step", "subject", "task", "action", "model_name",
                "model_version", "issued_at", "expires_at",
            )},
            params=made.params.model_dump(mode="json"),
            approver_role=made.requires.approver_role,
            excluded=made.requires.excluded,
            approvals=approvals,
            policy_version=made.verdict.policy_version,
        )  # fmt: skip
        case = DecisionCase(
            recommended=about,
            kind=kind,
            principal="lena",
            api_role=next(role for role, may in gate.tables.approves_as.items() if about.approver_role in may),
            accepted_by=frozenset(accepted_before),
            decided=False,
            withdrawn=False,
            task_stopped=False,
            workflow_stopped=False,
        )
        said = gate.decide(case, now=now)
        assert isinstance(said, Decision)
        return said

    return decided


@pytest.fixture
def check(keys, now):
    def verified(token, *, by=verify, after=timedelta(), jwks=None, issuer=ISSUER, audience=AUDIENCE):
        return by(token, jwks or keys.jwks(now), now=now + after, issuer=issuer, audience=audience)

    return verified


def payload(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def test_a_signed_recommendation_says_all_that_an_engine_needs(token, made, check, gate, now):
    claims = check(token)
    assert isinstance(claims, RecommendationClaims)
    assert claims.model_dump(by_alias=True) == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int(made.expires_at.timestamp()),
        "jti": made.jti,
        "workflow": "time_and_expense",
        "workflow_version": made.workflow_version,
        "instance": "TE-2026-10",
        "step": "reminder_sent",
        "subject": "P1/2026-03-02",
        "task": "missing_time",
        "action": "offer_draft_entries",
        "params": {"person_id": "P1", "day": "2026-03-02", "missing_hours": 8.0, "project_ids": ["J1"]},
        "requires": {
            "approver_role": made.requires.approver_role,
            "approvals": made.requires.approvals,
            "not": ["paul", "rita", "tara"],
        },
        "model": {"name": "missing_time", "version": "3"},
        "policy": gate.policy_version,
    }


def test_a_signed_decision_says_who_accepted_and_repeats_the_terms(token, made, decide, keys, check, now):  # noqa: PLR0917 - fixtures
    decision = decide("bea", approvals=2)
    claims = check(sign_decision(decision, keys, **FOR), by=verify_decision, after=timedelta(hours=2))
    assert isinstance(claims, DecisionClaims)
    own = {"jti", "iat", "exp", "recommendation", "decision", "decided_by"}
    said, recommended = claims.model_dump(), payload(token)
    assert {name: value for name, value in said.items() if name not in own} == {
        name: recommended[name] for name in said if name not in own
    }
    assert (claims.recommendation, claims.decision, claims.decided_by) == (made.jti, "accept", ["bea", "lena"])
    assert claims.jti == decision.jti != made.jti
    assert claims.iat == int((now + timedelta(hours=1)).timestamp())
    assert claims.exp - claims.iat == (made.expires_at - made.issued_at).total_seconds()


def test_only_a_final_accept_is_signed(decide, keys):
    for decision in (decide(approvals=2), decide(kind=DecisionKind.DISMISS)):
        with pytest.raises(ValueError, match="only a final accept"):
            sign_decision(decision, keys, **FOR)


def test_neither_kind_of_token_passes_for_the_other(token, decide, keys, check):
    decision = sign_decision(decide(), keys, **FOR)
    assert check(decision, after=timedelta(hours=2)).code == "wrong_type"
    assert check(token, by=verify_decision).code == "wrong_type"


@pytest.mark.parametrize(("kind", "by"), [(RECOMMENDATION_TYPE, verify), (DECISION_TYPE, verify_decision)])
def test_the_claims_of_one_kind_under_the_typ_of_the_other_are_malformed(token, decide, keys, check, kind, by):  # noqa: PLR0917 - fixtures
    other = sign_decision(decide(), keys, **FOR) if by is verify else token
    header = {"alg": ALGORITHM, "typ": kind, "kid": keys.keys[0].kid}
    disguised = jwt.encode(header, payload(other), keys.keys[0].key, algorithms=[ALGORITHM])
    assert check(disguised, by=by, after=timedelta(hours=2)).code == "malformed"


def test_a_token_is_valid_until_it_expires_and_not_before_it_was_issued(token, made, check):
    validity = made.expires_at - made.issued_at
    assert isinstance(check(token, after=validity - timedelta(seconds=1)), RecommendationClaims)
    assert check(token, after=validity).code == "expired"
    assert check(token, after=timedelta(seconds=-1)).code == "not_yet_valid"


def test_a_token_and_its_recommendation_name_the_same_instants(gate, make_case, keys, now, check):
    made = gate.recommend(make_case(), given={}, now=now + timedelta(microseconds=999_999))
    claims = check(sign(made, keys, **FOR))
    assert (claims.iat, claims.exp) == (made.issued_at.timestamp(), made.expires_at.timestamp())


def test_a_token_for_somebody_else_is_refused(token, check):
    assert check(token, audience="another engine").code == "other_audience"
    assert check(token, issuer="https://else.example").code == "other_issuer"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_with_any_changed_byte_is_refused(token, check, part):
    parts = token.split(".")
    for place, letter in enumerate(parts[part]):
        changed = parts[part][:place] + ("A" if letter != "A" else "B") + parts[part][place + 1 :]
        answer = check(".".join([*parts[:part], changed, *parts[part + 1 :]]))
        assert isinstance(answer, TokenRefused), f"byte {place} of part {part} was changed and nobody minded"
        assert answer.code == "not_ours"


@pytest.mark.parametrize("bad", ["", "a.b.c", "..", "not a token", "é.é.é", "e30.e30.e30", "e30.e30.e30.e30.e30"])
def test_what_is_no_token_is_refused(check, bad):
    assert check(bad).code == "not_ours"


def test_a_token_of_another_key_is_refused_also_under_our_kid(token, check, keys):
    stranger = OKPKey.generate_key("Ed25519")
    header = {"alg": ALGORITHM, "typ": RECOMMENDATION_TYPE}
    for kid in (stranger.thumbprint(), keys.keys[0].kid):
        forged = jwt.encode({**header, "kid": kid}, payload(token), stranger, algorithms=[ALGORITHM])
        assert check(forged).code == "not_ours"


@pytest.mark.parametrize("jwks", [{"keys": []}, {"keys": [{"kty": "OKP"}]}])
def test_without_a_usable_published_key_nothing_passes(token, check, jwks):
    assert check(token, jwks=jwks).code == "not_ours"


def test_an_unsigned_token_is_refused(token, check):
    body = token.split(".")[1]
    for algorithm in ("none", "None", "HS256"):
        head = urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": RECOMMENDATION_TYPE}).encode()).decode()
        assert check(f"{head}.{body}.").code == "not_ours"


@pytest.mark.parametrize("kind", ["JWT", DECISION_TYPE, "at+jwt"])
def test_another_kind_of_token_of_the_same_key_is_refused(token, check, keys, kind):
    header = {"alg": ALGORITHM, "typ": kind, "kid": keys.keys[0].kid}
    other = jwt.encode(header, payload(token), keys.keys[0].key, algorithms=[ALGORITHM])
    assert check(other).code == "wrong_type"


@pytest.mark.parametrize(
    "change",
    [{"exp": "soon"}, {"exp": None}, {"extra": 1}, {"requires": {"approver_role": "pmo"}}, {"iat": True}, {"iat": 0}],
)
def test_claims_of_another_shape_are_refused_even_when_signed(token, check, keys, change):
    header = {"alg": ALGORITHM, "typ": RECOMMENDATION_TYPE, "kid": keys.keys[0].kid}
    odd = jwt.encode(header, payload(token) | change, keys.keys[0].key, algorithms=[ALGORITHM])
    assert check(odd).code == "malformed"


def test_after_a_rotation_the_new_key_signs_when_it_has_settled_and_older_tokens_still_pass(
    gate, make_case, tmp_path, now, check
):
    folder = KeyFolder(tmp_path)
    old = folder.open(now=now)
    new = folder.rotate(now=now + timedelta(hours=1))
    settled = now + timedelta(hours=1) + SETTLING
    tokens = {}
    for at in (now, settled - timedelta(seconds=1), settled):
        tokens[at] = sign(gate.recommend(make_case(), given={}, now=at), new, **FOR)
        claims = check(tokens[at], jwks=new.jwks(settled), after=settled - now)
        assert isinstance(claims, RecommendationClaims)
    passing = [
        isinstance(check(token, jwks=old.jwks(now), after=settled - now), TokenRefused) for token in tokens.values()
    ]
    assert passing == [False, False, True]
