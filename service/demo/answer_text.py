"""An answer of the service, as a person reads it at a terminal."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

SHOWN = 10
REASONS = 2

_COLOURS = {"high": "red", "medium": "yellow", "low": "green"}


def tell_answer(console: Console, answer: dict[str, Any], step: str) -> None:
    """Prints the days at risk with their reasons, and what the gate permits and withholds about them."""
    said = answer["predictions"]
    risky = sorted((one for one in said if one["band"] != "low"), key=_weight, reverse=True)
    console.print(
        f"   answer {answer['answer_id']}, as of {answer['as_of'][:16].replace('T', ' ')} UTC, "
        f"version {answer['model']['version']} of {answer['model']['name']}",
        style="dim",
        soft_wrap=True,
    )
    bands = Counter(one["band"] for one in said)
    console.print(
        f"\n[bold]{bands['high']} days will probably still be empty on Monday at noon, {bands['medium']} perhaps, "
        f"{bands['low']} hardly.[/bold] On {len(answer['nothing_to_predict'])} no time is expected.",
        soft_wrap=True,
    )
    if risky:
        _tell_days(console, risky)
    _tell_recommended(console, said, step)
    _tell_withheld(console, said)


def _tell_days(console: Console, risky: list[dict[str, Any]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title, right in (("person", False), ("day", False), ("chance", True), ("band", False), ("money waits", True)):
        table.add_column(title, justify="right" if right else "left", no_wrap=True)
    table.add_column("why")
    for one in risky[:SHOWN]:
        person, _, day = one["subject_id"].rpartition("/")
        colour = _COLOURS[one["band"]]
        table.add_row(
            person,
            f"{date.fromisoformat(day):%a %d %b}",
            f"{one['probability']:.0%}",
            f"[{colour}]{one['band']}[/{colour}]",
            _money(one),
            "; ".join(reason["text"] for reason in _raising(one)[:REASONS]),
        )
    console.print(Padding(table, (1, 0, 0, 3)))
    if len(risky) > SHOWN:
        console.print(f"   and {len(risky) - SHOWN} more", style="dim")
    console.print(f"   {_total(risky)}", soft_wrap=True)


def _tell_recommended(console: Console, said: list[dict[str, Any]], step: str) -> None:
    by_action: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in said:
        for recommendation in one["recommendations"]:
            by_action[recommendation["action"]].append(recommendation)
    console.print(
        f"\n[bold]What the gate lets the engine recommend[/bold] while the week is '{step}'",
        soft_wrap=True,
    )
    if not by_action:
        console.print("   nothing")
    for action, recommended in by_action.items():
        first = recommended[0]
        barred = ", ".join(first["requires"]["not"])
        console.print(
            f"   {len(recommended):3} {action}: {first['text']}\n"
            f"         to be approved by a {first['requires']['approver_role']}, not by {barred}; "
            f"signed, until {first['expires_at'][:16].replace('T', ' ')} UTC",
            markup=False,
            soft_wrap=True,
        )


def _tell_withheld(console: Console, said: list[dict[str, Any]]) -> None:
    withheld = Counter((no["action"], no["code"], no["reason"]) for one in said for no in one["withheld"])
    if withheld:
        console.print("\n[bold]What it withheld, and why[/bold]")
    for (action, code, reason), times in withheld.most_common():
        console.print(f"   {times:3} {action}: {code}. {reason}", markup=False, soft_wrap=True)


def _weight(prediction: dict[str, Any]) -> float:
    return float(prediction["probability"])


def _raising(prediction: dict[str, Any]) -> list[dict[str, Any]]:
    """The reasons that speak for the risk, the strongest first."""
    raising = [reason for reason in prediction["reasons"] if reason["effect"] > 0]
    return sorted(raising, key=lambda reason: -reason["effect"])


def _money(prediction: dict[str, Any]) -> str:
    money = prediction["money_at_risk"]
    if money["deferred_amount"] is None:
        return "no rate"
    return f"{money['currency']} {money['deferred_amount']:,.0f}"


def _total(predictions: list[dict[str, Any]]) -> str:
    sums: dict[str, float] = defaultdict(float)
    for prediction in predictions:
        money = prediction["money_at_risk"]
        if money["deferred_amount"] is not None:
            sums[money["currency"]] += money["deferred_amount"]
    amounts = ", ".join(f"{currency} {amount:,.0f}" for currency, amount in sorted(sums.items()))
    return f"Billing that waits for these days, in expectation: {amounts or 'no rate is known'}"
