"""What is known of an approval, its steps, its project and similar approvals, at an instant and no later."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from models.approval_summary.steps import DECIDING, Step, kind_of
from models.neighbourhood import Fetch
from models.point_in_time import known_rows, row_key, standing, versions
from models.records import TABLES, Kind, Records, Table, table_of

_OF_APPROVAL = ("kind", "project_id", "requester", "amount", "currency", "opened_at", "closed_at", "outcome")
_OF_STEP = ("actor", "approver_role", "note")
_OF_PROJECT = ("currency", "contract_value", "baseline_margin", "manager_id", "region", "client_id")
MOST_STEPS = 2_000
MOST_SIMILAR, MOST_FOLLOWED = 1_000, 50
"""The latest ones; what is older says less about how long a decision takes today.
The second is of how many of them every step is looked at."""

Row = Mapping[str, Any]


class UnknownApproval(LookupError):
    """No record names the approval at the instant."""


@dataclass(frozen=True)
class Known:
    """All of it. ``closed`` are approvals of the same kind that were closed, latest first; ``costs`` null where none.

    ``changes`` is how many change requests the project has; ``deciders`` says, for the latest of ``closed``, as which
    approver role how many of them were decided in the end.
    """

    as_of: dt.datetime
    approval: Row
    steps: Sequence[Step]
    activities: Sequence[str]
    project: Row | None
    costs: float | None
    approved_before: float
    closed: pl.DataFrame
    changes: int
    deciders: Mapping[str, int]

    @property
    def approval_id(self) -> str:
        return str(self.approval["approval_id"])

    @property
    def is_open(self) -> bool:
        return self.approval["closed_at"] is None

    @property
    def currency(self) -> str | None:
        """The approval's own currency, else its project's."""
        own = self.approval["currency"]
        found = own if own is not None or self.project is None else self.project["currency"]
        return None if found is None else str(found)


def neighbourhood(approval_id: str, fetch: Fetch) -> Records:
    """The records that `known` needs of an approval that is stored; with no approvals where none has the id."""
    own = fetch("approvals", "approval_id", [approval_id])
    return around(own, fetch("approval_events", "approval_id", [approval_id]), fetch)


def around(own: pl.DataFrame, steps: pl.DataFrame, fetch: Fetch) -> Records:
    """The records around one approval and its steps, whether these are stored or not."""
    kinds, projects = own["kind"].drop_nulls().to_list(), own["project_id"].drop_nulls().to_list()
    ids = own["approval_id"].to_list()
    alike = fetch("approvals", "kind", kinds)
    others = pl.concat([alike, fetch("approvals", "project_id", projects)])
    others = others.unique("approval_id", keep="first").filter(~pl.col("approval_id").is_in(ids))
    approvals = pl.concat([own, others])
    recent = (
        alike.drop_nulls("closed_at").sort("closed_at", descending=True).head(MOST_FOLLOWED)["approval_id"].to_list()
    )
    theirs = fetch("approval_events", "approval_id", [each for each in recent if each not in ids])
    steps = pl.concat([steps, theirs])
    actuals = fetch("actuals", "project_id", projects)
    keyed = (("approval_events", steps), ("actuals", actuals))
    keys = [key for name, frame in keyed for key in frame.select(row_key(TABLES[name])).to_series()]
    return {
        "approvals": approvals,
        "approval_events": steps,
        "projects": fetch("projects", "project_id", projects),
        "actuals": actuals,
        "change_requests": fetch("change_requests", "project_id", projects),
        "revisions": fetch("revisions", "key", [*approvals["approval_id"], *projects, *keys]),
    }


def known(records: Records, approval_id: str, as_of: dt.datetime) -> Known:
    """Raises UnknownApproval."""
    seen = _Seen(records, as_of)
    around_it = _approvals(seen, approval_id)
    own = around_it.filter(pl.col("approval_id") == approval_id)
    if own.is_empty():
        raise UnknownApproval
    approval = own.row(0, named=True)
    others = around_it.filter(pl.col("approval_id") != approval_id)
    closed = _closed(others, approval)
    followed = closed.head(MOST_FOLLOWED)["approval_id"].to_list()
    events = seen.rows("approval_events", "approval_id", [approval_id, *followed], _OF_STEP)
    events = events.sort("at", "seq", nulls_last=False, maintain_order=True)
    mine = events.filter(pl.col("approval_id") == approval_id).filter(pl.col("at") >= approval["opened_at"])
    project, costs, changes = None, None, 0
    if approval["project_id"] is not None:
        of = [approval["project_id"]]
        projects = seen.rows("projects", "project_id", of, _OF_PROJECT)
        project = None if projects.is_empty() else projects.row(0, named=True)
        spent = seen.rows("actuals", "project_id", of, ("cost",))["cost"].drop_nulls()
        costs = None if spent.is_empty() else float(spent.sum())
        changes = seen.rows("change_requests", "project_id", of, ("hours",)).height
    return Known(
        as_of,
        approval,
        _steps(mine, approval_id),
        mine["activity"].to_list(),
        project,
        costs,
        _approved(others, approval),
        closed,
        changes,
        _deciders(events.filter(pl.col("approval_id") != approval_id)),
    )


def _approvals(seen: "_Seen", approval_id: str) -> pl.DataFrame:
    """The approval, those of its kind, and those of its project."""
    table = table_of(seen.records, "approvals")
    own = table.filter(pl.col("approval_id") == approval_id)
    if own.is_empty():
        return own
    kind, project = own["kind"][0], own["project_id"][0]
    around_it = (pl.col("approval_id") == approval_id) | (pl.col("kind") == kind)
    if project is not None:
        around_it |= pl.col("project_id") == project
    return seen.as_known("approvals", table.filter(around_it), _OF_APPROVAL)


class _Seen:
    """The records as they were known at one instant."""

    def __init__(self, records: Records, as_of: dt.datetime) -> None:
        self.records = records
        self._as_of = pl.lit(as_of, dtype=Kind.INSTANT.dtype)
        revisions = records.get("revisions")
        self._revisions = {} if revisions is None else revisions.partition_by("table", as_dict=True)

    def rows(self, name: str, column: str, values: Sequence[str], wanted: Sequence[str]) -> pl.DataFrame:
        """The rows of a table whose ``column`` is one of ``values``."""
        return self.as_known(name, table_of(self.records, name).filter(pl.col(column).is_in(values)), wanted)

    def as_known(self, name: str, rows: pl.DataFrame, wanted: Sequence[str]) -> pl.DataFrame:
        """Some rows as they were known: as given less what happened later, unless ``revisions`` say more of them."""
        table = TABLES[name]
        columns = [*table.key, *(each for each in wanted if each not in table.key)]
        if rows.is_empty():
            return rows.select(columns)
        revised = self._revisions.get((name,))
        if revised is not None:
            keys = rows.select(row_key(table)).to_series()
            revised = revised.filter(pl.col("key").is_in(keys.implode()))
        if revised is None or revised.is_empty():
            return self._as_given(table, rows, columns)
        told = versions({name: rows, "revisions": revised}, name, wanted)
        return told.with_columns(as_of=self._as_of).filter(standing()).select(columns)

    def _as_given(self, table: Table, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
        hidden = [
            pl.when(pl.any_horizontal(pl.col(by) <= self._as_of for by in told)).then(pl.col(column)).alias(column)
            for column in columns
            if (told := table.by_name[column].told_by)
        ]
        first = table.known_from[0]
        if table.by_name[first].kind is Kind.INSTANT and not rows[first].null_count():
            known = rows.lazy().filter(pl.col(first) <= self._as_of)
        else:
            known = known_rows({table.name: rows}, table.name).lazy().filter(pl.col("known_at") <= self._as_of)
        return known.with_columns(hidden).select(columns).collect()


def _steps(mine: pl.DataFrame, approval_id: str) -> list[Step]:
    """The steps in their order."""
    steps = []
    for row in mine.tail(MOST_STEPS).iter_rows(named=True):
        order = "" if row["seq"] is None else str(row["seq"])
        place = f"approval_events/{approval_id}/{row['at']:%Y-%m-%dT%H:%M:%S.%fZ}/{order}"
        kind = kind_of(row["activity"])
        steps.append(Step(place, row["at"], kind, row["actor"], row["approver_role"], row["note"]))
    return steps


def _approved(others: pl.DataFrame, approval: Row) -> float:
    """What was approved before for the same project, in the same currency."""
    if approval["project_id"] is None:
        return 0.0
    mine = others.filter(
        pl.col("project_id") == approval["project_id"],
        pl.col("outcome") == "approved",
        pl.col("currency").eq_missing(pl.lit(approval["currency"], dtype=pl.String)),
    )
    return float(mine["amount"].sum())


def _closed(others: pl.DataFrame, approval: Row) -> pl.DataFrame:
    """Those of the same kind and currency that ended by now: ``amount``, ``requester``, ``outcome``, ``days``."""
    ended = others.filter(
        pl.col("kind") == approval["kind"],
        pl.col("currency").eq_missing(pl.lit(approval["currency"], dtype=pl.String)),
        pl.col("closed_at").is_not_null(),
        pl.col("outcome").is_not_null(),
    )
    latest = ended.sort("closed_at", "approval_id", descending=[True, False]).head(MOST_SIMILAR)
    took = (pl.col("closed_at") - pl.col("opened_at")).dt.total_seconds() / 86_400
    return latest.select("approval_id", "amount", "requester", "outcome", days=took)


def _deciders(events: pl.DataFrame) -> Mapping[str, int]:
    """As which approver role the last approval or rejection of each was made, and how many times."""
    named = events.drop_nulls("approver_role").select("approval_id", "activity", "approver_role")
    last = {approval: role for approval, activity, role in named.iter_rows() if kind_of(activity) in DECIDING}
    return Counter(last.values())
