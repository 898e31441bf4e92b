"""All that is read from a statement of work. What it does not say, or says in two ways, is null and not guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from models.sow.billing import billing
from models.sow.client import clients
from models.sow.dates import Reading, durations, periods
from models.sow.field_names import FieldName
from models.sow.lines import Document, Found
from models.sow.milestones import milestones
from models.sow.money import totals
from models.sow.passages import Passages
from models.sow.places import places
from models.sow.roles import roles
from models.sow.terms import acceptance, payment_terms, renewal

NAMES: tuple[FieldName, ...] = get_args(FieldName)
MOST_OF_ONE = 50
"""Roles, places or milestones that are listed; a document with more is cut, and says so."""


@dataclass(frozen=True)
class Fields:
    """What was found by name, and of which fields the document says two different things.

    Roles, places and milestones are lists of what was found; each of the others is one or None. ``cut``: a list is
    longer than what is kept of it, or a labelled place could not be read.
    """

    found: dict[FieldName, Found | tuple[Found, ...] | None]
    contradicted: tuple[FieldName, ...]
    cut: bool

    def value(self, name: FieldName) -> Any:
        """The plain value of a field; None where there is none."""
        found = self.found[name]
        return [each.value for each in found] if isinstance(found, tuple) else found.value if found else None


def fields_of(document: Document) -> Fields:
    """Reads all fields by rules."""
    lines, passages, reading = document.lines, Passages(document), Reading.of(document.text)
    starts, ends = periods(lines, reading)
    worth = totals(lines)
    where, unread = places(lines)
    each_said: dict[FieldName, Sequence[Found]] = {
        "client": clients(lines, passages),
        "starts_on": starts,
        "ends_on": ends,
        "duration_months": durations(lines),
        "value": [value for value, _ in worth],
        "currency": [currency for _, currency in worth],
        "billing": billing(passages),
        "acceptance": acceptance(passages),
        "payment_terms": payment_terms(passages),
        "renewal": renewal(passages),
    }
    listed: dict[FieldName, Sequence[Found]] = {
        "roles": roles(lines), "places": _different(where), "milestones": milestones(lines, reading),
    }  # fmt: skip
    contradicted = tuple(name for name, said in each_said.items() if len(_different(said)) > 1)
    one = {name: said[0] if said and name not in contradicted else None for name, said in each_said.items()}
    many = {name: tuple(said[:MOST_OF_ONE]) or None for name, said in listed.items()}
    found: dict[FieldName, Found | tuple[Found, ...] | None] = {name: (one | many)[name] for name in NAMES}
    return Fields(found, contradicted, unread or any(len(said) > MOST_OF_ONE for said in listed.values()))


def _different(said: Sequence[Found]) -> list[Found]:
    """The first of each different value. Names differ by more than capitals."""
    first: dict[str, Found] = {}
    for each in said:
        first.setdefault(str(each.value).casefold(), each)
    return list(first.values())
