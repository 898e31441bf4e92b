"""How values are written in sentences: the one place where figures, days and names become words."""

import datetime as dt
import re

from models.money import is_currency

_NAME = re.compile(r"[^\W_][\w .&/+-]{0,39}")
_MOST_WORDS = 6
_HOURS_BELOW = 2
_ID = re.compile(r"[^\s\W_][\w.@/:+-]{0,63}")


def plain(text: str | None) -> str | None:
    """A name that somebody wrote, as words: ``late_time`` is "late time". None where it is no short name.

    A name has at most six words of letters, digits and the marks that names have: what is longer could be a message.
    """
    if text is None:
        return None
    words = " ".join(text.replace("_", " ").split())
    return words if _NAME.fullmatch(words) and len(words.split()) <= _MOST_WORDS else None


def an_id(text: str | None) -> str | None:
    """An id as it is, None where it is not written as ids are: one word."""
    return text if text is not None and _ID.fullmatch(text) else None


def money(amount: float, currency: str | None) -> str:
    """``EUR 1,480.00``; the amount alone where the currency is unknown."""
    figure = f"{amount:,.2f}"
    return f"{currency} {figure}" if currency is not None and is_currency(currency) else figure


def day(instant: dt.datetime) -> str:
    """``14 April 2025``, the day in UTC."""
    at = instant.astimezone(dt.UTC)
    return f"{at.day} {at:%B %Y}"


def in_days(time: dt.timedelta) -> float:
    """Days, to a hundredth: a quarter of an hour."""
    return round(time.total_seconds() / 86_400, 2)


def days(number: float) -> str:
    """``12.3 days``; what is shorter than two days in hours."""
    return f"{number:,.1f} days" if number >= _HOURS_BELOW else f"{number * 24:,.1f} hours"


def counted(number: int, one: str, many: str) -> str:
    """``1 return``, ``2 returns``."""
    return f"{number:,} {one if number == 1 else many}"
