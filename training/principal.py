"""Who trains and who promotes: the principal of the key in BELLWETHER_KEY."""

from collections.abc import Mapping

from sqlalchemy import Engine

from ledger.principals import Principal, principal_of

KEY_VARIABLE = "BELLWETHER_KEY"


class KeyRefusedError(Exception):
    """The key that was given is none of ours, or none was given where one is needed."""


def principal(engine: Engine, environ: Mapping[str, str]) -> Principal | None:
    """The principal of the key in the environment; None where there is no key.

    Raises KeyRefusedError for a key that is unknown, revoked or malformed: a mistyped key is never a stranger's leave.
    """
    key = environ.get(KEY_VARIABLE, "").strip()
    if not key:
        return None
    with engine.connect() as connection:
        found = principal_of(connection, key)
    if found is None:
        raise KeyRefusedError(f"the key in {KEY_VARIABLE} is unknown or revoked; bellwether keys create makes one")
    return found
