"""Whether sentences that somebody else wrote may be told: only slots and words that claim nothing.

Free text cannot be checked for truth: a lower-case name, an ordinal, a swapped role or "approved" for "not approved"
looks like any other text. So nothing is checked but the form. Every value, name, role, day, comparison and decision is
in a slot, whose phrase code has made; between slots stand words of a closed list (`models.approval_summary.glue`).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise

from models.approval_summary.evidence import Evidence
from models.approval_summary.glue import MARKS, NOUNS, PHRASES, WORD, WORDS
from models.approval_summary.sentences import MOST_SENTENCES

LONGEST_TEMPLATE = 400
MOST_WORDS_BETWEEN = 12
"""Words in a row without a slot: more of them are a sentence of somebody's own."""
SLOT = re.compile(r"\{(E[1-9]\d{0,2})\.([a-z_]{1,20})\}")


def wrong(templates: Sequence[str], items: Sequence[Evidence], must_tell: Sequence[Sequence[str]]) -> list[str]:
    """What is wrong with the sentences; nothing: they may be told.

    ``items`` are those that the reader may see. ``must_tell`` lists groups of ids: of each one at least has to be
    cited, so that nothing is left out at a wish. The answers repeat nothing of the sentences.
    """
    found = []
    if not 1 <= len(templates) <= MOST_SENTENCES:
        found.append(f"expected 1 to {MOST_SENTENCES} sentences")
    slots = {(item.id, slot): item.kind for item in items for slot in item.slots}
    for number, template in enumerate(templates, start=1):
        found += [f"sentence {number}: {mistake}" for mistake in _mistakes(template, slots)]
    cited = {match[1] for template in templates for match in SLOT.finditer(template)}
    found += ["something that has to be told is not" for group in must_tell if cited.isdisjoint(group)]
    return found


def _mistakes(template: str, slots: Mapping[tuple[str, str], str]) -> list[str]:
    found = []
    if len(template) > LONGEST_TEMPLATE:
        return [f"expected at most {LONGEST_TEMPLATE} characters"]
    used = [(match[1], match[2]) for match in SLOT.finditer(template)]
    if not used:
        found.append("expected a slot")
    if any(slot not in slots for slot in used):
        found.append("expected slots of the evidence that was given")
    between = [unicodedata.normalize("NFC", part) for part in SLOT.split(template)[::3]]
    words = [[word.casefold().removesuffix("'s") for word in WORD.findall(_without_phrases(part))] for part in between]
    next_kinds = [slots.get(slot) for slot in used] + [None]
    if not all(_claims_nothing(word, kind) for part, kind in zip(words, next_kinds, strict=True) for word in part):
        found.append("expected words that claim nothing between the slots")
    if any(len(part) > MOST_WORDS_BETWEEN for part in words):
        found.append(f"expected at most {MOST_WORDS_BETWEEN} words without a slot")
    if any(not MARKS.issuperset(WORD.sub("", part)) for part in between):
        found.append("expected no marks but commas, full stops and the like")
    if any(_sticks(before, after) for before, after in pairwise(between)):
        found.append("expected a blank or a mark around each slot")
    return found


def _without_phrases(part: str) -> str:
    lower = part.casefold()
    for phrase in PHRASES:
        lower = lower.replace(phrase, "with")
    return lower


def _claims_nothing(word: str, next_kind: str | None) -> bool:
    """Whether a word only joins, or names what the slot after it does tell of."""
    return word in WORDS or next_kind in NOUNS.get(word, ())


def _sticks(before: str, after: str) -> bool:
    """Whether a word runs into the slot between: half of a word could stand on each side of it."""
    return _joins(before[-1:]) or _joins(after[:1])


def _joins(mark: str) -> bool:
    return mark.isalnum() or mark == "-"
