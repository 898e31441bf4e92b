"""Where the work is done."""

import re
from collections.abc import Sequence

from models.sow.lines import Found, Line
from models.sow.passages import label, labelled

_LABEL = label(
    r"places?\s+of\s+(?:performance|work|delivery)|(?:work|delivery|service|project)?\s*locations?(?=\s*:)|leistungsort|"
    r"einsatzort|erfüllungsort|arbeitsort"
)
_LEAD = re.compile(
    r"^.*?\b(?:located\s+(?:primarily\s+)?at(?:\s+the)?|performed\s+(?:primarily\s+)?(?:at|in)(?:\s+the)?|takes?\s+place\s+(?:at|in)|"
    r"place\s+of\s+performance\s+(?:shall\s+be|is)(?:\s+at)?(?:\s+the)?|erbracht\s+in|erfolgt\s+in)\s+",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(r"[?!<>{}=\"“”]|\.\.\.|https?:")
"""A question, a cry or a quotation is no place, wherever it stands."""
_SHORTEST = 3
"""Characters; an abbreviation of two letters may be anything."""
_LONGEST = 160
_MOST_LINES = 3


def places(lines: Sequence[Line]) -> tuple[list[Found], bool]:
    """Each place under a label, as written, up to the end of its sentence; and whether one was there and not read.

    What does not look like a place is not taken for one, and somebody has to be told that there was a label.
    """
    found, unread = [], False
    for line, _, place in labelled(lines, _LABEL):
        if _LABEL.match(line.text) and line.text.strip().endswith(":"):
            continue
        match = _LABEL.match(line.text)
        start = match.start("rest") if match and match["rest"] else 0
        text, end = line.text[start:], start
        for more in lines[place + 1 : place + _MOST_LINES]:
            if more.page != line.page or text.rstrip().endswith((".", ";")) or match or _LABEL.match(more.text):
                break
            text = f"{text.rstrip()} {more.text.strip()}"
        lead = _LEAD.match(text)
        value = re.split(
            r"(?<=[a-z0-9)])\.(?:\s|$)|;| and other |,? with (?:travel|up to)", text[lead.end() if lead else 0 :]
        )[0].strip(" .|,")
        if _NO_PLACE.search(text) or len(value) > _LONGEST:
            unread = True
        elif len(value) >= _SHORTEST:
            found.append(line.found(value, end, len(line.text)))
    return found, unread
