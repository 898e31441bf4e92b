"""From lines of text to weighed words: what the classifier counts, and how much of it one line can say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

from models.arrays import Floats
from models.sow.language import COMMON

Terms = tuple[str, ...]

_PARTS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 4), "strip_accents": "unicode"}

_EARLY = 100
"""Lines after which a line counts for 0.7 of a first one: two to three pages."""
_LONG_PART = 4
_COMMON = (
    frozenset(word.encode("ascii", "ignore").decode() for words in COMMON.values() for word in words)
    | ENGLISH_STOP_WORDS
)
LONGEST_LINE = 2_000
"""Characters of a line that are counted: a document without line ends costs no more than one with them."""


@dataclass(frozen=True)
class Words:
    """Words and word pairs, and parts of words, each with the weight of its rarity (TF-IDF).

    A line is a vector of length 1 and a document the sum of its lines, each by the root of its length, brought to
    length 1 again. So a single line of a long document can say only so much, and what the document would be without a
    line is a subtraction.
    """

    words: Terms
    word_weights: Floats
    parts: Terms
    part_weights: Floats

    @classmethod
    def learnt(cls, texts: Sequence[str]) -> "Words":
        """The words of many texts. Parts of words count where two texts share them."""
        words, parts = _word_counter(None).fit(texts), TfidfVectorizer(**_PARTS, min_df=2).fit(texts)
        return cls(*_terms(words), *_terms(parts))

    @classmethod
    def telling(cls, texts: Sequence[str]) -> "Words":
        """The words by which a handful of texts differ: what three of them share tells nothing, nor do short parts."""
        words = TfidfVectorizer(ngram_range=(1, 2), max_df=2, strip_accents="unicode", stop_words=sorted(_COMMON))
        parts = TfidfVectorizer(**_PARTS, max_df=2).fit(texts)
        terms, weights = _terms(parts)
        long = [place for place, part in enumerate(terms) if len(part.strip()) >= _LONG_PART]
        return cls(*_terms(words.fit(texts)), tuple(terms[place] for place in long), weights[long])

    def of_lines(self, lines: Sequence[str]) -> csr_matrix:
        """A row a line, of length 1 (or 0 where it holds no known word)."""
        cut = [line[:LONGEST_LINE].lower() for line in lines]
        words = self._word_counter.transform(cut)
        counted = hstack([words, normalize(self._parts_of(cut), copy=False)], format="csr")
        return normalize(counted, copy=False)

    def _parts_of(self, lines: Sequence[str]) -> csr_matrix:
        """Parts of words, weighed. Each different word of the document is taken apart once, however often it comes."""
        places: dict[str, int] = {}
        columns, starts = [], [0]
        for line in lines:
            columns += [places.setdefault(word, len(places)) for word in line.split()]
            starts.append(len(columns))
        if not places:
            return csr_matrix((len(lines), len(self.parts)))
        held = csr_matrix((np.ones(len(columns)), columns, starts), (len(lines), len(places)))
        apart = self._part_counter.transform(list(places))
        return held @ apart @ diags(self.part_weights)

    def weighed(self, lines: Sequence[str]) -> csr_matrix:
        """A row a line of one document, as it counts in the document."""
        return diags(_weights(lines)) @ self.of_lines(lines)

    def of_documents(self, documents: Sequence[Sequence[str]]) -> csr_matrix:
        """A row a document, of length 1."""
        rows = self.of_lines([line for lines in documents for line in lines])
        weights = np.concatenate([_weights(lines) for lines in documents])
        starts = np.cumsum([0, *map(len, documents)])
        adding = csr_matrix((weights, np.arange(len(weights)), starts), (len(documents), len(weights)))
        return normalize(adding @ rows, copy=False)

    def __len__(self) -> int:
        return len(self.words) + len(self.parts)

    @cached_property
    def _word_counter(self) -> TfidfVectorizer:
        counter = _word_counter(self.words)
        counter.idf_ = self.word_weights
        return counter

    @cached_property
    def _part_counter(self) -> CountVectorizer:
        return CountVectorizer(**_PARTS, vocabulary=list(self.parts))


def _weights(lines: Sequence[str]) -> Floats:
    """The root of a line's number of words, and less the later it comes.

    A statement of work says early what it is about; what follows is much the same in all of them.
    """
    length = np.sqrt([line[:LONGEST_LINE].count(" ") + 1 for line in lines])
    return np.asarray(length / np.sqrt(1 + np.arange(len(lines)) / _EARLY))


def lines_of(text: str) -> list[str]:
    """The lines of a text that hold something; one empty line where none does."""
    return [line for line in text.splitlines() if line.strip()] or [""]


def _word_counter(known: Terms | None) -> TfidfVectorizer:
    return TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode", vocabulary=known and list(known)
    )


def _terms(counter: TfidfVectorizer) -> tuple[Terms, Floats]:
    return tuple(counter.get_feature_names_out()), np.asarray(counter.idf_, dtype=np.float64)


def softmax(scores: Floats, sharpness: float) -> Floats:
    """Scores as probabilities, row by row; the sharper, the more the highest gets."""
    scaled = scores * sharpness
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def log_loss(probabilities: Floats, truth: Sequence[int]) -> float:
    """Mean surprise of the labels that came."""
    chosen = probabilities[np.arange(len(truth)), list(truth)]
    return float(-np.mean([math.log(max(value, 1e-12)) for value in chosen]))
