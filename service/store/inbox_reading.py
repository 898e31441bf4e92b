"""Who reads the inbox, and what they ask for, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.gate.triage import InboxSight


@dataclass(frozen=True)
class Eyes:
    """Whose eyes: which exceptions, of which tasks no money, whether clients are named, and whose queue it is.

    ``silent`` are the tasks that may tell nobody anything in a workflow now.
    """

    sight: InboxSight
    moneyless: frozenset[str]
    clients: bool
    principal_id: str
    owner_roles: frozenset[str]
    silent: frozenset[tuple[str, str]] = frozenset()

    @property
    def some(self) -> bool:
        """Whether a part of an exception, or its money, may be hidden from them."""
        return self.sight.workflows is not None or bool(self.moneyless) or bool(self.silent)


@dataclass(frozen=True)
class Filters:
    """Which exceptions are asked for; None is any. ``mine``: assigned to the reader, or to nobody and their role's."""

    statuses: Sequence[str]
    exception_id: UUID | None = None
    workflow: str | None = None
    owner_role: str | None = None
    cause_kind: str | None = None
    cause_key: str | None = None
    band: str | None = None
    search: str | None = None
    mine: bool = False
