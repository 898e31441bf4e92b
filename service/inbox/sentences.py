"""What was predicted of one subject, in sentences that code has made from what its reader may see.

Each cites the members of the prediction beside it that it is from, as JSON pointers. Nothing that is hidden from the
reader can be in them, for they are made after the redaction.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from models.task import Task

MOST_REASONS = 3


def sentences(task: Task, subject_id: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sentences about a prediction as it is shown (``told``)."""
    return [
        {"text": text, "cites": [f"/prediction/{each}" for each in cites]}
        for text, cites in (*_risk(task, subject_id, told), *_why(told), *_money(told), *_green(told), *_advice(told))
    ]


_Said = Iterator[tuple[str, list[str]]]


def _risk(task: Task, subject_id: str, told: Mapping[str, Any]) -> _Said:
    what = f"The {task.subject} {subject_id}"
    if told["probability"] is None:
        yield f"{what} stands out ({told['band']}); no probability is known.", ["band"]
    else:
        yield f"{what} is in trouble with a probability of {told['probability']:.0%} ({told['band']}).", [
            "probability", "band"
        ]  # fmt: skip
    expected = told["expected"]
    if expected is not None and task.expected is not None:
        text = f"Expected are {expected['p50']:.0f} {task.expected}, between {expected['p10']:.0f} and "
        yield f"{text}{expected['p90']:.0f} in 8 of 10 cases.", ["expected"]


def _why(told: Mapping[str, Any]) -> _Said:
    driving = [
        (place, each)
        for place, each in enumerate(told["reasons"])
        if each["effect"] > 0 and each["field"] != "everything_else"
    ][:MOST_REASONS]
    if driving:
        texts = "; ".join(each["text"] for _, each in driving)
        yield f"What raises it most: {texts}.", [f"reasons/{place}" for place, _ in driving]


def _money(told: Mapping[str, Any]) -> _Said:
    money = told["money_at_risk"]
    parts = [
        f"{money['currency']} {money[name]:,.0f} {words}"
        for name, words in (("expected_loss", "would be lost"), ("deferred_amount", "would come later"))
        if money[name]
    ]
    if parts:
        yield f"In expectation, {' and '.join(parts)}.", ["money_at_risk"]


def _green(told: Mapping[str, Any]) -> _Said:
    shown = [each for each in told["turns_green"] if each["to"] is not None]
    if shown and len(shown) == len(told["turns_green"]):
        changes = " and ".join(f"{each['field']} were {each['to']:g}" for each in shown)
        yield f"Its band would come down if {changes}.", ["turns_green"]


def _advice(told: Mapping[str, Any]) -> _Said:
    if told["recommendations"]:
        for place, each in enumerate(told["recommendations"]):
            yield f"Recommended: {each['text']}", [f"recommendations/{place}"]
    elif told["withheld"]:
        yield f"Nothing may be recommended: {told['withheld'][0]['reason']}", ["withheld/0"]
