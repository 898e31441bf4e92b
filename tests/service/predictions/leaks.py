"""Searches a response for values that its reader may not see, however they are written."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
JWS = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
REST = re.compile(r"\d+ other fields together")
MEANINGLESS = frozenset({
    "answer_id", "as_of", "exp", "expires_at", "iat", "jti", "policy", "policy_version", "request_id", "token",
    "version",
})  # fmt: skip
"""Members that hold ids and instants: their digits are chance."""
SHORTEST = 2
"""Digits: a shorter number stands in many a sentence."""


@dataclass(frozen=True)
class Hidden:
    """A value that must not be told. ``sentence`` is what a reason would say of it, None where others say the same."""

    name: str
    value: Any
    sentence: str | None = None

    @property
    def words(self):
        """How a number is written in sentences: as it is or in percent, less or more exactly."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            return frozenset()
        sizes = [abs(self.value)] if isinstance(self.value, int) else [abs(self.value), abs(self.value) * 100]
        sizes += [abs(self.value - 1) * 100] if self.name.startswith("worked_of_") else []
        forms = {form.format(size) for size in sizes for form in ("{:.0f}", "{:.1f}", "{:.2f}", "{:.3f}", "{:g}", "{}")}
        return frozenset(form for form in forms if len(form.replace(".", "").strip("0")) >= SHORTEST)

    def is_in(self, number):
        """Whether a number of the document is this one, in whatever unit or sign, rounded to no less than a percent."""
        if not isinstance(self.value, float) or self.value == round(self.value):
            return isinstance(self.value, int) and len(str(abs(self.value))) >= SHORTEST and number == self.value
        sizes = (self.value, self.value * 100)
        return any(abs(abs(number) - abs(round(size, digits))) < 1e-9 for size in sizes for digits in range(2, 9))


def leaks(hidden, text, headers=""):
    """What of the hidden values a response tells: pairs of a value's name and how it was told."""
    whole = "\n".join([text, headers, *opened(text)])
    documents = [json.loads(text), *map(json.loads, opened(text))]
    leaves = [leaf for document in documents for leaf in _leaves(document)]
    said = [REST.sub("", leaf) for leaf in leaves if isinstance(leaf, str)]
    written = {number.replace(",", "") for each in said for number in NUMBER.findall(each)}
    numbers = [leaf for leaf in leaves if isinstance(leaf, int | float) and not isinstance(leaf, bool)]
    found = []
    for each in hidden:
        if f'"{each.name}"' in whole:
            found.append((each.name, "by its name"))
        if isinstance(each.value, float) and each.value != round(each.value) and repr(each.value) in whole:
            found.append((each.name, "as it is"))
        if each.sentence is not None and any(each.sentence in sentence for sentence in said):
            found.append((each.name, "in a sentence"))
        if each.words & written:
            found.append((each.name, "as a number in a sentence"))
        if any(map(each.is_in, numbers)):
            found.append((each.name, "as a number"))
    return found


def opened(text):
    """The claims of every token in a text: anybody can read them."""
    parts = [token.split(".")[1] for token in JWS.findall(text)]
    return [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode() for part in parts]


def _leaves(document, name=""):
    match document:
        case dict():
            for key, held in document.items():
                yield from _leaves(held, key)
        case list():
            for held in document:
                yield from _leaves(held, name)
        case leaf:
            if name not in MEANINGLESS:
                yield leaf
