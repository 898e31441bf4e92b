"""The contract of `missing_time`: all that its predictor may know of a person-day as of an instant.

Hours are decimal hours; *working days* are Monday to Friday less the region's holidays and time off known as of then;
"known" always means known as of the snapshot's instant. Shares lie between 0 and 1. Null means that the records
cannot tell.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.sensitivity import Sensitivity, marked

WINDOW_DAYS = 84
"""How far back a snapshot looks: twelve weeks before the day."""
LONGEST_NEW_DAYS = 180
"""Who joined longer ago is as new as nobody: everybody's days would else grow with the calendar, and a predictor would
take the date for a cause."""

Share = Annotated[float | None, Field(ge=0, le=1, json_schema_extra={"unit": "share"})]
DayHours = Annotated[float | None, Field(ge=0, le=168, json_schema_extra={"unit": "hours"})]
ManyHours = Annotated[float | None, Field(ge=0, le=20_000, json_schema_extra={"unit": "hours"})]
ClockHour = Annotated[float | None, Field(ge=0, le=24, json_schema_extra={"unit": "hour of the day"})]
Days = Annotated[int | None, Field(ge=0, le=WINDOW_DAYS, json_schema_extra={"unit": "days"})]
Flag = Annotated[int | None, Field(ge=0, le=1, json_schema_extra={"unit": "flag"})]
NewDays = Annotated[int | None, Field(ge=-40_000, le=LONGEST_NEW_DAYS, json_schema_extra={"unit": "days"})]
Word = Annotated[str | None, Field(max_length=200, json_schema_extra={"unit": "category"})]


class MissingTimeSnapshot(BaseModel):
    """A person-day as of an instant between the day's start and the cutoff of its week."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    weekday: Annotated[int, Field(ge=1, le=7, json_schema_extra={"unit": "day"})] = Field(
        description="Day of the week, Monday is 1"
    )
    month: Annotated[int, Field(ge=1, le=12, json_schema_extra={"unit": "month"})] = Field(
        description="Month of the year"
    )
    days_to_month_end: Annotated[int, Field(ge=0, le=30, json_schema_extra={"unit": "days"})] = Field(
        description="Days left in the month after this day"
    )
    hours_since_day_start: Annotated[float, Field(ge=0, le=240, json_schema_extra={"unit": "hours"})] = Field(
        description="Hours since the day began for the person"
    )
    hours_to_cutoff: Annotated[float, Field(ge=0, le=240, json_schema_extra={"unit": "hours"})] = Field(
        description="Hours until time of this week counts as missing"
    )

    expected_hours: Annotated[float, Field(gt=0, le=168, json_schema_extra={"unit": "hours"})] = Field(
        description="Hours of work expected on the day"
    )
    known_hours: Annotated[float, Field(ge=0, le=1_000, json_schema_extra={"unit": "hours"})] = Field(
        description="Hours already entered for the day"
    )
    booked_hours: DayHours = Field(None, description="Hours booked on the day by assignments")
    weekly_hours: DayHours = Field(None, description="Hours a week of the person's contract")
    booked_projects: Annotated[int | None, Field(ge=0, le=1_000, json_schema_extra={"unit": "projects"})] = Field(
        None, description="How many projects are booked on the day"
    )
    other_region: Flag = Field(None, description="Most of the day is booked on a project of another region")
    week_days_off: Annotated[int | None, Field(ge=0, le=5, json_schema_extra={"unit": "days"})] = Field(
        None, description="Days of the week, Monday to Friday, that are holidays or time off"
    )
    off_at_cutoff: Flag = Field(None, description="The Monday on which the week closes is a holiday or time off")
    days_to_time_off: Annotated[int | None, Field(ge=1, le=28, json_schema_extra={"unit": "days"})] = Field(
        None, description="Days until booked time off begins, at most 28"
    )
    week_known_hours: ManyHours = Field(None, description="Hours entered for the earlier days of the week")
    week_open_days: Days = Field(None, description="Earlier working days of the week without an entry")

    days_since_last_entry: Days = Field(None, description="Days since the last day with an entry")
    hours_since_last_entered: ManyHours = Field(None, description="Hours since time was last entered")
    days_of_history: Days = Field(None, description="Days since the first day with an entry, at most twelve weeks")
    missed_share_3: Share = Field(None, description="Share of the last 3 working days without an entry")
    missed_share_5: Share = Field(None, description="Share of the last 5 working days without an entry")
    missed_share_10: Share = Field(None, description="Share of the last 10 working days without an entry")
    missed_share_20: Share = Field(None, description="Share of the last 20 working days without an entry")
    missed_share_40: Share = Field(None, description="Share of the last 40 working days without an entry")
    missed_lately: Share = Field(
        None, description="Share of working days without an entry, a day weighing half as much 5 working days back"
    )
    missed_in_the_long_run: Share = Field(
        None, description="Share of working days without an entry, a day weighing half as much 15 working days back"
    )
    missed_share_weekday_4: Share = Field(None, description="Share of this weekday's last 4 without an entry")
    missed_share_weekday_8: Share = Field(None, description="Share of this weekday's last 8 without an entry")
    missed_weekday_lately: Share = Field(
        None, description="Share of this weekday's last 12 without an entry, a week weighing half as much 2 weeks back"
    )
    entry_changes_20: Days = Field(
        None,
        description="How often, over the last 20 working days, one with an entry and one without followed each other",
    )

    hours_1_working_day_ago: ManyHours = Field(None, description="Hours entered for the last working day")
    hours_2_working_days_ago: ManyHours = Field(None, description="Hours entered for the second working day back")
    hours_3_working_days_ago: ManyHours = Field(None, description="Hours entered for the third working day back")
    hours_4_working_days_ago: ManyHours = Field(None, description="Hours entered for the fourth working day back")
    hours_5_working_days_ago: ManyHours = Field(None, description="Hours entered for the fifth working day back")
    hours_1_week_ago: ManyHours = Field(None, description="Hours entered for this weekday a week ago")
    hours_weekday_median_8: ManyHours = Field(None, description="Median of the hours of this weekday's last 8")
    hours_last_7_days: ManyHours = Field(None, description="Hours entered for the 7 days before")
    hours_last_28_days: ManyHours = Field(None, description="Hours entered for the 28 days before")
    hours_last_84_days: ManyHours = Field(None, description="Hours entered for the twelve weeks before")
    hours_a_worked_day_20: ManyHours = Field(
        None, description="Mean hours of those of the last 20 working days that have time"
    )
    hours_spread_20: ManyHours = Field(None, description="Standard deviation of the hours of those days")
    hours_off_days_28: ManyHours = Field(
        None, description="Hours entered for weekends, holidays and time off of the 28 days before"
    )

    sits_down_share_3: Share = Field(
        None, description="Share of the last 3 weeks in which time was entered between this moment and the cutoff"
    )
    sits_down_share_8: Share = Field(
        None, description="Share of the last 8 weeks in which time was entered between this moment and the cutoff"
    )
    entry_delay_days: Annotated[float | None, Field(ge=-28, le=28, json_schema_extra={"unit": "days"})] = Field(
        None, description="Mean days from a worked day's end until its time was entered, last 8 weeks"
    )
    entered_late_share: Share = Field(
        None, description="Share of the entries of the last 8 weeks that were made after their week's cutoff"
    )
    usual_entry_hour: ClockHour = Field(None, description="Mean local hour at which time was entered, last 8 weeks")
    entry_hour_spread: ClockHour = Field(None, description="Standard deviation of that hour")

    days_since_joined: NewDays = Field(None, description="Days since the person joined, at most 180")
    job_role: Word = Field(None, description="The person's job role")
    grade: Word = Field(None, description="The person's grade")
    practice: Word = Field(None, description="The person's practice")
    region: Word = Field(None, description="The person's region")
    employment: Word = Field(None, description="Employee or contractor")

    project_id: Word = Field(None, description="The project that most of the day is booked on; no feature")
    bill_rate: Annotated[float | None, Field(ge=0, le=1e7, json_schema_extra={"unit": "currency an hour"})] = Field(
        None, description="Mean bill rate of the day's bookings; no feature"
    )
    currency: Word = Field(None, description="Currency of the bill rate; no feature")


NO_FEATURES = frozenset({"project_id", "bill_rate", "currency"})
"""Fields that money at risk and proposals need and that the predictor does not see."""
SENSITIVE = marked({
    Sensitivity.RATE: ("bill_rate",),
    Sensitivity.PERSONAL_TIME: (
        "known_hours", "week_days_off", "off_at_cutoff", "days_to_time_off", "week_known_hours", "week_open_days",
        "days_since_last_entry", "hours_since_last_entered", "days_of_history", "missed_share_3", "missed_share_5",
        "missed_share_10", "missed_share_20", "missed_share_40", "missed_lately", "missed_in_the_long_run",
        "missed_share_weekday_4", "missed_share_weekday_8", "missed_weekday_lately", "entry_changes_20",
        "hours_1_working_day_ago", "hours_2_working_days_ago", "hours_3_working_days_ago", "hours_4_working_days_ago",
        "hours_5_working_days_ago", "hours_1_week_ago", "hours_weekday_median_8", "hours_last_7_days",
        "hours_last_28_days", "hours_last_84_days", "hours_a_worked_day_20", "hours_spread_20", "hours_off_days_28",
        "sits_down_share_3", "sits_down_share_8", "entry_delay_days", "entered_late_share", "usual_entry_hour",
        "entry_hour_spread",
    ),
})  # fmt: skip
"""Fields that not everybody may see: how somebody keeps their time, and when they are away."""
