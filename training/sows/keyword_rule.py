"""What one would do without a classifier: look for one telling word."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

SEEN = 5
"""A word seen in fewer documents tells nothing."""


class KeywordRule:
    """The label that most documents with a document's most telling word have; without one, the most common label."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        by_word: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text, label in zip(texts, labels, strict=True):
            for word in _words(text):
                by_word[word][label] += 1
        self._commonest = Counter(labels).most_common(1)[0][0]
        self._telling = {
            word: (count / held.total(), label)
            for word, held in by_word.items()
            if held.total() >= SEEN
            for label, count in held.most_common(1)
        }

    def label(self, text: str) -> str:
        """The label of one text."""
        known = [self._telling[word] for word in sorted(_words(text)) if word in self._telling]
        return max(known)[1] if known else self._commonest


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.casefold()))
