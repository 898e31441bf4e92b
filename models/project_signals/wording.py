"""How a field is put in a manager's words: a sentence with the value filled in, and what is said where none is."""

from collections.abc import Callable

from models.task import Row

Wording = Callable[[Row], str]


def said(
    field: str, text: str, *, unknown: str, none: str = "", one: str = "", below: str = "", times: float = 1
) -> Wording:
    """A wording of ``field``: ``text`` with the value filled in, or ``unknown`` where the records cannot tell.

    ``none`` and ``one`` are said of zero and one, where people would give no figure; ``below`` of a negative value,
    with its size filled in. ``times`` scales the value first (100 makes points of a share).
    """

    def wording(row: Row) -> str:
        value = row[field]
        if value is None:
            return unknown
        worded = {0: none, 1: one}.get(value, "")
        if worded:
            return worded
        if below and value < 0:
            return below.format(-value * times)
        return text.format(value * times)

    return wording


def attribute(field: str, name: str) -> Wording:
    """A word as it stands: ``region: GB``."""
    return lambda row: f"{name} is not recorded" if row[field] is None else f"{name}: {str(row[field]).strip() or '-'}"


def points(field: str, above: str, below: str, unknown: str) -> Wording:
    """A difference of two shares, in points."""
    return said(field, above, below=below, unknown=unknown, times=100)
