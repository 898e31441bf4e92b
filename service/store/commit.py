"""One transaction for all answers that wait: a flush to the disk and a lock on the audit chain cost the same for many.

A single thread writes. It takes whatever is waiting and never waits for more: while one group is being committed, the
next one gathers by itself, the larger the busier the service is.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, chain
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ledger.audit import Entry, Row, append, canonical
from ledger.database import reached
from ledger.record import transaction
from service.store.errors import CommitterClosedError


@dataclass(frozen=True)
class Unit:
    """What becomes durable together: the rows that ``write`` stores, if any, and the audit row of ``entry``.

    ``write`` may run again, in a new transaction, when another unit of its group has failed: it does nothing but
    execute statements on the connection that it is given. ``further`` is asked after it for more audit rows, which
    tell what only the writing has found.
    """

    entry: Entry
    write: Callable[[Connection], object] = lambda _connection: None
    further: Callable[[], Sequence[Entry]] = tuple


@dataclass(frozen=True, eq=False)
class _Waiting:
    unit: Unit
    row: Future[Row] = field(default_factory=Future)


class GroupCommitter:
    """Commits units, and answers each caller once its own is durable and the signed head of the chain is saved.

    ``clock`` tells the instant of the audit rows. ``engine`` is one of ``ledger.database.engine``, whose sessions have
    ``synchronous_commit`` on; a caller who waits here must hold none of its connections, else the pool may run dry.
    """

    def __init__(self, engine: Engine, home: Path, *, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._home = home
        self._clock = clock
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._writer = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._writer.start()

    @property
    def waiting(self) -> int:
        """How many units the writer has not taken yet."""
        return self._queue.qsize()

    def submit(self, unit: Unit) -> Row:
        """Blocks until the unit is durable; the audit row of its entry. When this raises, no answer may be given.

        Raises:
            ValueError, TypeError: the entry's payload is not JSON (see ``ledger.audit.canonical``).
            DatabaseUnavailableError: the database is gone. It went unheard whether a commit under way was carried out,
                so a repetition needs an Idempotency-Key.
            ChainBrokenError: the chain contradicts its signed heads; nothing is written any more.
            CommitterClosedError: ``close`` was called before.
            Exception: whatever ``write`` raised; the other units of the group are not touched by it.
        """
        canonical(unit.entry.payload)
        waiting = _Waiting(unit)
        with self._closing:
            if self._closed:
                raise CommitterClosedError
            self._queue.put(waiting)
        return waiting.row.result()

    def close(self) -> None:
        """Take no more units, commit those that wait, and stop the writer."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._writer.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self) -> None:
        last = False
        while not last:
            group = [self._queue.get()]
            while not self._queue.empty():
                group.append(self._queue.get())
            last = group[-1] is None  # nothing is put after the end
            self._settle([waiting for waiting in group if waiting is not None])

    def _settle(self, group: list[_Waiting]) -> None:
        """Commit the group; a unit that fails is told so and left out, and the others are tried again."""
        while group:
            try:
                with reached(self._engine), transaction(self._engine, self._home) as connection:
                    _write(connection, group)
                    entries = [[waiting.unit.entry, *waiting.unit.further()] for waiting in group]
                    rows = append(connection, list(chain.from_iterable(entries)), now=self._clock())
            except _UnitFailedError as failed:
                group.remove(failed.waiting)
                failed.waiting.row.set_exception(failed.error)
            except Exception as error:  # noqa: BLE001 - whatever it is, its callers hear of it and the writer goes on
                for waiting in group:
                    waiting.row.set_exception(error)
                return
            else:
                first = accumulate((len(each) for each in entries), initial=0)
                for waiting, position in zip(group, first, strict=False):
                    waiting.row.set_result(rows[position])
                return


class _UnitFailedError(Exception):
    """One unit's own failure, on a connection that still works."""

    def __init__(self, waiting: _Waiting, error: Exception) -> None:
        self.waiting = waiting
        self.error = error
        super().__init__()


def _write(connection: Connection, group: list[_Waiting]) -> None:
    for waiting in group:
        try:
            waiting.unit.write(connection)
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            raise _UnitFailedError(waiting, error) from error
