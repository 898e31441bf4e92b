"""The audit trail as auditors read it: pages from the newest row back, and exports that are themselves on record.

A page is not put on record, or reading the newest rows would make newer ones; what is, is who looked a person up, and
who took rows away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, Engine

from ledger.audit import Entry
from ledger.export import export_entry
from ledger.pseudonyms import pseudonym, reference
from ledger.reading import Stored, Wanted, page, pseudonyms, span, stream
from service.store.commit import GroupCommitter, Unit
from service.store.key_holders import key_holders

SEARCHED = "audit_searched"
_LINES_A_CHUNK = 500


@dataclass(frozen=True)
class Question:
    """Which rows an auditor asks for; None is any. ``principal`` and ``subject`` are plain ids."""

    kind: str | None = None
    answer_id: UUID | None = None
    jti: UUID | None = None
    principal: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def by_person(self) -> list[str]:
        """By which plain ids somebody is looked up."""
        return [name for name in ("principal", "subject") if getattr(self, name) is not None]


@dataclass(frozen=True)
class Page:
    """Rows, newest first; ``next_before`` is where the next older page begins, None where there is none."""

    rows: Sequence[Stored]
    next_before: int | None


@dataclass(frozen=True)
class Trail:
    """The chain to read, and where reading it is put on record."""

    engine: Engine
    committer: GroupCommitter

    def page(self, question: Question, reader: str, *, before: int | None, limit: int) -> Page:
        """One page. ``reader`` is the principal who asks."""
        with self.engine.connect() as connection:
            rows = page(connection, _wanted(connection, question), before=before, limit=limit + 1)
        found = Page(rows[:limit], rows[limit - 1].seq if len(rows) > limit else None)
        if question.by_person:
            self._record(Entry(SEARCHED, {"principal": self._name(reader), "by": question.by_person}))
        return found

    def export(self, question: Question, reader: str) -> Iterator[bytes]:
        """All rows of the range in order, as lines. Put on record before the first one leaves."""
        with self.engine.connect() as connection:
            wanted = _wanted(connection, question)
            found = span(connection, wanted)
        if found is None:
            return iter(())
        self._record(export_entry(found, wanted, self._name(reader)))
        return self._lines(replace(wanted, through=found.last.seq))

    def _lines(self, wanted: Wanted) -> Iterator[bytes]:
        with self.engine.connect() as connection:
            rows = stream(connection, wanted)
            while chunk := "".join(f"{row.line}\n" for row in islice(rows, _LINES_A_CHUNK)):
                yield chunk.encode()

    def _record(self, entry: Entry) -> None:
        self.committer.submit(Unit(entry))

    def _name(self, principal_id: str) -> str:
        with self.engine.begin() as connection:
            return pseudonym(reference(connection, principal_id), principal_id)


def _wanted(connection: Connection, question: Question) -> Wanted:
    names = [frozenset({str(each)}) for each in (question.answer_id, question.jti) if each is not None]
    if question.principal is not None:
        names.append(pseudonyms(connection, question.principal, [question.principal]))
    if question.subject is not None:
        names.append(pseudonyms(connection, question.subject, key_holders(connection, question.subject)))
    return Wanted(kind=question.kind, names=names, since=question.since, until=question.until)
