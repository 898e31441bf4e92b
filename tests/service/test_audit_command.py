"""``bellwether audit``: heads, keys and exports that leave, and what they prove when they come back."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from service.cli import main
from tests.ledger.tampering import rehash


@pytest.fixture
def bellwether(environ):
    """Runs a command in this test's deployment."""
    return lambda *arguments, **more: CliRunner().invoke(main, arguments, env={**environ, **more})


@pytest.fixture
def kept(bellwether, tmp_path):
    """Four rows, then a head, the public key and an export kept elsewhere, then two more rows."""
    for principal in ("ada", "bob", "cyd", "dan"):
        bellwether("keys", "create", "--role", "pmo", "--principal", principal)
    for name in ("head", "key"):
        assert bellwether("audit", name, "--out", str(tmp_path / name)).exit_code == 0
    assert bellwether("audit", "export", "--out", str(tmp_path / "export")).exit_code == 0
    for principal in ("eve", "fay"):
        bellwether("keys", "create", "--role", "pmo", "--principal", principal)
    return tmp_path


def test_a_chain_that_contains_the_kept_head_says_so(bellwether, kept):
    result = bellwether("audit", "verify", "--head", str(kept / "head"))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("The audit chain is whole: 7 rows, signed up to row 7.\nIt holds row 4 as")


def test_a_chain_that_was_rewritten_and_all_heads_deleted_is_found_by_the_kept_head(
    bellwether, kept, connection, environ
):
    connection.execute(text("UPDATE audit SET payload = replace(payload, 'pmo', 'admin') WHERE seq = 2"))
    rehash(connection, 2)
    connection.commit()
    for file in (Path(environ["BELLWETHER_HOME"]) / "heads").iterdir():
        file.unlink()
    assert bellwether("audit", "verify").exit_code == 0
    result = bellwether("audit", "verify", "--head", str(kept / "head"))
    assert result.exit_code == 1
    assert "row 4 has another hash than the kept head signed" in result.stderr


def test_a_head_ahead_of_a_restored_table_names_the_missing_row(bellwether, kept, connection):
    connection.execute(text("DELETE FROM audit WHERE seq > 2"))
    connection.execute(text("UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)"))
    connection.commit()
    result = bellwether("audit", "verify", "--head", str(kept / "head"))
    assert result.exit_code == 1
    assert "row 3 is missing: the kept head" in result.stderr


def test_an_export_is_verified_without_home_or_database(bellwether, kept):
    files = ["--export", str(kept / "export"), "--head", str(kept / "head"), "--key", str(kept / "key")]
    nowhere = {"BELLWETHER_HOME": "/dev/null/none", "BELLWETHER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    result = bellwether("audit", "verify", *files, **nowhere)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ("The export is whole: rows 1 to 4.\nA signed head vouches for all rows up to row 4.\n")
    lines = (kept / "export").read_text().replace('"pmo"', '"admin"', 1)
    (kept / "export").write_text(lines)
    result = bellwether("audit", "verify", *files, **nowhere)
    assert (result.exit_code, "row 1 was altered" in result.stderr) == (1, True)


def test_an_export_without_a_head_is_said_to_be_vouched_for_by_nobody(bellwether, kept):
    assert "No head vouches for it" in bellwether("audit", "verify", "--export", str(kept / "export")).stdout


def test_an_export_is_on_record_with_its_range_and_last_hash(bellwether, kept, connection):
    lines = (kept / "export").read_text().splitlines()
    row = connection.execute(text("SELECT payload FROM audit WHERE kind = 'audit_exported'")).scalar_one()
    said = json.loads(row)
    assert (said["first"], said["last"], said["rows"], said["principal"]) == (1, 4, 4, None)
    assert said["last_hash"] == json.loads(lines[-1])["hash"]


def test_an_export_on_stdout_holds_nothing_but_rows(bellwether, kept):
    result = bellwether("audit", "export", "--since", "2026-01-01T00:00:00Z")
    assert [json.loads(line)["row"]["seq"] for line in result.stdout.splitlines()] == list(range(1, 8))
    assert result.stderr == "7 rows, 1 to 7.\n"


REFUSED = [
    ("--head {key} --key {key}", "is no head that"),
    ("--head {export} --key {key}", "is no head that"),
    ("--head {head} --key {export}", "expected a PEM of an Ed25519 public key"),
    ("--head {key}", "is no head that the key of this home signed"),
    ("--export {export} --head {head}", "name the public key with --key"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_a_file_that_is_something_else_is_refused_with_a_sentence(bellwether, kept, arguments, said):
    names = {name: str(kept / name) for name in ("head", "key", "export")}
    result = bellwether("audit", "verify", *arguments.format(**names).split())
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["export", "--since", "yesterday"], 2, "expected an instant with a zone"),
    (["export", "--since", "2026-01-01"], 2, "expected an instant with a zone"),
    (["export", "--until", "2001-01-01T00:00:00Z"], 1, "no row in this range"),
    (["head"], 1, "no head was signed yet"),
    (["key", "--out", "/no/such/folder/key"], 1, "cannot be written"),
])  # fmt: skip
def test_what_cannot_be_given_is_said(bellwether, arguments, code, said):
    result = bellwether("audit", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_a_head_of_another_home_is_not_taken(bellwether, kept, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    assert bellwether("audit", "key", "--out", str(other / "key"), BELLWETHER_HOME=str(other)).exit_code == 0
    result = bellwether("audit", "verify", "--head", str(kept / "head"), "--key", str(other / "key"))
    assert (result.exit_code, "is no head that" in result.stderr) == (1, True)
