"""What not everybody may see, and the words that stand for it where it is hidden.

A task says which of its fields are sensitive, an action which of its parameters; who may see what is the gate's table.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Sensitivity(StrEnum):
    """A kind of value that some readers may not see."""

    RATE = "rate"
    MARGIN = "margin"
    PERSONAL_TIME = "personal_time"
    CLIENT = "client"


HIDDEN_AS: Mapping[Sensitivity, str] = MappingProxyType(
    {
        Sensitivity.RATE: "a cost driver",
        Sensitivity.MARGIN: "a margin driver",
        Sensitivity.PERSONAL_TIME: "a driver in how time is kept",
        Sensitivity.CLIENT: "a driver in the client's habits",
    }
)
"""What a reason says instead of the sentence with the figure."""


def marked(fields: Mapping[Sensitivity, Iterable[str]]) -> dict[str, Sensitivity]:
    """The kind of each field, from the fields of each kind. Raises ValueError for a field of two kinds."""
    found: dict[str, Sensitivity] = {}
    for kind, names in fields.items():
        for name in names:
            if name in found:
                raise ValueError(f"{name} is marked as {found[name]} and as {kind}; expected one kind a field")
            found[name] = kind
    return found
