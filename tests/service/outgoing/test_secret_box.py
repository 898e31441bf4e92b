"""Secrets lie in the database under a key that does not."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet

from service.outgoing.secret_box import FILE, SecretBox, SecretKeyRefused, SecretLost, new_secret


def test_a_sealed_secret_tells_nothing_and_another_process_of_the_home_opens_it(home):
    secret = new_secret()
    sealed = SecretBox.at(home).seal(secret)
    assert secret.removeprefix("whsec_").encode() not in sealed
    assert SecretBox.at(home).unseal(sealed) == secret
    assert (home / FILE).stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_share_one_key(home):
    with ThreadPoolExecutor(8) as pool:
        boxes = list(pool.map(lambda _: SecretBox.at(home), range(8)))
    assert {boxes[0].unseal(box.seal("s")) for box in boxes} == {"s"}


def test_a_new_first_key_seals_and_the_former_ones_open(home):
    sealed = SecretBox.at(home).seal("old")
    former = (home / FILE).read_bytes()
    (home / FILE).write_bytes(Fernet.generate_key() + b"\n" + former)
    box = SecretBox.at(home)
    assert box.unseal(sealed) == "old"
    (home / FILE).write_bytes(former)
    with pytest.raises(SecretLost):
        SecretBox.at(home).unseal(box.seal("new"))


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (Fernet.generate_key(), 0o644, "open to others .*chmod 600"),
        (b"", 0o600, "no Fernet key"),
        (b"nonsense", 0o600, "no Fernet key"),
    ],
    ids=["open to others", "empty", "nonsense"],
)
def test_a_file_that_must_not_be_used_is_refused_with_what_to_do(home, content, mode, said):
    (home / FILE).write_bytes(content)
    (home / FILE).chmod(mode)
    with pytest.raises(SecretKeyRefused, match=said):
        SecretBox.at(home)


def test_keys_are_in_no_text(home):
    assert (home / FILE).exists() is False
    text = repr(SecretBox.at(home))
    assert (home / FILE).read_text().strip() not in text
