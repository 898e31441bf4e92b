"""``bellwether policies``: lists the policies, tries them on their cases, and needs no database."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.commands.policies import as_markdown
from service.gate.gate_files import load_gate
from service.gate.policy_files import load_policies

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
CEDAR, CASES = (re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1] for language in ("cedar", "yaml"))


@pytest.fixture
def policies(tmp_path, monkeypatch):
    """Runs a command in an empty folder, without any setting."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["policies", *arguments], env={"BELLWETHER_HOME": "/dev/null/x"})


@pytest.fixture
def firm(tmp_path):
    """The folder of the page's own example."""
    folder = tmp_path / "my-gate" / "policies"
    folder.mkdir(parents=True)
    (folder / "quiet.cedar").write_text(CEDAR)
    (folder / "quiet.cases.yaml").write_text(CASES)
    return folder


def test_the_shipped_policies_do_on_their_cases_what_they_should(policies):
    result = policies("test")
    assert result.exit_code == 0, result.stderr
    assert re.search(r"^policy +cases for +cases against$", result.stdout, re.MULTILINE)
    assert re.search(r"^requester_unknown +1 +\d+$", result.stdout, re.MULTILINE)
    assert re.search(r"^\d+ cases answered as they should be; each of \d+ policies is decided both ways\.$",
                     result.stdout, re.MULTILINE)  # fmt: skip


def test_a_firms_own_policies_are_tried_on_their_own_cases_too(policies, firm):
    result = policies("test", "my-gate")
    assert result.exit_code == 0, result.stderr
    assert re.search(r"^escalation_too_unsure +1 +2$", result.stdout, re.MULTILINE)


def test_the_example_of_the_page_makes_a_gate(firm):
    assert "escalation_too_unsure" in {statement.id for statement in load_gate(firm.parent).policies.statements}


def test_a_case_that_fails_is_told_with_file_line_expected_and_got_and_ends_with_1(policies, firm):
    (firm / "quiet.cases.yaml").write_text(CASES.replace("0.50,", "0.60,"))
    result = policies("test", "my-gate")
    assert result.exit_code == 1
    assert "escalation_too_unsure" in result.stdout
    assert re.search(
        r"my-gate/policies/quiet\.cases\.yaml:5: recommend: 'an escalation is as likely as not': "
        r"expected escalation_too_unsure, got permitted",
        result.stderr,
    )
    assert "my-gate/policies/quiet.cedar:3: no case in quiet.cases.yaml shows a question" in result.stderr


@pytest.mark.parametrize("command", ["test", "list"])
def test_what_cannot_be_read_is_told_with_file_and_line(policies, firm, command):
    (firm / "quiet.cedar").write_text("forbid (principal, action, resource);")
    result = policies(command, "my-gate")
    assert result.exit_code == 1
    assert "my-gate/policies/quiet.cedar:1: @reason is missing" in result.stderr


def test_every_policy_is_listed_with_its_effect_place_and_reason(policies, firm):
    lines = policies("list", "my-gate").stdout.splitlines()
    assert len(lines) == 1 + len(load_policies().statements) + 1
    assert re.fullmatch(r"escalation_too_unsure +forbid +my-gate/policies/quiet\.cedar:3 +The firm .*", lines[-1])


def test_the_page_holds_the_policies_as_they_are_listed(policies):
    assert PAGE.partition("<!-- policies -->\n\n")[2] == as_markdown(load_policies())
    assert policies("list", "--markdown").stdout == as_markdown(load_policies())
