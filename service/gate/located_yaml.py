"""YAML of which every value knows its line, and which refuses what YAML forgives: duplicate keys and aliases."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from service.gate.mistakes import GateFilesRefused, Mistake

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class LocatedYaml:
    """A document as plain values, with the line (from 1) of every place in it."""

    file: Path
    value: Any
    lines: Mapping[Place, int]

    def mistake(self, place: Place, reason: str) -> Mistake:
        """A mistake at this place, or at the nearest place around it that the file holds."""
        while place and place not in self.lines:
            place = place[:-1]
        return Mistake(self.file, self.lines.get(place, 1), reason)


def read_located_yaml(file: Path, text: str) -> LocatedYaml:
    """Read one document. Raises GateFilesRefused for what is not YAML, a duplicate key, or an alias."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise GateFilesRefused([Mistake(file, line, f"not YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise GateFilesRefused([Mistake(file, 1, f"not YAML: {error}")]) from error
    if root is None:
        raise GateFilesRefused([Mistake(file, 1, "the file is empty; expected a document")])
    reader = _Reader(file)
    value = reader.read(root, ())
    if reader.mistakes:
        raise GateFilesRefused(reader.mistakes)
    return LocatedYaml(file, value, reader.lines)


def shape_mistakes(document: LocatedYaml, error: ValidationError, within: Place = ()) -> list[Mistake]:
    """What pydantic found wrong with the shape of the document, or of what stands ``within`` it, each with its line."""
    mistakes = []
    for detail in error.errors():
        place: Place = (*within, *(part for part in detail["loc"] if part != "[key]"))
        at = ".".join(str(part) for part in place) or "the file"
        match detail["type"]:
            case "extra_forbidden":
                reason = f"unknown field {at}"
            case "missing":
                reason = f"{at} is missing"
            case _:
                reason = f"{at}: {detail['msg'].removeprefix('Value error, ')}"
        mistakes.append(document.mistake(place, reason))
    return mistakes


class _Reader:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.mistakes: list[Mistake] = []
        self._seen: set[int] = set()
        self._scalars = yaml.constructor.SafeConstructor()

    def read(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in self._seen:
            self._note(node, "an alias (*name) is not allowed; write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node)
            if not isinstance(key, str):
                self._note(key_node, f"the key {key_node.value!r} is not text; put it in quotes")
                continue
            if key in found:
                self._note(key_node, f"duplicate key {key!r}; it stands already in line {self.lines[(*place, key)]}")
                continue
            self.lines[(*place, key)] = key_node.start_mark.line + 1
            found[key] = self.read(value_node, (*place, key))
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            self._note(node, f"unreadable value: {getattr(error, 'problem', error)}")
            return None

    def _note(self, node: yaml.Node, reason: str) -> None:
        self.mistakes.append(Mistake(self.file, node.start_mark.line + 1, reason))
