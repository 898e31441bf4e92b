"""Days as documents write them, and the days between which the work is done."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.sow.lines import Found, Line
from models.sow.passages import label

_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12, "januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6,
    "juli": 7, "oktober": 10, "dezember": 12,
}  # fmt: skip
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
DAY = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)"
    rf"|(?P<dotted>\b\d{{1,2}}\.\d{{1,2}}\.\d{{4}}\b)"
    rf"|(?P<slashed>\b\d{{1,2}}/\d{{1,2}}/\d{{4}}\b)"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m1>{_NAMES})\.?,?\s+(?P<y1>\d{{4}})\b"
    rf"|\b(?P<m2>{_NAMES})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})\b",
    re.IGNORECASE,
)
_PERIOD = label(
    r"(?:(?:base|initial)\s+)?(?:period(?:\s+of\s+performance)?|term(?:\s+and\s+duration)?|duration)|base\s+period"
    r"|engagement\s+period|project\s+dates|laufzeit|leistungszeitraum|vertragslaufzeit|projektlaufzeit"
)
_START = label(
    r"(?:project\s+|planned\s+)?start(?:\s+date)?|commencement(?:\s+date)?|effective\s+date|starts?\s+on"
    r"|(?:projekt|leistungs|vertrags)?beginn|start(?:termin|datum)"
)
_END = label(
    r"(?:project\s+|planned\s+)?end(?:\s+date)?|completion(?:\s+date)?|ends?\s+on|expiry(?:\s+date)?"
    r"|(?:projekt|leistungs|vertrags)?ende|end(?:termin|datum)"
)
_BETWEEN = re.compile(r"^\s*(?:-|\u2013|\u2014|to|through|until|bis(?:\s+zum)?|and|und)\s*$", re.IGNORECASE)
_OPTION = re.compile(r"\boption", re.IGNORECASE)
_SPELT = re.compile(
    r"\b(?:from|commenc\w+\s+on|begin\w*\s+on|starts?\s+on|vom|ab\s+dem)\s+(?P<first>[^;]{6,30}?)"
    r"\s+(?:to|through|until|and\s+(?:ends?|be\s+completed|continues?)\s+(?:on|by|until|through)|bis(?:\s+zum)?)\s+",
    re.IGNORECASE,
)
_BASE = re.compile(r"\bbase\s+(?:period|year)", re.IGNORECASE)
_MONTHS_LONG = re.compile(
    r"(?<!\d)(?:\b(?P<word>one|two|three|four|five|six)\s*)?\(?(?P<count>\d{1,3})?\)?[\s-]*(?:base\s+)?"
    r"(?P<unit>months?|years?|monate?|jahre?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """How this document writes days: whether a slashed day begins with the month. None: nothing tells."""

    month_first: bool | None

    @classmethod
    def of(cls, text: str) -> "Reading":
        """A part above 12 can be no month; one such date tells of all the others."""
        pairs = [tuple(map(int, found.split("/")[:2])) for found in re.findall(r"\b\d{1,2}/\d{1,2}/\d{4}\b", text)]
        month_first, day_first = any(b > 12 for _, b in pairs), any(a > 12 for a, _ in pairs)  # noqa: PLR2004
        return cls(None if month_first == day_first else month_first)

    def day(self, match: re.Match[str]) -> dt.date | None:
        """The day of a match of `DAY`; None where it is none, or could be one of two."""
        try:
            if match["iso"]:
                return dt.date.fromisoformat(match["iso"])
            if match["dotted"]:
                day, month, year = map(int, match["dotted"].split("."))
                return dt.date(year, month, day)
            if match["slashed"]:
                return self._slashed(*map(int, match["slashed"].split("/")))
            name, number = match["m1"] or match["m2"], match["d1"] or match["d2"]
            return dt.date(int(match["y1"] or match["y2"]), _MONTHS[name.lower()], int(number))
        except ValueError:
            return None

    def _slashed(self, first: int, second: int, year: int) -> dt.date | None:
        if self.month_first is None and first != second:
            return None
        return dt.date(year, first, second) if self.month_first is not False else dt.date(year, second, first)


def periods(lines: Sequence[Line], reading: Reading) -> tuple[list[Found], list[Found]]:
    """Where the first and the last day of the work stand. Option periods are no part of it."""
    starts, ends = [], []
    for place, line in enumerate(lines):
        if _OPTION.search(line.text):
            continue
        if _PERIOD.match(line.text) or _SPELT.search(line.text):
            for candidate in (line, *lines[place + 1 : place + 2]):
                if _OPTION.search(candidate.text):
                    break
                if (both := _range(candidate, reading)) is not None:
                    starts.append(both[0])
                    ends.append(both[1])
                    break
        for pattern, into in ((_START, starts), (_END, ends)):
            match = pattern.match(line.text)
            day = DAY.match(match["rest"].strip(" |")) if match else None
            if day is not None and (value := reading.day(day)) is not None:
                into.append(line.found(value))
    return starts, ends


def _range(line: Line, reading: Reading) -> tuple[Found, Found] | None:
    """Two days with "to" or a dash between them, or "from one ... until another"."""
    days = list(DAY.finditer(line.text))
    for first, second in pairwise(days):
        joined = line.text[first.end() : second.start()]
        spelt = _SPELT.search(line.text[: second.start()])
        if _BETWEEN.match(joined) or (spelt and spelt.start() <= first.start()):
            start, end = reading.day(first), reading.day(second)
            if start is not None and end is not None and start <= end:
                at = (first.start(), second.end())
                return line.found(start, *at), line.found(end, *at)
    return None


def durations(lines: Sequence[Line]) -> list[Found]:
    """For how many months the work is agreed, without options."""
    found = []
    for place, line in enumerate(lines):
        match = _PERIOD.match(line.text)
        near = lines[place + 1 : place + 3] if match else []
        for candidate in (line, *near) if match or _BASE.search(line.text) else ():
            months = _months(candidate.text)
            if months is not None:
                found.append(candidate.found(months))
                break
    return found


_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def _months(text: str) -> int | None:
    """The first span of a line that is not an option's."""
    for match in _MONTHS_LONG.finditer(text):
        if _OPTION.search(text[: match.start()]) or not (match["count"] or match["word"]):
            continue
        if _OPTION.match(text[match.end() :].lstrip(" -")):
            continue
        if match["count"] and match["word"] is None and "(" not in match.group(0):
            count = int(match["count"])
        else:
            count = int(match["count"]) if match["count"] else _WORDS[match["word"].lower()]
        return count * 12 if match["unit"].lower().startswith(("year", "jahr")) else count
    return None
