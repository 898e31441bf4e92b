"""``bellwether workflows``: what is governed, drawn and checked, without a database."""

import json

import pytest
from click.testing import CliRunner

from service.cli import main
from service.gate.drawing import action_table, draw
from service.gate.workflow import workflow_schema
from service.gate.workflow_files import SHIPPED_WORKFLOWS, load_workflows

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def workflows(home):
    """Runs ``bellwether workflows`` where no database answers."""

    def run(*arguments, **more):
        environ = {"BELLWETHER_HOME": str(home), "BELLWETHER_DATABASE_URL": NOWHERE, **more}
        return CliRunner().invoke(main, ["workflows", *map(str, arguments)], env=environ)

    return run


@pytest.fixture
def own(tmp_path):
    """A firm's own folder: a staffing workflow of its own, and one mistake in each of three files."""
    (tmp_path / "workflows").mkdir()
    (tmp_path / "policies").mkdir()
    text = (SHIPPED_WORKFLOWS / "staffing.yaml").read_text()
    (tmp_path / "workflows" / "staffing.yaml").write_text(text.replace("version: 2", "version: 3"))
    return tmp_path


def broken(own):
    (own / "workflows" / "odd.yaml").write_text("name: odd\nversion: 1\nstart: begin\n")
    (own / "policies" / "all.cedar").write_text("\npermit (principal, action, resource);\n")
    (own / "tables.yaml").write_text("visible: {}\n")
    return own


def test_list_has_a_line_a_workflow(workflows):
    lines = workflows("list").stdout.splitlines()
    assert len(lines) == len(load_workflows().by_name)
    assert lines[4] == ("staffing  version 2  staffing  staffing_risk: requested searching escalated filled cancelled")


def test_draw_prints_the_diagram_and_nothing_else(workflows):
    assert workflows("draw", "approvals").stdout == draw(load_workflows().by_name["approvals"])


def test_draw_says_which_workflows_there_are(workflows):
    result = workflows("draw", "nothing")
    assert result.exit_code == 1
    assert "no workflow 'nothing'; expected one of approvals, margin_review" in result.stderr


def test_schema_and_actions_are_printed_as_the_documents_hold_them(workflows):
    assert json.loads(workflows("schema").stdout) == workflow_schema()
    assert workflows("actions").stdout == action_table()


def test_what_is_shipped_is_in_order(workflows):
    result = workflows("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("In order: 6 workflows, 0 of them the firm's own; ")


def test_a_firms_own_folder_is_checked_by_name_or_by_setting_and_listed_when_in_force(workflows, own):
    said = "In order: 6 workflows, 1 of them the firm's own; "
    assert workflows("check", own).stdout.startswith(said)
    assert workflows("check", BELLWETHER_GATE_FOLDER=str(own)).stdout.startswith(said)
    assert "staffing  version 3 " in workflows("list", BELLWETHER_GATE_FOLDER=str(own)).stdout
    assert "staffing  version 2 " in workflows("list").stdout


def test_every_mistake_of_every_file_is_printed_with_file_line_and_reason(workflows, own):
    result = workflows("check", broken(own))
    places = {line.split(": ")[0] for line in result.stdout.splitlines()}
    assert result.exit_code == 1
    assert places == {f"{own}/workflows/odd.yaml:1", f"{own}/policies/all.cedar:2", f"{own}/tables.yaml:1"}
    assert f"{own}/workflows/odd.yaml:1: purpose is missing\n" in result.stdout
    assert f"{len(result.stdout.splitlines())} to mend" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_is_broken_is_not_listed_in_part(workflows, own):
    result = workflows("list", BELLWETHER_GATE_FOLDER=str(broken(own)))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "odd.yaml:1: purpose is missing" in result.stderr


def test_a_folder_that_holds_nothing_of_a_gate_is_not_called_in_order(workflows, tmp_path):
    result = workflows("check", tmp_path)
    assert result.exit_code == 1
    assert "holds none of workflows, policies, tables.yaml" in result.stderr


def test_a_folder_that_is_none_is_said(workflows, tmp_path):
    result = workflows("check", tmp_path / "gone")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
