"""An answer of the service, as a person reads it at a terminal."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from models.explanation import REST

SHOWN = 10
REASONS = 2

_COLOURS = {"high": "red", "medium": "yellow", "low": "green"}


def tell_answer(console: Console, answer: dict[str, Any], step: str) -> None:
    """Prints the days at risk with their reasons, and what the gate permits and withholds about them."""
    said = answer["predictions"]
    bands = Counter(one["band"] for one in said)
    _tell(
        console,
        f"answer {answer['answer_id']}, as of {_minute(answer['as_of'])}, by version {answer['model']['version']} of "
        f"{answer['model']['name']}",
        style="dim",
    )
    console.print(
        f"\n[bold]Of {len(said)} days on which time is expected, {bands['high']} will probably still be empty at the "
        f"cutoff (Monday 12:00), {bands['medium']} perhaps.[/bold]"
    )
    risky = [one for one in said if one["band"] != "low"]
    if risky:
        _tell_days(console, risky)
    _tell_recommended(console, said, step)
    _tell_withheld(console, said)


def _tell_days(console: Console, risky: list[dict[str, Any]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title, right in (("person", False), ("days", False), ("chance", True), ("band", False), ("money waits", True)):
        table.add_column(title, justify="right" if right else "left", no_wrap=title != "days")
    table.add_column("why", min_width=40)
    persons = _by_person(risky)
    for person, days in persons[:SHOWN]:
        most = max(days, key=_chance)
        table.add_row(
            person,
            ", ".join(f"{_day(day):%a %d}" for day in sorted(days, key=_day)),
            f"{_chance(most):.0%}",
            Text(most["band"], style=_COLOURS[most["band"]]),
            _money(days),
            "; ".join(reason["text"] for reason in _raising(most)[:REASONS]),
        )
    console.print()
    console.print(Padding(table, (0, 0, 0, 3), expand=False))
    if len(persons) > SHOWN:
        _tell(console, f"and {len(persons) - SHOWN} people more", style="dim")
    _tell(
        console,
        f"Chance, band and reasons are those of the likeliest day. In expectation {_money(risky)} of billing waits.",
        style="dim",
    )


def _tell_recommended(console: Console, said: list[dict[str, Any]], step: str) -> None:
    by_action: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in said:
        for recommendation in one["recommendations"]:
            by_action[recommendation["action"]].append(recommendation)
    console.print(f"\n[bold]What the gate lets the engine recommend while the week is {step}[/bold]\n")
    if not by_action:
        _tell(console, "nothing")
    for action, recommended in by_action.items():
        requires, until = recommended[0]["requires"], recommended[0]["expires_at"]
        _tell(console, f"{len(recommended):2} {action}")
        _tell(console, f"such as: {recommended[0]['text']}", indent=6)
        _tell(
            console,
            f"to be approved by a {requires['approver_role']}, not by {', '.join(requires['not'])}; signed, and valid "
            f"until {_minute(until)}",
            indent=6,
            style="dim",
        )


def _tell_withheld(console: Console, said: list[dict[str, Any]]) -> None:
    withheld = Counter((no["action"], no["code"], no["reason"]) for one in said for no in one["withheld"])
    if withheld:
        console.print("\n[bold]What it withheld, and why[/bold]\n")
    for (action, code, reason), times in withheld.most_common():
        _tell(console, f"{times:2} {action}: {code}")
        _tell(console, reason, indent=6, style="dim")


def _tell(console: Console, text: str, *, indent: int = 3, style: str = "") -> None:
    console.print(Padding(Text(text, style=style), (0, 0, 0, indent), expand=False))


def _by_person(predictions: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The days of each person together, in the order of their likeliest."""
    days: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for prediction in sorted(predictions, key=_chance, reverse=True):
        days[prediction["subject_id"].rpartition("/")[0]].append(prediction)
    return list(days.items())


def _day(prediction: dict[str, Any]) -> date:
    return date.fromisoformat(prediction["subject_id"].rpartition("/")[2])


def _chance(prediction: dict[str, Any]) -> float:
    return float(prediction["probability"])


def _minute(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _raising(prediction: dict[str, Any]) -> list[dict[str, Any]]:
    """The reasons that speak for the risk, the strongest first, and at the end what has no words of its own."""
    raising = [reason for reason in prediction["reasons"] if reason["effect"] > 0]
    return sorted(raising, key=lambda reason: (reason["field"] == REST, -reason["effect"]))


def _money(predictions: list[dict[str, Any]]) -> str:
    """What is expected to be deferred, by currency."""
    sums: dict[str, float] = defaultdict(float)
    for prediction in predictions:
        money = prediction["money_at_risk"]
        if money["deferred_amount"] is not None:
            sums[money["currency"]] += money["deferred_amount"]
    return ", ".join(f"{currency} {amount:,.0f}" for currency, amount in sorted(sums.items())) or "no rate"
