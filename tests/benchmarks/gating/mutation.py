"""Policies with one mistake each, and whether the cases beside them notice.

A policy is dropped; its condition is negated, all its ``when`` and ``unless`` taken together; each of its comparisons
is moved by the least step; each part of a conjunction is left out. A policy without conditions is negated by turning
its effect round.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

from cedarpy import PolicySet, policies_from_json_str, policies_to_json_str

from service.gate.case_runner import cases_of, try_cases
from service.gate.gate_sample import Sample
from service.gate.policy_cases import cases_file
from service.gate.policy_files import Policies, Statement

DROPPED, NEGATED, MOVED, SHORTENED = "dropped", "negated", "comparison moved", "part left out"
SORTS = (DROPPED, NEGATED, MOVED, SHORTENED)
_NEXT = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "==": "!=", "!=": "=="}

Place = tuple[Any, ...]
Parsed = dict[str, Any]
"""A policy as Cedar's JSON has it."""


@dataclass(frozen=True)
class Mutant:
    """All policies, with one mistake in ``statement``'s; ``name`` says which."""

    name: str
    sort: str
    statement: Statement
    policies: Policies


@dataclass(frozen=True)
class Score:
    """Of mutants of one sort: how many there were, and the names of those that no case noticed."""

    sort: str
    mutants: int
    survivors: tuple[str, ...]

    @property
    def killed(self) -> int:
        return self.mutants - len(self.survivors)


def scores(policies: Policies, folder: Path, sample: Sample) -> list[Score]:
    """One score a sort, for the policies of a folder and the cases beside them. Noticed: some case of the policy's own
    file is answered otherwise than it expects.
    """
    cases = cases_of(policies, folder, sample)
    survivors: dict[str, list[str]] = {sort: [] for sort in SORTS}
    counts = dict.fromkeys(SORTS, 0)
    for mutant in mutants(policies, folder):
        beside = [case for case in cases if case.file == cases_file(mutant.statement.file)]
        counts[mutant.sort] += 1
        if all(tried.as_expected for tried in try_cases(mutant.policies, sample, beside)):
            survivors[mutant.sort].append(mutant.name)
    return [Score(sort, counts[sort], tuple(survivors[sort])) for sort in SORTS]


def mutants(policies: Policies, folder: Path) -> Iterator[Mutant]:
    """Every mistake in every policy of a folder, one at a time."""
    parsed = list(_parsed(policies))
    texts = [_text(policy) for policy in parsed]
    for place, (statement, policy) in enumerate(zip(policies.statements, parsed, strict=True)):
        if statement.file.parent != folder:
            continue
        before, after = texts[:place], texts[place + 1 :]
        others = (*policies.statements[:place], *policies.statements[place + 1 :])
        yield Mutant(f"{statement.id} dropped", DROPPED, statement, _made(policies, [*before, *after], others))
        for sort, told, other in _altered(policy):
            made = _made(policies, [*before, _text(other), *after], policies.statements)
            yield Mutant(f"{statement.id} {told}", sort, statement, made)


def negated(policy: Parsed) -> tuple[str, Parsed]:
    """The policy with its condition negated, and how that was done."""
    clauses = policy.get("conditions", [])
    bodies = [each["body"] if each["kind"] == "when" else {"!": {"arg": each["body"]}} for each in clauses]
    if not bodies:
        turned = {"permit": "forbid", "forbid": "permit"}[policy["effect"]]
        return "negated by its effect", policy | {"effect": turned}
    condition = reduce(lambda left, right: {"&&": {"left": left, "right": right}}, bodies)
    return "negated", policy | {"conditions": [{"kind": "unless", "body": condition}]}


def _altered(policy: Parsed) -> Iterator[tuple[str, str, Parsed]]:
    told, other = negated(policy)
    yield NEGATED, told, other
    conditions = policy.get("conditions", [])
    for number, place in enumerate(_places(conditions, _NEXT), start=1):
        written = place[-1]
        said = {_NEXT[written]: _at(conditions, place)}
        yield MOVED, f"with {written} as {_NEXT[written]} (comparison {number})", _with(policy, place[:-1], said)
    for number, place in enumerate(_places(conditions, ("&&",)), start=1):
        for side in ("left", "right"):
            said = _at(conditions, (*place, side))
            yield SHORTENED, f"with only the {side} of conjunction {number}", _with(policy, place[:-1], said)
    for number in range(len(conditions) if len(conditions) > 1 else 0):
        rest = conditions[:number] + conditions[number + 1 :]
        yield SHORTENED, f"without clause {number + 1}", policy | {"conditions": rest}


def _places(node: Any, keys: Collection[str], place: Place = ()) -> Iterator[Place]:
    """Where one of the keys stands, at whatever depth."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        if key in keys:
            yield (*place, key)
        yield from _places(value, keys, (*place, key))


def _at(node: Any, place: Place) -> Any:
    return reduce(lambda inner, key: inner[key], place, node)


def _with(policy: Parsed, place: Place, value: Any) -> Parsed:
    """The policy with another value at a place in its conditions."""
    changed = deepcopy(policy)
    _at(changed["conditions"], place[:-1])[place[-1]] = value
    return changed


def _parsed(policies: Policies) -> Iterator[Parsed]:
    for file, text in policies.texts.items():
        if file.suffix == ".cedar":
            here = json.loads(policies_to_json_str(text))["staticPolicies"]
            yield from (here[f"policy{number}"] for number in range(len(here)))


def _text(policy: Parsed) -> str:
    return policies_from_json_str(
        json.dumps({"staticPolicies": {"policy0": policy}, "templates": {}, "templateLinks": []})
    )


def _made(policies: Policies, texts: Sequence[str], statements: Sequence[Statement]) -> Policies:
    return replace(policies, policy_set=PolicySet.from_str("\n".join(texts)), statements=tuple(statements))
