"""The gate: judges proposals, decisions and routes, and alone can make a recommendation or a decision."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from models.sensitivity import Sensitivity
from service.gate.alerts import AlertKey, AlertsGiven, Budgets
from service.gate.batch import Batch, Judged
from service.gate.case import Call, Case
from service.gate.decision import Decision, DecisionCase, DecisionFacts, DecisionKind
from service.gate.entities import entities
from service.gate.grid import Grid
from service.gate.informing import Informing
from service.gate.judge import Judge
from service.gate.policy_files import Policies
from service.gate.reader import Reader
from service.gate.recommendation import Recommendation, Requires, Withheld
from service.gate.ruling import Cedar
from service.gate.seal import SEAL
from service.gate.switch import SwitchFacts
from service.gate.tables import Tables
from service.gate.text_route import RouteUse
from service.gate.triage import TriageFacts
from service.gate.verdict import Verdict
from service.gate.visibility import Sight, Visibility
from service.gate.workflow import Duty, Terms
from service.gate.workflow_files import Workflows

MOST_SUBJECTS = 10_000


class Gate:
    """One set of policies over one set of workflows and tables. A reload makes a new gate; a gate never changes.

    ``policy_version`` names the texts of all. Safe to share between threads.
    """

    def __init__(self, policies: Policies, workflows: Workflows, tables: Tables) -> None:
        self.policies, self.workflows, self.tables = policies, workflows, tables
        texts = f"{policies.digest}{workflows.digest}{tables.digest}"
        self.policy_version = sha256(texts.encode()).hexdigest()[:12]
        versions = {name: workflow.version for name, workflow in workflows.by_name.items()}
        cedar = Cedar(policies, entities(workflows, tables))
        self._judge = Judge(policies, cedar, self.policy_version, versions)
        self._budgets = Budgets(workflows)
        self._batch = Batch(self._judge, self._budgets, Grid(workflows, policies.read_by_own))
        self.visibility = self._visibility()

    def alert_keys(self, cases: Sequence[Case]) -> dict[AlertKey, timedelta]:
        """Whose alerts, and how far back, have to be known to judge these cases."""
        return self._budgets.keys(cases)

    def judge(self, case: Case, *, given: AlertsGiven) -> Verdict:
        """Permitted or withheld. Makes nothing and can be asked as often as one likes."""
        return self._batch.judge([case], given)[0].verdict

    def recommend(self, case: Case, *, given: AlertsGiven, now: datetime) -> Recommendation | Withheld:
        """The recommendation that the case permits, valid from ``now`` (an instant with zone), or why there is none."""
        return self.recommend_all([case], given=given, now=now)[0]

    def recommend_all(
        self, cases: Sequence[Case], *, given: AlertsGiven, now: datetime
    ) -> list[Recommendation | Withheld]:
        """One answer a case, in their order. Raises ValueError above 10,000 subjects.

        ``given`` are the alerts of `alert_keys` that still count; together with those of this call they stay within the
        budgets. Where a budget does not suffice for all, the likeliest trouble is alerted about.
        """
        if now.tzinfo is None:
            raise ValueError("now has no zone; expected an instant")
        subjects = len({case.subject for case in cases})
        if subjects > MOST_SUBJECTS:
            raise ValueError(f"{subjects} subjects; expected at most {MOST_SUBJECTS} at a time")
        judged = self._batch.judge(cases, given)
        issued = now.replace(microsecond=0)  # a token counts whole seconds, and must say the same
        return [self._answer(case, each, issued) for case, each in zip(cases, judged, strict=True)]

    def decide(self, case: DecisionCase, *, now: datetime) -> Decision | Verdict:
        """The decision that the case permits, or the verdict that says why there is none."""
        verdict = self._judge.judge([DecisionFacts.of(case, now)])[0]
        if not verdict.permitted:
            return verdict
        about, accepts = case.recommended, case.kind is DecisionKind.ACCEPT
        accepted_by = case.accepted_by | {case.principal} if accepts else case.accepted_by
        decided = now.replace(microsecond=0)
        return Decision(
            jti=str(uuid4()),
            recommended=about,
            kind=case.kind,
            principal=case.principal,
            accepted_by=accepted_by,
            final=not accepts or len(accepted_by) >= about.approvals,
            verdict=verdict,
            decided_at=decided,
            expires_at=decided + (about.expires_at - about.issued_at),
            seal=SEAL,
        )

    def may_inform(self, asked: Informing) -> Verdict:
        """Whether a task may tell anybody anything in a call."""
        return self._judge.judge([asked])[0]

    def reader(self, principal_id: str, api_role: str) -> Reader:
        """Somebody who reads answers, with what they may see."""
        sees, own = self.visibility.of(api_role), self.visibility.of(api_role, own=True)
        return Reader(principal_id=principal_id, api_role=api_role, sees=sees, sees_own=own, seal=SEAL)

    def may_switch(self, asked: SwitchFacts) -> Verdict:
        """Whether somebody may turn a kill switch."""
        return self._judge.judge([asked])[0]

    def may_triage(self, asked: TriageFacts) -> Verdict:
        """Whether somebody may do this with an exception of the inbox."""
        return self._judge.judge([asked])[0]

    def may_use_route(self, asked: RouteUse) -> Verdict:
        """Whether a text may go along a route to a language model."""
        return self._judge.judge([asked])[0]

    def _answer(self, case: Case, judged: Judged, now: datetime) -> Recommendation | Withheld:
        call, action, verdict = case.call, case.proposal.action, judged.verdict
        if not verdict.permitted:
            return Withheld(case.subject, action, verdict)
        workflow = self.workflows.by_name[call.workflow]
        terms = workflow.steps[call.step].actions[action]
        return Recommendation(
            jti=str(uuid4()),
            workflow=call.workflow,
            workflow_version=workflow.version,
            instance=call.instance,
            step=call.step,
            subject=case.subject,
            task=call.task,
            action=action,
            params=case.proposal.params,
            template=terms.text,
            requires=Requires(terms.approver_role, _excluded(terms, call), terms.approvals),
            counted=judged.counted,
            model_name=call.model.name,
            model_version=call.model.version,
            verdict=verdict,
            issued_at=now,
            expires_at=now + terms.expires_in,
            seal=SEAL,
        )

    def _visibility(self) -> Visibility:
        sights = [
            Sight(role, each, own) for role in self.tables.visible for own in (False, True) for each in Sensitivity
        ]
        seen: dict[tuple[str, bool], frozenset[Sensitivity]] = {}
        for sight, verdict in zip(sights, self._judge.judge(sights), strict=True):
            if verdict.permitted:
                place = (sight.api_role, sight.own)
                seen[place] = seen.get(place, frozenset()) | {sight.sensitivity}
        return Visibility(seen)


def _excluded(terms: Terms, call: Call) -> tuple[str, ...]:
    who = {Duty.REQUESTER: call.requester, Duty.TRAINER: call.model.trainer, Duty.PROMOTER: call.model.promoter}
    return tuple(sorted({principal for duty in terms.separation if (principal := who[duty])}))
