"""The labelled statements of work of a firm, in the order in which they came."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.records import Records
from models.sow.parsing.document import document_of_file
from models.sow.parsing.refusals import DocumentRefused
from training.splits import TooFewRowsError

RAREST, RAREST_SHARE = 5, 1 / 150
"""A label of fewer documents, or of a smaller share of all, is not learnt: it would be said and seldom be right."""


@dataclass(frozen=True)
class Documents:
    """Texts with their labels and when they were received, by time. ``left_out`` counts what could not be used."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    received: tuple[dt.datetime, ...]
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.texts)

    def before(self, instant: dt.datetime) -> "Documents":
        """Those received before an instant."""
        return self.some([place for place, at in enumerate(self.received) if at < instant])

    def between(self, start: dt.datetime, end: dt.datetime | None = None) -> "Documents":
        """Those received from ``start`` and before ``end``."""
        return self.some([place for place, at in enumerate(self.received) if at >= start and (end is None or at < end)])

    def unlike(self, others: "Documents") -> "Documents":
        """Those whose text none of the others has, each text once: what was seen is no test. Capitals do not matter."""
        seen, kept = {_bare(text) for text in others.texts}, []
        for place, text in enumerate(self.texts):
            bare = _bare(text)
            if bare not in seen:
                seen.add(bare)
                kept.append(place)
        return self.some(kept)

    def common(self) -> "Documents":
        """Those whose label is not rare."""
        counts, least = Counter(self.labels), max(RAREST, RAREST_SHARE * len(self))
        return self.some([place for place, label in enumerate(self.labels) if counts[label] >= least])

    def some(self, places: Sequence[int]) -> "Documents":
        """Those at these places."""
        return Documents(
            tuple(self.texts[place] for place in places),
            tuple(self.labels[place] for place in places),
            tuple(self.received[place] for place in places),
            self.left_out,
        )


def labelled_documents(records: Records, folder: Path) -> Documents:
    """The rows of ``sows`` with a label, a time, and a text of their own or in a file beside the records.

    Raises TooFewRowsError where there is none.
    """
    sows = records.get("sows")
    if sows is None or sows.is_empty():
        raise TooFewRowsError("no table sows in these records; expected text, service_line and received_at")
    rows = sows.sort("received_at", "sow_id", nulls_last=True).select("text", "path", "service_line", "received_at")
    texts, labels, received = [], [], []
    for text, path, label, at in rows.iter_rows():
        said = text if text and text.strip() else _read(folder, path)
        if said and label and label.strip() and at is not None:
            texts.append(said)
            labels.append(label.strip())
            received.append(at)
    left_out = rows.height - len(texts)
    if not texts:
        raise TooFewRowsError(f"none of {left_out} rows of sows has a text, a service_line and a received_at")
    return Documents(tuple(texts), tuple(labels), tuple(received), left_out)


def _read(folder: Path, path: str | None) -> str | None:
    """The text of a file below the folder; None where there is none, or none that can be read."""
    if not path:
        return None
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return None
    try:
        return document_of_file(file.read_bytes()).text
    except DocumentRefused:
        return None


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
