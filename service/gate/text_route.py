"""May a text leave this deployment for a language model? Asked before each call of a route."""

from dataclasses import dataclass
from typing import Any

from service.gate.question import Undecided, entity, known


@dataclass(frozen=True, slots=True)
class RouteUse:
    """A text of a region, a route, and where its model runs. Regions are the firm's own words; None is unknown.

    ``hosted``: the model runs outside of this deployment; the embedded route does not. ``personal``: the text is about
    persons. ``purpose_recorded``: the named record of section 11 covers it.
    """

    task: str
    route: str
    hosted: bool
    route_region: str | None
    text_region: str | None
    personal: bool
    purpose_recorded: bool
    task_stopped: bool

    @property
    def workflow(self) -> str | None:
        return None

    def request(self) -> dict[str, Any]:
        """The Cedar request: the task wants to send the text along the route."""
        context = {
            "hosted": self.hosted,
            "route_region": self.route_region or None,
            "text_region": self.text_region or None,
            "personal": self.personal,
            "purpose_recorded": self.purpose_recorded,
            "task_stopped": self.task_stopped,
        }
        return {
            "principal": entity("Task", self.task),
            "action": entity("Action", "use_route"),
            "resource": entity("Region", self.text_region or "unknown"),
            "context": known(context),
        }

    def undecided(self) -> Undecided:
        """No policy lets the text out."""
        return Undecided(
            "region_not_allowed",
            f"Texts of this region may not go to route {self.route!r}; see residency in tables.yaml.",
        )
