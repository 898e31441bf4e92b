"""Workflow files into workflows, all of a folder or none: every mistake with its file, line and reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import Formatter

from pydantic import ValidationError

from models.actions import ACTIONS
from service.gate.located_yaml import Place, read_located_yaml, shape_mistakes
from service.gate.mistakes import GateFilesRefused, Mistake, read_gate_file
from service.gate.workflow import Per, Workflow

SHIPPED_WORKFLOWS = Path(__file__).parent / "workflows"


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """One file, its text, and the workflow that it states."""

    file: Path
    text: str
    workflow: Workflow

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) of the text."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Workflows:
    """The governed workflows in use and the files that they were read from, by name; ``digest`` is of all texts."""

    by_name: Mapping[str, Workflow]
    files: Mapping[str, WorkflowFile]
    digest: str


def load_workflows(folder: Path = SHIPPED_WORKFLOWS, own: Path | None = None) -> Workflows:
    """Every ``*.yaml`` of the folder; one of ``own`` takes the place of the one with the same name.

    Raises GateFilesRefused with all mistakes; then no file is in use.
    """
    files: dict[str, WorkflowFile] = {}
    mistakes: list[Mistake] = []
    for each in (folder, own):
        read: dict[str, WorkflowFile] = {}
        for file in sorted(each.glob("*.yaml")) if each else ():
            try:
                text = read_gate_file(file)
                workflow = read_workflow(file, text)
            except GateFilesRefused as refused:
                mistakes += refused.mistakes
                continue
            if workflow.name in read:
                mistakes.append(Mistake(file, 1, f"a second workflow named {workflow.name!r}; names are unique"))
            read[workflow.name] = WorkflowFile(file, text, workflow)
        files |= read
    if not files and not mistakes:
        mistakes.append(
            Mistake(folder, 1, "no workflow (*.yaml) in this folder; without one nothing may be recommended")
        )
    if mistakes:
        raise GateFilesRefused(mistakes)
    digest = sha256("\0".join(files[name].digest for name in sorted(files)).encode()).hexdigest()
    return Workflows({name: each.workflow for name, each in files.items()}, files, digest)


def read_workflow(file: Path, text: str) -> Workflow:
    """One workflow from the text of its file. Raises GateFilesRefused with every mistake in it."""
    document = read_located_yaml(file, text)
    try:
        workflow = Workflow.model_validate(document.value)
    except ValidationError as error:
        raise GateFilesRefused(shape_mistakes(document, error)) from error
    mistakes = [document.mistake(place, reason) for place, reason in _wrong_meanings(workflow)]
    if mistakes:
        raise GateFilesRefused(mistakes)
    return workflow


def _wrong_meanings(workflow: Workflow) -> Iterator[tuple[Place, str]]:
    yield from _wrong_steps(workflow)
    yield from _wrong_budgets(workflow)
    for step_name, step in workflow.steps.items():
        for action, terms in step.actions.items():
            place: Place = ("steps", step_name, "actions", action, "text")
            yield from ((place, reason) for reason in _wrong_wording(action, terms.text))


def _wrong_steps(workflow: Workflow) -> Iterator[tuple[Place, str]]:
    steps = ", ".join(workflow.steps)
    if workflow.start not in workflow.steps:
        yield ("start",), f"unknown step {workflow.start!r}; expected one of {steps}"
        return
    onward: dict[str, set[str]] = {step: set() for step in workflow.steps}
    for index, transition in enumerate(workflow.transitions):
        for end, step in (("from", transition.from_step), ("to", transition.to_step)):
            if step not in workflow.steps:
                yield ("transitions", index, end), f"unknown step {step!r} in a transition; expected one of {steps}"
        onward.setdefault(transition.from_step, set()).add(transition.to_step)
    reached, waiting = {workflow.start}, [workflow.start]
    while waiting:
        new = onward.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    for step in workflow.steps:
        if step not in reached:
            yield ("steps", step), f"no transition leads from {workflow.start!r} to step {step!r}"


def _wrong_budgets(workflow: Workflow) -> Iterator[tuple[Place, str]]:
    allowed = {action for step in workflow.steps.values() for action in step.actions}
    seen = set()
    for index, budget in enumerate(workflow.alert_budgets):
        place: Place = ("alert_budgets", index)
        if (budget.kind, budget.per) in seen:
            yield (
                place,
                f"a second budget of kind {budget.kind} per {budget.per}; one of the two would never be reached",
            )
        seen.add((budget.kind, budget.per))
        counted = sorted(action for action in allowed if ACTIONS[action].kind is budget.kind)
        if not counted:
            yield place, f"no step allows an action of kind {budget.kind}; there is nothing to count"
        for action in counted:
            params = ACTIONS[action].params
            if {Per.PERSON: params.person, Per.PROJECT: params.project, Per.SUBJECT: ""}[budget.per] is None:
                yield (
                    (*place, "per"),
                    f"{action} names no {budget.per}, so its alerts cannot be counted per {budget.per}",
                )


def _wrong_wording(action: str, text: str) -> Iterator[str]:
    declared = ACTIONS[action].params.model_fields
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        yield f"the wording cannot be read: {error}"
        return
    for _, field, form, conversion in parts:
        if field is None:
            continue
        if field not in declared or form or conversion:
            written = "{" + field + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "") + "}"
            expected = ", ".join(f"{{{name}}}" for name in declared)
            yield f"the wording holds {written}; {action} knows {expected}"
