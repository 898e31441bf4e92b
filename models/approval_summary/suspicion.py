"""Whether somebody may have written into an approval's records what was meant for a machine, or hidden something there.

Nothing of it could change a sentence: notes are read for codes of a closed list only, and names that are no names are
not told. Suspicion is told all the same, so that a person looks and nothing is recommended.
"""

import re
from collections.abc import Iterator, Sequence

from models.approval_summary.asked_for import LONGEST_NOTE
from models.approval_summary.known import Known
from models.approval_summary.steps import contradicts, is_a_name
from models.approval_summary.wording import plain
from models.text_flags import TextFlag
from models.text_marks import cleaned

_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:above|before|previous|preceding|prior|earlier|all|every"
    r"|instructions?|rules?|orders?|tasks?|assignments?|prompts?|information|said|told)\b"
    r"|\b(?:system|developer|assistant|user) ?(?:prompt|message|:)|\bprompts?\b"
    r"|\b(?:chat)?gpt\b|\blanguage model\b|\bllms?\b|\bai\b"
    r"|\b(?:you are|you're|act as|pretend|imagine|role ?play|from now on)\b"
    r"|\byour (?:answer|reply|response|task|instructions?|new)\b"
    r"|\b(?:answer|respond|reply|output|print|repeat|translate|write|tell|say|generate|summari[sz]e|state|report)\b.{0,30}"
    r"\b(?:as|with|that|me|the following|text|only|in|exactly|approved?|a|an|your)\b"
    r"|\bmark(?:ed)? (?:it |this )?as (?:approved|urgent|safe|final)"
    r"|\b(?:auto-?)?approve (?:this|it|immediately|now|at once|without)\b"
    r"|\bvergiss|\bignorier|\bdu bist\b|\bstell dir\b|\bschreib|\bantworte\b|\banweisung"
    r"|https?://|www\.|<[a-z/!]|\{\{|\[inst|```|###",
    re.DOTALL,
)


def suspicions(about: Known) -> list[TextFlag]:
    """The flags of an approval, in the order of the list; none where nothing is suspicious."""
    found: set[TextFlag] = set()
    names = [about.approval["kind"], about.approval["outcome"], *(step.approver_role for step in about.steps)]
    if not all(plain(name) for name in names if name is not None):
        found.add(TextFlag.INJECTION_SUSPECTED)
    if not all(is_a_name(each) for each in about.activities):
        found.add(TextFlag.INJECTION_SUSPECTED)
    if any(contradicts(each) for each in about.activities):
        found.add(TextFlag.CONTRADICTION)
    for text in _written(about, names):
        clean, hidden = cleaned(text)
        if hidden:
            found.add(TextFlag.INVISIBLE_CHARACTERS)
        if _TO_A_MACHINE.search(clean.casefold()):
            found.add(TextFlag.INJECTION_SUSPECTED)
    if any(step.note is not None and len(step.note) > LONGEST_NOTE for step in about.steps):
        found.add(TextFlag.TRUNCATED)
    return [flag for flag in TextFlag if flag in found]


def _written(about: Known, names: Sequence[str | None]) -> Iterator[str]:
    yield from (name for name in names if name is not None)
    yield from about.activities
    yield from (step.note for step in about.steps if step.note is not None)
