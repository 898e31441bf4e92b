import json
import logging
import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import text

from ledger.principals import principal_of
from service.cli import main


@pytest.fixture
def bellwether(environ):
    """Runs a command in this test's deployment and puts back what it does to the process."""

    def run(*arguments, **more):
        return CliRunner().invoke(main, arguments, env={**environ, **more})

    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield run
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    for number, handler in signals.items():
        signal.signal(number, handler)


def test_a_key_is_printed_once_alone_on_stdout_and_works(bellwether, connection):
    result = bellwether("keys", "create", "--role", "pmo", "--principal", "grace")
    assert result.exit_code == 0, result.stderr
    principal = principal_of(connection, result.stdout.strip())
    assert (principal.principal_id, principal.api_role) == ("grace", "pmo")
    assert result.stdout.strip() not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["keys", "create", "--role", "king", "--principal", "x"], 2, "'king' is not one of"),
        (["keys", "create", "--role", "pmo", "--principal", " "], 2, "expected a name"),
        (["serve", "--port", "x"], 2, "not a valid integer"),
        (["dance"], 2, "No such command 'dance'"),
    ],
)
def test_a_wrong_command_line_is_answered_with_a_sentence(bellwether, arguments, code, said):
    result = bellwether(*arguments)
    assert result.exit_code == code
    assert said in result.stderr


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("BELLWETHER_PORT", "x", "BELLWETHER_PORT"),
        ("BELLWETHER_DATABASE_URL", "mysql://me:hunter2@db/b", "only PostgreSQL is supported"),
        ("BELLWETHER_DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/b", "cannot be used"),
    ],
)
def test_what_is_wrong_around_a_command_ends_it_with_a_sentence_and_no_stack_trace(bellwether, variable, value, said):
    result = bellwether("serve", "--port", "0", **{variable: value})
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr


def test_a_port_in_use_is_said(bellwether):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = bellwether("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "choose another with --port" in result.stderr


def test_a_gate_that_is_refused_stops_the_start_with_file_line_and_reason(bellwether, tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "own.cedar").write_text("forbid (principal, action, resource);")
    result = bellwether("serve", "--port", "0", BELLWETHER_GATE_FOLDER=str(tmp_path))
    assert result.exit_code == 1
    assert "own.cedar:1: @reason is missing; expected a sentence" in result.stderr


def test_records_are_loaded_whole_and_loaded_again_without_a_change(bellwether, tmp_path):
    (tmp_path / "people.csv").write_text("person_id,job_role\nP1,consultant\nP2,manager\n")
    assert bellwether("records", "load", str(tmp_path)).stdout == "people: 2 new, 0 changed, 0 as before\n"
    assert bellwether("records", "load", str(tmp_path)).stdout == "people: 0 new, 0 changed, 2 as before\n"


def test_bad_records_are_refused_by_row_and_column_or_set_aside(bellwether, tmp_path):
    (tmp_path / "people.csv").write_text("person_id,job_role\nP1,consultant\nP2,\n")
    refused = bellwether("records", "load", str(tmp_path))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "people row 3 job_role: expected" in refused.stderr
    loaded = bellwether("records", "load", str(tmp_path), "--set-aside")
    assert loaded.stdout == "people: 1 new, 0 changed, 0 as before\n"
    assert "people: 1 rows set aside" in loaded.stderr


def test_audit_verify_says_that_the_chain_is_whole_or_names_the_first_bad_row(bellwether, connection):
    for principal in ("ada", "grace", "joan"):
        assert bellwether("keys", "create", "--role", "pmo", "--principal", principal).exit_code == 0
    whole = bellwether("audit", "verify")
    assert (whole.exit_code, whole.stdout.split(",")[0]) == (0, "The audit chain is whole: 3 rows")
    connection.execute(text("UPDATE audit SET payload = replace(payload, 'pmo', 'admin') WHERE seq = 2"))
    connection.commit()
    broken = bellwether("audit", "verify")
    assert broken.exit_code == 1
    assert "row 2 was altered" in broken.stderr


def test_serve_answers_and_leaves_on_sigterm(environ):
    command = [sys.executable, "-c", "from service.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, env={**os.environ, **environ}, stderr=subprocess.PIPE, text=True) as process:
        lines = (json.loads(line) for line in process.stderr)
        url = next(line["url"] for line in lines if line["event"] == "listening")
        assert httpx.get(f"{url}/livez", timeout=30).json() == {"alive": True}
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
