"""Does a document speak to a machine? Rules that look at each line as a sentence out of place in a statement of work.

They see what is said openly. What changes an answer without being seen is caught by what the answer rests on
(`Classifier.guess`), by values that contradict each other, and by quotes that have to stand where they are cited.
"""

import re

from models.sow.lines import Document, Found
from models.sow.passages import Passages
from models.sow.wording import wordings

_MARKERS = re.compile(
    r"<\|?/?(?:im_start|im_end|system|user|assistant|endoftext|inst|s)\b\|?>|\[/?INST\]|"
    r"^\s*(?:###\s*)?(?:system|assistant|user|human)\s*:|\\n|<<SYS>>|"
    r"BEGIN\s+(?:SYSTEM|PROMPT)|(?:\b\w ){7,}\w\b|\b[A-Za-z0-9+/]{80,}={0,2}|"
    r"print\s*\(|<script|\{\{.*\}\}|\$\{",
    re.IGNORECASE,
)
MOST_SHOWN = 5


def suspicions(document: Document, passages: Passages) -> list[Found]:
    """The first places that speak to a machine, with the kind of each."""
    found = [line.found("marker") for line in document.lines if _MARKERS.search(line.text)]
    for kind, pattern in wordings("suspicion").items():
        found += [passages.place(seen, kind) for seen in passages.search(pattern)]
        if len(found) > MOST_SHOWN:
            break
    return found[:MOST_SHOWN]
