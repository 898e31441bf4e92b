"""A governed workflow: its steps, and for each the actions that may be recommended in it and on whose approval.

``workflow_schema()`` is the published JSON schema. It tells the shape; ``workflow_files`` also checks the meaning.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import GenerateJsonSchema

from models.actions import ACTIONS, ActionKind, executes
from models.money import is_currency, minor_units
from service.gate.rounding import is_whole_percent, up_to_two_digits

LONGEST_VALIDITY = timedelta(hours=24)
MOST_APPROVALS = 3


class ApproverRole(StrEnum):
    """Who may approve what the engine is recommended to do. Closed: the engine and the inbox know each."""

    PROJECT_MANAGER = "project_manager"
    DELIVERY_LEAD = "delivery_lead"
    RESOURCE_MANAGER = "resource_manager"
    FINANCE_REVIEWER = "finance_reviewer"
    PMO = "pmo"


class Duty(StrEnum):
    """Somebody who had a hand in the recommendation and may be barred from approving what comes of it."""

    REQUESTER = "requester"
    TRAINER = "trainer"
    PROMOTER = "promoter"


class Purpose(StrEnum):
    """What the answers of a workflow may be used for. There is none for pay, rating, ranking or discipline."""

    TIME_SUBMISSION = "time_submission"
    STAFFING = "staffing"
    MARGIN_PROTECTION = "margin_protection"
    BILLING = "billing"
    PROJECT_INITIATION = "project_initiation"
    DECISION_SUPPORT = "decision_support"


class Per(StrEnum):
    """For whom or what alerts are counted."""

    PERSON = "person"
    PROJECT = "project"
    SUBJECT = "subject"


def _listed_action(name: str) -> str:
    if name in ACTIONS:
        return name
    if executes(name):
        raise ValueError(f"{name!r} is a verb that executes; a governed workflow can only recommend")
    raise ValueError(f"unknown action {name!r}; expected one of {', '.join(ACTIONS)}")


def _asking_text(text: str) -> str:
    if executes(text):
        raise ValueError(f"the wording begins with a verb that executes; word what is asked for: {text!r}")
    return text


def _whole_percent(floor: float) -> float:
    if not is_whole_percent(floor):
        raise ValueError(f"{floor} is not a whole percent; the gate compares in percents, so write e.g. {floor:.2f}")
    return floor


def _comparable_limits(limits: Mapping[str, float]) -> Mapping[str, float]:
    for currency, limit in limits.items():
        if not is_currency(currency):
            raise ValueError(f"{currency!r} is not a currency; expected an ISO 4217 code such as EUR")
        units = minor_units(limit, currency)
        if units != up_to_two_digits(units):
            raise ValueError(f"the {currency} limit {limit} has more than two significant digits; write e.g. 2500")
    return limits


def _short_validity(validity: timedelta) -> timedelta:
    if not timedelta(minutes=1) <= validity <= LONGEST_VALIDITY:
        raise ValueError("a recommendation is valid for at least PT1M and at most PT24H")
    return validity


def _whole_hours(age: timedelta) -> timedelta:
    if age < timedelta(hours=1) or age % timedelta(hours=1):
        raise ValueError("expected whole hours or days, at least PT1H")
    return age


def _weeks_at_most(window: timedelta) -> timedelta:
    if not timedelta(hours=1) <= window <= timedelta(days=31):
        raise ValueError("alerts are counted over at least PT1H and at most P31D")
    return window


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
ActionName = Annotated[str, AfterValidator(_listed_action)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Terms(_Part):
    """On what terms one action may be recommended in one step."""

    approver_role: ApproverRole
    separation: Annotated[tuple[Duty, ...], Field(alias="not", description="who may not be the approver")] = tuple(Duty)
    approvals: Annotated[
        int, Field(ge=1, le=MOST_APPROVALS, strict=True, description="how many principals must accept, all different")
    ] = 1
    expires_in: Annotated[
        timedelta, AfterValidator(_short_validity), Field(description="ISO 8601 duration, at most PT24H")
    ]
    confidence_floor: Annotated[
        float, Field(ge=0, le=1, strict=True, description="least probability, in whole percents"),
        AfterValidator(_whole_percent),
    ]  # fmt: skip
    money_limits: Annotated[
        Mapping[str, Annotated[float, Field(gt=0, le=1e12)]] | None,
        Field(description="most money at risk by currency, two significant digits; an unlisted currency is refused"),
        AfterValidator(lambda limits: limits if limits is None else _comparable_limits(limits)),
    ] = None
    text: Annotated[
        str, Field(min_length=1, max_length=500, description="the wording, with {params} of the action"),
        AfterValidator(_asking_text),
    ]  # fmt: skip


class AlertBudget(_Part):
    """How often an action of one kind may be recommended about the same person, project or subject.

    The same action about the same subject in the same step of the same instance is one alert, however often it is said.
    """

    kind: ActionKind
    per: Per
    at_most: Annotated[int, Field(ge=1, le=100, strict=True)]
    within: Annotated[
        timedelta, AfterValidator(_weeks_at_most), Field(description="ISO 8601 duration, at most P31D")
    ] = timedelta(days=7)


class Step(_Part):
    """A state that the engine's instance can be in. No actions: nothing may be recommended in it."""

    description: Annotated[str, Field(min_length=1, max_length=500)]
    owner: Annotated[ApproverRole, Field(description="who answers for an instance while it is in this step")]
    actions: dict[ActionName, Terms] = Field(default_factory=dict)


class Transition(_Part):
    """That the engine may take the instance from one step to another. Bellwether never does."""

    from_step: Annotated[Name, Field(alias="from")]
    to_step: Annotated[Name, Field(alias="to")]
    when: Annotated[str, Field(min_length=1, max_length=200)]


class Workflow(_Part):
    """A governed workflow as its file states it."""

    name: Name
    version: Annotated[int, Field(ge=1, strict=True)]
    description: Annotated[str, Field(min_length=1, max_length=1000)]
    purpose: Annotated[Purpose, Field(description="what its answers may be used for")]
    tasks: Annotated[tuple[Name, ...], Field(min_length=1, description="which tasks may propose in it")]
    stale_after: Annotated[
        timedelta, AfterValidator(_whole_hours),
        Field(description="where the records end longer than this before as_of, nothing is recommended"),
    ]  # fmt: skip
    alert_budgets: tuple[AlertBudget, ...] = ()
    start: Annotated[Name, Field(description="the step in which an instance begins")]
    steps: Annotated[dict[Name, Step], Field(min_length=1)]
    transitions: tuple[Transition, ...] = ()

    def terms(self, step: str, action: str) -> Terms | None:
        """The terms of this action in this step, or None where it is not allowed."""
        known = self.steps.get(step)
        return known.actions.get(action) if known else None


def workflow_schema() -> dict[str, Any]:
    """The JSON schema of a workflow file, with the closed list of actions in it and what each asks for."""
    dialect = {"$schema": GenerateJsonSchema.schema_dialect, "title": "Governed workflow"}
    schema = dialect | Workflow.model_json_schema(by_alias=True) | dialect
    schema["properties"]["steps"]["additionalProperties"] = False
    actions = schema["$defs"]["Step"]["properties"]["actions"]
    actions["properties"] = {
        name: {"$ref": "#/$defs/Terms", "description": action.description} for name, action in ACTIONS.items()
    }
    actions["additionalProperties"] = False
    return schema
