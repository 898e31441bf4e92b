"""A governed workflow as a diagram, and the list of actions as a table: what the documents hold is made here."""

from collections.abc import Iterator

from models.actions import ACTIONS, Action
from service.gate.workflow import Terms, Workflow

_UNSAFE = frozenset('#:;"<>{}[]()%\\|`&')
"""Characters that Mermaid reads as its own; each is written as its number."""


def draw(workflow: Workflow) -> str:
    """A Mermaid ``stateDiagram-v2``: each step with its owner and the actions allowed in it, and on whose approval.

    A step that no transition leaves ends the workflow. Ends with a newline.
    """
    return "\n".join(_lines(workflow)) + "\n"


def action_table() -> str:
    """Every action there is, as a Markdown table: its kind, its parameters, and what a person is asked to do."""
    head = ("| action | kind | parameters | asks a person to |", "|---|---|---|---|")
    return "\n".join([*head, *(_row(action) for action in ACTIONS.values())]) + "\n"


def _lines(workflow: Workflow) -> Iterator[str]:
    yield "stateDiagram-v2"
    # Nothing keeps a firm from naming a step after a word of Mermaid's, so a step's name in the diagram is a number.
    states = {step: f"s{number}" for number, step in enumerate(workflow.steps, start=1)}
    for name, step in workflow.steps.items():
        yield f'    state "{name}" as {states[name]}'
        yield f"    {states[name]} : owned by {step.owner}"
        for action, terms in step.actions.items():
            yield f"    {states[name]} : {action} by {_approvers(terms)}"
    yield f"    [*] --> {states[workflow.start]}"
    for transition in workflow.transitions:
        ends = f"{states[transition.from_step]} --> {states[transition.to_step]}"
        yield f"    {ends} : {_plain(transition.when)}"
    left = {transition.from_step for transition in workflow.transitions}
    for name in workflow.steps:
        if name not in left:
            yield f"    {states[name]} --> [*]"


def _approvers(terms: Terms) -> str:
    return terms.approver_role if terms.approvals == 1 else f"{terms.approvals} of {terms.approver_role}"


def _plain(text: str) -> str:
    line = " ".join(text.split())
    return "".join(f"#{ord(each)};" if each in _UNSAFE else each for each in line)


def _row(action: Action) -> str:
    params = ", ".join(f"`{name}`" for name in action.params.model_fields)
    asked = action.description.removesuffix(".")
    return f"| `{action.name}` | {action.kind} | {params} | {asked[:1].lower()}{asked[1:]} |"
