"""The contract of `staffing_risk`: all that its predictor may know of an open request as of an instant.

*Similar* requests are those for the same job role. *In time* means by the date a request was first needed by. "Known"
always means known as of the snapshot's instant. Shares and chances lie between 0 and 1. Null means that the records
cannot tell. A needed-by date means the end of that day, UTC.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.sensitivity import Sensitivity, marked

LONGEST = 60_000
"""Days: longer than from the earliest to the latest date that records may hold."""

Share = Annotated[float | None, Field(ge=0, le=1, json_schema_extra={"unit": "share"})]
Days = Annotated[float | None, Field(ge=0, le=LONGEST, json_schema_extra={"unit": "days"})]
DaysEitherWay = Annotated[int | None, Field(ge=-LONGEST, le=LONGEST, json_schema_extra={"unit": "days"})]
Requests = Annotated[int | None, Field(ge=0, json_schema_extra={"unit": "requests"})]
People = Annotated[int | None, Field(ge=0, json_schema_extra={"unit": "people"})]
SomePeople = Annotated[float | None, Field(ge=0, json_schema_extra={"unit": "people"})]
Ratio = Annotated[float | None, Field(ge=0, json_schema_extra={"unit": "ratio"})]
Word = Annotated[str | None, Field(max_length=200, json_schema_extra={"unit": "category"})]


class StaffingRiskSnapshot(BaseModel):
    """An open request as of an instant between its opening and the end of the day it is needed by."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    days_open: Annotated[float, Field(ge=0, le=LONGEST, json_schema_extra={"unit": "days"})] = Field(
        description="Days since the request was opened"
    )
    days_to_needed_by: Annotated[float, Field(ge=0, le=LONGEST, json_schema_extra={"unit": "days"})] = Field(
        description="Days until the end of the day it is needed by"
    )
    first_notice_days: Annotated[float | None, Field(ge=-LONGEST, le=LONGEST, json_schema_extra={"unit": "days"})] = (
        Field(None, description="Days from the opening to the date it was first needed by")
    )
    notice_days: Days = Field(None, description="Days from the opening to the date it is now needed by")
    notice_used: Share = Field(None, description="Share of that notice that has passed")
    needed_by_moves: Requests = Field(None, description="How often the needed-by date was moved")
    needed_by_moved_days: DaysEitherWay = Field(
        None, description="Days by which the date was moved in all, later is more"
    )

    headcount: Annotated[int | None, Field(ge=0, json_schema_extra={"unit": "people"})] = Field(
        None, description="How many people are asked for"
    )
    weekly_hours: Annotated[float | None, Field(ge=0, le=168, json_schema_extra={"unit": "hours a week"})] = Field(
        None, description="Hours a week of each of them"
    )
    effort_hours: Annotated[float | None, Field(ge=0, json_schema_extra={"unit": "hours"})] = Field(
        None, description="Hours in all: as given, else weekly hours times weeks times headcount"
    )
    duration_weeks: Annotated[float | None, Field(ge=0, le=LONGEST, json_schema_extra={"unit": "weeks"})] = Field(
        None, description="Weeks from the date it is needed by to its end; a request that moves keeps its length"
    )
    skills_wanted: Annotated[int | None, Field(ge=0, json_schema_extra={"unit": "skills"})] = Field(
        None, description="How many skills are asked for"
    )
    remote_ok: Annotated[int | None, Field(ge=0, le=1, json_schema_extra={"unit": "flag"})] = Field(
        None, description="1 where the work may be done from elsewhere, 0 where not"
    )
    rate_to_usual: Ratio = Field(
        None, description="Bill rate against the mean of the last year's for the job role, grade and region"
    )
    job_role: Word = Field(None, description="The job role asked for")
    grade: Word = Field(None, description="The grade asked for")
    region: Word = Field(None, description="The region of the request")
    priority: Word = Field(None, description="The priority of the request")
    scarcest_skill: Word = Field(None, description="The skill asked for with the most open requests per person")
    service_line: Word = Field(None, description="The project's service line")
    billing: Word = Field(None, description="How the project is billed")
    month: Annotated[int | None, Field(ge=1, le=12, json_schema_extra={"unit": "month"})] = Field(
        None, description="Month of the year; null until similar requests are known for 13 weeks"
    )
    days_to_quarter_end: Annotated[int | None, Field(ge=0, le=91, json_schema_extra={"unit": "days"})] = Field(
        None, description="Days left in the calendar quarter; null until similar requests are known for 13 weeks"
    )

    open_role: Requests = Field(None, description="Other similar requests that are open")
    open_region: Requests = Field(None, description="Of these, those in the same region")
    open_skill: Requests = Field(None, description="Of these, those that want the scarcest skill")
    opened_28: Requests = Field(None, description="Similar requests opened in the last 28 days")
    opened_56: Requests = Field(None, description="Similar requests opened in the last 56 days")
    opened_84: Requests = Field(None, description="Similar requests opened in the last 84 days")
    filled_28: Requests = Field(None, description="Similar requests filled in the last 28 days")
    filled_56: Requests = Field(None, description="Similar requests filled in the last 56 days")
    filled_84: Requests = Field(None, description="Similar requests filled in the last 84 days")
    filled_region_84: Requests = Field(None, description="Of these, those in the same region")
    filled_skill_84: Requests = Field(None, description="Of these, those that wanted the scarcest skill")
    in_time_role: Share = Field(None, description="Share of the last year's similar requests that were filled in time")
    in_time_region: Share = Field(None, description="The same in the region; few requests draw on the job role's share")
    in_time_skill: Share = Field(None, description="The same for the scarcest skill")
    in_time_worst_skill: Share = Field(None, description="The same for that of its skills whose share is least")
    in_time_requester: Share = Field(None, description="The same for all requests of the requester")
    in_time_client: Share = Field(None, description="The same for all requests for the project's client")
    pace_lately: Ratio = Field(
        None, description="How fast similar requests were filled in the last 28 days, against the last year"
    )
    pace_region: Ratio = Field(
        None, description="How fast those in the region were filled in the last year, against all similar ones"
    )
    pace_skills: Ratio = Field(None, description="The same for its skills: the product of the paces of each")
    pace_requester: Ratio = Field(None, description="The same for all requests of the requester")
    pace_client: Ratio = Field(None, description="The same for all requests for the project's client")
    usual_days_to_fill: Days = Field(None, description="Median days in which the last year's similar ones were filled")
    usual_days_to_fill_region: Days = Field(None, description="The same in the region")
    chance_within_1: Share = Field(
        None, description="Of similar requests that were open for as long, the share filled in the next day"
    )
    chance_within_3: Share = Field(None, description="The same for the next 3 days")
    chance_within_7: Share = Field(None, description="The same for the next 7 days")
    chance_within_14: Share = Field(None, description="The same for the next 14 days")
    chance_within_28: Share = Field(None, description="The same for the next 28 days")
    chance_within_56: Share = Field(None, description="The same for the next 56 days")
    chance_by_needed_by: Share = Field(None, description="The same until the date it is needed by, at most 56 days")
    chance_at_pace: Share = Field(
        None, description="The same if it is filled at the pace of late, of its skills and of its requester together"
    )

    people_role: People = Field(None, description="People with the job role")
    people_region: People = Field(None, description="Of these, those in the region")
    people_skill: People = Field(None, description="Of these, those who hold the scarcest skill")
    skill_requests_per_person: Ratio = Field(
        None, description="Open requests that want the scarcest skill, per person with the job role who holds it"
    )
    free_role_0: People = Field(None, description="People with the job role who are free now")
    free_role_14: People = Field(None, description="People with the job role who are free in 14 days, as booked now")
    free_role_28: People = Field(None, description="People with the job role who are free in 28 days, as booked now")
    free_role_56: People = Field(None, description="People with the job role who are free in 56 days, as booked now")
    free_region_0: People = Field(None, description="People with the job role in the region who are free now")
    free_region_14: People = Field(None, description="The same in 14 days")
    free_region_28: People = Field(None, description="The same in 28 days")
    free_region_56: People = Field(None, description="The same in 56 days")
    free_skill_0: People = Field(None, description="People with the job role and the scarcest skill who are free now")
    free_skill_14: People = Field(None, description="The same in 14 days")
    free_skill_28: People = Field(None, description="The same in 28 days")
    free_skill_56: People = Field(None, description="The same in 56 days")
    reachable_people: People = Field(
        None, description="People with the job role in the region, or anywhere where remote work or no region is asked"
    )
    reachable_free: SomePeople = Field(None, description="Of these, those who are free by the date it is needed by")
    skilled_free: SomePeople = Field(None, description="People with the scarcest skill who are free by that date")
    requests_per_free_person: Ratio = Field(
        None, description="Open requests for the reachable people, its own among them, per free one and one more"
    )

    days_since_signed: DaysEitherWay = Field(None, description="Days since the project was signed")
    days_since_kickoff: DaysEitherWay = Field(None, description="Days since the project was kicked off")
    days_to_project_start: DaysEitherWay = Field(None, description="Days until the project starts, negative after")
    days_to_project_end: DaysEitherWay = Field(None, description="Days until the project ends, negative after")
    project_open: Requests = Field(None, description="Other open requests of the project")
    project_opened_84: Requests = Field(None, description="Requests of the project opened in the last 84 days")
    requester_open: Requests = Field(None, description="Other open requests of the requester")

    needed_by: Word = Field(None, description="The date it is needed by, YYYY-MM-DD; no feature")
    project_id: Word = Field(None, description="The project it is for; no feature")
    bill_rate: Annotated[float | None, Field(ge=0, json_schema_extra={"unit": "currency an hour"})] = Field(
        None, description="Bill rate of the request; no feature"
    )
    currency: Word = Field(None, description="Currency of the project; no feature")


NO_FEATURES = frozenset({"needed_by", "project_id", "bill_rate", "currency"})
"""Fields that money at risk and proposals need and that the predictor does not see."""
SENSITIVE = marked({
    Sensitivity.RATE: ("bill_rate", "rate_to_usual"),
    Sensitivity.CLIENT: ("in_time_client", "pace_client"),
})  # fmt: skip
"""Fields that not everybody may see."""
