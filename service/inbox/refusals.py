"""Why an exception is left as it was, beside what the gate refuses."""

from uuid import UUID


class InboxRefusal(Exception):
    """Something that cannot be done with an exception as it stands."""


class StaleVersion(InboxRefusal):
    """Somebody, or an event, was there in between: it has another ``version`` and perhaps another ``status`` now."""

    def __init__(self, version: int, status: str) -> None:
        self.version, self.status = version, status
        super().__init__(f"version {version}")


class NotInState(InboxRefusal):
    """This cannot be done with an exception in this status."""

    def __init__(self, kind: str, status: str) -> None:
        self.kind, self.status = kind, status
        super().__init__(f"{kind} of what is {status}")


class NoSuchRecommendation(InboxRefusal):
    """None of the exception's troubles has this recommendation."""

    def __init__(self, jti: UUID) -> None:
        self.jti = jti
        super().__init__(str(jti))


class NoSuchTrouble(InboxRefusal):
    """The exception has no such trouble, or no other one that it could be split off from."""


class NoSuchAssignee(InboxRefusal):
    """No principal of this name holds a key with which exceptions can be decided on."""


class NotSplit(InboxRefusal):
    """It is no part that was split off, so that there is nothing to merge it back into."""
