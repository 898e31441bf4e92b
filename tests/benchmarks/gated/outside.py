"""Is a recommendation outside of what its workflow's file says? Told from plain YAML, without the gate's own code."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from models.actions import ACTIONS
from service.gate.alerts import Alert, AlertKey, AlertsGiven
from service.gate.case import Case
from service.gate.recommendation import Recommendation

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
A_WEEK = "P7D"


def duration(text: str) -> dt.timedelta:
    """An ISO 8601 duration of days, hours and minutes."""
    days, hours, minutes = (int(part or 0) for part in _DURATION.fullmatch(text).groups())  # type: ignore[union-attr]
    return dt.timedelta(days=days, hours=hours, minutes=minutes)


class AlertLog:
    """What was alerted about, kept by hand beside the gate: who asks it knows what still counts in a window."""

    def __init__(self, workflows: Mapping[str, Mapping[str, Any]]) -> None:
        self._workflows = workflows
        self._last: dict[AlertKey, dict[Alert, dt.datetime]] = {}

    def given(self, keys: Mapping[AlertKey, dt.timedelta], now: dt.datetime) -> AlertsGiven:
        """The alerts that still count, by budget."""
        return {
            key: frozenset(alert for alert, at in self._last.get(key, {}).items() if at > now - within)
            for key, within in keys.items()
        }

    def note(self, made: Recommendation, now: dt.datetime) -> Iterator[str]:
        """Counts the alerts of a recommendation by the file's budgets; tells of each budget that it exceeds."""
        action = ACTIONS[made.action]
        for budget in self._workflows[made.workflow].get("alert_budgets", ()):
            if budget["kind"] != action.kind:
                continue
            field = {"person": action.params.person, "project": action.params.project}.get(budget["per"])
            about = made.subject if budget["per"] == "subject" else getattr(made.params, field)
            key = AlertKey(made.workflow, action.kind, budget["per"], about)
            alerts = self._last.setdefault(key, {})
            alerts[Alert(made.instance, made.step, made.action, made.subject)] = now
            since = now - duration(budget.get("within", A_WEEK))
            if sum(at > since for at in alerts.values()) > budget["at_most"]:
                yield "budget"


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
    if made.expires_at - made.issued_at != duration(terms["expires_in"]):
        yield "expiry"
    if call.stated_purpose not in {None, "", workflow["purpose"]} or (call.person_level and not call.purpose_recorded):
        yield "purpose"
    if call.task_stopped or call.workflow_stopped:
        yield "stop"
