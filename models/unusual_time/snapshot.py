"""The contract of `unusual_time`: all that its predictor may know of a time entry as of an instant.

Hours are decimal hours; "known" always means known as of the snapshot's instant. Shares lie between 0 and 1. Flags are
1 for yes and 0 for no. Null means that the records cannot tell. No field holds or weighs a note, and none tells how
often a person's own entries were questioned.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.missing_time.snapshot import NewDays
from models.sensitivity import Sensitivity, marked

Flag = Annotated[int, Field(ge=0, le=1, json_schema_extra={"unit": "flag"})]
Share = Annotated[float | None, Field(ge=0, le=1, json_schema_extra={"unit": "share"})]
Hours = Annotated[float, Field(ge=0, le=1_000, json_schema_extra={"unit": "hours"})]
MaybeHours = Annotated[float | None, Field(ge=0, le=20_000, json_schema_extra={"unit": "hours"})]
Count = Annotated[int, Field(ge=0, le=10_000, json_schema_extra={"unit": "entries"})]
ManyDays = Annotated[int | None, Field(ge=-40_000, le=40_000, json_schema_extra={"unit": "days"})]
Word = Annotated[str | None, Field(max_length=200, json_schema_extra={"unit": "category"})]
Name = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"unit": "category"})]


class UnusualTimeSnapshot(BaseModel):
    """A time entry as of an instant between its entry and its approval."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    hours: Hours = Field(description="Hours of the entry")
    weekday: Annotated[int, Field(ge=1, le=7, json_schema_extra={"unit": "day"})] = Field(
        description="Day of the week on which the work was done, Monday is 1"
    )
    days_to_month_end: Annotated[int, Field(ge=0, le=30, json_schema_extra={"unit": "days"})] = Field(
        description="Days left in the month after the day of work"
    )
    on_holiday: Flag = Field(0, description="The day of work is a holiday in the person's region")
    on_time_off: Flag = Field(0, description="Time off is booked for the day of work")
    submitted: Flag = Field(0, description="The entry was handed in")
    billable: Annotated[int | None, Field(ge=0, le=1, json_schema_extra={"unit": "flag"})] = Field(
        None, description="The entry is marked billable"
    )
    whole_hours: Flag = Field(0, description="The entry has a whole number of hours")

    day_hours: Hours = Field(description="Hours known of the person's whole day, with the entry")
    day_entries: Count = Field(1, description="Entries known of the person's day, with the entry")
    week_hours: Hours = Field(description="Hours known of the person's week, with the entry")
    weekly_hours: Annotated[float | None, Field(ge=0, le=168, json_schema_extra={"unit": "hours"})] = Field(
        None, description="Hours a week of the person's contract"
    )
    project_day_hours: Hours = Field(description="Hours known of the person's day on the same project, with the entry")
    usual_day_hours: MaybeHours = Field(
        None, description="Mean hours of the person's other days with time, entered in the last 8 weeks"
    )
    usual_project_hours: MaybeHours = Field(
        None, description="Mean hours a day of the person on the project on other days, entered in the last 8 weeks"
    )
    project_days_56: Annotated[int, Field(ge=0, le=200, json_schema_extra={"unit": "days"})] = Field(
        0, description="Other days of the person on the project, entered in the last 8 weeks"
    )
    same_entries: Count = Field(0, description="Other entries of the day with the same project and hours")
    same_as_day_before: Flag = Field(
        0, description="The working day before has an entry with the same project and hours"
    )

    booked_hours: MaybeHours = Field(None, description="Hours booked on the day by assignments")
    project_booked_hours: MaybeHours = Field(
        None, description="Hours booked on the day on the project; null where nobody is booked on it"
    )

    entry_delay_days: Annotated[float, Field(ge=-40_000, le=40_000, json_schema_extra={"unit": "days"})] = Field(
        description="Days from the end of the day of work until the entry was known"
    )
    entered_late: Flag = Field(0, description="The entry was made after the cutoff of its week")
    entry_hour: Annotated[float | None, Field(ge=0, le=24, json_schema_extra={"unit": "hour of the day"})] = Field(
        None, description="Local hour at which the entry was made"
    )

    category: Word = Field(None, description="Category of the entry")
    category_share_person: Share = Field(
        None, description="Share of the category in the person's entries of the last 8 weeks"
    )
    category_share_project: Share = Field(
        None, description="Share of the category in the project's entries of the last 12 weeks"
    )
    project_billable_share: Share = Field(
        None, description="Share of billable entries among the project's of the last 12 weeks"
    )

    client_project: Annotated[int | None, Field(ge=0, le=1, json_schema_extra={"unit": "flag"})] = Field(
        None, description="The project has a client; 0 for the firm's own and for entries without a project"
    )
    days_after_project_start: ManyDays = Field(
        None, description="Days from the project's start to the day of work; negative before it"
    )
    days_after_project_end: ManyDays = Field(
        None, description="Days from the project's planned end to the day of work; negative before it"
    )
    project_closed: Annotated[int | None, Field(ge=0, le=1, json_schema_extra={"unit": "flag"})] = Field(
        None, description="The project is closed"
    )
    budget_used_share: Annotated[float | None, Field(ge=0, le=1_000, json_schema_extra={"unit": "share"})] = Field(
        None, description="Hours known of the project for each hour of its budget"
    )
    project_questioned_share: Share = Field(
        None, description="Share of the project's entries rejected, corrected or written off in the last 12 weeks"
    )
    manager_questioned_share: Share = Field(
        None, description="The same share over all clients' projects of the project's manager"
    )
    client_questioned_share: Share = Field(None, description="The same share over all projects of the project's client")
    service_line: Word = Field(None, description="Service line of the project")
    billing: Word = Field(None, description="How the project is billed")
    other_region: Annotated[int | None, Field(ge=0, le=1, json_schema_extra={"unit": "flag"})] = Field(
        None, description="The project is of another region than the person"
    )

    days_since_joined: NewDays = Field(
        None, description="Days from the person's joining to the day of work, at most 180"
    )
    job_role: Word = Field(None, description="The person's job role")
    grade: Word = Field(None, description="The person's grade")
    practice: Word = Field(None, description="The person's practice")
    region: Word = Field(None, description="The person's region")
    employment: Word = Field(None, description="Employee or contractor")

    person_id: Name = Field(description="Whose entry it is; no feature")
    project_id: Word = Field(None, description="The project of the entry; no feature")
    worked_on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"unit": "category"})] = Field(
        description="Day of work, YYYY-MM-DD; no feature"
    )
    bill_rate: Annotated[float | None, Field(ge=0, le=1e7, json_schema_extra={"unit": "currency an hour"})] = Field(
        None, description="Bill rate of the person's booking on the project; no feature"
    )
    currency: Word = Field(None, description="Currency of the project; no feature")


NO_FEATURES = frozenset({"person_id", "project_id", "worked_on", "bill_rate", "currency"})
"""Fields that money at risk and proposals need and that the predictor does not see."""
SENSITIVE = marked({
    Sensitivity.RATE: ("bill_rate",),
    Sensitivity.PERSONAL_TIME: (
        "on_time_off", "week_hours", "usual_day_hours", "usual_project_hours", "project_days_56", "same_as_day_before",
        "entry_delay_days", "entered_late", "entry_hour", "category_share_person", "manager_questioned_share",
    ),
    Sensitivity.CLIENT: ("client_questioned_share",),
})  # fmt: skip
"""Fields that not everybody may see. The entry and its day are what is looked at; the person's other days are not."""
