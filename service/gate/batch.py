"""The verdicts on all proposals of one call: each as if it were alone, then those that share a budget once more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.gate.alerts import AlertsGiven, Budgets, Counted, left, likeliest_first
from service.gate.case import Call, Case, Facts, Numbers
from service.gate.grid import Grid
from service.gate.judge import Judge
from service.gate.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and the budgets that the proposal takes from where it is permitted."""

    verdict: Verdict
    counted: tuple[Counted, ...]


class Batch:
    """Judges batches. Safe to share between threads."""

    def __init__(self, judge: Judge, budgets: Budgets, grid: Grid) -> None:
        self._judge, self._budgets, self._grid = judge, budgets, grid

    def judge(self, cases: Sequence[Case], given: AlertsGiven) -> list[Judged]:
        """One verdict each, in their order.

        Together with ``given``, what is permitted stays within the budgets; where one does not suffice for all, the
        likeliest trouble is alerted about.
        """
        counted = [self._budgets.counted(case) for case in cases]
        told = [self._numbers(case, of, given) for case, of in zip(cases, counted, strict=True)]
        verdicts = self._verdicts([(case.call, numbers) for case, numbers in zip(cases, told, strict=True)])
        taken = dict(given)
        for place in likeliest_first(cases):
            takes = counted[place]
            if not takes or not verdicts[place].permitted:
                continue
            now = told[place]._replace(alerts_left=self._grid.alerts_left(left(takes, taken)))
            if now != told[place]:
                verdicts[place] = self._verdicts([(cases[place].call, now)])[0]
            if verdicts[place].permitted:
                taken |= {each.key: taken.get(each.key, frozenset()) | {each.alert} for each in takes}
        return [Judged(verdict, of or ()) for verdict, of in zip(verdicts, counted, strict=True)]

    def _numbers(self, case: Case, counted: tuple[Counted, ...] | None, given: AlertsGiven) -> Numbers:
        action, grid = case.proposal.action, self._grid
        place = (case.call.workflow, case.call.step, action)
        currency = case.money.currency
        return Numbers(
            action=action,
            probability=grid.probability(place, case.probability),
            amount=grid.amount(place, case.money.at_stake, currency),
            currency=currency,
            alerts_left=grid.alerts_left(left(counted, given)) if counted else None,
            alerts_countable=counted is not None,
        )

    def _verdicts(self, told: Sequence[tuple[Call, Numbers]]) -> list[Verdict]:
        """Cases of one call that differ in nothing that Cedar is told are one question."""
        asked: dict[tuple[int, Numbers], Facts] = {}
        for call, numbers in told:
            if (id(call), numbers) not in asked:
                asked[id(call), numbers] = Facts.of(call, numbers)
        said = zip(asked, asked.values(), self._judge.judge(list(asked.values())), strict=True)
        verdicts = {place: self._on_terms(facts, verdict) for place, facts, verdict in said}
        return [verdicts[id(call), numbers] for call, numbers in told]

    def _on_terms(self, facts: Facts, verdict: Verdict) -> Verdict:
        """The verdict, or a refusal where a policy permitted what no workflow states the terms of."""
        if not verdict.permitted or self._grid.knows((facts.workflow, facts.step, facts.action)):
            return verdict
        code, reason = facts.undecided()
        return replace(verdict, outcome=Outcome.WITHHELD, codes=(code,), policies=(), reason=reason)
