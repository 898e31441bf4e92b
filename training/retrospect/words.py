"""Numbers, days and lists as people read them, and cells that cannot break a table of Markdown."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence

SPECIAL = re.compile(r"([\\`*_\[\]|<>#~])")
SMALL = 10


def named(name: str) -> str:
    """A task's name as the start of a sentence."""
    return name.replace("_", " ").capitalize()


def counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def day(instant: dt.datetime) -> str:
    return f"{instant.day} {instant:%B %Y}"


def amount(value: float | None) -> str:
    """A number with as many decimals as anybody reads; nothing where there is none."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= SMALL or value == round(value) else f"{value:.1f}"


def money(value: float | None, currency: str | None) -> str:
    if value is None:
        return "not known"
    return f"{value:,.0f} {currency}" if currency else f"{value:,.0f}"


def share(part: int, whole: int) -> str:
    return f"({part / whole:.0%})" if whole else ""


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def cell(text: str) -> str:
    """Text out of records: on one line, and nothing in it is read as Markdown or HTML."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\>", "&gt;")


def table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
