"""The sentences of the template: what to tell whom first. They are made as a language model has to make them.

A plan names slots by the kind of an item and one of its phrases, such as ``amount.amount``. Of a plan's parts those are
told that are known; one of which nothing is known is no sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.approval_summary.evidence import Evidence, by_kind

MOST_SENTENCES = 6


@dataclass(frozen=True)
class Sentence:
    """``template`` has slots like ``{E2.amount}``, ``text`` has their phrases, ``cites`` the items in their order."""

    template: str
    text: str
    cites: Sequence[str]


@dataclass(frozen=True)
class _Part:
    """Some words and the first slot of ``choices`` that is known; where none is, nothing."""

    lead: str
    choices: tuple[str, ...]


def _part(lead: str, *choices: str) -> _Part:
    return _Part(lead, choices)


_PLANS: Mapping[str, Sequence[_Part]] = {
    "what": (
        _part("This is ", "request.kind"), _part(": ", "amount.amount"), _part(" ", "request_project.project"),
        _part(", ", "opened.opened"),
    ),
    "state": (
        _part("It is ", "state.state", "closed.closed"), _part(", ", "waiting.waiting", "took.took"),
        _part(", with ", "outcome.outcome"), _part(", ", "waiting_rank.comparison"),
    ),
    "steps": (
        _part("The record shows ", "last_step.step"), _part(", with ", "idle.idle"),
        _part("; there was ", "held_days.held"),
    ),
    "back": (
        _part("There is a record of ", "sent_back.times"), _part(", ", "last_sent_back.step"),
        _part(", with ", "asked_for.why"),
        _part(", ", "answered.answer"),
    ),
    "money": (
        _part("In terms of money it is ", "above_limit.comparison", "within_limit.comparison"),
        _part(", and it is ", "above_budget.comparison", "within_budget.comparison"),
        _part(", with ", "budget_left.left"),
    ),
    "similar": (
        _part("For comparison, there is a record of ", "similar_outcomes.outcomes", "similar.similar"),
        _part(", with ", "similar_days.median"),
    ),
}  # fmt: skip
_ORDER: Mapping[str, Sequence[str]] = {"finance": ("what", "money", "state", "back", "steps", "similar")}
_USUAL = ("what", "state", "back", "money", "steps", "similar")
"""Finance decides about money, everybody else asks first what holds it up."""


def told(items: Sequence[Evidence], api_role: str) -> list[Sentence]:
    """The sentences for a reader in a role, from the items that the reader may see."""
    named = by_kind(items)
    templates = [_template(_PLANS[name], named) for name in _ORDER.get(api_role, _USUAL)]
    return [filled(template, items) for template in templates if template is not None][:MOST_SENTENCES]


def _template(plan: Sequence[_Part], named: Mapping[str, Evidence]) -> str | None:
    """The parts that are known, as one sentence; what stands first begins as the plan does."""
    known = [(part.lead, slot) for part in plan if (slot := _first(part.choices, named)) is not None]
    if not known:
        return None
    words = [plan[0].lead if place == 0 else lead for place, (lead, _) in enumerate(known)]
    return "".join(f"{lead}{slot}" for lead, (_, slot) in zip(words, known, strict=True)) + "."


def filled(template: str, items: Sequence[Evidence]) -> Sentence:
    """The sentence with its phrases. Raises KeyError for a slot that no item has."""
    phrases = {f"{item.id}.{slot}": text for item in items for slot, text in item.slots.items()}
    parts = template.replace("}", "{").split("{")
    names = parts[1::2]
    text = "".join(part if place % 2 == 0 else phrases[part] for place, part in enumerate(parts))
    cites = tuple(dict.fromkeys(name.partition(".")[0] for name in names))
    return Sentence(template, text, cites)


def _first(choices: Sequence[str], named: Mapping[str, Evidence]) -> str | None:
    for choice in choices:
        kind, _, slot = choice.partition(".")
        if kind in named:
            return f"{{{named[kind].id}.{slot}}}"
    return None
