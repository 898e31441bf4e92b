"""Alert budgets: how many more alerts of a kind may be given about the same person, project or subject.

The gate counts; who remembers what was given hands it over. In one call the likeliest trouble is alerted about first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from models.actions import ACTIONS, ActionKind
from service.gate.case import Case
from service.gate.workflow import AlertBudget, Per
from service.gate.workflow_files import Workflows


@dataclass(frozen=True, order=True, slots=True)
class AlertKey:
    """Whose budget: alerts of one kind in one workflow about one person, project or subject."""

    workflow: str
    kind: ActionKind
    per: Per
    about: str


@dataclass(frozen=True, order=True, slots=True)
class Alert:
    """One alert; the same again is no other one."""

    instance: str
    step: str
    action: str
    subject: str


@dataclass(frozen=True, slots=True)
class Counted:
    """An alert that a recommendation gives, in the budget of ``key``: at most ``at_most`` in ``within``."""

    key: AlertKey
    alert: Alert
    at_most: int
    within: timedelta


AlertsGiven = Mapping[AlertKey, frozenset[Alert]]
"""What was given and still counts, by budget."""


class Budgets:
    """The budgets of all workflows. Safe to share between threads."""

    def __init__(self, workflows: Workflows) -> None:
        self._of: dict[tuple[str, ActionKind], list[AlertBudget]] = {}
        for workflow in workflows.by_name.values():
            for budget in workflow.alert_budgets:
                self._of.setdefault((workflow.name, budget.kind), []).append(budget)

    def counted(self, case: Case) -> tuple[Counted, ...] | None:
        """The budgets that an alert of this case would be counted in; None where whom it is about is not known."""
        action = ACTIONS[case.proposal.action]
        budgets = self._of.get((case.call.workflow, action.kind))
        if not budgets:
            return ()
        alert = Alert(case.call.instance, case.call.step, action.name, case.subject)
        found = []
        for budget in budgets:
            about = _about(case, budget.per)
            if about is None:
                return None
            key = AlertKey(case.call.workflow, action.kind, budget.per, about)
            found.append(Counted(key, alert, budget.at_most, budget.within))
        return tuple(found)

    def keys(self, cases: Sequence[Case]) -> dict[AlertKey, timedelta]:
        """Whose alerts have to be known to judge the cases, and how far back."""
        return {each.key: each.within for case in cases for each in self.counted(case) or ()}


def left(counted: Sequence[Counted], given: AlertsGiven) -> int | None:
    """How many alerts the tightest budget still allows, this one included; None where none applies."""
    return min((each.at_most - len(given.get(each.key, frozenset()) - {each.alert}) for each in counted), default=None)


def likeliest_first(cases: Sequence[Case]) -> Iterator[int]:
    """The order in which cases of one call take from a budget: by probability, then as they were asked."""
    yield from sorted(range(len(cases)), key=lambda place: -(cases[place].probability or 0.0))


def _about(case: Case, per: Per) -> str | None:
    params = case.proposal.params
    named = {Per.PERSON: params.person, Per.PROJECT: params.project}
    if per is Per.SUBJECT:
        return case.subject
    field = named[per]
    return getattr(params, field) if field is not None else None
