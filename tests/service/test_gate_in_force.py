"""A change of the gate's files takes its place at the next look, or is refused while the old gate keeps serving."""

import pytest

from ledger.principals import API_ROLES
from service.gate.gate_files import load_gate
from service.gate.mistakes import GateFilesRefused
from service.gate.workflow_files import SHIPPED_WORKFLOWS
from service.gate_in_force import GateInForce, read_gate
from service.readiness import Finding
from service.settings import SettingsRefused, read_settings
from service.wiring import assembled

STAFFING = (SHIPPED_WORKFLOWS / "staffing.yaml").read_text()


@pytest.fixture
def own(tmp_path):
    for name in ("workflows", "policies"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def told():
    return []


@pytest.fixture
def in_force(own, told):
    return GateInForce(load_gate(own), own=own, comes_into_force=told.append)


def test_nothing_changes_where_no_text_changes(in_force, own, told):
    before = in_force.current
    in_force.refresh()
    in_force.refresh()
    (own / "notes.txt").write_text("no file of the gate")
    in_force.refresh()
    assert in_force.current is before
    assert (in_force.finding(), told) == (Finding(ok=True), [])


def test_a_good_change_is_told_and_takes_its_place(in_force, own, told):
    before = in_force.current
    (own / "workflows" / "staffing.yaml").write_text(STAFFING.replace("start: requested", "start: searching"))
    with pytest.raises(GateFilesRefused):
        load_gate(own)
    (own / "workflows" / "staffing.yaml").write_text(STAFFING.replace("P3D", "P4D"))
    in_force.refresh()
    assert in_force.current is not before
    assert in_force.current.workflows.by_name["staffing"].stale_after.days == 4
    assert before.workflows.by_name["staffing"].stale_after.days == 3
    assert (told, in_force.finding()) == ([in_force.current], Finding(ok=True))


def test_a_bad_change_is_refused_whole_said_by_file_and_line_and_logged_once(in_force, own, told, log):
    before = in_force.current
    (own / "workflows" / "staffing.yaml").write_text(STAFFING.replace("P3D", "P4D"))
    (own / "policies" / "own.cedar").write_text('@id("x") @reason("X.")\npermit (principal, action, resource);')
    for _ in range(3):
        in_force.refresh()
    assert (in_force.current, told) == (before, [])
    why = in_force.finding().why
    assert in_force.finding().ok
    assert why.startswith("the changed files are refused: policies/own.cedar:1: a permit; a firm's own policies only")
    assert why.endswith(f"; the gate of policy version {before.policy_version} keeps serving")
    assert str(own) not in why
    assert log.getvalue().count("gate refused") == 1
    assert str(own) not in log.getvalue()

    (own / "policies" / "own.cedar").unlink()
    in_force.refresh()
    assert in_force.finding() == Finding(ok=True)
    assert told == [in_force.current]


def test_a_mistake_that_is_taken_back_leaves_the_old_gate_and_no_remark(in_force, own, told):
    before = in_force.current
    (own / "tables.yaml").write_text("visible: {}")
    in_force.refresh()
    assert "refused: tables.yaml:1: approves_as is missing (and 2 more, see the log)" in in_force.finding().why
    (own / "tables.yaml").unlink()
    in_force.refresh()
    assert (in_force.current, in_force.finding(), told) == (before, Finding(ok=True), [])


def test_what_cannot_be_put_on_record_waits_and_is_tried_again(own):
    tries = []

    def unreachable(gate):
        tries.append(gate.policy_version)
        if len(tries) < 3:
            raise ConnectionError("a secret of the database")

    in_force = GateInForce(load_gate(own), own=own, comes_into_force=unreachable)
    (own / "workflows" / "staffing.yaml").write_text(STAFFING.replace("P3D", "P4D"))
    for _ in range(2):
        in_force.refresh()
        assert in_force.current.workflows.by_name["staffing"].stale_after.days == 3
        assert "could not be put on record (ConnectionError) and waits" in in_force.finding().why
        assert "secret" not in in_force.finding().why
    in_force.refresh()
    assert in_force.current.workflows.by_name["staffing"].stale_after.days == 4
    assert len(set(tries)) == 1


def test_files_that_are_written_while_they_are_read_wait_for_the_next_look(in_force, own, told, monkeypatch):
    def while_somebody_writes(folder):
        gate = read_gate(folder)
        (own / "workflows" / "staffing.yaml").write_text(STAFFING.replace("P3D", "P5D"))
        return gate

    (own / "workflows" / "staffing.yaml").write_text(STAFFING.replace("P3D", "P4D"))
    with monkeypatch.context() as patched:
        patched.setattr("service.gate_in_force.read_gate", while_somebody_writes)
        in_force.refresh()
    assert told == []
    in_force.refresh()
    assert in_force.current.workflows.by_name["staffing"].stale_after.days == 5
    assert told == [in_force.current]


def test_whatever_goes_wrong_with_files_the_old_gate_serves_and_they_are_looked_at_again(in_force, own, monkeypatch):
    def failing(folder):
        raise RecursionError("a secret of the file")

    (own / "workflows" / "staffing.yaml").write_text(STAFFING.replace("P3D", "P4D"))
    with monkeypatch.context() as patched:
        patched.setattr("service.gate_in_force.read_gate", failing)
        in_force.refresh()
    assert in_force.finding().why.startswith("the changed files cannot be read (RecursionError); the gate of policy")
    in_force.refresh()
    assert in_force.finding() == Finding(ok=True)
    assert in_force.current.workflows.by_name["staffing"].stale_after.days == 4


def test_the_first_gate_is_told_too_and_the_thread_ends_with_the_block(own, told):
    with GateInForce.read(own, comes_into_force=told.append, refresh_seconds=3600) as in_force:
        assert told == [in_force.current]
        assert in_force._thread.is_alive()
    assert not in_force._thread.is_alive()


@pytest.mark.parametrize(
    ("roles", "line", "reason"),
    [
        ([role for role in API_ROLES if role != "auditor"], 1, "auditor is missing; write [] where it sees nothing"),
        ([*API_ROLES, "intern"], 2 + len(API_ROLES), "'intern' is no api_role; expected orchestrator, pmo, finance"),
    ],
)
def test_the_table_of_visible_values_lists_every_api_role_and_no_other(own, roles, line, reason):
    assert set(read_gate(own).tables.visible) == set(API_ROLES)
    visible = "".join(f"  {role}: []\n" for role in roles)
    (own / "tables.yaml").write_text(f"visible:\n{visible}approves_as: {{}}\nmay_switch: []\n")
    with pytest.raises(GateFilesRefused) as refused:
        read_gate(own)
    (mistake,) = refused.value.mistakes
    assert (mistake.file.name, mistake.line) == ("tables.yaml", line)
    assert mistake.reason.startswith(reason)


@pytest.mark.parametrize(("seconds", "fits"), [("1", True), ("3600", True), ("0.5", False), ("3601", False)])
def test_the_files_are_looked_at_every_second_to_every_hour(monkeypatch, home, seconds, fits):
    monkeypatch.setenv("BELLWETHER_HOME", str(home))
    monkeypatch.setenv("BELLWETHER_GATE_REFRESH_SECONDS", seconds)
    if fits:
        assert read_settings().gate_refresh_seconds == float(seconds)
        return
    with pytest.raises(SettingsRefused, match="BELLWETHER_GATE_REFRESH_SECONDS"):
        read_settings()


def test_ready_says_that_changed_files_are_refused_and_is_ready_with_the_old_ones(services, serving, own, in_force):
    (own / "workflows" / "staffing.yaml").write_text(STAFFING.replace("start: requested", "start: gone"))
    in_force.refresh()
    parts = services.settings, services.engine, in_force, services.signing_keys, services.desk.committer
    with serving(assembled(*parts, services.champions, services.metrics)) as client:
        (part,) = [each for each in client.get("/readyz").json()["parts"] if each["name"] == "gate"]
    assert (part["ok"], part["needed"]) == (True, True)
    assert part["why"].startswith("the changed files are refused: workflows/staffing.yaml:")
