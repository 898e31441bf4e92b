"""Keys: which signs, which are published, and what a folder of them is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from service.gate.key_folder import KeyFolder, RotationRefused
from service.gate.keys import JWKS_KEPT, SETTLING, KeyFileRefused, SigningKey, SigningKeys
from service.gate.workflow import LONGEST_VALIDITY

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(hours=24)
SPARE = [OKPKey.generate_key("Ed25519") for _ in range(6)]

gaps = st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=3)), min_size=0, max_size=5)
moments = st.timedeltas(timedelta(0), timedelta(days=16))


def written(gaps):
    """Keys written one after the other, and the folder as it was after each."""
    instants = [NOW]
    for gap in gaps:
        instants.append(instants[-1] + gap)
    keys = [SigningKey(key, at) for key, at in zip(SPARE, instants, strict=False)]

    def folder(at):
        return SigningKeys(tuple(key for key in reversed(keys) if key.written_at <= at))

    return folder


@given(gaps, moments, st.timedeltas(timedelta(0), LONGEST_VALIDITY - timedelta(microseconds=1)))
def test_the_key_of_a_token_is_published_as_long_as_the_token_is_valid(gaps, signed_after, age):
    folder, signed_at = written(gaps), NOW + signed_after
    signer = folder(signed_at).signing(signed_at)
    later = signed_at + age
    assert signer in folder(later).published(later)


@given(gaps, moments)
def test_whoever_keeps_the_jwks_as_long_as_allowed_has_the_key_that_signs(gaps, after):
    folder, at = written(gaps), NOW + after
    kept_since = max(at - JWKS_KEPT, NOW)
    assert folder(at).signing(at) in folder(kept_since).published(kept_since)


@given(gaps, moments)
def test_a_key_leaves_the_jwks_a_day_after_the_last_token_it_can_have_signed(gaps, after):
    folder, at = written(gaps), NOW + after
    keys = folder(at)
    for key, next_one in zip(keys.keys[1:], keys.keys, strict=False):
        over = next_one.written_at + SETTLING + DAY
        assert keys.published_until(key) == over
        assert (key in keys.published(at)) == (at < over)


def test_the_first_key_signs_at_once_and_the_next_one_when_it_has_settled(tmp_path):
    folder = KeyFolder(tmp_path / "keys")
    first = folder.open(now=NOW)
    assert first.signing(NOW) == first.keys[0]
    both = folder.rotate(now=NOW + DAY)
    assert both.keys[1:] == first.keys
    assert both.signing(NOW + DAY + SETTLING - timedelta(seconds=1)) == both.keys[1]
    assert both.signing(NOW + DAY + SETTLING) == both.keys[0]


def test_a_key_is_retired_when_no_token_of_it_can_be_valid_and_not_before(tmp_path):
    folder = KeyFolder(tmp_path)
    old = folder.open(now=NOW).keys[0]
    new = folder.rotate(now=NOW + DAY).keys[0]
    over = NOW + DAY + SETTLING + DAY
    with pytest.raises(RotationRefused, match=r"may be valid until 2026-03-04 09:15:00 UTC"):
        folder.retire(old.kid, compromised=False, now=over - timedelta(seconds=1))
    with pytest.raises(RotationRefused, match="the newest key; rotate first"):
        folder.retire(new.kid, compromised=False, now=over)
    with pytest.raises(RotationRefused, match="no key of-nobody; there are"):
        folder.retire("of-nobody", compromised=False, now=over)
    assert folder.retire(old.kid, compromised=False, now=over).keys == (new,)
    assert len(list(tmp_path.glob("*.pem"))) == 1


def test_a_compromised_key_is_gone_at_once_and_another_one_signs(tmp_path):
    folder = KeyFolder(tmp_path)
    old = folder.open(now=NOW).keys[0]
    new = folder.rotate(now=NOW + DAY).keys[0]
    left = folder.retire(old.kid, compromised=True, now=NOW + DAY)
    assert (left.keys, left.signing(NOW + DAY)) == ((new,), new)
    fresh = folder.retire(new.kid, compromised=True, now=NOW + DAY + DAY)
    assert len(fresh.keys) == 1
    assert fresh.signing(NOW + DAY + DAY).kid not in {old.kid, new.kid}


def test_a_rotation_before_the_newest_key_is_refused(tmp_path):
    folder = KeyFolder(tmp_path)
    folder.open(now=NOW)
    for instant in (NOW, NOW - DAY):
        with pytest.raises(RotationRefused, match="set the clock right"):
            folder.rotate(now=instant)


def test_the_published_keys_are_public_halves_named_by_their_thumbprint(tmp_path):
    keys = KeyFolder(tmp_path).open(now=NOW)
    (key,) = keys.jwks(NOW)["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert key["kid"] == keys.keys[0].kid == keys.keys[0].key.thumbprint()


def test_keys_are_made_once_kept_for_their_owner_and_read_again(tmp_path):
    first = KeyFolder(tmp_path / "keys").open(now=NOW)
    again = KeyFolder(tmp_path / "keys").open(now=NOW + DAY)
    assert [key.kid for key in first.keys] == [key.kid for key in again.keys]
    (file,) = (tmp_path / "keys").glob("*.pem")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_key_file_that_others_may_read_or_that_is_no_key_is_refused(tmp_path):
    folder = KeyFolder(tmp_path)
    folder.open(now=NOW)
    (file,) = tmp_path.glob("*.pem")
    file.chmod(0o640)
    with pytest.raises(KeyFileRefused, match=r"open to others \(mode 640\); expected 600: chmod 600"):
        folder.open(now=NOW)
    file.chmod(0o600)
    for content in (
        b"rubbish",
        OKPKey.generate_key("Ed25519").as_pem(private=False),
        OKPKey.generate_key("X25519").as_pem(),
    ):
        file.write_bytes(content)
        with pytest.raises(KeyFileRefused, match="remove it or put the right one back"):
            folder.open(now=NOW)
    file.write_bytes(OKPKey.generate_key("Ed25519").as_pem(private=True))
    file.rename(tmp_path / "mine.pem")
    with pytest.raises(KeyFileRefused, match="not named after the instant"):
        folder.open(now=NOW)
