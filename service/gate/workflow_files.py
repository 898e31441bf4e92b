"""Workflow files into workflows, all of a folder or none: every mistake with its file, line and reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import Formatter

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.actions import ACTIONS
from service.gate.located_yaml import LocatedYaml, Place, read_located_yaml
from service.gate.mistakes import GateFilesRefused, Mistake, read_gate_file
from service.gate.workflow import Workflow

SHIPPED_WORKFLOWS = Path(__file__).parent / "workflows"


@dataclass(frozen=True, slots=True)
class Workflows:
    """The governed workflows in use, by name, and the digest (SHA-256, hex) of the texts that they were read from."""

    by_name: Mapping[str, Workflow]
    digest: str


def load_workflows(folder: Path = SHIPPED_WORKFLOWS) -> Workflows:
    """Every ``*.yaml`` of the folder. Raises GateFilesRefused with all mistakes; then no file of it is in use."""
    by_name: dict[str, Workflow] = {}
    mistakes: list[Mistake] = []
    digest = sha256()
    for file in sorted(folder.glob("*.yaml")):
        try:
            text = read_gate_file(file)
            workflow = read_workflow(file, text)
        except GateFilesRefused as refused:
            mistakes += refused.mistakes
            continue
        if workflow.name in by_name:
            mistakes.append(Mistake(file, 1, f"a second workflow named {workflow.name!r}; names are unique"))
        by_name[workflow.name] = workflow
        digest.update(f"{file.name}\0{len(text)}\0{text}".encode())
    if not by_name and not mistakes:
        mistakes.append(
            Mistake(folder, 1, "no workflow (*.yaml) in this folder; without one nothing may be recommended")
        )
    if mistakes:
        raise GateFilesRefused(mistakes)
    return Workflows(by_name, digest.hexdigest())


def read_workflow(file: Path, text: str) -> Workflow:
    """One workflow from the text of its file. Raises GateFilesRefused with every mistake in it."""
    document = read_located_yaml(file, text)
    try:
        workflow = Workflow.model_validate(document.value)
    except ValidationError as error:
        raise GateFilesRefused([_shape_mistake(document, detail) for detail in error.errors()]) from error
    mistakes = [document.mistake(place, reason) for place, reason in _wrong_meanings(workflow)]
    if mistakes:
        raise GateFilesRefused(mistakes)
    return workflow


def _shape_mistake(document: LocatedYaml, detail: ErrorDetails) -> Mistake:
    place: Place = tuple(part for part in detail["loc"] if part != "[key]")
    at = ".".join(str(part) for part in place) or "the file"
    match detail["type"]:
        case "extra_forbidden":
            reason = f"unknown field {at}"
        case "missing":
            reason = f"{at} is missing"
        case _:
            reason = f"{at}: {detail['msg'].removeprefix('Value error, ')}"
    return document.mistake(place, reason)


def _wrong_meanings(workflow: Workflow) -> Iterator[tuple[Place, str]]:
    yield from _wrong_steps(workflow)
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
