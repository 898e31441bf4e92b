"""A prompt as a file: checked when it is read, filled without executing anything, named by the SHA-256 of its bytes.

A file says of which ``task`` it is, whether the texts that fill it are ``about_persons`` (the gate asks), which
``variables`` it takes, and what is said as ``system`` and as ``user``. A variable stands in braces and is a plain name:
``{labels}``. Braces that are meant are doubled. Nothing is looked up in what fills it, so that a document with braces
stays a document.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from string import Formatter
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

FOLDER = Path(__file__).parent

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
_Said = Annotated[str, StringConstraints(min_length=1)]


class PromptRefused(Exception):
    """A prompt that cannot be used: ``file`` says which, ``why`` what was expected of it."""

    def __init__(self, file: Path, why: str) -> None:
        self.file, self.why = file, why
        super().__init__(f"{file}: {why}")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    task: _Name
    about_persons: bool
    variables: list[_Name]
    system: _Said
    user: _Said


class Prompt(BaseModel):
    """One version of one prompt. ``sha`` is the SHA-256 of its file, in hex."""

    model_config = ConfigDict(frozen=True)

    name: str
    version: int
    sha: str
    task: str
    about_persons: bool
    variables: frozenset[str]
    system: str
    user: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """What to say as system and as user. Raises ValueError where ``values`` are not exactly the variables."""
        if values.keys() != self.variables:
            named = ", ".join(sorted(self.variables)) or "none"
            raise ValueError(
                f"{self.name} v{self.version} takes the variables {named}; got {', '.join(sorted(values))}"
            )
        return _filled(self.system, values), _filled(self.user, values)

    def mustached(self) -> list[tuple[str, str]]:
        """Role and text as MLflow's registry writes templates: variables in double braces, other braces single."""
        names = {name: f"{{{{{name}}}}}" for name in self.variables}
        return [("system", _filled(self.system, names)), ("user", _filled(self.user, names))]


def read_prompts(folder: Path = FOLDER) -> dict[str, list[Prompt]]:
    """All versions of all prompts of a folder, oldest first, by name. Raises PromptRefused."""
    return {
        place.name: _versions(place)
        for place in sorted(folder.iterdir())
        if place.is_dir() and not place.name.startswith((".", "__"))
    }


def read_prompt(file: Path) -> Prompt:
    """The prompt of ``<name>/vN.yaml``. Raises PromptRefused."""
    version = file.stem.removeprefix("v")
    if file.suffix != ".yaml" or not version.isdecimal() or file.stem != f"v{int(version)}" or int(version) < 1:
        raise PromptRefused(file, "expected a file v1.yaml, v2.yaml, …")
    raw = file.read_bytes()
    try:
        said = _File.model_validate(yaml.safe_load(raw.decode("utf-8")))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise PromptRefused(file, f"cannot be read as YAML in UTF-8 ({type(error).__name__})") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise PromptRefused(file, f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}") from error
    used = _names(file, said.system) | _names(file, said.user)
    if odd := used ^ set(said.variables):
        raise PromptRefused(file, f"variables that are declared and not used, or used and not declared: {sorted(odd)}")
    return Prompt(
        name=file.parent.name,
        version=int(version),
        sha=sha256(raw).hexdigest(),
        task=said.task,
        about_persons=said.about_persons,
        variables=frozenset(used),
        system=said.system,
        user=said.user,
    )


def _versions(place: Path) -> list[Prompt]:
    found = sorted((read_prompt(file) for file in place.iterdir()), key=lambda prompt: prompt.version)
    if [prompt.version for prompt in found] != list(range(1, len(found) + 1)) or not found:
        raise PromptRefused(place, "expected the versions v1, v2, … without a gap")
    return found


def _names(file: Path, template: str) -> set[str]:
    names = set()
    try:
        for _, name, form, conversion in Formatter().parse(template):
            if name is None:
                continue
            if not name.isidentifier() or form or conversion:
                raise PromptRefused(
                    file, f"{{{name}}}: expected a plain name in braces; double the braces that are meant"
                )
            names.add(name)
    except ValueError as error:
        raise PromptRefused(file, f"unbalanced braces ({error})") from error
    return names


def _filled(template: str, values: Mapping[str, str]) -> str:
    parts = Formatter().parse(template)
    return "".join(literal + ("" if name is None else values[name]) for literal, name, _, _ in parts)
