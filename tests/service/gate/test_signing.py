"""Tokens: what the gate permitted, and nothing else, passes the check of an engine."""

import base64
import json
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode

from service.gate.keys import KeyFileRefused, SigningKeys
from service.gate.signing import ALGORITHM, TOKEN_TYPE, Claims, TokenRefused, sign, verify

ISSUER, AUDIENCE = "https://bellwether.example", "orchestrator"


@pytest.fixture(scope="session")
def keys(tmp_path_factory, now):
    return SigningKeys.open(tmp_path_factory.mktemp("keys"), now=now)


@pytest.fixture
def token(gate, make_case, keys, now):
    case = make_case(step="reminder_sent", action="offer_draft_entries")
    return sign(gate.recommend(case, now=now), keys, issuer=ISSUER, audience=AUDIENCE)


@pytest.fixture
def check(keys, now):
    def verified(token, *, after=timedelta(), jwks=None, issuer=ISSUER, audience=AUDIENCE):
        return verify(token, jwks or keys.jwks(), now=now + after, issuer=issuer, audience=audience)

    return verified


def payload(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def test_a_signed_recommendation_says_all_that_an_engine_needs(token, check, gate, now):
    claims = check(token)
    assert isinstance(claims, Claims)
    assert claims.model_dump(by_alias=True, exclude={"jti"}) == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 24 * 3600,
        "workflow": "time_and_expense",
        "workflow_version": 2,
        "instance": "TE-2026-10",
        "step": "reminder_sent",
        "subject": "P1/2026-03-02",
        "task": "missing_time",
        "action": "offer_draft_entries",
        "params": {"person_id": "P1", "day": "2026-03-02", "missing_hours": 8.0, "project_ids": ["J1"]},
        "requires": {"approver_role": "project_manager", "not": ["paul", "rita", "tara"]},
        "model": {"name": "missing_time", "version": "3"},
        "policy": gate.policy_version,
    }


def test_a_token_is_valid_until_it_expires_and_not_before_it_was_issued(token, check):
    assert isinstance(check(token, after=timedelta(hours=24, seconds=-1)), Claims)
    assert check(token, after=timedelta(hours=24)).code == "expired"
    assert check(token, after=timedelta(seconds=-1)).code == "not_yet_valid"


def test_a_token_and_its_recommendation_name_the_same_instants(gate, make_case, keys, now, check):
    made = gate.recommend(make_case(), now=now + timedelta(microseconds=999_999))
    claims = check(sign(made, keys, issuer=ISSUER, audience=AUDIENCE))
    assert (claims.iat, claims.exp) == (made.issued_at.timestamp(), made.expires_at.timestamp())


def test_a_token_for_somebody_else_is_refused(token, check):
    assert check(token, audience="another engine").code == "other_audience"
    assert check(token, issuer="https://else.example").code == "other_issuer"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_with_any_changed_byte_is_refused(token, check, part):
    parts = token.split(".")
    for place in range(0, len(parts[part]) - 1, 7):
        letter = parts[part][place]
        changed = parts[part][:place] + ("A" if letter != "A" else "B") + parts[part][place + 1 :]
        answer = check(".".join([*parts[:part], changed, *parts[part + 1 :]]))
        assert isinstance(answer, TokenRefused), f"byte {place} of part {part} was changed and nobody minded"
        assert answer.code == "not_ours"


@pytest.mark.parametrize("bad", ["", "a.b.c", "..", "not a token", "é.é.é", "e30.e30.e30", "e30.e30.e30.e30.e30"])
def test_what_is_no_token_is_refused(check, bad):
    assert check(bad).code == "not_ours"


def test_a_token_of_another_key_is_refused_also_under_our_kid(token, check, keys):
    stranger = OKPKey.generate_key("Ed25519")
    header = {"alg": ALGORITHM, "typ": TOKEN_TYPE}
    for kid in (stranger.thumbprint(), keys.signing.kid):
        forged = jwt.encode({**header, "kid": kid}, payload(token), stranger, algorithms=[ALGORITHM])
        assert check(forged).code == "not_ours"


@pytest.mark.parametrize("jwks", [{"keys": []}, {"keys": [{"kty": "OKP"}]}])
def test_without_a_usable_published_key_nothing_passes(token, check, jwks):
    assert check(token, jwks=jwks).code == "not_ours"


def test_an_unsigned_token_is_refused(token, check):
    body = token.split(".")[1]
    for algorithm in ("none", "None", "HS256"):
        head = urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": TOKEN_TYPE}).encode()).decode()
        assert check(f"{head}.{body}.").code == "not_ours"


@pytest.mark.parametrize("kind", ["JWT", "bellwether-decision+jwt", "at+jwt"])
def test_another_kind_of_token_of_the_same_key_is_refused(token, check, keys, kind):
    other = jwt.encode(
        {"alg": ALGORITHM, "typ": kind, "kid": keys.signing.kid}, payload(token), keys.signing, [ALGORITHM]
    )
    assert check(other).code == "wrong_type"


@pytest.mark.parametrize(
    "change",
    [{"exp": "soon"}, {"exp": None}, {"extra": 1}, {"requires": {"approver_role": "pmo"}}, {"iat": True}, {"iat": 0}],
)
def test_claims_of_another_shape_are_refused_even_when_signed(token, check, keys, change):
    header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": keys.signing.kid}
    odd = jwt.encode(header, payload(token) | change, keys.signing, algorithms=[ALGORITHM])
    assert check(odd).code == "malformed"


def test_the_published_keys_are_public_halves_named_by_their_thumbprint(keys):
    (key,) = keys.jwks()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert key["kid"] == keys.signing.thumbprint()


def test_keys_are_made_once_kept_for_their_owner_and_read_again(tmp_path, now):
    first = SigningKeys.open(tmp_path / "keys", now=now)
    again = SigningKeys.open(tmp_path / "keys", now=now + timedelta(days=1))
    assert [key.kid for key in first.keys] == [key.kid for key in again.keys]
    (file,) = (tmp_path / "keys").glob("*.pem")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_after_a_rotation_the_newest_signs_and_older_tokens_still_pass(gate, make_case, tmp_path, now, check):
    old = SigningKeys.open(tmp_path, now=now)
    earlier = sign(gate.recommend(make_case(), now=now), old, issuer=ISSUER, audience=AUDIENCE)
    new = SigningKeys.rotate(tmp_path, now=now + timedelta(hours=1))
    later = sign(gate.recommend(make_case(), now=now), new, issuer=ISSUER, audience=AUDIENCE)
    assert [key.kid for key in new.keys][1:] == [key.kid for key in old.keys]
    assert new.signing.kid != old.signing.kid
    assert isinstance(check(earlier, jwks=new.jwks()), Claims)
    assert isinstance(check(later, jwks=new.jwks()), Claims)
    assert check(later, jwks=old.jwks()).code == "not_ours"


def test_a_key_file_that_others_may_read_or_that_is_no_key_is_refused(tmp_path, now):
    SigningKeys.open(tmp_path, now=now)
    (file,) = tmp_path.glob("*.pem")
    file.chmod(0o640)
    with pytest.raises(KeyFileRefused, match=r"open to others \(mode 640\); expected 600: chmod 600"):
        SigningKeys.open(tmp_path, now=now)
    file.chmod(0o600)
    for content in (
        b"rubbish",
        OKPKey.generate_key("Ed25519").as_pem(private=False),
        OKPKey.generate_key("X25519").as_pem(),
    ):
        file.write_bytes(content)
        with pytest.raises(KeyFileRefused, match="remove it or put the right one back"):
            SigningKeys.open(tmp_path, now=now)
