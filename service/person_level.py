"""Why predictions about people's time may be used at all: the officer's record, put into the audit chain."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from ledger.audit import Entry, append
from ledger.record import transaction
from service.settings import PersonLevelUse

RECORDED, WITHDRAWN = "person_level_use_recorded", "person_level_use_withdrawn"


def put_on_record(engine: Engine, home: Path, use: PersonLevelUse | None, *, now: datetime) -> None:
    """Appends the record of the settings where it differs from the last one in the chain; its absence too.

    The settings say what holds now; the chain says what held when an answer was given.
    """
    with transaction(engine, home) as connection:
        last = _last(connection)
        said = None if use is None else use.model_dump(mode="json") | {"workflows": sorted(use.workflows)}
        if said == last:
            return
        entry = Entry(WITHDRAWN, {}) if said is None else Entry(RECORDED, said)
        append(connection, [entry], now=now)


def _last(connection: Connection) -> dict[str, Any] | None:
    query = text("SELECT kind, payload FROM audit WHERE kind IN (:recorded, :withdrawn) ORDER BY seq DESC LIMIT 1")
    found = connection.execute(query, {"recorded": RECORDED, "withdrawn": WITHDRAWN}).first()
    if found is None or found.kind == WITHDRAWN:
        return None
    said: dict[str, Any] = json.loads(found.payload)
    return said
