"""The words that may stand between slots: they join, and claim nothing.

A closed list, since a list of forbidden words never ends: a name in lower case, an ordinal, a role, a decision, "not",
"only" or "because" is refused for being no word of this list. No word of it is a number, a name, a negation, a
comparison, an order in time, a cause, a wish or a judgement; nor one that, behind a slot, would say what became of it,
such as "attached" or "included".
"""

import re
from collections.abc import Mapping

WORDS = frozenset(
    """
    a about account addition additionally against along also among an and appears approval are around as aside at
    background basically basis been being beside besides brief briefly can carries carry carrying case cases comes
    compared comparing comparison comprises comprising concern concerned concerning concerns consist consists
    contain contains context cover covering covers describe describes describing detail detailing details displays
    documents entails entries entry essentially evidence exception fact facts figures file files financial
    financially find finding finds following follows for from further furthermore gist has have here history hold
    holding holds in include includes including indicate indicates indicating information involve involved involves
    involving is it item items its itself likewise line list lists log look looking looks matter matters meanwhile
    mention mentioning mentions money moreover namely note notes noting observing of offer offers on ones our
    outline outlines outlining overall overview part particular particulars parts per pertaining pertains picture
    presentation presenting process progress question questions reader readers reading reads recap record records
    reference refers reflects regarding regards register relate related relates relating relation remains report
    reporting reports request requests respect reveals say saying says section see setting show showing shown shows
    side situation sketch specifically stage stand standing stands state stated statement states stating status
    step steps subject summarise summarises summarize summarizes summary summing tell telling tells terms that the
    their them there these they this those timeline to together topic trail turn turning us view was way ways we
    were what where which while with words writing you your
    """.split()  # noqa: SIM905 - a list of words is read as words
)
PHRASES = ("by way of", "asked for here", "before you")
"""Joining words that are none of the list one by one."""
_MONEY = frozenset({"above_budget", "within_budget", "budget", "budget_left", "spent"})
_LIMIT = frozenset({"limit", "above_limit", "within_limit"})
_COMPARED = frozenset({"above_budget", "within_budget", "above_limit", "within_limit"})
_STATE = frozenset({"state", "closed", "outcome", "waiting", "took", "last_step"})
_ALIKE = frozenset({"similar", "similar_outcomes", "similar_days", "waiting_rank"})
NOUNS: Mapping[str, frozenset[str]] = {
    "amount": _COMPARED | {"amount"}, "amounts": frozenset({"amount"}),
    "budget": _MONEY, "limit": _LIMIT, "limits": _LIMIT, "similar": _ALIKE,
    "status": _STATE, "outcome": frozenset({"outcome", "closed"}),
    "rejections": frozenset({"sent_back", "last_sent_back"}), "returns": frozenset({"sent_back", "last_sent_back"}),
    "project": frozenset({"request_project", *_MONEY}),
}  # fmt: skip
"""Words that name what the next slot tells of: they may only stand before an item of these kinds."""

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")  # noqa: RUF001 - as it is typed
MARKS = frozenset(" ,.;:()–—-")  # noqa: RUF001
