"""What a case of a policy may state of each kind of question. What it leaves unsaid is as below, and so permitted."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from models.money import minor_units
from models.sensitivity import Sensitivity
from service.gate.case import Facts
from service.gate.decision import DecisionFacts, DecisionKind
from service.gate.informing import Informing
from service.gate.question import Question
from service.gate.rounding import basis_points, up_to_two_digits
from service.gate.switch import Scope, SwitchFacts, Turn
from service.gate.text_route import RouteUse
from service.gate.triage import TriageFacts, TriageKind
from service.gate.visibility import Sight
from service.gate.workflow import ActionName, ApproverRole

SAMPLE = "sample"
"""The name of the workflow that belongs to the cases."""

_HOUR = timedelta(hours=1)
Amount = Annotated[StrictInt | StrictFloat, Field(ge=0, le=1e15)]


class Stated(BaseModel):
    """A question as a case states it. ``api_role`` and ``place`` are what the tables and the workflows must know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def place(self) -> tuple[str, str] | None:
        """The workflow and the step that it is about, None where it is about none."""
        return None

    def question(self) -> Question:
        """The question, as Cedar is asked it."""
        raise NotImplementedError


class Recommend(Stated):
    """May the task recommend the action? ``amount`` is the money at risk; null is unknown throughout."""

    workflow: StrictStr = SAMPLE
    step: StrictStr = "open"
    action: ActionName = "remind_consultant"
    task: StrictStr = "sample_task"
    probability: Annotated[StrictInt | StrictFloat, Field(ge=0, le=1)] | None = 0.9
    amount: Amount | None = 100
    currency: Annotated[StrictStr, Field(pattern="^[A-Z]{3}$")] | None = "EUR"
    requester: StrictStr | None = "rita"
    person_level: StrictBool = True
    purpose_recorded: StrictBool = True
    stated_purpose: StrictStr | None = None
    records_age: Annotated[timedelta, Field(ge=timedelta(0), description="ISO 8601 duration")] | None = _HOUR
    alerts_left: StrictInt | None = None
    alerts_countable: StrictBool = True
    task_stopped: StrictBool = False
    workflow_stopped: StrictBool = False
    promoted: StrictBool = True
    calibrated: StrictBool = True
    drifted: StrictBool = False
    trainer: StrictStr | None = "tara"
    promoter: StrictStr | None = "paul"
    suspicious: StrictBool = False

    @model_validator(mode="after")
    def _money_of_a_currency(self) -> "Recommend":
        if self.amount is not None and self.currency is None:
            raise ValueError("amount has no currency; expected both, or amount: null")
        return self

    @property
    def place(self) -> tuple[str, str]:
        return self.workflow, self.step

    def question(self) -> Facts:
        money = None if self.amount is None or self.currency is None else minor_units(self.amount, self.currency)
        return Facts(
            **self.model_dump(exclude={"probability", "amount", "records_age"}),
            probability=None if self.probability is None else basis_points(self.probability),
            amount=None if money is None else up_to_two_digits(money),
            records_age=None if self.records_age is None else -(-self.records_age // _HOUR),
        )


class Decide(Stated):
    """May this person accept, or dismiss, what was recommended?"""

    workflow: StrictStr = SAMPLE
    step: StrictStr = "open"
    kind: DecisionKind = DecisionKind.ACCEPT
    action: ActionName = "remind_consultant"
    person: StrictStr = "dora"
    api_role: StrictStr = "delivery_lead"
    required_role: ApproverRole = ApproverRole.PROJECT_MANAGER
    excluded: frozenset[StrictStr] = frozenset({"paul", "rita", "tara"})
    accepted_by: frozenset[StrictStr] = frozenset()
    expired: StrictBool = False
    withdrawn: StrictBool = False
    decided: StrictBool = False
    task_stopped: StrictBool = False
    workflow_stopped: StrictBool = False

    @property
    def place(self) -> tuple[str, str]:
        return self.workflow, self.step

    def question(self) -> DecisionFacts:
        return DecisionFacts(**self.model_dump())


class Triage(Stated):
    """May this person do this with an exception?"""

    kind: TriageKind = TriageKind.ACCEPT
    cause_kind: StrictStr = "person"
    person: StrictStr = "dora"
    api_role: StrictStr = "pmo"
    requesters: frozenset[StrictStr] = frozenset({"rita"})
    scored: frozenset[StrictStr] = frozenset({"sam"})
    contested_by: frozenset[StrictStr] = frozenset()
    reads_all: StrictBool = True
    task_stopped: StrictBool = False
    workflow_stopped: StrictBool = False

    def question(self) -> TriageFacts:
        return TriageFacts(**self.model_dump())


class Switch(Stated):
    """May this person turn the kill switch?"""

    scope: Scope = Scope.TASK
    name: StrictStr = "sample_task"
    turn: Turn = Turn.STOP
    person: StrictStr = "dora"
    api_role: StrictStr = "pmo"
    stopped_by: StrictStr | None = None

    def question(self) -> SwitchFacts:
        return SwitchFacts(**self.model_dump())


class See(Stated):
    """Does somebody in this role see such values? ``own``: they are about the reader."""

    api_role: StrictStr = "finance"
    sensitivity: Sensitivity = Sensitivity.RATE
    own: StrictBool = False

    def question(self) -> Sight:
        return Sight(**self.model_dump())


class Inform(Stated):
    """May the task tell anybody anything in the workflow? A null workflow is none; ``purpose`` is the workflow's."""

    task: StrictStr = "sample_task"
    workflow: StrictStr | None = SAMPLE
    person_level: StrictBool = True
    purpose_recorded: StrictBool = True
    purpose: StrictStr | None = "decision_support"
    stated_purpose: StrictStr | None = None
    task_stopped: StrictBool = False
    workflow_stopped: StrictBool = False

    def question(self) -> Informing:
        return Informing(**self.model_dump())


class UseRoute(Stated):
    """May a text go along this route to a language model?"""

    task: StrictStr = "sample_task"
    route: StrictStr = "primary"
    hosted: StrictBool = True
    route_region: StrictStr | None = "EU"
    text_region: StrictStr | None = "DE"
    personal: StrictBool = True
    purpose_recorded: StrictBool = True
    task_stopped: StrictBool = False

    def question(self) -> RouteUse:
        return RouteUse(**self.model_dump())


KINDS: Mapping[str, type[Stated]] = MappingProxyType(
    {
        "recommend": Recommend,
        "decide": Decide,
        "triage": Triage,
        "switch": Switch,
        "see": See,
        "inform": Inform,
        "use_route": UseRoute,
    }
)
"""The kinds of questions, by the group of actions that policies speak of them."""
