"""The closed list of remarks on an answer about a text: what a reader, and the gate, should know of how it came."""

from collections.abc import Iterable
from enum import StrEnum


class TextFlag(StrEnum):
    """One remark. The first ones are suspicions: somebody may have written the text to steer whoever reads it."""

    INJECTION_SUSPECTED = "injection_suspected"
    """Somewhere the text speaks to a machine, or about something else than a piece of work."""
    INVISIBLE_CHARACTERS = "invisible_characters"
    """The text holds characters that nobody sees. They are taken out before anything is read."""
    RESTS_ON_FEW_LINES = "rests_on_few_lines"
    """Without a line or two of the text the answer would be another one; then none is given."""
    DISAGREEMENT = "disagreement"
    """A language model and the embedded route answer differently."""
    ABSTAINED = "abstained"
    """The most likely answer is not likely enough to be given."""
    CONTRADICTION = "contradiction"
    """The text states a value twice, and differently."""
    TRUNCATED = "truncated"
    """Only a part of the text was read."""
    UNCALIBRATED = "uncalibrated"
    """The confidence ranks, and is no frequency."""
    ADDED_BY_MODEL = "added_by_model"
    """A language model found a value that the rules did not. It stands where it is cited; nobody else has read it."""
    PROMPT_ANSWER_REFUSED = "prompt_answer_refused"
    """A language model's reply did not stand up to the checks; the embedded route answered."""


SUSPICIONS = frozenset({TextFlag.INJECTION_SUSPECTED, TextFlag.INVISIBLE_CHARACTERS, TextFlag.DISAGREEMENT})
"""Flags under which nothing is recommended."""

REVIEWED = SUSPICIONS | {
    TextFlag.RESTS_ON_FEW_LINES,
    TextFlag.ABSTAINED,
    TextFlag.CONTRADICTION,
    TextFlag.TRUNCATED,
    TextFlag.ADDED_BY_MODEL,
}
"""Flags under which somebody has to look at the answer."""


def suspicious(flags: Iterable[TextFlag]) -> bool:
    """Whether the gate is to be told that the text is suspicious."""
    return not SUSPICIONS.isdisjoint(flags)


def needs_review(flags: Iterable[TextFlag]) -> bool:
    """Whether a person has to look before anybody relies on the answer."""
    return not REVIEWED.isdisjoint(flags)
