"""Groups of persons that are too small to be shown: what is said of the group would be said of each of them.

It is the smallest frequency of statistical disclosure control, below which a cell of a table is suppressed (Hundepool
and others, *Statistical Disclosure Control*, 2012, on frequency tables; three to five is usual). Five is what this
service promises to the persons concerned.
"""

from collections.abc import Collection, Sequence
from typing import TypeVar

SMALLEST_GROUP = 5
"""Persons; fewer are suppressed."""

G = TypeVar("G")


def too_small(persons: int) -> bool:
    """Whether a group of so many different persons must not be shown."""
    return persons < SMALLEST_GROUP


def showable(groups: Sequence[tuple[G, Collection[str]]], *, others: Collection[str] = ()) -> list[G]:
    """The groups of one division that may be shown, each given with its persons, in their order.

    Small ones are not. Nor may those that are left out be told from a total by subtraction: where all of them together,
    and ``others`` who are in no group that would be shown, are few, the smallest of the rest stays out with them.
    """
    shown = [(group, persons) for group, persons in groups if not too_small(len(set(persons)))]
    left_out = set(others).union(*(persons for _, persons in groups if too_small(len(set(persons)))))
    while shown and left_out and too_small(len(left_out)):
        smallest = min(range(len(shown)), key=lambda place: len(set(shown[place][1])))
        left_out |= set(shown.pop(smallest)[1])
    return [group for group, _ in shown]
