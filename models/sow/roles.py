"""Which roles the document asks for or staffs, with their hourly or daily rates where it states them."""

import re
from collections.abc import Sequence

from models.sow.lines import Found, Line
from models.sow.money import amounts
from models.sow.passages import label, under

_TITLES = (
    r"engagement\s+(?:manager|lead|partner)|project\s+(?:manager|lead(?:er)?|director|coordinator)|program(?:me)?\s+manager|"
    r"delivery\s+(?:manager|lead)|product\s+owner|scrum\s+master|business\s+analyst|data\s+(?:engineer|scientist|analyst|architect)|"
    r"machine\s+learning\s+engineer|(?:software|front[\s-]?end|back[\s-]?end|full[\s-]?stack|mobile|web)\s+(?:developer|engineer)|"
    r"developer|(?:solution|enterprise|technical|software|cloud|security)\s+architect|architect|test(?:er|\s+(?:lead|manager|engineer))|"
    r"(?:system|systems|network|database)\s+(?:administrator|engineer)|service\s+(?:delivery\s+)?manager|service\s+desk\s+agent|"
    r"(?:security|management|strategy|change|tax|communications|hr)\s+(?:consultant|analyst|adviser|advisor)|penetration\s+tester|"
    r"consultant|analyst|partner|principal|associate|paralegal|counsel|attorney|auditor|accountant|actuary|"
    r"(?:civil|structural|lead|site|field)\s+engineer|engineer|surveyor|designer|trainer|facilitator|technical\s+writer|"
    r"projektleit(?:er|erin|ung)|berater(?:in)?|entwickler(?:in)?|architekt(?:in)?|tester(?:in)?|datenanalyst(?:in)?|"
    r"dateningenieur(?:in)?|trainer(?:in)?|fachexpert(?:e|in)|scrum[\s-]master"
)
_ROLE = re.compile(
    rf"\b(?P<role>(?:(?:senior|junior|lead|principal|associate)\s+)?(?:{_TITLES}))s?\b(?!\s*[\u2019']s?\b)",
    re.IGNORECASE,
)
_HEADING = label(
    r"(?:project\s+|delivery\s+|key\s+|labou?r\s+)?(?:team|staffing|roles?|personnel|rate\s+card|categories|resources)"
    r"(?:\s+and\s+(?:roles?|rates?|responsibilities))?|(?:projekt)?team|rollen(?:\s+und\s+(?:stunden|tages)?sätze)?|personal"
)
_RATE = re.compile(r"(?:per|/|an?|pro|je)\s*(?P<unit>hour|hr|h|day|stunde|tag|personentag)\b", re.IGNORECASE)
_MOST_WORDS = 10
"""Words of a line that staffs a role; a longer one without a rate is a sentence about something."""
_UNITS = {"hour": "hour", "hr": "hour", "h": "hour", "stunde": "hour", "day": "day", "tag": "day", "personentag": "day"}


def roles(lines: Sequence[Line]) -> list[Found]:
    """A role a line, in the document's order: under a heading of the team, and wherever one stands beside its rate."""
    team = list(under(lines, _HEADING))
    beside = [line for line in lines if (match := _HEADING.match(line.text)) and match["rest"]]
    below = {id(line) for line in [*team, *beside]}
    found: dict[str, Found] = {}
    for line in lines:
        rate = _rate(line.text)
        staffs = (
            id(line) in below and len(line.text.split()) <= _MOST_WORDS and not line.text.rstrip().endswith(("?", "!"))
        )
        if not staffs and rate is None:
            continue
        for match in _ROLE.finditer(line.text):
            name = " ".join(match["role"].lower().split())
            value = {"role": name, "rate": None, "currency": None, "unit": None} | (rate or {})
            found.setdefault(name, line.found(value, match.start(), match.end()))
    return list(found.values())


def _rate(text: str) -> dict[str, object] | None:
    """The only amount of a line, if it is one for an hour or a day."""
    money = list(amounts(text))
    if len(money) != 1:
        return None
    unit = _RATE.match(text[money[0].end :].lstrip())
    return (
        {"rate": money[0].amount, "currency": money[0].currency, "unit": _UNITS[unit["unit"].lower()]} if unit else None
    )
