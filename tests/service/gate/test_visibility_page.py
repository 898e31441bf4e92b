"""docs/visibility.md tells the tables as the house has them."""

from pathlib import Path

import pytest

from models.actions import ACTIONS
from models.catalog import TASKS
from models.sensitivity import HIDDEN_AS, Sensitivity
from service.gate.release import UNSHOWN

PAGE = (Path(__file__).parents[3] / "docs" / "visibility.md").read_text(encoding="utf-8")


def table(head, rows):
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def who_sees_what(gate):
    kinds = [f"`{kind}`" for kind in Sensitivity]
    rows = [
        [f"`{role}`", *("yes" if kind in seen else "-" for kind in Sensitivity)]
        for role, seen in gate.tables.visible.items()
    ]
    return table(["api_role", *kinds], rows)


def what_is_marked():
    rows = []
    for task in TASKS.values():
        for kind in Sensitivity:
            marked = [f"`{field}`" for field in task.snapshot.model_fields if task.sensitive.get(field) is kind]
            amounts = {"expected amount": task.expected_is, "money at risk": task.money_is}
            said = [*(name for name, of in amounts.items() if of is kind), *marked]
            rows += [[f"`{task.name}`", f"`{kind}`", ", ".join(said)]] if said else []
    return table(["task", "kind", "what is marked"], rows)


def which_params():
    rows = [
        [f"`{action.name}`", f"`{param}`", f"`{kind}`"]
        for action in ACTIONS.values()
        for param, kind in action.params.sensitive.items()
    ]
    return table(["action", "parameter", "kind"], rows)


@pytest.mark.parametrize("made", [lambda _: what_is_marked(), lambda _: which_params(), who_sees_what])
def test_a_table_of_the_page_is_that_of_the_house(gate, made):
    assert made(gate) in PAGE, made(gate)


def test_the_page_quotes_what_stands_for_what_is_hidden():
    for words in (*HIDDEN_AS.values(), UNSHOWN):
        assert f'"{words}"' in PAGE
