"""Snapshots of all asks that wait, built at once: to build one takes about as long as to build a hundred.

As with commits, nothing waits for more: while one build runs, the asks for the next one gather by themselves, the more
the busier the service is.
"""

import datetime as dt
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType
from typing import Self

import polars as pl
from sqlalchemy import Engine

from models.catalog import TASKS
from models.predictor import Predictor
from models.task import Task
from service.store.errors import CommitterClosedError
from service.store.records import fetch
from service.triage.asking import Asked, SubjectsRefused, from_records, refusals

MOST_SUBJECTS = 2_000
"""Subjects of several asks in one build; an ask with more is built by itself."""


@dataclass(frozen=True, eq=False)
class _Ask:
    predictor: Predictor
    ids: tuple[str, ...]
    as_of: dt.datetime
    asked: Future[Asked] = field(default_factory=Future)


class Gathering:
    """Builds what is asked, with one thread a task, from entering until leaving. See `from_records`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._closed = False
        self._closing = threading.Lock()
        self._queues: dict[str, SimpleQueue[_Ask | None]] = {name: SimpleQueue() for name in TASKS}
        self._threads = [
            threading.Thread(target=self._run, args=(TASKS[name], queue), name=f"snapshots {name}", daemon=True)
            for name, queue in self._queues.items()
        ]

    def asked(self, task: Task, predictor: Predictor, subject_ids: Sequence[str], as_of: dt.datetime) -> Asked:
        """The snapshots of these subjects, as `from_records` would build them alone.

        Raises SubjectsRefused, and CommitterClosedError after leaving.
        """
        ask = _Ask(predictor, tuple(subject_ids), as_of)
        with self._closing:
            if self._closed:
                raise CommitterClosedError
            self._queues[task.name].put(ask)
        return ask.asked.result()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """What was asked before is still built."""
        with self._closing:
            self._closed = True
            for queue in self._queues.values():
                queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self, task: Task, queue: "SimpleQueue[_Ask | None]") -> None:
        ask = queue.get()
        while ask is not None:
            group, subjects = [ask], len(ask.ids)
            ask = None
            while not queue.empty():
                ask = queue.get()
                if ask is None or ask.predictor is not group[0].predictor or subjects + len(ask.ids) > MOST_SUBJECTS:
                    break
                group.append(ask)
                subjects += len(ask.ids)
                ask = None
            self._settle(task, group)
            ask = ask or queue.get()

    def _settle(self, task: Task, group: list[_Ask]) -> None:
        """Builds for all of the group, or where that fails for each alone, so that a failure is nobody else's."""
        try:
            found = self._built(task, group) if len(group) > 1 else [self._alone(task, group[0])]
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asks hears of it
            if len(group) == 1:
                group[0].asked.set_exception(error)
                return
            for ask in group:
                self._settle(task, [ask])
        else:
            for ask, said in zip(group, found, strict=True):
                if isinstance(said, Asked):
                    ask.asked.set_result(said)
                else:
                    ask.asked.set_exception(said)

    def _alone(self, task: Task, ask: _Ask) -> Asked:
        reading = self._engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with reading as connection, connection.begin():
            return from_records(task, ask.predictor, ask.ids, ask.as_of, fetch(connection))

    def _built(self, task: Task, group: list[_Ask]) -> list[Asked | SubjectsRefused]:
        keys = list(dict.fromkeys((subject, ask.as_of) for ask in group for subject in ask.ids))
        wrong = dict(zip(keys, task.malformed([subject for subject, _ in keys]), strict=True))
        keys = [key for key in keys if wrong[key] is None]
        reading = self._engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with reading as connection, connection.begin():
            subjects = _parsed(task, keys)
            records = task.neighbourhood(subjects, fetch(connection))
        wrong |= dict(zip(keys, task.why_not(records, subjects), strict=True))
        askable = [key for key in keys if wrong[key] is None]
        snapshots = task.build(records, _parsed(task, askable), task.settings_of(group[0].predictor.settings))
        rows = {key: row for row, key in enumerate(snapshots.select("subject_id", "as_of").iter_rows())}
        return [_part(ask, snapshots, rows, [wrong[subject, ask.as_of] for subject in ask.ids]) for ask in group]


def _parsed(task: Task, keys: Sequence[tuple[str, dt.datetime]]) -> pl.DataFrame:
    return task.parse([subject for subject, _ in keys], [as_of for _, as_of in keys])


def _part(
    ask: _Ask, snapshots: pl.DataFrame, rows: dict[tuple[str, dt.datetime], int], wrong: Sequence[str | None]
) -> Asked | SubjectsRefused:
    """What one ask gets of the snapshots of all."""
    refused = refusals(wrong)
    if refused:
        return SubjectsRefused(refused)
    found = [(subject, rows.get((subject, ask.as_of))) for subject in ask.ids]
    return Asked(
        snapshots[[row for _, row in found if row is not None]],
        tuple(subject for subject, row in found if row is None),
    )
