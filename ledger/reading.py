"""Reading the audit chain: pages from the newest row back, and ranges in order."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from ledger.audit import Head, row_text
from ledger.names import numbers
from ledger.pseudonyms import pseudonym

_ROWS_A_FETCH = 1_000


@dataclass(frozen=True)
class Wanted:
    """Which rows; None is any. ``since`` is included, ``until`` is not, and both are instants with a zone.

    ``names``: rows that hold at least one of each of these groups of names (`ledger.names`); an empty group is held by
    none. ``through`` is the last row that counts.
    """

    kind: str | None = None
    names: Sequence[frozenset[str]] = ()
    since: datetime | None = None
    until: datetime | None = None
    through: int | None = None


class Stored(NamedTuple):
    """A row as it is stored; ``at`` is None where it is no instant that can be read."""

    seq: int
    at: datetime | None
    kind: str
    payload: str
    previous_hash: str
    hash: str

    @property
    def line(self) -> str:
        """The row as one line of JSON: under ``row`` stands, to the byte, what is hashed behind ``previous_hash``."""
        body = row_text(seq=self.seq, at=self.at, kind=self.kind, payload=self.payload)
        return f"{line_start(self.hash, self.previous_hash)}{body}}}"


class Span(NamedTuple):
    """A range that was found: how many rows, the first, and the last with its hash, which stands for all before it."""

    rows: int
    first: int
    last: Head


def line_start(own_hash: str, previous_hash: str) -> str:
    """What stands in a line before the row itself."""
    return f'{{"hash":{json.dumps(own_hash)},"previous_hash":{json.dumps(previous_hash)},"row":'


def pseudonyms(connection: Connection, text_: str, key_holders: Collection[str]) -> frozenset[str]:
    """The names under which ``text_`` may stand in rows: by the key of each of these persons that has one.

    Makes no key: whoever was erased, or was never met, is found nowhere.
    """
    query = text("SELECT key FROM person_keys WHERE person_id = ANY(:ids)")
    keys = connection.execute(query, {"ids": list(key_holders)}).scalars()
    return frozenset(pseudonym(bytes(key), text_) for key in keys)


def page(connection: Connection, wanted: Wanted, *, before: int | None, limit: int) -> list[Stored]:
    """The newest ``limit`` rows that are wanted, newest first; only rows with a number below ``before``, if given."""
    where, parameters = _where(wanted)
    if before is not None:
        where, parameters = f"{where} AND seq < :before", {**parameters, "before": before}
    query = text(f"{_SELECT} WHERE {where} ORDER BY seq DESC LIMIT :limit")
    return [Stored(*row) for row in connection.execute(query, {**parameters, "limit": limit})]


def stream(connection: Connection, wanted: Wanted) -> Iterator[Stored]:
    """All rows that are wanted, in order, as they come from the server."""
    where, parameters = _where(wanted)
    query = text(f"{_SELECT} WHERE {where} ORDER BY seq")
    with connection.execute(query, parameters, execution_options={"yield_per": _ROWS_A_FETCH}) as rows:
        for row in rows:
            yield Stored(*row)


def span(connection: Connection, wanted: Wanted) -> Span | None:
    """What `stream` would give; None where that is nothing."""
    where, parameters = _where(wanted)
    query = text(f"""
        WITH found AS (SELECT count(*) AS rows, min(seq) AS first, max(seq) AS last FROM audit WHERE {where})
        SELECT found.rows, found.first, seq, hash, at FROM found JOIN audit ON seq = found.last
    """)  # noqa: S608 - fixed texts
    found = connection.execute(query, parameters).first()
    return None if found is None else Span(found.rows, found.first, Head(found.seq, found.hash, found.at))


def _where(wanted: Wanted) -> tuple[str, Mapping[str, Any]]:
    """Each named group is looked up by itself, so that no planner walks the whole table to find a few rows."""
    parts, parameters = ["true"], dict[str, Any]()
    for column, operator, value in (
        ("kind", "=", wanted.kind),
        ("at", ">=", wanted.since),
        ("at", "<", wanted.until),
        ("seq", "<=", wanted.through),
    ):
        if value is not None:
            name = f"p{len(parameters)}"
            parts.append(f"{column} {operator} :{name}")
            parameters[name] = value
    for group in wanted.names:
        place = len(parameters)
        parts.append(f"seq IN ({_NAMED.format(place=place)})")
        parameters |= {f"n{place}": numbers(group), f"p{place}": [f'%"{name}"%' for name in sorted(group)]}
    return " AND ".join(parts), parameters


_SELECT = """
    SELECT seq, CASE WHEN at >= '0001-01-02Z' AND at < '9999-12-31Z' THEN at END AS at, kind, payload, previous_hash,
           hash
    FROM audit
"""
_NAMED = """
    WITH named AS MATERIALIZED (SELECT seq, payload FROM audit WHERE names && CAST(:n{place} AS bigint[]))
    SELECT seq FROM named WHERE payload LIKE ANY (CAST(:p{place} AS text[]))
"""
