"""What policies can look up: the steps of the workflows, who may see what, and where texts may go."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from models.money import minor_units
from service.gate.rounding import basis_points
from service.gate.tables import Tables
from service.gate.workflow import Terms, Workflow
from service.gate.workflow_files import Workflows

_HOUR = timedelta(hours=1)


def entities(workflows: Workflows, tables: Tables) -> Iterator[dict[str, Any]]:
    """All entities, as Cedar's JSON has them."""
    for workflow in workflows.by_name.values():
        yield from _of_workflow(workflow)
    for role, seen in tables.visible.items():
        stated = {
            "sees": [_reference("Sensitivity", each) for each in sorted(seen)],
            "approves_as": sorted(tables.approves_as.get(role, ())),
            "may_switch": role in tables.may_switch,
            "triages": sorted(tables.triages.get(role, ())),
        }
        yield _entity("ApiRole", role, stated)
    for region, goes_to in tables.residency.items():
        yield _entity("Region", region, {"may_go_to": sorted(goes_to)})


def _of_workflow(workflow: Workflow) -> Iterator[dict[str, Any]]:
    stated = {
        "workflow": workflow.name,
        "purpose": workflow.purpose,
        "tasks": [_reference("Task", task) for task in workflow.tasks],
        "stale_after": workflow.stale_after // _HOUR,
    }
    for step_name, step in workflow.steps.items():
        place = f"{workflow.name}/{step_name}"
        tags = {action: _terms(f"{place}/{action}", terms) for action, terms in step.actions.items()}
        yield _entity("Step", place, stated | {"step": step_name}, tags)
        for action, terms in step.actions.items():
            if terms.money_limits is not None:
                limits = {code: minor_units(limit, code) for code, limit in terms.money_limits.items()}
                yield _entity("Limits", f"{place}/{action}", {}, limits)


def _terms(place: str, terms: Terms) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "approver_role": terms.approver_role,
        "separation": list(terms.separation),
        "confidence_floor": basis_points(terms.confidence_floor),
    }
    if terms.money_limits is not None:
        stated["limits"] = _reference("Limits", place)
    return stated


def _entity(kind: str, name: str, attributes: dict[str, Any], tags: dict[str, Any] | None = None) -> dict[str, Any]:
    uid = {"type": kind, "id": name}
    return {"uid": uid, "attrs": attributes, "tags": tags or {}, "parents": []}


def _reference(kind: str, name: str) -> dict[str, Any]:
    return {"__entity": {"type": kind, "id": name}}
