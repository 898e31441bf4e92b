import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from ledger.principals import API_ROLES, Principal, create_key, principal_of, revoke_key

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def key(connection):
    return create_key(connection, principal_id="anna", api_role="data_scientist", now=NOW)


def test_a_key_names_its_principal(connection, key):
    key_id = key.split("_")[1]
    assert principal_of(connection, key) == Principal("anna", "data_scientist", key_id)


@pytest.mark.parametrize("api_role", API_ROLES)
def test_every_api_role_can_hold_a_key(connection, api_role):
    key = create_key(connection, principal_id="anna", api_role=api_role, now=NOW)
    assert principal_of(connection, key).api_role == api_role


@pytest.mark.parametrize(
    ("principal_id", "api_role", "field"),
    [("anna", "root", "api_role"), ("anna", "", "api_role"), (" ", "pmo", "principal_id")],
)
def test_a_key_needs_a_name_and_a_known_api_role(connection, principal_id, api_role, field):
    with pytest.raises(ValueError, match=field):
        create_key(connection, principal_id=principal_id, api_role=api_role, now=NOW)


def test_another_keys_secret_does_not_open(connection, key):
    other = create_key(connection, principal_id="ben", api_role="admin", now=NOW)
    assert principal_of(connection, "_".join([*other.split("_")[:2], key.split("_")[2]])) is None


def test_a_revoked_key_does_not_open(connection, key):
    key_id = key.split("_")[1]
    assert revoke_key(connection, key_id, now=NOW) is True
    assert principal_of(connection, key) is None
    assert revoke_key(connection, key_id, now=NOW) is False


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "bw_",
        "bw__",
        "bw_0123456789abcdef_" + "0" * 64,
        "bw_0123456789abcdef_" + "0" * 63,
        "bw_0123456789abcde\0_" + "0" * 64,
        "bw_0123456789ABCDEF_" + "0" * 64,
        "bw_0123456789abcdef_" + "\N{ARABIC-INDIC DIGIT ZERO}" * 64,
        "bw_0123456789abcdef_" + "0" * 64 + "\n",
        "x" * 100_000,
        "' OR 1=1 --",
    ],
)
def test_an_unknown_or_malformed_key_does_not_open(connection, malformed):
    assert principal_of(connection, malformed) is None


def test_every_changed_character_of_a_key_closes_it(connection, key):
    for place in range(len(key)):
        changed = key[:place] + ("0" if key[place] != "0" else "1") + key[place + 1 :]
        assert principal_of(connection, changed) is None


def test_the_secret_is_nowhere_at_rest(connection, key):
    revoke_key(connection, key.split("_")[1], now=NOW)
    secret = key.split("_")[2]
    for table in ("api_keys", "audit"):
        rows = connection.execute(text(f"SELECT CAST({table} AS text) FROM {table}")).scalars().all()
        assert rows
        assert not any(secret in row for row in rows)


def test_making_and_revoking_a_key_are_audited_without_the_principals_name(connection, key):
    revoke_key(connection, key.split("_")[1], now=NOW)
    rows = connection.execute(text("SELECT kind, payload FROM audit ORDER BY seq")).all()
    assert [row.kind for row in rows] == ["key_created", "key_revoked"]
    created = json.loads(rows[0].payload)
    assert created["key_id"] == json.loads(rows[1].payload)["key_id"] == key.split("_")[1]
    assert created["api_role"] == "data_scientist"
    assert re.fullmatch("[0-9a-f]{64}", created["principal"])
