"""Policy files into a parsed, schema-checked policy set, all of them or none.

Cedar's own messages carry no line; a policy's place in its file is found by counting statements.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cedarpy import PolicySet, Schema, policies_to_json_str, validate_policies

from models.actions import ACTIONS, ActionKind
from service.gate.facts_read import facts_read
from service.gate.mistakes import GateFilesRefused, Mistake, read_gate_file

SHIPPED_POLICIES = Path(__file__).parent / "policies"
SCHEMA_FILE = "gate.cedarschema"
RESERVED_CODES = frozenset({
    "policy_error", "not_allowed_in_step", "may_not_decide", "may_not_inform", "may_not_switch", "may_not_triage",
    "region_not_allowed", "not_visible",
})  # fmt: skip

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_OF_POLICY = re.compile(r"^(?:policy\d+ )?for policy `policy\d+`, ")
_OF_ACTION = re.compile(r' for Action::"([^"]*)"')
_PIECE = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|\s+|;|[^\s;"/]+|/')


@dataclass(frozen=True, slots=True)
class Statement:
    """One policy: its ``@id``, which is the code of its refusal; its ``@reason``; and where it begins."""

    id: str
    reason: str
    effect: str
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies in use. ``statements[n]`` is Cedar's ``policy<n>``; ``digest`` is the SHA-256 (hex) of all texts.

    ``texts`` are those of the files, the schema first, with the actions that were declared for it. ``read_by_own``
    names the facts of the context that a firm's own policies read; "*" are all.
    """

    policy_set: PolicySet
    schema: Schema
    statements: tuple[Statement, ...]
    texts: Mapping[Path, str]
    read_by_own: frozenset[str]
    digest: str


def load_policies(folder: Path = SHIPPED_POLICIES, own: Sequence[Path] = ()) -> Policies:
    """Every ``*.cedar`` of the folder, checked against its schema; ``own`` are folders of further ones, which forbid.

    Raises GateFilesRefused with all mistakes; then no policy is in use.
    """
    schema_file = folder / SCHEMA_FILE
    schema_text = read_gate_file(schema_file) + _declared_actions()
    try:
        schema = Schema.from_str(schema_text)
    except ValueError as error:
        raise GateFilesRefused([Mistake(schema_file, 1, f"the schema cannot be read: {error}")]) from error
    files = [(file, True) for file in sorted(folder.glob("*.cedar"))]
    files += [(file, False) for own_folder in own for file in sorted(own_folder.glob("*.cedar"))]
    texts: dict[Path, str] = {schema_file: schema_text}
    read_by_own: set[str] = set()
    statements: list[Statement] = []
    mistakes: list[Mistake] = []
    for file, may_permit in files:
        try:
            text = read_gate_file(file)
            found = _statements(file, text, schema, may_permit=may_permit)
        except GateFilesRefused as refused:
            mistakes += refused.mistakes
            continue
        texts[file] = text
        statements += found
        if not may_permit:
            read_by_own |= facts_read(text)
    mistakes += _repeated(statements)
    if not statements and not mistakes:
        mistakes.append(Mistake(folder, 1, "no policy (*.cedar) in this folder; without one nothing is permitted"))
    if mistakes:
        raise GateFilesRefused(mistakes)
    digest = sha256("\0".join(texts.values()).encode()).hexdigest()
    policy_set = PolicySet.from_str("\n".join(text for file, text in texts.items() if file != schema_file))
    return Policies(policy_set, schema, tuple(statements), texts, frozenset(read_by_own), digest)


def _declared_actions() -> str:
    kinds = ", ".join(f'"{kind}"' for kind in ActionKind)
    groups = f'action {kinds} in ["recommend"];'
    each = (
        f'action "{action.name}" in ["{action.kind}"] appliesTo {{ principal: Task, resource: Step, context: Facts }};'
        for action in ACTIONS.values()
    )
    return "\n".join(["", groups, *each])


def _statements(file: Path, text: str, schema: Schema, *, may_permit: bool) -> list[Statement]:
    starts = _start_lines(text)
    try:
        parsed = json.loads(policies_to_json_str(text))
    except ValueError as error:
        raise GateFilesRefused([Mistake(file, _unparsed_line(text, starts), f"not Cedar: {error}")]) from error
    if parsed["templates"]:
        raise GateFilesRefused([Mistake(file, 1, "a template (?principal, ?resource) decides nothing; write it out")])
    policies: list[dict[str, Any]] = [parsed["staticPolicies"][f"policy{number}"] for number in range(len(starts))]
    mistakes = [
        Mistake(file, line, reason)
        for policy, line in zip(policies, starts, strict=True)
        for reason in _wrong_annotations(policy, may_permit=may_permit)
    ]
    mistakes += [
        Mistake(file, starts[number], f"does not fit the schema: {reason}") for number, reason in _misfits(text, schema)
    ]
    if mistakes:
        raise GateFilesRefused(mistakes)
    return [
        Statement(policy["annotations"]["id"], policy["annotations"]["reason"], policy["effect"], file, line)
        for policy, line in zip(policies, starts, strict=True)
    ]


def _misfits(text: str, schema: Schema) -> Iterator[tuple[int, str]]:
    """Which policy (from 0) does not fit the schema, and why: each finding once, with the questions that it is about.

    Cedar checks a policy against every action that it may be asked about, and repeats itself for each, in no order.
    """
    found: dict[tuple[int, str], set[str]] = {}
    for misfit in validate_policies(text, schema).errors:
        number = int((misfit.policy_id or "policy0").removeprefix("policy"))
        said = _OF_POLICY.sub("", misfit.error)
        about = {_question(name) for name in _OF_ACTION.findall(said)}
        found.setdefault((number, _OF_ACTION.sub("", said)), set()).update(about)
    for (number, reason), questions in sorted(found.items()):
        asked = f" (where it is asked whether one may {', '.join(sorted(questions))})" if questions else ""
        yield number, f"{reason}{asked}"


def _question(action: str) -> str:
    return "recommend" if action in ACTIONS else action


def _start_lines(text: str) -> list[int]:
    """The line (from 1) on which each policy begins, its annotations included."""
    starts, line, inside = [], 1, False
    for piece in _PIECE.findall(text):
        if piece == ";":
            inside = False
        elif not (inside or piece.isspace() or piece.startswith("//")):
            starts.append(line)
            inside = True
        line += piece.count("\n")
    return starts


def _unparsed_line(text: str, starts: list[int]) -> int:
    """The start of the first policy that cannot be read by itself."""
    lines = text.splitlines(keepends=True)
    for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        try:
            PolicySet.from_str("".join(lines[start - 1 : end - 1]))
        except ValueError:
            return start
    return 1


def _wrong_annotations(policy: dict[str, Any], *, may_permit: bool) -> Iterator[str]:
    annotations = policy.get("annotations", {})
    policy_id = annotations.get("id") or ""
    if not _ID.fullmatch(policy_id):
        yield f'@id is {policy_id!r}; expected a code such as @id("requester_unknown")'
    if policy_id in RESERVED_CODES:
        yield f"@id {policy_id!r} is a code that the gate itself uses; take another"
    if not annotations.get("reason"):
        yield "@reason is missing; expected a sentence that a person reads when this policy decides"
    if policy["effect"] == "permit" and not may_permit:
        yield "a permit; a firm's own policies only forbid, and what is permitted is the workflow's to say"


def _repeated(statements: list[Statement]) -> Iterator[Mistake]:
    first: dict[str, Statement] = {}
    for statement in statements:
        earlier = first.setdefault(statement.id, statement)
        if earlier is not statement:
            reason = f"@id {statement.id!r} is taken by {earlier.file.name}:{earlier.line}; ids are unique"
            yield Mistake(statement.file, statement.line, reason)
