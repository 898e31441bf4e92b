"""The diagram of a workflow says all of it, whatever its words are, and the documents hold the diagrams as drawn."""

import re
from pathlib import Path

import pytest

from service.gate.drawing import action_table, draw
from service.gate.workflow_files import load_workflows, read_workflow
from tests.service.gate.small_workflow import GOOD

PAGE = (Path(__file__).parents[3] / "docs" / "workflows.md").read_text(encoding="utf-8")
SHIPPED = load_workflows().by_name
SAID = r'([^:;"{}<>]|#\d+;)+'
STATEMENT = re.compile(
    rf'stateDiagram-v2|    (state "[a-z0-9_]+" as s\d+|s\d+ : {SAID}|(\[\*\]|s\d+) --> (\[\*\]|s\d+)( : {SAID})?)'
)


def test_a_small_workflow_is_drawn_step_by_step(tmp_path):
    text = GOOD.replace("not: [requester]", "approvals: 2")
    assert draw(read_workflow(tmp_path / "small.yaml", text)) == (
        "stateDiagram-v2\n"
        '    state "open" as s1\n'
        "    s1 : owned by project_manager\n"
        "    s1 : remind_consultant by 2 of project_manager\n"
        '    state "done" as s2\n'
        "    s2 : owned by pmo\n"
        "    [*] --> s1\n"
        "    s1 --> s2 : it ends\n"
        "    s2 --> [*]\n"
    )


@pytest.mark.parametrize(
    ("when", "drawn"),
    [
        ("a: b", "a#58; b"),
        ("a; b", "a#59; b"),
        ("100% --> [*]", "100#37; --#62; #91;*#93;"),
        ("#35;", "#35;35#59;"),
        ("<script>x", "#60;script#62;x"),
        ("one\\n  two", "one two"),
    ],
)
def test_no_word_of_a_firm_is_read_as_mermaid(tmp_path, when, drawn):
    text = GOOD.replace("when: it ends", f'when: "{when}"')
    assert f"    s1 --> s2 : {drawn}\n" in draw(read_workflow(tmp_path / "small.yaml", text))


@pytest.mark.parametrize("step", ["state", "note", "end", "direction", "class", "default"])
def test_a_step_may_be_named_after_a_word_of_mermaid(tmp_path, step):
    drawing = draw(read_workflow(tmp_path / "small.yaml", GOOD.replace("done", step)))
    assert f'    state "{step}" as s2\n' in drawing
    assert "    s1 --> s2 : it ends\n" in drawing


@pytest.mark.parametrize("workflow", SHIPPED.values(), ids=SHIPPED)
def test_every_line_is_a_statement_and_every_step_transition_and_action_is_in_one(workflow):
    lines = draw(workflow).splitlines()
    assert [line for line in lines if not STATEMENT.fullmatch(line)] == []
    assert sum(line.startswith("    state ") for line in lines) == len(workflow.steps)
    assert sum(" --> s" in line for line in lines) == len(workflow.transitions) + 1
    actions = [action for step in workflow.steps.values() for action in step.actions]
    named = [line.split(" : ")[1].split(" by ") for line in lines if re.match(r"    s\d+ : ", line)]
    assert [action for action, _ in named if action != "owned"] == actions


def test_the_page_holds_each_diagram_as_it_is_drawn():
    shown = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    assert sorted(shown) == sorted(draw(workflow) for workflow in SHIPPED.values())


def test_the_page_holds_the_table_of_actions():
    assert f"\n\n{action_table()}\n" in PAGE
