"""A workflow file and the tables as plain values, read without any part of the gate: what the rules look up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


@dataclass(frozen=True)
class PlainTerms:
    """On what terms an action is allowed; ``limits`` is None where there is none, else by currency."""

    floor: Decimal
    limits: Mapping[str, Decimal] | None
    barred: frozenset[str]


@dataclass(frozen=True)
class PlainBudget:
    """At most so many alerts of a kind, per person, project or subject, in such a time."""

    kind: str
    per: str
    at_most: int
    within: timedelta


@dataclass(frozen=True)
class PlainWorkflow:
    """What a workflow file says; ``terms`` by step and action."""

    name: str
    purpose: str
    tasks: frozenset[str]
    stale_after: timedelta
    budgets: tuple[PlainBudget, ...]
    steps: tuple[str, ...]
    terms: Mapping[tuple[str, str], PlainTerms]


@dataclass(frozen=True)
class PlainTables:
    """What tables.yaml says."""

    visible: Mapping[str, frozenset[str]]
    approves_as: Mapping[str, frozenset[str]]
    may_switch: frozenset[str]
    triages: Mapping[str, frozenset[str]]
    residency: Mapping[str, frozenset[str]]


def plain_workflow(text: str) -> PlainWorkflow:
    """What the text of a workflow file says."""
    said = yaml.safe_load(text)
    return PlainWorkflow(
        name=said["name"],
        purpose=said["purpose"],
        tasks=frozenset(said["tasks"]),
        stale_after=_duration(said["stale_after"]),
        budgets=tuple(
            PlainBudget(each["kind"], each["per"], each["at_most"], _duration(each.get("within", "P7D")))
            for each in said.get("alert_budgets", ())
        ),
        steps=tuple(said["steps"]),
        terms={
            (step, action): _terms(terms)
            for step, stated in said["steps"].items()
            for action, terms in stated.get("actions", {}).items()
        },
    )


def plain_workflows(folder: Path) -> dict[str, PlainWorkflow]:
    """What the workflow files of a folder say, by name."""
    found = [plain_workflow(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))]
    return {each.name: each for each in found}


def plain_tables(text: str) -> PlainTables:
    """What the text of a tables.yaml says."""
    said = yaml.safe_load(text)
    sets = {
        name: {key: frozenset(values) for key, values in said[name].items()}
        for name in ("visible", "approves_as", "triages", "residency")
    }
    return PlainTables(may_switch=frozenset(said["may_switch"]), **sets)


def _terms(said: Mapping[str, Any]) -> PlainTerms:
    limits = said.get("money_limits")
    return PlainTerms(
        floor=Decimal(str(said["confidence_floor"])),
        limits=None if limits is None else {code: Decimal(str(limit)) for code, limit in limits.items()},
        barred=frozenset(said.get("not", ("requester", "trainer", "promoter"))),
    )


def _duration(said: str) -> timedelta:
    found = _DURATION.fullmatch(said)
    if found is None:
        raise ValueError(f"{said!r} is not a duration in days, hours and minutes")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
