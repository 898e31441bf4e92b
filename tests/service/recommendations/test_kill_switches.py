"""Kill switches: one person stops, another one lets go on, and what was given is stopped with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from ledger.principals import API_ROLES
from ledger.record import transaction
from models.catalog import TASKS
from service.cli import main
from service.gate.switch import Scope, Turn
from service.store.switches import locked
from service.store.switches import turn as turn_row

WAITING = text("""
    SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
""")


@pytest.fixture
def turn(client, as_):
    def put(stopped, principal="petra", api_role="pmo", *, scope="task", name="missing_time", reason="It errs."):
        body = {"stopped": stopped, "reason": reason}
        return client.put(f"/v1/kill-switches/{scope}/{name}", json=body, headers=as_(api_role, principal))

    return put


@pytest.fixture
def stopped(client, as_):
    """What is stopped, as a reader is told."""

    def get(api_role="pmo", principal="petra"):
        found = client.get("/v1/kill-switches", headers=as_(api_role, principal)).json()["kill_switches"]
        return [switch for switch in found if switch["stopped"]]

    return get


@pytest.mark.parametrize(("scope", "name"), [("task", "missing_time"), ("workflow", "weekly_time")])
def test_a_switch_stops_what_stands_and_what_was_accepted_until_somebody_else_resumes(  # noqa: PLR0917 - fixtures
    given, decide, standing, turn, stopped, audited, scope, name
):
    place = {"scope": scope, "name": name}
    waiting, accepted = given()[0], given(person="P2")[0]
    token = decide(accepted).json()["token"]
    assert turn(True, **place).json()["by"] == "petra"
    for jti in (waiting, accepted):
        found = standing(jti)
        assert (found["status"], found["token"]) == ("stopped", None)
        assert name in found["why"]
    assert decide(waiting).json()["codes"] == [f"accept_while_{scope}_stopped"]
    alone = turn(False, **place)
    assert (alone.status_code, alone.json()["codes"]) == (403, ["resumed_by_who_stopped"])
    assert turn(False, "ada", "admin", **place).json()["stopped"] is False
    assert (standing(waiting)["status"], standing(accepted)["token"]) == ("standing", token)
    assert stopped() == []
    assert [row["turn"] for row in audited("kill_switch")] == ["stop", "resume"]
    (refused,) = audited("kill_switch_refused")
    assert (refused["scope"], refused["name"], refused["codes"]) == (scope, name, ["resumed_by_who_stopped"])
    assert "petra" not in str(refused)


def test_a_second_stop_changes_nothing_so_that_the_first_one_cannot_resume(turn, stopped, audited):
    turn(True, reason="First.")
    second = turn(True, "ada", "admin", reason="Second.")
    assert (second.status_code, second.json()["by"], second.json()["reason"]) == (200, "petra", "First.")
    assert turn(False).status_code == 403
    assert stopped()[0]["by"] == "petra"
    assert len(audited("kill_switch")) == 1


def test_many_who_stop_at_once_stop_it_once(turn, audited):
    for number in range(6):
        turn(False, f"p-{number}", "consultant")  # makes the keys before the threads share them
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: turn(True, f"q-{number}"), range(6)))
    assert len({answer.json()["by"] for answer in answers}) == 1
    assert len(audited("kill_switch")) == 1


@pytest.mark.parametrize("api_role", sorted(set(API_ROLES) - {"pmo", "finance", "delivery_lead", "admin"}))
def test_other_roles_turn_none_and_see_what_is_stopped_but_not_by_whom(turn, stopped, audited, api_role):
    assert turn(True, "x", api_role).json()["codes"] == ["may_not_switch"]
    assert len(audited("kill_switch_refused")) == 1
    assert stopped(api_role, "x") == []
    turn(True)
    (seen,) = stopped(api_role, "x")
    assert (seen["name"], seen["by"], seen["reason"]) == ("missing_time", None, "It errs.")


def test_every_task_and_workflow_has_a_switch_and_nothing_else(client, as_, turn, services):
    listed = client.get("/v1/kill-switches", headers=as_("auditor", "otto")).json()["kill_switches"]
    assert set(TASKS) <= {switch["name"] for switch in listed if switch["scope"] == "task"}
    workflows = [switch["name"] for switch in listed if switch["scope"] == "workflow"]
    assert workflows == sorted(services.gate.current.workflows.by_name)
    for scope, expected in (("task", "missing_time"), ("workflow", "weekly_time")):
        unknown = turn(True, scope=scope, name="missing_tme")
        assert unknown.status_code == 404
        assert expected in unknown.json()["detail"]
    assert turn(True, scope="step", name="open").status_code == 422


def test_an_accept_waits_for_a_switch_that_is_being_turned(given, decide, services):
    jti, _ = given()
    decide(uuid4())  # makes lena's key
    with ThreadPoolExecutor(1) as pool:
        with transaction(services.engine, services.settings.home) as connection:
            assert locked(connection, Scope.TASK, "missing_time") is None
            accepting = pool.submit(decide, jti)
            while not (accepting.done() or connection.execute(WAITING).first()):
                pass
            turned = {"principal_id": "petra", "reason": "It errs.", "now": datetime.now(UTC)}
            turn_row(connection, Scope.TASK, "missing_time", Turn.STOP, **turned)
        assert accepting.result().json()["codes"] == ["accept_while_task_stopped"]


@pytest.fixture
def bellwether(environ, new_key):
    def run(*arguments, principal="petra", api_role="pmo", key=None):
        given = environ | {"BELLWETHER_KEY": new_key(api_role, principal) if key is None else key}
        return CliRunner().invoke(main, ["kill-switch", *arguments, "--reason", "At night."], env=given)

    return run


def test_the_command_turns_the_same_switches_by_the_same_rules(bellwether, stopped, audited):
    result = bellwether("stop", "task", "missing_time")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("The task missing_time is stopped, by petra since ")
    assert stopped()[0]["reason"] == "At night."
    alone = bellwether("resume", "task", "missing_time")
    assert (alone.exit_code, "resumed_by_who_stopped" in alone.stderr) == (1, True)
    assert bellwether("resume", "task", "missing_time", principal="ada", api_role="admin").exit_code == 0
    assert stopped() == []
    assert [row["turn"] for row in audited("kill_switch")] == ["stop", "resume"]


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        (("stop", "task", "missing_tme"), {}, "no such task; expected one of"),
        (("stop", "task", "missing_time"), {"api_role": "auditor"}, "may_not_switch"),
        (("stop", "task", "missing_time"), {"key": ""}, "the key in BELLWETHER_KEY is missing, unknown or revoked"),
        (("stop", "step", "open"), {}, "'step' is not one of"),
    ],
)
def test_the_command_says_what_is_wrong(bellwether, arguments, more, said):
    result = bellwether(*arguments, **more)
    assert result.exit_code in {1, 2}
    assert said in result.stderr
