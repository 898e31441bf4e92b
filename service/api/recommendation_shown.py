"""A recommendation as HTTP shows it: its terms, how it stands, what was decided, as far as the reader may see it."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.sensitivity import Sensitivity
from service.api.prediction_answer import PolicyShown, RequiresShown
from service.gate.decision import DecisionKind
from service.gate.release import visible_params
from service.gate.released import Showing
from service.store.decisions import Standing, StoredDecision
from service.triage.deciding import Made
from service.triage.standing import Found, Status


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WorkflowShown(_Shown):
    """The step of the instance in which it was permitted, under that version of the workflow."""

    name: str = Field(examples=["staffing"])
    version: int
    instance: str
    step: str


class VersionShown(_Shown):
    """The registered model."""

    name: str
    version: str


class DecisionShown(_Shown):
    """What one person decided. ``by`` and ``reason`` are null for readers who do not decide themselves."""

    decision: DecisionKind
    by: str | None
    api_role: str
    reason: str | None
    decided_at: dt.datetime
    final: bool


class RecommendationStanding(_Shown):
    """A recommendation and how it stands. ``params`` are null where the reader may not see them."""

    jti: str
    status: Status = Field(description="only what is accepted may be acted on")
    why: str
    workflow: WorkflowShown
    subject_id: str
    task: str
    action: str
    params: dict[str, Any]
    requires: RequiresShown
    issued_at: dt.datetime
    expires_at: dt.datetime
    model: VersionShown
    policy: PolicyShown
    withdrawn_reason: str | None
    decisions: list[DecisionShown]
    token: str | None = Field(
        description="the decision's token, for the orchestrator who may see all of it, while it may be acted on"
    )


class DecisionMade(_Shown):
    """A decision that was made.

    ``token`` is null until as many have accepted as it takes, for a dismissal, and for whoever may not see all that it
    says; the engine gets it from the recommendation.
    """

    decision_id: str
    recommendation: str
    decision: DecisionKind
    final: bool
    accepts: int = Field(description="how many different principals have accepted so far")
    approvals: int = Field(description="how many it takes")
    decided_at: dt.datetime
    expires_at: dt.datetime
    token: str | None


class Withdrawn(_Shown):
    """A recommendation that does not stand any more."""

    jti: str
    status: Status
    was: Status


def shown(standing: Standing, found: Found, *, decides: bool, acts: bool) -> Showing:
    """For a reader who is one of those who decide, or is the engine that acts on it."""
    return lambda reader: _plain(_standing(standing, found, reader.sees, decides=decides, acts=acts))


def decision_made(made: Made) -> Showing:
    """What whoever decided is told."""
    return lambda reader: made_shown(made, reader.sees)


def made_shown(made: Made, sees: frozenset[Sensitivity]) -> dict[str, Any]:
    """A decision that was made, for somebody who sees these kinds of values."""
    return _plain(_made(made, sees))


def _plain(told: _Shown) -> dict[str, Any]:
    return told.model_dump(by_alias=True)


def _standing(
    standing: Standing, found: Found, sees: frozenset[Sensitivity], *, decides: bool, acts: bool
) -> RecommendationStanding:
    about, final = standing.recommended, standing.final
    params = visible_params(about.action, about.params, sees)
    acts_on_it = acts and found.status is Status.ACCEPTED and params == about.params
    return RecommendationStanding(
        jti=about.jti,
        status=found.status,
        why=found.why,
        workflow=WorkflowShown(
            name=about.workflow, version=about.workflow_version, instance=about.instance, step=about.step
        ),
        subject_id=about.subject,
        task=about.task,
        action=about.action,
        params=params,
        requires=RequiresShown.model_validate(
            {
                "approver_role": about.approver_role,
                "approvals": about.approvals,
                "not": list(about.excluded),
            }
        ),
        issued_at=about.issued_at,
        expires_at=about.expires_at,
        model=VersionShown(name=about.model_name, version=about.model_version),
        policy=PolicyShown(version=about.policy_version),
        withdrawn_reason=standing.withdrawn_reason,
        decisions=[_decision(each, decides=decides) for each in standing.decisions],
        token=final.token if final is not None and acts_on_it else None,
    )


def _made(made: Made, sees: frozenset[Sensitivity]) -> DecisionMade:
    decision = made.decision
    about = decision.recommended
    sees_all = visible_params(about.action, about.params, sees) == about.params
    return DecisionMade(
        decision_id=decision.jti,
        recommendation=about.jti,
        decision=decision.kind,
        final=decision.final,
        accepts=len(decision.accepted_by),
        approvals=about.approvals,
        decided_at=decision.decided_at,
        expires_at=decision.expires_at,
        token=made.token if sees_all else None,
    )


def _decision(made: StoredDecision, *, decides: bool) -> DecisionShown:
    return DecisionShown(
        decision=made.kind,
        by=made.principal_id if decides else None,
        api_role=made.api_role,
        reason=made.reason if decides else None,
        decided_at=made.decided_at,
        final=made.final,
    )
