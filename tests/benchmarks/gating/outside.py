"""Is a recommendation outside of what its workflow's file says? Told from plain YAML, without the gate's own code."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from service.gate.case import Case
from service.gate.recommendation import Recommendation


def outside(case: Case, made: Recommendation, workflows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What the recommendation is outside of: workflow, step, role, limit, floor, expiry, purpose or stop."""
    call = case.call
    workflow = workflows.get(call.workflow)
    if workflow is None or (made.workflow, made.instance) != (call.workflow, call.instance):
        yield "workflow"
        return
    terms = workflow["steps"].get(call.step, {}).get("actions", {}).get(made.action)
    if terms is None or call.task not in workflow["tasks"] or made.step != call.step:
        yield "step"
        return
    barred = {"requester": call.requester, "trainer": call.model.trainer, "promoter": call.model.promoter}
    excluded = {barred[duty] for duty in terms.get("not", barred)}
    if made.requires.approver_role != terms["approver_role"] or not excluded <= {*made.requires.excluded}:
        yield "role"
    limits, at_stake = terms.get("money_limits"), case.money.at_stake
    if limits is not None and (
        at_stake is None or Decimal(str(at_stake)) > Decimal(str(limits.get(case.money.currency, -1)))
    ):
        yield "limit"
    if case.probability is None or Decimal(str(case.probability)) < Decimal(str(terms["confidence_floor"])):
        yield "floor"
    if made.expires_at - made.issued_at != TypeAdapter(dt.timedelta).validate_python(terms["expires_in"]):
        yield "expiry"
    if call.stated_purpose not in {None, "", workflow["purpose"]} or (call.person_level and not call.purpose_recorded):
        yield "purpose"
    if call.task_stopped or call.workflow_stopped:
        yield "stop"
