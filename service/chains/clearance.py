"""Which route may see a document: the gate is asked for each, before anything is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from prompts.prompt import Prompt
from service.chains.question import Route
from service.gate.gate import Gate
from service.gate.text_route import RouteUse
from service.language_settings import LanguageModel


class Clears(Protocol):
    """Whether a text may go along a route."""

    def __call__(
        self, prompt: Prompt, region: str | None, workflow: str | None, route: Route, model: LanguageModel
    ) -> str | None:
        """None where it may; else the codes of the policies that keep it, separated by commas."""
        ...


@dataclass(frozen=True)
class Clearance:
    """The gate's word on routes. ``stopped`` says of a task and a workflow whether a kill switch holds one of them.

    ``covered`` are the workflows for which the use of texts about persons is on record. A question that names no
    workflow is covered where all workflows of its task are.
    """

    gate: Callable[[], Gate]
    stopped: Callable[[str, str | None], bool]
    covered: frozenset[str]

    def __call__(
        self, prompt: Prompt, region: str | None, workflow: str | None, route: Route, model: LanguageModel
    ) -> str | None:
        gate = self.gate()
        asking = {name for name, each in gate.workflows.by_name.items() if prompt.task in each.tasks}
        about = {workflow} if workflow is not None else asking
        verdict = gate.may_use_route(
            RouteUse(
                task=prompt.task,
                route=route.value,
                hosted=not model.inside,
                route_region=model.region,
                text_region=region,
                personal=prompt.about_persons,
                purpose_recorded=bool(about) and about <= self.covered,
                task_stopped=self.stopped(prompt.task, workflow),
            )
        )
        return None if verdict.permitted else ", ".join(verdict.codes)
