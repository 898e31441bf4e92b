"""Values that somebody else points at: a place, and what code reads there. Nobody else's value is taken over."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from models.sow.billing import billing
from models.sow.dates import DAY, Reading
from models.sow.lines import Document, Found, Line, document_of_text
from models.sow.money import amounts
from models.sow.passages import Passages
from models.sow.terms import acceptance, payment_terms, renewal

PointedName = Literal["starts_on", "ends_on", "value", "currency", "billing", "acceptance", "payment_terms", "renewal"]
"""The fields that can be read from one line by themselves. Names cannot: a document may call itself anything."""


def read_at(document: Document, name: PointedName, page: int, number: int, quote: str) -> Found | None:
    """The value of a field that stands in this quote; None where the quote does not stand there or holds no such value.

    A quote with two different values of the kind says nothing.
    """
    if not document.stands(quote, page, number):
        return None
    line = Line(page, number, quote)
    values = _READERS[name](line, Reading.of(document.text))
    different = {str(value) for value in values}
    return Found(values[0], page, number, quote) if len(different) == 1 else None


def _days(line: Line, reading: Reading) -> list[Any]:
    days = [reading.day(match) for match in DAY.finditer(line.text)]
    return [day for day in days if day is not None]


def _first_day(line: Line, reading: Reading) -> list[Any]:
    return _days(line, reading)[:1]


def _last_day(line: Line, reading: Reading) -> list[Any]:
    return _days(line, reading)[-1:]


def _amounts(line: Line, _: Reading) -> list[Any]:
    return [money.amount for money in amounts(line.text)]


def _currencies(line: Line, _: Reading) -> list[Any]:
    return [money.currency for money in amounts(line.text)]


def _by(read: Callable[[Passages], list[Found]]) -> Callable[[Line, Reading], list[Any]]:
    return lambda line, _: [found.value for found in read(Passages(document_of_text(line.text)))]


_READERS: Mapping[PointedName, Callable[[Line, Reading], list[Any]]] = {
    "starts_on": _first_day,
    "ends_on": _last_day,
    "value": _amounts,
    "currency": _currencies,
    "billing": _by(billing),
    "acceptance": _by(acceptance),
    "payment_terms": _by(payment_terms),
    "renewal": _by(renewal),
}
