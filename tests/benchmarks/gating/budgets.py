"""Alert budgets once more, in plain Python: who was alerted about what and when, and how many may follow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.actions import ACTIONS

from .plain import PlainBudget, PlainWorkflow

Case = Mapping[str, Any]
Key = tuple[str, str, str, str]


@dataclass
class Given:
    """All alerts that were given: when each was said last, by whose budget it counts in."""

    alerts: dict[Key, dict[tuple[str, ...], datetime]] = field(default_factory=dict)

    def countable(self, case: Case, workflow: PlainWorkflow | None) -> bool:
        """Whether it is known whom or what an alert is about, as far as budgets ask."""
        return all(_about(case, budget.per) is not None for budget in _budgets(case, workflow))

    def left(self, case: Case, workflow: PlainWorkflow | None, now: datetime) -> int | None:
        """How many more alerts the tightest budget allows, this one included; None where no budget applies."""
        found = [budget.at_most - len(self._others(case, budget, now)) for budget in _budgets(case, workflow)]
        return min(found) if found and self.countable(case, workflow) else None

    def give(self, case: Case, workflow: PlainWorkflow | None, now: datetime) -> None:
        """An alert was given."""
        for budget in _budgets(case, workflow):
            self.alerts.setdefault(_key(case, budget), {})[_alert(case)] = now

    def forget(self, before: datetime) -> None:
        """Alerts said last before this instant count in no budget any more."""
        kept = {key: {alert: at for alert, at in alerts.items() if at >= before} for key, alerts in self.alerts.items()}
        self.alerts = {key: alerts for key, alerts in kept.items() if alerts}

    def most(self, workflow: str, budget: PlainBudget, now: datetime) -> int:
        """How many alerts now count in the fullest budget of this kind in the workflow."""
        counts = [
            sum(now - at < budget.within for at in alerts.values())
            for (name, kind, per, _), alerts in self.alerts.items()
            if (name, kind, per) == (workflow, budget.kind, budget.per)
        ]
        return max(counts, default=0)

    def _others(self, case: Case, budget: PlainBudget, now: datetime) -> list[tuple[str, ...]]:
        given = self.alerts.get(_key(case, budget), {})
        return [alert for alert, at in given.items() if now - at < budget.within and alert != _alert(case)]


def _budgets(case: Case, workflow: PlainWorkflow | None) -> Iterator[PlainBudget]:
    if workflow is not None:
        yield from (budget for budget in workflow.budgets if budget.kind == ACTIONS[case["action"]].kind)


def _key(case: Case, budget: PlainBudget) -> Key:
    return case["workflow"], budget.kind, budget.per, str(_about(case, budget.per))


def _alert(case: Case) -> tuple[str, ...]:
    return case["instance"], case["step"], case["action"], case["subject"]


def _about(case: Case, per: str) -> str | None:
    if per == "subject":
        return case["subject"]
    kind = ACTIONS[case["action"]].params
    field_name = {"person": kind.person, "project": kind.project}[per]
    return None if field_name is None else case["params"].get(field_name)
