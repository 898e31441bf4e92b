"""The published JSON schema is the one in the code, fits every shipped file, and is the one that they name."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from models.actions import ACTIONS
from service.gate.workflow import workflow_schema
from service.gate.workflow_files import SHIPPED_WORKFLOWS
from tests.service.gate.small_workflow import GOOD

PUBLISHED = Path(__file__).parents[3] / "docs" / "workflow.schema.json"
FILES = sorted(SHIPPED_WORKFLOWS.glob("*.yaml"))


def test_the_published_schema_is_what_bellwether_workflows_schema_prints():
    assert PUBLISHED.read_text(encoding="utf-8") == json.dumps(workflow_schema(), indent=2) + "\n"


def test_the_published_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(workflow_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_file_fits_the_schema_that_it_names(file):
    text = file.read_text(encoding="utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named is not None
    assert (file.parent / named[1]).resolve() == PUBLISHED
    jsonschema.Draft202012Validator(workflow_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("remind_consultant", "approve_timesheet"),
        ("remind_consultant", "remind_everybody"),
        ("purpose: time_submission\n", ""),
        ("purpose: time_submission", "purpose: discipline"),
        ("stale_after: P2D\n", ""),
        ("    owner: pmo\n", ""),
        ("per: person", "per: client"),
        ("at_most: 3", "at_most: 0"),
        ("not: [requester]", "approvals: 4"),
        ("approver_role: project_manager", "approver_role: boss"),
        ("  done:", "  Done at last:"),
        ("version: 1", "version: 1\nowner: me"),
    ],
)
def test_what_an_editor_can_tell_by_the_schema_is_told(old, new):
    validator = jsonschema.Draft202012Validator(workflow_schema())
    assert validator.is_valid(yaml.safe_load(GOOD))
    assert old in GOOD
    assert not validator.is_valid(yaml.safe_load(GOOD.replace(old, new, 1)))


def test_an_editor_can_say_what_each_action_asks_for():
    actions = workflow_schema()["$defs"]["Step"]["properties"]["actions"]["properties"]
    assert {name: each["description"] for name, each in actions.items()} == {
        action.name: action.description for action in ACTIONS.values()
    }
