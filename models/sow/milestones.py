"""What is delivered or paid by when: milestones with their days and amounts."""

import re
from collections.abc import Sequence

from models.sow.dates import DAY, Reading
from models.sow.lines import Found, Line
from models.sow.money import amounts
from models.sow.passages import label, under

_HEADING = label(
    r"(?:payment\s+|billing\s+|project\s+)?(?:milestones?|schedule)(?:\s+(?:plan|schedule|and\s+payments?))?|"
    r"meilensteine?|zahlungsplan"
)
_NAMED = re.compile(
    r"^\s*\|?\s*(?:[-•*]\s*)?(?:milestone|meilenstein|M)\s?(?P<number>\d{1,2})\b[\s.:|\u2013-]*(?P<name>.*)$",
    re.IGNORECASE,
)
_EDGES = " .,;:|\u2013-()"
_LEAD = re.compile(r"\b(?:due|by|on|until|bis(?:\s+zum)?|am|fällig|amount)\s*$", re.IGNORECASE)


def milestones(lines: Sequence[Line], reading: Reading) -> list[Found]:
    """Lines that begin as a milestone, or stand under a heading of milestones, with a day or an amount."""
    below = {id(line) for line in under(lines, _HEADING)}
    found = []
    for line in lines:
        named = _NAMED.match(line.text)
        if named is None and id(line) not in below:
            continue
        day, money = DAY.search(line.text), next(iter(amounts(line.text)), None)
        due = reading.day(day) if day else None
        if due is None and money is None:
            continue
        begins = named.start("name") if named else 0
        ends = min(([day.start()] if day else []) + ([money.start] if money else []))
        name = _LEAD.sub("", line.text[begins:ends].strip(_EDGES)).strip(_EDGES) if ends > begins else ""
        value = {
            "name": name or (f"M{named['number']}" if named else None),
            "due_on": due,
            "amount": money.amount if money else None,
            "currency": money.currency if money else None,
        }
        found.append(line.found(value))
    return found
