"""``GET /v1/workflows``: what is governed, and how. The gate that judges now is what is shown."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from models.actions import ACTIONS, ActionKind
from service.api.auth import guarded_router
from service.api.dependencies import UsedServices
from service.api.problems import declared
from service.errors import NotFound
from service.gate.drawing import draw
from service.gate.workflow import Purpose, Workflow
from service.gate.workflow_files import WorkflowFile

router = guarded_router()

_DIGEST = "6c1d5d9d9f9c2ad0f2d2c8f3d7b8e4a1c0b9f8e7d6c5b4a3f2e1d0c9b8a7f6e5"


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WorkflowListed(_Shown):
    """A governed workflow in short."""

    name: str
    version: int
    digest: str = Field(description="the SHA-256 (hex) of its file")
    description: str
    purpose: Purpose
    tasks: list[str] = Field(description="which tasks may propose in it")
    steps: list[str]


class WorkflowsShown(_Shown):
    """All workflows of the gate that judges now."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "policy_version": "e3c9e79474ad",
                "workflows": [
                    {
                        "name": "staffing",
                        "version": 2,
                        "digest": _DIGEST,
                        "description": "A request for people, from its opening until somebody is booked on it.",
                        "purpose": "staffing",
                        "tasks": ["staffing_risk"],
                        "steps": ["requested", "searching", "escalated", "filled", "cancelled"],
                    }
                ],
            }
        }
    )

    policy_version: str = Field(description="names the workflows, policies and tables together, as answers do")
    workflows: list[WorkflowListed]


class ActionExplained(_Shown):
    """An action of the closed list. None executes anything."""

    kind: ActionKind
    description: str = Field(description="what a person is asked to do")
    params: dict[str, Any] = Field(description="the JSON schema of its parameters")


class WorkflowShown(_Shown):
    """A governed workflow as its file states it, and what tells it apart from any other state of that file."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "policy_version": "e3c9e79474ad",
                "digest": _DIGEST,
                "workflow": {
                    "name": "small",
                    "version": 1,
                    "description": "One step and its end.",
                    "purpose": "staffing",
                    "tasks": ["staffing_risk"],
                    "stale_after": "P3D",
                    "alert_budgets": [{"kind": "remind", "per": "subject", "at_most": 3, "within": "P7D"}],
                    "start": "requested",
                    "steps": {
                        "requested": {
                            "description": "The request is open.",
                            "owner": "resource_manager",
                            "actions": {
                                "remind_staffing_owner": {
                                    "approver_role": "project_manager",
                                    "not": ["requester", "trainer", "promoter"],
                                    "approvals": 1,
                                    "expires_in": "P1D",
                                    "confidence_floor": 0.2,
                                    "money_limits": None,
                                    "text": "Remind whoever fills {request_id} that somebody is needed by {needed_by}.",
                                }
                            },
                        },
                        "filled": {"description": "It is over.", "owner": "resource_manager", "actions": {}},
                    },
                    "transitions": [{"from": "requested", "to": "filled", "when": "everybody is booked"}],
                },
                "actions": {
                    "remind_staffing_owner": {
                        "kind": "remind",
                        "description": ACTIONS["remind_staffing_owner"].description,
                        "params": {"type": "object", "properties": {"request_id": {"type": "string"}}},
                    }
                },
                "mermaid": 'stateDiagram-v2\n    state "requested" as s1\n    [*] --> s1\n',
            }
        }
    )

    policy_version: str = Field(description="names the workflows, policies and tables together, as answers do")
    digest: str = Field(description="the SHA-256 (hex) of its file")
    workflow: Workflow = Field(description="purpose, steps with their owners and actions, limits, transitions")
    actions: dict[str, ActionExplained] = Field(description="the actions that some step of it allows, by name")
    mermaid: str = Field(description="its state diagram, as text for Mermaid")


@router.get("/v1/workflows", summary="The governed workflows", tags=["governance"])
def list_workflows(services: UsedServices) -> WorkflowsShown:
    """Each with its version, purpose, tasks and steps."""
    gate = services.gate.current
    listed = [_listed(gate.workflows.files[name]) for name in sorted(gate.workflows.files)]
    return WorkflowsShown(policy_version=gate.policy_version, workflows=listed)


@router.get(
    "/v1/workflows/{name}",
    summary="One governed workflow: steps, actions and their terms, transitions, diagram",
    tags=["governance"],
    responses=declared(NotFound),
)
def show_workflow(name: Annotated[str, Path(examples=["staffing"])], services: UsedServices) -> WorkflowShown:
    """What may be recommended in each step, on whose approval and within which limits, and who owns the step."""
    gate = services.gate.current
    file = gate.workflows.files.get(name)
    if file is None:
        raise NotFound(f"No such workflow; expected one of {', '.join(sorted(gate.workflows.files))}.")
    return _shown(file, gate.policy_version)


def _listed(file: WorkflowFile) -> WorkflowListed:
    workflow = file.workflow
    return WorkflowListed(
        name=workflow.name,
        version=workflow.version,
        digest=file.digest,
        description=workflow.description,
        purpose=workflow.purpose,
        tasks=list(workflow.tasks),
        steps=list(workflow.steps),
    )


def _shown(file: WorkflowFile, policy_version: str) -> WorkflowShown:
    return WorkflowShown(
        policy_version=policy_version,
        digest=file.digest,
        workflow=file.workflow,
        actions=_explained(file.workflow),
        mermaid=draw(file.workflow),
    )


def _explained(workflow: Workflow) -> dict[str, ActionExplained]:
    allowed = {action for step in workflow.steps.values() for action in step.actions}
    return {
        name: ActionExplained(
            kind=action.kind, description=action.description, params=action.params.model_json_schema()
        )
        for name, action in ACTIONS.items()
        if name in allowed
    }
