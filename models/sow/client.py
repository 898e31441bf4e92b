"""For whom the work is done: only where the document says so, by a label or as a party."""

import re
from collections.abc import Sequence

from models.sow.lines import Found, Line
from models.sow.passages import Passages, label, labelled

_LABEL = label(
    r"client(?:\s+name)?|customer(?:\s+name)?|prepared\s+for|kunde|auftraggeber(?:in)?|buyer|contracting\s+agency"
)
_PARTY = re.compile(r"\bbetween\s+(?P<name>[^()]{3,80}?)\s*\((?P<role>[^)]{3,60})\)", re.IGNORECASE)
_PARTEI = re.compile(r"\bzwischen\s+(?:der\s+|dem\s+)?(?P<name>[^()]{3,80}?)\s*\((?P<role>[^)]{3,60})\)", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:between|zwischen)\s+[^()]{3,90}\([^)]{3,60}\)\s*,?\s*(?:and|und)\s+(?:der\s+|dem\s+)?(?P<name>[^()]{3,80}?)\s*"
    r"\((?P<role>[^)]{3,60})\)",
    re.IGNORECASE,
)
"""The party that is named first, and the one that is named second; each by what it is called in brackets."""
_IS_CLIENT = re.compile(r"\b(?:client|customer|buyer|auftraggeber|kunde)", re.IGNORECASE)
_AGENCY = re.compile(r"^\s*(?:U\.?S\.?\s+)?(?P<name>DEPARTMENT\s+OF(?:\s+THE)?(?:\s+[A-Z]+){1,4})\s*$")
_HEAD = 15
"""How many lines from the top a heading may name the agency that asks."""
_LONGEST = 80
_SENTENCE = re.compile(r"[.!?]\s+\S|[:;{}<>=@]|https?://")


def clients(lines: Sequence[Line], passages: Passages) -> list[Found]:
    """Where the client is named. A sentence is no name."""
    found = [line.found(_bare(name)) for line, name, _ in labelled(lines, _LABEL) if _is_name(name)]
    for pattern in (_PARTY, _PARTEI, _OTHER):
        for seen in passages.search(pattern):
            match, _ = seen
            if _IS_CLIENT.search(match["role"]) and _is_name(match["name"]):
                found.append(passages.place(seen, _bare(match["name"])))
    if not found:
        heads = ((line, _AGENCY.match(line.text)) for line in lines[:_HEAD])
        found = [line.found(" ".join(match["name"].split())) for line, match in heads if match]
    return found


def _bare(name: str) -> str:
    return name.strip(" ,;|\"'“”„")


def _is_name(text: str) -> bool:
    bare = _bare(text)
    return (1 < len(bare) <= _LONGEST and not _SENTENCE.search(bare) and not bare.endswith((".", "?"))) or (
        bare.endswith((" Inc.", " Ltd.", " Co.", " Corp.", "e.V.", "S.A.", " B.V.", "N.V.")) and len(bare) <= _LONGEST
    )
