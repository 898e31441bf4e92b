"""Wordings that are looked for, read from the files beside this one: a kind, and the expressions that speak of it."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).with_name("wordings")


@cache
def wordings(name: str) -> Mapping[str, re.Pattern[str]]:
    """One expression a kind, of all its alternatives, in the file's order. Each begins a word, in any case."""
    kinds: dict[str, list[str]] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return {
        kind: re.compile("|".join(rf"(?<!\w)(?:{each})" for each in expressions), re.IGNORECASE)
        for kind, expressions in kinds.items()
    }
