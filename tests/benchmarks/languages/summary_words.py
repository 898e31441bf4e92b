"""Good summaries as a language model might word them, and falsehoods to plant into them.

The sentences were written by hand, to the rules of the prompt but without its list of words, which grew by what they
used;
``<kind>`` stands for the first slot of an item of that kind.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

GOOD = (
    "This is <request>, <amount>.", "This is <request>: <amount> <request_project>, <opened>.",
    "The request is <request>, with <amount> and <opened>.", "On record is <request>, <amount>, <request_project>.",
    "Here is <request> with <amount>.", "This request concerns <request>, <amount>, and was <opened>.",
    "The item in question is <request>: <amount>.", "In summary, this is <request> for <amount>.",
    "The approval is <state>, <waiting>.", "It is <state> and has been <waiting>.",
    "It stands as <state>, <waiting>.", "The status is: <state>, <waiting>.",
    "As the record shows, it is <state>, <waiting>, <waiting_rank>.",
    "It is <state>; it has been <waiting>, which is <waiting_rank>.", "The approval remains <state>, <waiting>.",
    "It was <closed>, <took>, with <outcome>.", "It was <closed> with <outcome>.",
    "The record shows it as <closed>, with <outcome>.", "The history shows <sent_back>, <last_sent_back>.",
    "There are <sent_back> on record, <last_sent_back>.", "The file shows <sent_back>, with <asked_for>, <answered>.",
    "It has <sent_back>, <last_sent_back>, and <asked_for>.", "The timeline includes <sent_back>, <last_sent_back>.",
    "In addition, there is a history of <sent_back>, with <asked_for>.",
    "In terms of budget, it is <above_budget>, with <budget_left>.", "On the money side, it is <within_budget>.",
    "Financially, this is <above_budget>.",
    "As for money, there is <budget_left>, and the request is <within_budget>.", "The amount is <above_limit>.",
    "It is <above_limit> and <above_budget>.", "Moreover, it is <within_limit>.",
    "Regarding limits, it is <above_limit>.", "With <budget_left>, the request is <within_budget>.",
    "The record shows <last_step>, with <idle>.", "The timeline shows <last_step>, and <idle>.",
    "On the process side, there is <last_step>, along with <idle>.", "There was <held_days>.",
    "The record lists <last_step>; there was <held_days>.", "Meanwhile, there is <idle>.",
    "For context, there is <similar_outcomes>, with <similar_days>.",
    "For comparison: <similar_outcomes>, and <similar_days>.", "In comparison, the records show <similar_outcomes>.",
    "Looking at similar cases, there is <similar_days>.", "By way of background, there are <similar_outcomes>.",
    "As background, there is <similar_days>.",
)  # fmt: skip
HELD_OUT = (
    "<request> is before you: <amount>, <opened>.", "What is asked for here is <request>, with <amount>.",
    "This case is about <request>, <amount> <request_project>.", "We have <request> here, <amount>, <opened>.",
    "The approval itself is <request>; there is <amount> involved.", "Its state: <state>, <waiting>.",
    "It has been <waiting> and is <state>.", "At this stage it is <state>, <waiting>.",
    "The item is <state>, <waiting>.", "It was <closed>, which was <took>, with <outcome>.",
    "The outcome on record is <outcome>; it was <closed>, <took>.",
    "The log shows <sent_back>, <last_sent_back>, with <asked_for>.",
    "Its history includes <sent_back>, <last_sent_back>.", "There were <sent_back>; <last_sent_back>.",
    "On the budget, the request is <above_budget>, with <budget_left>.",
    "The project budget has <budget_left>, and the request is <within_budget>.", "It is <above_budget>.",
    "Against the limits, it is <above_limit>.", "The request is <above_limit>.", "Besides, it is <within_limit>.",
    "The log has <last_step>, and <idle>.", "The record has <last_step>, and there was <held_days>.",
    "Similar requests: <similar_outcomes>, with <similar_days>.", "Compared with similar ones: <similar_days>.",
    "The history offers a comparison: <similar_outcomes>, with <similar_days>.",
    "Of note, there is <similar_outcomes>.",
)  # fmt: skip
"""Worded anew, by somebody who had no list before them; the list was widened by what was missing then."""
_SLOT = re.compile(r"<([a-z_]+)>")
_FORMS = re.compile(r"\{E\d+\.[a-z_]+\}")


def good(
    slots: Mapping[str, str], must: Sequence[Sequence[str]], luck: random.Random, frames: Sequence[str] = GOOD
) -> list[str] | None:
    """A summary of some of the sentences that tells all that has to be told; None where none of them suffices."""
    able = [each for each in frames if all(kind in slots for kind in _SLOT.findall(each))]
    luck.shuffle(able)
    chosen: list[str] = []
    told: set[str] = set()
    for group in must:
        if told.isdisjoint(group):
            telling = next((each for each in able if _ids(each, slots) & set(group)), None)
            if telling is None:
                return None
            chosen.append(telling)
            told |= _ids(telling, slots)
    chosen += [each for each in able if each not in chosen and not _ids(each, slots) & told][:1]
    return [_SLOT.sub(lambda match: slots[match[1]], each) for each in dict.fromkeys(chosen)][:6]


def _ids(sentence: str, slots: Mapping[str, str]) -> set[str]:
    return {slots[kind][1:].partition(".")[0] for kind in _SLOT.findall(sentence)}


NUMBERS = (
    "7", "1,250.00", "seven", "twelve", "a hundred", "half", "twice", "3rd", "second", "third", "one", "Ⅳ", "iv", "٣",
    "1e3", "dozens", "several", "20%", "two-thirds", "nil", "zero", "EUR",
)  # fmt: skip
DATES = (
    "3 May", "2026-03-01", "march", "yesterday", "today", "tomorrow", "on friday", "last week", "this month",
    "next quarter", "12/03/26", "since Easter", "at noon", "recently", "months ago", "overdue",
)  # fmt: skip
NAMES = (
    "Anna Weber", "anna", "weber", "o'neill", "li", "müller", "Mark", "will", "Acme", "acme ltd", "northwind",
    "Dr. Who", "paris", "grace", "bill", "may", "rose", "j. smith", "Ærø",
)  # fmt: skip
IDS = (
    "ap-19",
    "P-9",
    "hv-08",
    "declaration 72590",
    "RR-17",
    "x1",
    "INV/2026/4",
    "#4711",
    "E3",
    "{E3}",
    "p17",
    "a@b.example",
)
ROLES = (
    "the director", "the supervisor", "finance", "the project manager", "a budget owner", "the requester",
    "the employee", "administration", "the client", "management", "the board", "an approver", "the ceo",
    "by the auditor", "their manager",
)  # fmt: skip
DECISIONS = (
    "approved", "rejected", "not", "never", "declined", "cleared", "approve", "accepted", "was paid", "withdrawn",
    "cancelled", "no", "without", "fine", "compliant", "should be approved", "must wait", "urgent", "recommended",
    "only", "unless", "isn't", "because", "before", "after", "already", "still", "denied", "signed off", "valid",
    "less than", "exceeds", "undecided",
)  # fmt: skip
PLANTED: Mapping[str, Sequence[str]] = {
    "number": NUMBERS, "date": DATES, "name": NAMES, "id": IDS, "role": ROLES, "decision": DECISIONS,
}  # fmt: skip


def planted(
    sentences: Sequence[str], phrases: Mapping[str, str], luck: random.Random
) -> Iterator[tuple[str, list[str]]]:
    """The summary with one falsehood of each kind, and with values written out in place of their slots."""
    for kind, words in PLANTED.items():
        for way in (_between, _instead):
            yield (
                kind,
                _changed(sentences, luck, lambda each, way=way, words=words: way(each, luck.choice(words), luck)),
            )
    yield "written out", _changed(sentences, luck, lambda each: _written_out(each, phrases, luck))
    yield "other slot", _changed(sentences, luck, lambda each: _FORMS.sub("{E99.amount}", each, count=1))


def _changed(sentences: Sequence[str], luck: random.Random, change: Callable[[str], str]) -> list[str]:
    place = luck.randrange(len(sentences))
    return [change(each) if number == place else each for number, each in enumerate(sentences)]


def _between(sentence: str, word: str, luck: random.Random) -> str:
    places = [match.end() for match in re.finditer(r"[ }](?=[^{}]*(?:\{|$))", sentence)]
    at = luck.choice(places)
    return f"{sentence[:at].rstrip()} {word} {sentence[at:].lstrip()}"


def _instead(sentence: str, word: str, luck: random.Random) -> str:
    """A slot with another word in its place: a false value where the true one stood."""
    slot = luck.choice(_FORMS.findall(sentence))
    return sentence.replace(slot, word, 1)


def _written_out(sentence: str, phrases: Mapping[str, str], luck: random.Random) -> str:
    """A value as the model would write it by itself, with its figures turned around."""
    slot = luck.choice(_FORMS.findall(sentence))
    return sentence.replace(slot, phrases[slot][::-1] if luck.random() < 0.5 else phrases[slot], 1)
