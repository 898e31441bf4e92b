"""What a caller asks: a place in a governed workflow, an instant, and subjects by id or as snapshots."""

from typing import Annotated, Generic, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from service.triage.workflow_place import WorkflowPlace

Snapshot = TypeVar("Snapshot", bound=BaseModel)

SubjectId = Annotated[str, Field(min_length=1, max_length=250)]


class Subject(BaseModel, Generic[Snapshot]):
    """One subject with all that the predictor may know of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject_id: SubjectId
    snapshot: Snapshot


class PredictionRequest(BaseModel, Generic[Snapshot]):
    """Either ``ids`` (snapshots are built from the stored records) or ``subjects`` with their snapshots."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workflow: WorkflowPlace
    as_of: AwareDatetime | None = Field(None, description="the moment of receipt where none is given")
    ids: list[SubjectId] | None = Field(None, min_length=1)
    subjects: list[Subject[Snapshot]] | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.ids is None) == (self.subjects is None):
            raise ValueError("expected either ids or subjects")
        return self

    @property
    def count(self) -> int:
        """How many subjects are asked about."""
        return len(self.ids or self.subjects or ())

    @property
    def subject_ids(self) -> list[str]:
        return self.ids if self.ids is not None else [subject.subject_id for subject in self.subjects or ()]
