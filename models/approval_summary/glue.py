"""The words that may stand between slots: they join, and claim nothing.

A closed list, since a list of forbidden words never ends: a name in lower case, an ordinal, a role, a decision, "not",
"only" or "because" is refused for being no word of this list. No word of it is a number, a name, a negation, a
comparison, an order in time, a cause, a wish or a judgement.
"""

import re

WORDS = frozenset(
    """
    a about account addition additionally along also among an and appears approval around as aside at available
    background basis been being can carries carry case comes comparison comprises comprising concerned concerning
    concerns contains context covers described describes detail details documented documents entries entry evidence
    exception fact facts figures file files financially following follows for found from further furthermore given
    gives has have here history in included includes including information involves involving is it item items its
    itself known likewise list listed lists log look looking looks marked matter matters meanwhile mentions money
    moreover note noted notes of on overall overview part parts per picture place present presents process reads
    record recorded records regarding regards registered related relates relation remains reported request respect
    says see seen set shown shows side situation stand stands state stated states status step steps summary tells
    terms that the their there these this those timeline to together topic turn turning view was were what where
    which while with
    """.split()  # noqa: SIM905 - a list of words is read as words
)
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")  # noqa: RUF001 - as it is typed
MARKS = frozenset(" ,.;:()–—-")  # noqa: RUF001
