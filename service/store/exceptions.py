"""Exceptions and their troubles as rows: read under a lock, and written many at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, text, update

from models.cause import Cause, CauseKind
from service.store.inbox_tables import exceptions, troubles


@dataclass
class StoredException:
    """An exception less its totals. What is changed here is stored by `update_exceptions`.

    ``part`` is empty, or the id of the one trouble that was split off. ``settled_amount`` is the money of
    those of its troubles that somebody decided on at ``settled_at`` and that are not over, ``settled_band`` the band
    that it had then; ``before_resolved`` is what it was before its last trouble was over.
    """

    exception_id: UUID
    cause_kind: str
    cause_key: str
    part: str
    status: str
    version: int
    assignee: str | None
    raised_at: datetime
    times_raised: int
    updated_at: datetime
    snoozed_until: datetime | None
    settled_amount: float | None
    settled_band: str | None
    settled_at: datetime | None
    before_resolved: str | None

    @property
    def cause(self) -> Cause:
        return Cause(CauseKind(self.cause_kind), self.cause_key)


@dataclass(frozen=True)
class StoredTrouble:
    """What is kept of one trouble, as far as settling asks."""

    trouble_id: UUID
    exception_id: UUID
    task: str
    subject_id: str
    event_id: UUID | None
    as_of: datetime
    times_found: int
    amount: float | None
    first_found_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True)
class Totals:
    """What the troubles of an exception that are not over come to.

    ``weight`` is their money with what is assumed where it is unknown; ``amount`` is only what is known, and
    ``unpriced`` of how many it is not. ``deadline`` is the next point of no return, or the last where all have passed.
    """

    troubles: int
    amount: float | None
    unpriced: int
    weight: float
    band: str
    probability: float | None
    confidence: float
    deadline: datetime | None
    owner_role: str | None


NONE_LEFT = Totals(0, None, 0, 0.0, "low", None, 1.0, None, None)


def latest_troubles(
    connection: Connection, subjects: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], StoredTrouble]:
    """The last trouble of each (task, subject) that ever had one, over or not."""
    given = {"tasks": [task for task, _ in subjects], "subjects": [subject for _, subject in subjects]}
    rows = connection.execute(_LATEST, given).mappings()
    return {(row["task"], row["subject_id"]): StoredTrouble(**row) for row in rows}


def locked_exceptions(
    connection: Connection, ids: Collection[UUID], causes: Collection[Cause], *, since: datetime | None = None
) -> list[StoredException]:
    """These exceptions, and the whole ones of these causes: not resolved, or resolved since then where given."""
    given = {
        "ids": [str(each) for each in ids],
        "kinds": [cause.kind for cause in causes],
        "keys": [cause.key for cause in causes],
        "since": since,
    }
    return [StoredException(**row) for row in connection.execute(_LOCKED, given).mappings()]


def insert_exceptions(connection: Connection, new: Sequence[StoredException]) -> None:
    """Store new exceptions, whose totals are still to come."""
    if new:
        placeholder = {"unpriced": 0, "band": NONE_LEFT.band, "confidence": NONE_LEFT.confidence}
        rows = [{**asdict(each), **placeholder, "opened_at": each.raised_at} for each in new]
        connection.execute(insert(exceptions), rows)


def insert_troubles(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new troubles, each with all its columns."""
    if rows:
        connection.execute(insert(troubles), list(rows))


def update_troubles(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace the columns that each row names beside ``trouble_id``; all rows name the same."""
    if rows:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "trouble_id"}
        change = update(troubles).where(troubles.c.trouble_id == bindparam("of")).values(values)
        given = [
            {"of": row["trouble_id"], **{f"new_{name}": value for name, value in row.items() if name != "trouble_id"}}
            for row in rows
        ]
        connection.execute(change, given)


def totals_of(
    connection: Connection, ids: Collection[UUID], *, unknown_money: float, now: datetime
) -> Mapping[UUID, Totals]:
    """The totals of these exceptions; one without a trouble that is not over is absent."""
    if not ids:
        return {}
    given = {"ids": [str(each) for each in ids], "unknown": unknown_money, "now": now}
    return {
        row["exception_id"]: Totals(**{name: value for name, value in row.items() if name != "exception_id"})
        for row in connection.execute(_TOTALS, given).mappings()
    }


def update_exceptions(connection: Connection, changed: Iterable[tuple[StoredException, Totals]]) -> None:
    """Store exceptions as they are now, with their totals."""
    rows = [
        {
            "of": each.exception_id,
            **{f"new_{name}": getattr(each, name) for name in _CHANGING},
            **{f"new_{name}": getattr(total, name) for name in _TOTALLED},
        }
        for each, total in changed
    ]
    if rows:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*_CHANGING, *_TOTALLED)}
        connection.execute(update(exceptions).where(exceptions.c.exception_id == bindparam("of")).values(values), rows)


_CHANGING = (
    "status", "version", "assignee", "raised_at", "times_raised", "updated_at", "snoozed_until", "settled_amount",
    "settled_band", "settled_at", "before_resolved",
)  # fmt: skip
_TOTALLED = ("amount", "unpriced", "band", "probability", "confidence", "deadline", "owner_role")
_COLUMNS = ", ".join(f"exceptions.{name}" for name in StoredException.__dataclass_fields__)
_LATEST = text("""
    SELECT DISTINCT ON (task, subject_id)
        trouble_id, exception_id, task, subject_id, event_id, as_of, times_found, amount, first_found_at, resolved_at
    FROM troubles JOIN unnest(CAST(:tasks AS text[]), CAST(:subjects AS text[])) AS asked (task, subject_id)
        USING (task, subject_id)
    ORDER BY task, subject_id, resolved_at DESC NULLS FIRST
""")
_LOCKED = text(f"""
    SELECT {_COLUMNS} FROM exceptions
    WHERE exception_id = ANY(CAST(:ids AS uuid[]))
       OR (
           (cause_kind, cause_key) IN (SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:keys AS text[])))
           AND part = '' AND (status <> 'resolved' OR updated_at >= CAST(:since AS timestamptz))
       )
    ORDER BY exception_id FOR UPDATE
""")  # noqa: S608 - our own names
_TOTALS = text("""
    SELECT exception_id, count(*) AS troubles, sum(amount) AS amount, sum(coalesce(amount, :unknown)) AS weight,
        count(*) FILTER (WHERE amount IS NULL) AS unpriced,
        (array_agg(band ORDER BY CASE band WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END))[1] AS band,
        max(probability) AS probability,
        coalesce(
            sum(confidence * coalesce(amount, :unknown)) / nullif(sum(coalesce(amount, :unknown)), 0), avg(confidence)
        ) AS confidence,
        coalesce(min(deadline) FILTER (WHERE deadline >= :now), max(deadline)) AS deadline,
        (array_agg(owner_role ORDER BY coalesce(amount, :unknown) DESC, trouble_id))[1] AS owner_role
    FROM troubles WHERE exception_id = ANY(CAST(:ids AS uuid[])) AND resolved_at IS NULL
    GROUP BY exception_id
""")
