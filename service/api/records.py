"""``PUT /v1/records/{table}``: rows of the firm's history, as they are now."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from functools import partial

import polars as pl
from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from models.checks import Report
from models.json_lines import JsonLines
from models.records import TABLES, Column, Table
from service.api.auth import guarded_router
from service.api.body_lines import MEDIA_TYPE, batches
from service.api.dependencies import Caller, UsedServices
from service.api.problems import declared
from service.api.repeated_calls import Call, Key, once
from service.errors import (
    Conflict,
    FieldError,
    MalformedInput,
    NotFound,
    TooLarge,
    TooManyRows,
    UnsupportedMediaType,
)
from service.services import Services
from service.store.loading import RecordsLoaded, RecordsRefused, store
from service.store.records import fetch

router = guarded_router()

MOST_ROWS = 50_000
LARGEST_BODY = 128 * 1024 * 1024
"""Bytes of one call. Only some rows at a time are held as text, and all of them as columns."""


class RecordsWarning(BaseModel):
    """Something that was assumed or left out, which keeps no row from being stored."""

    model_config = ConfigDict(extra="forbid")

    column: str | None
    expected: str
    rows: int = Field(description="how many rows it is about")


class RecordsStored(BaseModel):
    """What became of the rows."""

    model_config = ConfigDict(extra="forbid")

    table: str = Field(examples=["resource_requests"])
    inserted: int
    updated: int = Field(description="had other cells before")
    unchanged: int = Field(description="were stored already, the same in every cell")
    revisions: int = Field(description="rows of `revisions` that overwritten cells left")
    warnings: list[RecordsWarning]
    content_hash: str = Field(description="SHA-256 of what the rows say, whatever their order; also in the audit trail")


def _described(column: Column) -> str:
    kind = "|".join(column.choices) or column.kind
    return f"{column.name}{'' if column.required else '?'} ({f'{kind}, {column.unit}' if column.unit else kind})"


def _listed(table: Table) -> str:
    return f"- `{table.name}`, by {' + '.join(table.key)}: {', '.join(map(_described, table.columns))}"


_DESCRIPTION = f"""
One JSON object a line, at most {MOST_ROWS:,}: all of them are stored, or none. A row whose key is stored replaces that
row **as a whole**: a column that is left out is empty from then on. Nothing is deleted.

What a replaced row said stays known: cells that got another value leave rows in `revisions`, with what they were and
that they are what they are now from the moment of this call. So a prediction as of an earlier instant is not changed by
it. A happening (`filled_at`, `approved_at` …) tells by itself since when it is known; `invoice_id` and
`written_off_hours` are known from when they change in a stored row, or as `revisions` say. The cells that make a row
known (`opened_at`, `booked_at`, `entered_at` …) and a person's `timezone` are read as they stand.

Days are YYYY-MM-DD, instants ISO 8601 with their zone. Of each mistake the answer names the line (`row`, from 1) and
the column. Unknown columns are kept out with a warning. Columns by table (`?` may be empty):

{chr(10).join(map(_listed, TABLES.values()))}
"""
_EXAMPLE = (
    '{"request_id": "RR-17", "project_id": "P-4", "job_role": "data engineer", "opened_at": "2026-03-02T09:00:00Z",'
    ' "needed_by": "2026-03-30"}\n'
    '{"request_id": "RR-18", "job_role": "designer", "opened_at": "2026-03-02T11:30:00Z", "needed_by": "2026-04-06",'
    ' "filled_at": "2026-03-05T08:00:00Z"}\n'
)


@router.put(
    "/v1/records/{table}",
    summary="Store rows of a table",
    description=_DESCRIPTION,
    tags=["records"],
    response_model=RecordsStored,
    responses=declared(NotFound, Conflict, TooLarge, TooManyRows, UnsupportedMediaType),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}},
        }
    },
)
async def put_records(
    table: str, request: Request, services: UsedServices, caller: Caller, idempotency_key: Key = None
) -> Response:
    if table not in TABLES:
        raise NotFound(f"No such table; expected one of {', '.join(TABLES)}.")
    lines = JsonLines(table, partial(_zones, services))
    digest = hashlib.sha256()
    async for batch in batches(request):
        await run_in_threadpool(lines.take, batch)
        if lines.rows > MOST_ROWS:
            raise TooManyRows(MOST_ROWS)
        for _, line in batch:
            digest.update(line + b"\n")
    call = Call(f"PUT {request.url.path}", caller, idempotency_key, digest.hexdigest())
    return await run_in_threadpool(once, services, call, lambda _now: _stored(services, call, table, lines))


def _zones(services: Services, person_ids: Sequence[str]) -> pl.DataFrame:
    with services.engine.connect() as connection:
        return fetch(connection)("people", "person_id", person_ids)


def _stored(services: Services, call: Call, table: str, lines: JsonLines) -> bytes:
    """What was stored, which is told with the instant at which the load got its turn."""

    def keep(connection: Connection, done: RecordsLoaded) -> None:
        call.keeping(_told(table, done), _now())(connection)

    done = store(
        services.engine,
        services.settings.home,
        lines.reading(),
        setting_aside=False,
        clock=_now,
        by=call.caller.principal_id,
        first=call.require_new,
        also=keep,
    )
    if isinstance(done, RecordsRefused):
        raise _refusal(table, done.report)
    return _told(table, done)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _told(table: str, done: RecordsLoaded) -> bytes:
    count = done.loaded[table]
    warnings = [
        RecordsWarning(column=found.column, expected=found.expected, rows=found.count)
        for found in done.report.findings
        if not found.is_error
    ]
    stored = RecordsStored(
        table=table,
        inserted=count.inserted,
        updated=count.updated,
        unchanged=count.unchanged,
        revisions=count.revisions,
        warnings=warnings,
        content_hash=done.content_hash,
    )
    return stored.model_dump_json().encode()


def _refusal(table: str, report: Report) -> MalformedInput:
    """Each mistake by line and column; of a line that is no JSON object, only that."""
    numbers = report.rows[table]
    found = pl.concat(
        each.cells.select(
            row=numbers.gather(each.positions),
            column=pl.lit(each.column, dtype=pl.String),
            expected=pl.lit(each.expected),
        )
        for each in report.findings
        if each.is_error
    )
    broken = found.filter(pl.col("column").is_null())
    mistakes = found.join(broken, on="row", how="anti").vstack(broken).unique(maintain_order=True).sort("row", "column")
    listed = mistakes.head(MalformedInput.MOST_LISTED)
    errors = [FieldError("body", column or "", expected, row) for row, column, expected in listed.iter_rows()]
    return MalformedInput(errors, count=mistakes.height)
