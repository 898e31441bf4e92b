"""Erasing a person from the words of documents that the inbox quotes: an id may stand anywhere in them."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

QUOTING: Mapping[str, tuple[str, ...]] = {"statement_of_work": ("fields", "red_flags")}
"""By the kind of a trouble's document: the members that hold words of somebody else's document."""


def rename_in_quotes(connection: Connection, mention: re.Pattern[str], stand_in: str) -> int:
    """Puts the stand-in wherever a quote has the mention; how many troubles had one."""
    renamed = []
    for row in connection.execute(_QUOTING, {"kinds": list(QUOTING)}):
        members = {name: row.document[name] for name in QUOTING[row.document["kind"]]}
        said = _renamed(members, mention, stand_in)
        if said != members:
            renamed.append({"id": row.trouble_id, "document": {**row.document, **said}})
    if renamed:
        connection.execute(_RENAME, renamed)
    return len(renamed)


def _renamed(said: Any, mention: re.Pattern[str], stand_in: str) -> Any:
    if isinstance(said, str):
        return mention.sub(stand_in, said)
    if isinstance(said, dict):
        return {name: _renamed(each, mention, stand_in) for name, each in said.items()}
    return [_renamed(each, mention, stand_in) for each in said] if isinstance(said, list) else said


_QUOTING = text("SELECT trouble_id, document FROM troubles WHERE document ->> 'kind' = ANY(:kinds)")
_RENAME = text("UPDATE troubles SET document = :document WHERE trouble_id = :id").bindparams(
    bindparam("document", type_=JSONB)
)
