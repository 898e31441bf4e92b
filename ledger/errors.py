"""What the ledger raises. Each error is a fact with named fields; none of them ever holds a password or a record."""


class LedgerError(Exception):
    """The base of every error of this room."""


class UnsupportedDatabaseError(LedgerError):
    """``BELLWETHER_DATABASE_URL`` names something other than PostgreSQL, or cannot be read as a URL at all."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        super().__init__(
            f"BELLWETHER_DATABASE_URL: only PostgreSQL is supported, got {scheme!r}. "
            "Write postgresql://USER:PASSWORD@HOST/DATABASE, or unset it to use the embedded server."
        )


class DatabaseUnavailableError(LedgerError):
    """The server did not let us in. ``url`` has its password masked."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        self.why = why
        super().__init__(f"the database {url} cannot be used: {why}")


class EmbeddedServerError(LedgerError):
    """The embedded PostgreSQL cannot run in ``directory``."""

    def __init__(self, directory: str, why: str) -> None:
        self.directory = directory
        self.why = why
        super().__init__(f"the embedded PostgreSQL cannot run in {directory}: {why}")


class ChainBrokenError(LedgerError):
    """The audit table contradicts what was signed: nothing more may be appended to it. ``seq`` is the row, if known."""

    def __init__(self, seq: int | None, why: str) -> None:
        self.seq = seq
        self.why = why
        super().__init__(
            f"the audit chain is broken: {why}. Run `bellwether audit verify`. After a deliberate restore of an older "
            "database, keep the old heads folder as evidence and move it out of BELLWETHER_HOME."
        )
