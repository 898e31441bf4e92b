"""The canonical tables: every column, its unit, its bounds, and from when on a row or a cell is known.

A *record* is a row of the firm's history. A row becomes known at the first of its table's ``known_from`` cells that is
not null. A cell that states a *happening* (``submitted_at``, ``left_on`` …) is known from the instant it names; a cell
that people overwrite has the value that the ``revisions`` table knows of. ``models.point_in_time`` applies these rules;
this module only states them.

Dates carry no zone: a time sheet's day is the person's local day. Instants carry one and are kept in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl


class Kind(StrEnum):
    """What a cell holds, and how it is kept in a data frame."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "flag"
    DAY = "day"
    INSTANT = "instant"

    @property
    def dtype(self) -> pl.DataType:
        return _DTYPES[self]


_DTYPES: Mapping[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.NUMBER: pl.Float64(),
    Kind.INTEGER: pl.Int64(),
    Kind.FLAG: pl.Boolean(),
    Kind.DAY: pl.Date(),
    Kind.INSTANT: pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``told_by`` names the cell whose instant tells from when on this one is known. An instant happening tells itself.
    An empty tuple with ``happening`` set means that only ``revisions`` can tell, and the cell is null without them.
    """

    name: str
    kind: Kind
    required: bool = False
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    references: str | None = None
    happening: bool = False
    told_by: tuple[str, ...] = ()
    default: float | None = None

    @property
    def dtype(self) -> pl.DataType:
        return self.kind.dtype


@dataclass(frozen=True)
class Table:
    """One canonical table. ``known_from`` may end without a cell that is always filled: such rows are always known."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    known_from: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def schema(self) -> dict[str, pl.DataType]:
        return {column.name: column.dtype for column in self.columns}

    @property
    def overwritten(self) -> tuple[str, ...]:
        """The columns whose earlier values ``revisions`` may hold: all but the key."""
        return tuple(column.name for column in self.columns if column.name not in self.key)

    def empty(self) -> pl.DataFrame:
        return pl.DataFrame(schema=self.schema)


def _text(name: str, *, required: bool = False, choices: tuple[str, ...] = (), references: str | None = None) -> Column:
    return Column(name, Kind.TEXT, required=required, choices=choices, references=references)


def _number(
    name: str, unit: str, *, required: bool = False, low: float | None = 0, high: float | None = None
) -> Column:
    return Column(name, Kind.NUMBER, required=required, unit=unit, low=low, high=high)


def _day(name: str, *, required: bool = False) -> Column:
    return Column(name, Kind.DAY, required=required)


def _instant(name: str, *, required: bool = False) -> Column:
    return Column(name, Kind.INSTANT, required=required)


def _flag(name: str) -> Column:
    return Column(name, Kind.FLAG)


def _happens(column: Column, *told_by: str, only_revisions: bool = False) -> Column:
    told = () if only_revisions else (told_by or (column.name,))
    return Column(
        column.name, column.kind, unit=column.unit, low=column.low, high=column.high, choices=column.choices,
        references=column.references, happening=True, told_by=told,
    )  # fmt: skip


HOURS_PER_WEEK = _number("hours_per_week", "hours a week", high=168)
BILL_RATE = _number("bill_rate", "currency an hour")

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "people", ("person_id",),
            (
                _text("person_id", required=True), _text("job_role", required=True), _text("grade"), _text("practice"),
                _text("region"), _text("timezone"), _text("skills"), _number("cost_rate", "cost_currency an hour"),
                _text("cost_currency"), HOURS_PER_WEEK, _text("employment", choices=("employee", "contractor")),
                _day("joined_on"), _happens(_day("left_on")),
            ),
            known_from=("joined_on",), ordered=(("joined_on", "left_on"),),
        ),
        Table(
            "projects", ("project_id",),
            (
                _text("project_id", required=True), _text("client_id"), _text("name"), _text("service_line"),
                _text("billing", choices=("fixed_price", "time_and_materials", "retainer")), _text("currency"),
                _number("contract_value", "currency"), _number("baseline_margin", "share", low=-1, high=1),
                _number("budget_hours", "hours"), _instant("signed_at"), _happens(_instant("kicked_off_at")),
                _day("starts_on"), _day("ends_on"), _happens(_instant("closed_at")), _text("region"),
                _text("manager_id", references="people"),
            ),
            known_from=("signed_at", "starts_on"), ordered=(("starts_on", "ends_on"),),
        ),
        Table(
            "resource_requests", ("request_id",),
            (
                _text("request_id", required=True), _text("project_id", references="projects"),
                _text("job_role", required=True), _text("skills"), _text("region"), _flag("remote_ok"), _text("grade"),
                HOURS_PER_WEEK, Column("headcount", Kind.INTEGER, unit="people", low=1, default=1), BILL_RATE,
                _number("effort_hours", "hours"), _text("priority"), _text("title"), _text("requester"),
                _instant("opened_at", required=True), _day("needed_by", required=True), _day("ends_on"),
                _happens(_instant("filled_at")), _happens(_instant("cancelled_at")),
                _happens(_text("status", choices=("open", "filled", "cancelled")), "filled_at", "cancelled_at"),
            ),
            known_from=("opened_at",),
            ordered=(("opened_at", "filled_at"), ("opened_at", "cancelled_at"), ("needed_by", "ends_on")),
        ),
        Table(
            "assignments", ("assignment_id",),
            (
                _text("assignment_id", required=True), _text("project_id", required=True, references="projects"),
                _text("person_id", required=True, references="people"),
                _text("request_id", references="resource_requests"), _day("starts_on", required=True), _day("ends_on"),
                HOURS_PER_WEEK, BILL_RATE, _instant("booked_at"), _happens(_day("released_on")),
            ),
            known_from=("booked_at", "starts_on"), ordered=(("starts_on", "ends_on"),),
        ),
        Table(
            "time_entries", ("entry_id",),
            (
                _text("entry_id", required=True), _text("person_id", required=True, references="people"),
                _text("project_id", references="projects"), _day("worked_on", required=True),
                _number("hours", "hours", required=True, high=24), _flag("billable"), _text("category"), _text("note"),
                _happens(_instant("entered_at")), _happens(_instant("submitted_at")),
                _happens(_instant("approved_at")), _happens(_instant("rejected_at")),
                _happens(_instant("corrected_at")), _happens(_text("invoice_id"), only_revisions=True),
                _happens(_number("written_off_hours", "hours"), only_revisions=True),
            ),
            known_from=("entered_at", "submitted_at", "worked_on"),
            ordered=(("entered_at", "submitted_at"), ("submitted_at", "approved_at"), ("submitted_at", "rejected_at")),
        ),
        Table(
            "time_off", ("person_id", "starts_on"),
            (
                _text("person_id", required=True, references="people"), _day("starts_on", required=True),
                _day("ends_on", required=True), _text("kind", choices=("planned", "other")), _instant("booked_at"),
            ),
            known_from=("booked_at", "starts_on"), ordered=(("starts_on", "ends_on"),),
        ),
        Table("holidays", ("region", "on"), (_text("region", required=True), _day("on", required=True))),
        Table(
            "change_requests", ("change_id",),
            (
                _text("change_id", required=True), _text("project_id", required=True, references="projects"),
                _instant("raised_at", required=True), _number("value", "currency", low=None),
                _number("hours", "hours", low=None), _happens(_instant("decided_at")),
                _happens(_flag("accepted"), "decided_at"),
            ),
            known_from=("raised_at",), ordered=(("raised_at", "decided_at"),),
        ),
        Table(
            "milestones", ("milestone_id",),
            (
                _text("milestone_id", required=True), _text("project_id", required=True, references="projects"),
                _text("name"), _number("amount", "currency"), _day("due_on", required=True), _instant("created_at"),
                _happens(_instant("achieved_at")), _happens(_instant("accepted_at")), _happens(_instant("billed_at")),
                _happens(_instant("cancelled_at")),
            ),
            known_from=("created_at", "projects"),
            ordered=(("created_at", "billed_at"), ("achieved_at", "accepted_at")),
        ),
        Table(
            "forecasts", ("project_id", "made_at"),
            (
                _text("project_id", required=True, references="projects"), _instant("made_at", required=True),
                _number("cost_at_completion", "currency", required=True),
                _number("revenue_at_completion", "currency"), _number("hours_at_completion", "hours"), _day("ends_on"),
            ),
            known_from=("made_at",),
        ),
        Table(
            "actuals", ("project_id", "period"),
            (
                _text("project_id", required=True, references="projects"), _day("period", required=True),
                _number("cost", "currency", low=None), _number("revenue_recognised", "currency", low=None),
                _instant("known_at"),
            ),
            known_from=("known_at", "period"),
        ),
        Table(
            "invoices", ("invoice_id",),
            (
                _text("invoice_id", required=True), _text("project_id", required=True, references="projects"),
                _text("milestone_id", references="milestones"), _instant("issued_at", required=True),
                _number("amount", "currency", required=True, low=None), _text("period"),
                _happens(_instant("paid_at")), _happens(_instant("disputed_at")),
            ),
            known_from=("issued_at",), ordered=(("issued_at", "paid_at"),),
        ),
        Table(
            "approvals", ("approval_id",),
            (
                _text("approval_id", required=True), _text("kind", required=True),
                _text("project_id", references="projects"), _text("requester"), _number("amount", "currency", low=None),
                _text("currency"), _instant("opened_at", required=True), _happens(_instant("closed_at")),
                _happens(_text("outcome"), "closed_at"),
            ),
            known_from=("opened_at",), ordered=(("opened_at", "closed_at"),),
        ),
        Table(
            "approval_events", ("approval_id", "at", "seq", "activity"),
            (
                _text("approval_id", required=True, references="approvals"), _instant("at", required=True),
                Column("seq", Kind.INTEGER, unit="order within a moment"), _text("activity", required=True),
                _text("actor"), _text("approver_role"), _text("note"),
            ),
            known_from=("at",),
        ),
        Table(
            "sows", ("sow_id",),
            (
                _text("sow_id", required=True), _text("client"), _text("text"), _text("path"), _instant("received_at"),
                _text("service_line"), _text("template"),
            ),
            known_from=("received_at",),
        ),
        Table(
            "revisions", ("table", "key", "column", "known_at"),
            (
                _text("table", required=True), _text("key", required=True), _text("column", required=True),
                _text("value"), _instant("known_at", required=True),
            ),
            known_from=("known_at",),
        ),
        Table(
            "fx_rates", ("currency", "on"),
            (
                _text("currency", required=True), _day("on", required=True),
                _number("per_unit_of_reporting_currency", "currency", required=True, low=1e-9),
            ),
            known_from=("on",),
        ),
    )
}  # fmt: skip

Records = Mapping[str, pl.DataFrame]
"""The tables of one firm by name, each in the canonical schema. A missing table is the same as an empty one."""


def table_of(records: Records, name: str) -> pl.DataFrame:
    """The named table, empty where the firm has none."""
    return records[name] if name in records else TABLES[name].empty()
