"""The cases of policies: questions with the answer that is expected, in a file beside the policies that they try.

``20_people.cases.yaml`` belongs to ``20_people.cedar``. How one is written: docs/policies.md.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from service.gate.gate_sample import Sample
from service.gate.located_yaml import LocatedYaml, Place, read_located_yaml, shape_mistakes
from service.gate.mistakes import GateFilesRefused, Mistake, read_gate_file
from service.gate.policy_questions import KINDS, Stated
from service.gate.question import Question

ENDING = ".cases.yaml"
_CODES = "codes"


@dataclass(frozen=True, slots=True)
class PolicyCase:
    """One question of a kind, and the codes of the refusal that it calls for, in no order; none where it is permitted.

    ``name`` is a sentence that says what the case shows.
    """

    name: str
    kind: str
    question: Question
    codes: frozenset[str]
    file: Path
    line: int


Sentence = Annotated[str, StringConstraints(pattern=r"^\S+( \S+)+$", max_length=200)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    base: dict[str, Any] = Field(default_factory=dict)
    cases: Annotated[dict[Sentence, dict[str, Any]], Field(min_length=1)]


class _Answer(BaseModel):
    codes: tuple[str, ...] = ()


def cases_file(policies: Path) -> Path:
    """Where the cases of a policy file stand."""
    return policies.with_name(policies.name.removesuffix(".cedar") + ENDING)


def read_cases(file: Path, sample: Sample, codes: Collection[str]) -> list[PolicyCase]:
    """The cases of a file, on this sample; ``codes`` are all that a refusal can have.

    Raises GateFilesRefused with every mistake: an unknown field, code, step or role, a value of a wrong type.
    """
    return _Reading(read_located_yaml(file, read_gate_file(file)), sample, codes).cases()


class _Reading:
    def __init__(self, document: LocatedYaml, sample: Sample, codes: Collection[str]) -> None:
        self._document, self._sample, self._codes = document, sample, codes
        self._mistakes: list[Mistake] = []

    def cases(self) -> list[PolicyCase]:
        value = self._document.value
        if not isinstance(value, dict) or not value:
            raise GateFilesRefused([self._document.mistake((), f"expected a section for each of {_kinds()}")])
        found = [case for kind, section in value.items() for case in self._section(kind, section)]
        if self._mistakes:
            raise GateFilesRefused(self._mistakes)
        return found

    def _section(self, kind: str, section: Any) -> Iterator[PolicyCase]:
        if kind not in KINDS:
            self._mistaken((kind,), f"unknown kind of question {kind!r}; expected {_kinds()}")
            return
        try:
            read = _Section.model_validate(section)
            KINDS[kind].model_validate(read.base)
        except ValidationError as error:
            within: Place = (kind,) if error.title == _Section.__name__ else (kind, "base")
            self._mistakes += shape_mistakes(self._document, error, within)
            return
        for name, fields in read.cases.items():
            yield from self._case(kind, name, read.base, fields)

    def _case(self, kind: str, name: str, base: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[PolicyCase]:
        place: Place = (kind, "cases", name)
        try:
            codes = _Answer.model_validate({_CODES: fields.get(_CODES, ())}).codes
            stated = KINDS[kind].model_validate({**base, **{key: fields[key] for key in fields if key != _CODES}})
        except ValidationError as error:
            self._mistakes += shape_mistakes(self._document, error, place)
            return
        for position, code in enumerate(codes):
            if code not in self._codes:
                self._mistaken((*place, _CODES, position), f"unknown code {code!r}; no policy has this @id")
        for field, reason in self._unknown(stated):
            self._mistaken((*place, field), reason)
        line = self._document.mistake(place, name).line
        yield PolicyCase(name, kind, stated.question(), frozenset(codes), self._document.file, line)

    def _unknown(self, stated: Stated) -> Iterator[tuple[str, str]]:
        workflows, roles = self._sample.workflows.by_name, self._sample.tables.visible
        if stated.place is not None:
            name, step = stated.place
            if name not in workflows:
                yield "workflow", f"unknown workflow {name!r}; expected one of {', '.join(sorted(workflows))}"
            elif step not in workflows[name].steps:
                yield "step", f"workflow {name!r} has no step {step!r}; expected {', '.join(workflows[name].steps)}"
        role = getattr(stated, "api_role", None)
        if role is not None and role not in roles:
            yield "api_role", f"unknown api_role {role!r}; expected one of {', '.join(roles)}"

    def _mistaken(self, place: Place, reason: str) -> None:
        self._mistakes.append(self._document.mistake(place, reason))


def _kinds() -> str:
    return ", ".join(KINDS)
