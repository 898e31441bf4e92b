"""What the benchmarks share: one figure beside what was aimed at, and the page that shows many.

No benchmark itself. ``write`` makes ``NAME.json``, a list of ``{figure, value, aim, unit, n, met}``, and ``NAME.md``.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path

SMALL = 10
"""From here on a number is shown without decimals."""


@dataclass(frozen=True)
class Figure:
    """One figure beside what was aimed at; ``n`` is the number of rows that it is about.

    ``aim`` and ``met`` are null for what is only reported. ``value`` is null where there was nothing to measure: an aim
    beside it is then not met.
    """

    figure: str
    value: float | None
    aim: str | None
    unit: str
    n: int
    met: bool | None


def at_least(name: str, value: float, limit: float, n: int, unit: str = "") -> Figure:
    return Figure(name, value, f">= {limit}", unit, n, bool(value >= limit))


def at_most(name: str, value: float, limit: float, unit: str, n: int) -> Figure:
    return Figure(name, value, f"<= {limit}", unit, n, bool(value <= limit))


def between(name: str, value: float, limits: tuple[float, float], n: int, unit: str = "") -> Figure:
    low, high = limits
    return Figure(name, value, f"{low} to {high}", unit, n, bool(low <= value <= high))


def reported(name: str, value: float | None, n: int, unit: str = "") -> Figure:
    return Figure(name, value, None, unit, n, None)


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = [
        f"| {each.figure} | {shown(each)} | {each.aim or ''} | {each.n:,} | {answer(each.met)} |" for each in figures
    ]
    return "\n".join(["| figure | value | aim | n | met |", "|---|---|---|---|---|", *rows]) + "\n"


def page(title: str, told: str, figures: Iterable[Figure]) -> str:
    """A page in Markdown: a title, what was done (any Markdown), and the figures."""
    return f"# {title}\n\n{told.strip()}\n\n{table(figures)}"


def shown(each: Figure) -> str:
    value = _number(each)
    if value is None:
        return "none"
    number = f"{value:,.0f}" if abs(value) >= SMALL else f"{value:.3f}"
    return f"{number} {each.unit}".strip()


def answer(met: bool | None) -> str:
    return "" if met is None else "yes" if met else "no"


def write(name: str, title: str, told: str, figures: Sequence[Figure], out: Path) -> int:
    """Writes ``NAME.md`` and ``NAME.json``, prints the page, and returns the exit code: 1 where an aim was missed."""
    out.mkdir(parents=True, exist_ok=True)
    rows = json.dumps([asdict(each) | {"value": _number(each)} for each in figures], indent=1)
    (out / f"{name}.json").write_text(rows + "\n", encoding="utf-8")
    text = page(title, told, figures)
    (out / f"{name}.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if all(each.met is not False for each in figures) else 1


def _number(each: Figure) -> float | None:
    """JSON knows no NaN: what could not be measured is null."""
    return each.value if each.value is not None and isfinite(each.value) else None


def say(message: str) -> None:
    """One line of progress, on stderr."""
    sys.stderr.write(f"… {message}\n")
