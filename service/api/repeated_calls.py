"""Calls that come twice: the response that an ``Idempotency-Key`` got is kept with what it reports, and given again."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, Response
from pydantic import BaseModel
from sqlalchemy import Connection

from ledger.principals import Principal
from service.api.released import ReleasedResponse
from service.errors import Conflict
from service.gate.released import Released, released_again
from service.services import Services
from service.store.answers import StoredResponse, store_response, stored_response
from service.store.errors import KeyTakenError

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
RequiredKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="of your own making; the same call with the same key is carried out once",
    ),
]


@dataclass(frozen=True)
class Call:
    """Who calls what with which key; ``route`` is what the key is bound to, ``body_hash`` tells another call."""

    route: str
    caller: Principal
    key: str | None
    body_hash: str

    @classmethod
    def of(cls, route: str, caller: Principal, key: str | None, body: BaseModel) -> "Call":
        return cls(route, caller, key, hashlib.sha256(body.model_dump_json().encode()).hexdigest())

    def answered_before(self, services: Services) -> Response | None:
        """How the same call was answered before.

        Raises Conflict where the key came with another body, or was answered for another eye: a principal whose
        api_role is another now, or may see something else, is not given what was released for the one of then.
        """
        if self.key is None:
            return None
        with services.engine.connect() as connection:
            stored = self._stored(connection, self.key)
        if stored is None:
            return None
        again = self._again(services, stored)
        if again is None:
            raise Conflict(
                "This Idempotency-Key came before from another api_role, or before what yours may see was changed; "
                "use a new key."
            )
        if stored.body_hash != self.body_hash:
            raise Conflict("This Idempotency-Key came before with another body; use a new key for a new call.")
        return again

    def require_new(self, connection: Connection) -> None:
        """Raises KeyTakenError where a call with this key was answered since: look again how."""
        if self.key is not None and self._stored(connection, self.key) is not None:
            raise KeyTakenError(self.route)

    def _stored(self, connection: Connection, key: str) -> StoredResponse | None:
        return stored_response(connection, principal_id=self.caller.principal_id, route=self.route, key=key)

    def keeping(self, content: bytes | Released, now: dt.datetime, status: int = 200) -> Callable[[Connection], None]:
        """Keeps the response under the key, in the answer's own transaction; does nothing where there is no key."""
        if isinstance(content, Released):
            stored = StoredResponse(self.body_hash, status, content.content, content.reader.mark)
        else:
            stored = StoredResponse(self.body_hash, status, content, self.caller.api_role)

        def keep(connection: Connection) -> None:
            if self.key is not None:
                store_response(
                    connection, stored, principal_id=self.caller.principal_id, route=self.route, key=self.key, now=now
                )

        return keep

    def _again(self, services: Services, stored: StoredResponse) -> Response | None:
        if stored.answered_as == self.caller.api_role:
            return response(stored.response, stored.status)
        reader = services.gate.current.reader(self.caller.principal_id, self.caller.api_role)
        released = released_again(stored.response, stored.answered_as, reader)
        return None if released is None else ReleasedResponse(released)


def once(services: Services, call: Call, do: Callable[[dt.datetime], bytes | Released], status: int = 200) -> Response:
    """The stored response where this call was answered before, also at this very moment, else that of ``do``."""
    before = call.answered_before(services)
    if before is not None:
        return before
    try:
        said = do(dt.datetime.now(dt.UTC))
    except KeyTakenError:
        return once(services, call, do, status)
    return ReleasedResponse(said, status) if isinstance(said, Released) else response(said, status)


def response(content: bytes, status: int = 200) -> Response:
    """The response of a plain route."""
    return Response(content, status, media_type="application/json")
