"""The contract of `milestone_miss`: all that its predictor may know of a milestone as of an instant.

The fields of the project are those of `models.project_signals`. The *deadline* is the day by whose end the milestone
must be billed. Null means that the records cannot tell.
"""

from typing import Annotated

from pydantic import ConfigDict, Field

from models.project_signals import NO_FEATURES as PROJECT_NO_FEATURES
from models.project_signals import ProjectFields
from models.project_signals.fields import Count, Days, MeanDays, Money, Ratio, Share, Wait
from models.project_signals.sensitive import SENSITIVE as PROJECT_SENSITIVE
from models.project_signals.sums import MANY_DAYS

PLANNED, ACHIEVED, ACCEPTED = 0, 1, 2
"""The stages of an unbilled milestone."""


class MilestoneMissSnapshot(ProjectFields):
    """An unbilled milestone as of an instant within some weeks of its due date."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    days_to_due: Annotated[int, Field(ge=-365, le=730, json_schema_extra={"unit": "days"})] = Field(
        description="Days until the milestone is due, negative after it"
    )
    days_to_deadline: Annotated[int, Field(ge=0, le=730, json_schema_extra={"unit": "days"})] = Field(
        description="Days until it must be billed"
    )
    deadline_month: Annotated[int, Field(ge=1, le=12, json_schema_extra={"unit": "month"})] = Field(
        description="Month of that day"
    )
    days_to_month_end: Annotated[int, Field(ge=0, le=30, json_schema_extra={"unit": "days"})] = Field(
        description="Days from it to the end of its month"
    )
    days_to_quarter_end: Annotated[int, Field(ge=0, le=92, json_schema_extra={"unit": "days"})] = Field(
        description="Days from it to the end of its quarter"
    )

    stage: Annotated[int, Field(ge=PLANNED, le=ACCEPTED, json_schema_extra={"unit": "stage"})] = Field(
        description="0 not achieved yet, 1 achieved and not accepted yet, 2 accepted"
    )
    days_in_stage: Annotated[int, Field(ge=0, le=MANY_DAYS, json_schema_extra={"unit": "days"})] = Field(
        0, description="Days since it was achieved or accepted, 0 where it is not achieved yet"
    )
    created_days: Wait = Field(None, description="Days since the milestone is known")
    due_moves: Count = Field(0, description="How often its due date was moved")
    due_moved_days: Days = Field(None, description="How far in all, negative where it was brought forward")
    amount_of_contract: Ratio = Field(None, description="Its amount against the contract's value")

    project_milestones: Count = Field(0, description="Milestones of the project, this one too")
    project_milestones_billed: Count = Field(0, description="Of those, how many are billed")
    project_overdue: Count = Field(0, description="Other milestones of the project past their date and not billed")
    project_billed_late_share: Share = Field(None, description="Share of the project's milestones billed late")
    project_days_late: MeanDays = Field(None, description="Mean days from the due date to billing of those")

    amount: Money = Field(None, description="What the milestone bills; no feature")


NO_FEATURES = PROJECT_NO_FEATURES | {"amount"}
"""Fields that money at risk and proposals need and that the predictor does not see."""
SENSITIVE = PROJECT_SENSITIVE
"""Fields that not everybody may see. What the milestone itself bills is no margin."""
