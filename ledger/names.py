"""By what a row of the audit chain is found: the ids and pseudonyms in its payload, each as one number.

``payload`` is text, which no index reads. So each row carries, beside what is hashed, the first 64 bits of each name
that stands in it under one of a few keys; a search looks these up and then holds the payload against the whole name.
"""

import re
from collections.abc import Iterable

KEYS = ("answer_id", "jti", "principal", "promoter", "requester", "subject", "trainer")
"""Under which a payload's UUIDs and pseudonyms are names to search by."""

_NAME = r"[0-9a-f]{64}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_NAMED = re.compile(rf'"(?:{"|".join(KEYS)})":"({_NAME})"')


def names(payload: str) -> list[int]:
    """The numbers of all names in a payload (canonical JSON), ascending and each once."""
    return numbers(_NAMED.findall(payload))


def numbers(found: Iterable[str]) -> list[int]:
    """The number of each name, as PostgreSQL's bigint has it."""
    return sorted({number if number < 1 << 63 else number - (1 << 64) for number in map(_first_64_bits, set(found))})


def _first_64_bits(name: str) -> int:
    return int(name.replace("-", "", 3)[:16], 16)
