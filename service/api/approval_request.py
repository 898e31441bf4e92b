"""What is asked: an approval by its id, or handed over with its steps and its project, as the records have them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

import polars as pl
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model, model_validator

from models.approval_summary.known import MOST_STEPS
from models.records import TABLES, Column, Kind
from service.api.prediction_request import SubjectId
from service.triage.workflow_place import WorkflowPlace

LONGEST_TEXT = 10_000
"""Characters of one cell."""

_TYPES: Mapping[Kind, Any] = {
    Kind.TEXT: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)],
    Kind.INTEGER: int,
    Kind.FLAG: bool,
    Kind.INSTANT: AwareDatetime,
    Kind.DAY: dt.date,
}


def _field(column: Column, *, required: bool) -> tuple[Any, Any]:
    if column.kind is Kind.NUMBER:
        kind: Any = Annotated[float, Field(ge=column.low, le=column.high, allow_inf_nan=False)]
    else:
        kind = _TYPES[column.kind]
    if required:
        return kind, Field(description=column.unit)
    return kind | None, Field(None, description=column.unit)


def _model(name: str, table: str, doc: str, *, without: Sequence[str] = ()) -> type[BaseModel]:
    """A pydantic model of one row of a canonical table, less some columns."""
    columns = [column for column in TABLES[table].columns if column.name not in without]
    fields: dict[str, Any] = {column.name: _field(column, required=column.required) for column in columns}
    config = ConfigDict(extra="forbid", frozen=True)
    return create_model(name, __config__=config, __doc__=doc, **fields)


ApprovalGiven = _model("ApprovalGiven", "approvals", "The approval, as the table ``approvals`` has it.")
StepGiven = _model(
    "StepGiven", "approval_events", "One step of it, as the table ``approval_events`` has it.", without=("approval_id",)
)
ProjectGiven = _model("ProjectGiven", "projects", "Its project, as the table ``projects`` has it.")


class SummaryRequest(BaseModel):
    """Either ``approval_id`` (of a stored approval) or ``approval`` with its ``events`` and, where known, ``project``.

    Similar approvals are always looked up in the stored records.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "workflow": {"name": "approvals", "instance": "AP-19", "step": "waiting", "requester": "anna"},
                    "approval_id": "ap-19",
                }
            ]
        },
    )

    workflow: WorkflowPlace
    as_of: AwareDatetime | None = Field(None, description="the moment of receipt where none is given")
    approval_id: SubjectId | None = None
    approval: ApprovalGiven | None = None  # type: ignore[valid-type]
    events: list[StepGiven] | None = Field(None, max_length=MOST_STEPS)  # type: ignore[valid-type]
    project: ProjectGiven | None = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.approval_id is None) == (self.approval is None):
            raise ValueError("expected either approval_id or approval")
        if self.approval is None and (self.events is not None or self.project is not None):
            raise ValueError("expected events and project only beside approval")
        if self.project is not None and _values(self.project)["project_id"] != _values(self.approval)["project_id"]:
            raise ValueError("expected in project the project that approval names")
        return self

    @property
    def id(self) -> str:
        """The id of the approval, whichever way it was given."""
        return self.approval_id if self.approval_id is not None else str(_values(self.approval)["approval_id"])

    def records(self) -> dict[str, pl.DataFrame] | None:
        """What was handed over, as canonical tables; None where only an id was."""
        if self.approval is None:
            return None
        own = _values(self.approval)
        steps = [{**_values(step), "approval_id": own["approval_id"]} for step in self.events or ()]
        given = {"approvals": _frame("approvals", [own]), "approval_events": _frame("approval_events", steps)}
        if self.project is not None:
            given["projects"] = _frame("projects", [_values(self.project)])
        return given


def _values(row: BaseModel | None) -> dict[str, Any]:
    return {} if row is None else row.model_dump()


def _frame(table: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TABLES[table].schema, orient="row")
