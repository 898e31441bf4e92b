"""The closed list of actions: all that may ever be recommended. None of them executes anything.

A task *proposes* an action, the gate judges the proposal, and a person and the engine do the rest. There is no kind for
approving, posting, paying, or sanctioning a person, and no verb that would: an action is added here, in the open, or
nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.action import EXECUTING_VERBS, Action, ActionKind, executes
from models.action_params import (
    ApprovalEvidenceParams,
    BillingForecastParams,
    ComplianceCheckParams,
    ContractorProcurementParams,
    KickoffReadinessParams,
    MilestoneParams,
    NotifyProjectManagerParams,
    OfferDraftEntriesParams,
    Params,
    ProjectMarginParams,
    ProjectTemplateParams,
    RateCardParams,
    RemindApproverParams,
    RemindConsultantParams,
    RouteToFinanceReviewParams,
    StaffingRequestParams,
    TimeEntryParams,
    WaitingApprovalParams,
)

__all__ = ["ACTIONS", "EXECUTING_VERBS", "Action", "ActionKind", "Proposal", "executes"]

_LONGEST_TEXT = 500

_LISTED = (
    Action(
        name="remind_consultant",
        kind=ActionKind.REMIND,
        params=RemindConsultantParams,
        description="Remind a consultant of a day whose time is not yet entered.",
    ),
    Action(
        name="offer_draft_entries",
        kind=ActionKind.DRAFT,
        params=OfferDraftEntriesParams,
        description="Offer a consultant draft entries from the bookings of a day, to correct and enter themselves.",
    ),
    Action(
        name="notify_project_manager",
        kind=ActionKind.ESCALATE,
        params=NotifyProjectManagerParams,
        description="Tell a project's manager that time on the project is still missing.",
    ),
    Action(
        name="route_to_finance_review",
        kind=ActionKind.ROUTE,
        params=RouteToFinanceReviewParams,
        description="Put a person-day before finance, to decide about an accrual before the period closes.",
    ),
    Action(
        name="remind_staffing_owner",
        kind=ActionKind.REMIND,
        params=StaffingRequestParams,
        description="Remind whoever fills a request that its date comes closer.",
    ),
    Action(
        name="escalate_staffing_request",
        kind=ActionKind.ESCALATE,
        params=StaffingRequestParams,
        description="Put an open request before the resource managers' meeting.",
    ),
    Action(
        name="propose_wider_search",
        kind=ActionKind.PROPOSE,
        params=StaffingRequestParams,
        description="Propose to look for people in other regions, or remotely.",
    ),
    Action(
        name="propose_contractor_search",
        kind=ActionKind.PROPOSE,
        params=StaffingRequestParams,
        description="Propose to ask procurement about a contractor.",
    ),
    Action(
        name="ask_consultant_to_check_entry",
        kind=ActionKind.REMIND,
        params=TimeEntryParams,
        description="Ask a consultant to look again at a time entry of their own.",
    ),
    Action(
        name="route_entry_to_project_manager",
        kind=ActionKind.ROUTE,
        params=TimeEntryParams,
        description="Put a time entry before the manager of its project.",
    ),
    Action(
        name="hold_entry_for_review",
        kind=ActionKind.HOLD,
        params=TimeEntryParams,
        description="Ask that a time entry waits for a reviewer before it reaches finance.",
    ),
    Action(
        name="route_to_margin_review",
        kind=ActionKind.ROUTE,
        params=ProjectMarginParams,
        description="Put a project on the agenda of the next margin review.",
    ),
    Action(
        name="propose_change_request",
        kind=ActionKind.PROPOSE,
        params=ProjectMarginParams,
        description="Propose to price work outside the agreed scope as a change request.",
    ),
    Action(
        name="propose_staffing_mix_review",
        kind=ActionKind.PROPOSE,
        params=ProjectMarginParams,
        description="Propose to look again at who works on a project, at what rates.",
    ),
    Action(
        name="propose_forecast_update",
        kind=ActionKind.PROPOSE,
        params=ProjectMarginParams,
        description="Propose that the manager looks again at the project's forecast.",
    ),
    Action(
        name="remind_milestone_owner",
        kind=ActionKind.REMIND,
        params=MilestoneParams,
        description="Remind a project's manager of what a milestone still lacks.",
    ),
    Action(
        name="draft_acceptance_request",
        kind=ActionKind.DRAFT,
        params=MilestoneParams,
        description="Draft a note that asks the client to look at a milestone.",
    ),
    Action(
        name="escalate_milestone",
        kind=ActionKind.ESCALATE,
        params=MilestoneParams,
        description="Put a milestone before the leaders of its project.",
    ),
    Action(
        name="propose_billing_forecast_update",
        kind=ActionKind.PROPOSE,
        params=BillingForecastParams,
        description="Propose to look again at the month in which a milestone is forecast to be billed.",
    ),
    Action(
        name="propose_project_template",
        kind=ActionKind.PROPOSE,
        params=ProjectTemplateParams,
        description="Propose the project template that fits a statement of work.",
    ),
    Action(
        name="route_to_rate_card_validation",
        kind=ActionKind.ROUTE,
        params=RateCardParams,
        description="Put the rates of a statement of work before finance, to compare them with the rate card.",
    ),
    Action(
        name="route_to_compliance_check",
        kind=ActionKind.ROUTE,
        params=ComplianceCheckParams,
        description="Put a statement of work before whoever makes one of the compliance checks.",
    ),
    Action(
        name="propose_contractor_procurement",
        kind=ActionKind.PROPOSE,
        params=ContractorProcurementParams,
        description="Propose to ask procurement about contractors for seats of a new project that nobody can fill.",
    ),
    Action(
        name="draft_kickoff_checklist",
        kind=ActionKind.DRAFT,
        params=ProjectTemplateParams,
        description="Draft a kickoff's checklist from the project template, for the project's manager to correct.",
    ),
    Action(
        name="remind_onboarding_owner",
        kind=ActionKind.REMIND,
        params=KickoffReadinessParams,
        description="Remind whoever prepares a kickoff of what is still open, such as accounts and access.",
    ),
    Action(
        name="escalate_kickoff_readiness",
        kind=ActionKind.ESCALATE,
        params=KickoffReadinessParams,
        description="Put a kickoff that is not ready before the leaders of delivery.",
    ),
    Action(
        name="remind_approver",
        kind=ActionKind.REMIND,
        params=RemindApproverParams,
        description="Remind an approver of an approval that waits for them.",
    ),
    Action(
        name="draft_question_to_requester",
        kind=ActionKind.DRAFT,
        params=ApprovalEvidenceParams,
        description="Draft a question to whoever requested an approval, about evidence that it lacks.",
    ),
    Action(
        name="route_approval_to_other_approver",
        kind=ActionKind.ROUTE,
        params=WaitingApprovalParams,
        description="Put a waiting approval before another approver who may decide about it.",
    ),
    Action(
        name="escalate_waiting_approval",
        kind=ActionKind.ESCALATE,
        params=WaitingApprovalParams,
        description="Put a waiting approval before the leaders of whoever should decide about it.",
    ),
    Action(
        name="hold_approval_for_evidence",
        kind=ActionKind.HOLD,
        params=ApprovalEvidenceParams,
        description="Ask that an approval waits until evidence that it lacks is there.",
    ),
)

ACTIONS: Mapping[str, Action] = MappingProxyType({action.name: action for action in _LISTED})


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action that a task would like to recommend. It is worth nothing until the gate has judged it.

    ``text`` is the task's own sentence about why; the wording of the action itself is the governed workflow's.
    Raises ValueError for an unknown action, the parameters of another one, or a text that is empty or over 500
    characters.
    """

    action: str
    params: Params
    text: str

    def __post_init__(self) -> None:
        known = ACTIONS.get(self.action)
        if known is None:
            raise ValueError(f"unknown action {self.action!r}; expected one of {', '.join(ACTIONS)}")
        if type(self.params) is not known.params:
            raise ValueError(
                f"{self.action} takes {known.params.__name__}, not {type(self.params).__name__}; see models/actions.py"
            )
        if not 0 < len(self.text) <= _LONGEST_TEXT:
            raise ValueError(f"text has {len(self.text)} characters; expected 1 to {_LONGEST_TEXT}")

    @classmethod
    def of(cls, action: str, params: Mapping[str, Any], text: str) -> "Proposal":
        """A proposal from plain values; pydantic's ValidationError (a ValueError) names the parameter that is wrong."""
        if action not in ACTIONS:
            raise ValueError(f"unknown action {action!r}; expected one of {', '.join(ACTIONS)}")
        return cls(action, ACTIONS[action].params.model_validate(params), text)
