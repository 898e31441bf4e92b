"""The fields in words, and which of them a person can influence."""

from collections.abc import Callable, Mapping, Sequence

from models.task import Row

WORDS: Mapping[str, Callable[[Row], str]] = {
    "open_days": lambda row: f"open for {row['open_days']:.0f} days",
    "hours": lambda row: "its hours are not known" if row["hours"] is None else f"it adds {row['hours']:.0f} hours",
    "value": lambda row: (
        "it has no price yet" if row["value"] is None else f"it adds {row['value']:,.0f} to the contract"
    ),
    "service_line": lambda row: f"service line: {row['service_line'] or 'not known'}",
}

LEVERS: Mapping[str, Callable[[Row], Sequence[float]]] = {
    "value": lambda row: [] if row["value"] is None else [row["value"] / 2, row["value"] / 4],
}
