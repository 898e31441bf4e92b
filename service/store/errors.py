"""What the store refuses. Each is a fact with named fields, and none of them holds a cell of a row."""

from collections.abc import Sequence

_MOST_LISTED = 5


class StoreError(Exception):
    """The base of every error of the store."""


class UnfitRecordsError(StoreError):
    """Records that the database cannot hold. ``positions`` are rows of the frame, from 0; none means a whole column."""

    def __init__(self, table: str, columns: Sequence[str], expected: str, positions: Sequence[int] = ()) -> None:
        self.table = table
        self.columns = tuple(columns)
        self.expected = expected
        self.positions = tuple(positions)
        listed = ", ".join(str(position) for position in self.positions[:_MOST_LISTED])
        more = len(self.positions) - _MOST_LISTED
        where = f" in rows {listed}{f' and {more} more' if more > 0 else ''} (from 0)" if self.positions else ""
        super().__init__(f"{table}.{', '.join(self.columns)}: expected {expected}{where}")


class KeyTakenError(StoreError):
    """The Idempotency-Key was used by another call, or by the same one at the same moment: read what is stored."""

    def __init__(self, route: str) -> None:
        self.route = route
        super().__init__(f"{route}: this Idempotency-Key is taken; read the stored response and send that")


class CommitterClosedError(StoreError):
    """A unit was submitted after the committer was told to stop."""

    def __init__(self) -> None:
        super().__init__("the service is stopping and commits nothing more; send the call again")


class BudgetSpentError(StoreError):
    """Another call took the last alerts of a budget at the same moment: judge again, and nothing will be too many."""

    def __init__(self) -> None:
        super().__init__("an alert budget was spent by another call; judge the proposals again")
