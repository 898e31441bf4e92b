"""Evidence: what is known about an approval, item by item, each with its place in the records and its own words.

An item has *slots*: phrases that say by themselves what they are about, such as "an amount of EUR 1,480.00". A sentence
is made of slots and words between them that claim nothing, so that no order of them and no choice among them is false.
Comparisons and decisions are items too: nothing but code compares, and nothing but the records decides.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.sensitivity import Sensitivity

Value = str | float | int | None
OF_PERSONS = frozenset({"request_by", "held_by"})
"""Kinds of items whose value is a person, and whose phrases name one."""


@dataclass(frozen=True)
class Evidence:
    """One item. ``source`` is a cell of the records (``table/key/column``), which holds the value, or says of which
    cells it is the sum or count, from which one it is read, or from which items it is computed.

    ``value`` is as the records have it, or the result; ``unit`` is a currency, ``days``, or null. ``needs`` holds the
    kinds of values that a reader must see to see this.
    """

    id: str
    kind: str
    value: Value
    unit: str | None
    source: str
    slots: Mapping[str, str]
    needs: frozenset[Sensitivity] = frozenset()

    def visible(self, sees: frozenset[Sensitivity]) -> bool:
        """Whether somebody who sees these kinds of values sees this."""
        return self.needs <= sees


@dataclass
class Collected:
    """Evidence as it is collected; ids count from E1 in the order in which items are added."""

    items: list[Evidence] = field(default_factory=list)

    def add(
        self,
        kind: str,
        value: Value,
        /,
        *,
        unit: str | None = None,
        cell: str | None = None,
        of: Iterable["Evidence | None"] = (),
        needs: Iterable[Sensitivity] = (),
        **slots: str,
    ) -> Evidence:
        """Adds an item of a ``cell`` of the records, or computed ``of`` others, whose needs it takes over."""
        parts = [each for each in of if each is not None]
        source = cell if cell is not None else f"computed from {', '.join(each.id for each in parts)}"
        all_needs = frozenset(needs).union(*(each.needs for each in parts))
        item = Evidence(f"E{len(self.items) + 1}", kind, value, unit, source, slots, all_needs)
        self.items.append(item)
        return item


def by_kind(items: Sequence[Evidence]) -> dict[str, Evidence]:
    """The items by kind; of several of one kind the first, which is the one that matters most."""
    found: dict[str, Evidence] = {}
    for item in items:
        found.setdefault(item.kind, item)
    return found


def instant(value: dt.datetime) -> str:
    """An instant as evidence shows it: ISO 8601, UTC, to the microsecond that the records have."""
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
