"""The gate: judges proposals, and alone can make a recommendation of one."""

from collections.abc import Sequence
from dataclasses import InitVar, dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from models.action_params import Params
from service.gate.case import Call, Case, Facts
from service.gate.policy_files import Policies
from service.gate.ruling import Cedar, Ruling
from service.gate.verdict import Outcome, Verdict
from service.gate.workflow import ApproverRole, Duty, Terms
from service.gate.workflow_files import Workflows

MOST_SUBJECTS = 10_000
_REMEMBERED_VERDICTS = 65_536
_SEAL = object()


@dataclass(frozen=True, slots=True)
class Requires:
    """Who must approve before anything is done: somebody in this role, and none of these principals."""

    approver_role: ApproverRole
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A permitted proposal. Only the gate makes one: its constructor refuses everybody else."""

    jti: str
    workflow: str
    workflow_version: int
    instance: str
    step: str
    subject: str
    task: str
    action: str
    params: Params
    text: str
    requires: Requires
    model_name: str
    model_version: str
    verdict: Verdict
    issued_at: datetime
    expires_at: datetime
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only service.gate.gate makes a recommendation; hand it a Case")
        if not self.verdict.permitted:
            raise TypeError("a recommendation of a proposal that was withheld")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A proposal that may not leave, and the verdict that says why."""

    subject: str
    action: str
    verdict: Verdict


class Gate:
    """One set of policies over one set of workflows. A reload makes a new gate; a gate never changes.

    ``policy_version`` names the texts of both. Verdicts are remembered by the very facts that Cedar is told, which
    changes none. Safe to share between threads.
    """

    def __init__(self, policies: Policies, workflows: Workflows) -> None:
        self.workflows = workflows
        self.policy_version = sha256(f"{policies.digest}{workflows.digest}".encode()).hexdigest()[:12]
        self._statements = policies.statements
        self._cedar = Cedar(policies, workflows)
        self._remembered: dict[Facts, Verdict] = {}

    def judge(self, case: Case) -> Verdict:
        """Permitted or withheld. Makes nothing and can be asked as often as one likes."""
        return self._judge_all([Facts.of(case)])[0]

    def recommend(self, case: Case, *, now: datetime) -> Recommendation | Withheld:
        """The recommendation that the case permits, valid from ``now`` (an instant with zone), or why there is none."""
        return self.recommend_all([case], now=now)[0]

    def recommend_all(self, cases: Sequence[Case], *, now: datetime) -> list[Recommendation | Withheld]:
        """One answer a case, in their order. Raises ValueError above 10,000 subjects."""
        if now.tzinfo is None:
            raise ValueError("now has no zone; expected an instant")
        subjects = len({case.subject for case in cases})
        if subjects > MOST_SUBJECTS:
            raise ValueError(f"{subjects} subjects; expected at most {MOST_SUBJECTS} at a time")
        verdicts = self._judge_all([Facts.of(case) for case in cases])
        issued = now.replace(microsecond=0)  # a token counts whole seconds, and must say the same
        return [self._answer(case, verdict, issued) for case, verdict in zip(cases, verdicts, strict=True)]

    def _answer(self, case: Case, verdict: Verdict, now: datetime) -> Recommendation | Withheld:
        terms = self._terms(case.call.workflow, case.call.step, case.proposal.action)
        if not verdict.permitted or terms is None or verdict.workflow_version is None:
            return Withheld(case.subject, case.proposal.action, verdict)
        return Recommendation(
            jti=str(uuid4()),
            workflow=case.call.workflow,
            workflow_version=verdict.workflow_version,
            instance=case.call.instance,
            step=case.call.step,
            subject=case.subject,
            task=case.call.task,
            action=case.proposal.action,
            params=case.proposal.params,
            text=_wording(terms, case.proposal.params),
            requires=Requires(terms.approver_role, _excluded(terms, case.call)),
            model_name=case.call.model.name,
            model_version=case.call.model.version,
            verdict=verdict,
            issued_at=now,
            expires_at=now + terms.expires_in,
            seal=_SEAL,
        )

    def _terms(self, workflow: str, step: str, action: str) -> Terms | None:
        known = self.workflows.by_name.get(workflow)
        return known.terms(step, action) if known else None

    def _judge_all(self, cases: Sequence[Facts]) -> list[Verdict]:
        known = {facts: verdict for facts in cases if (verdict := self._remembered.get(facts)) is not None}
        unknown = list(dict.fromkeys(facts for facts in cases if facts not in known))
        if unknown:
            rulings = self._cedar.rule(unknown)
            new = {facts: self._verdict(facts, ruling) for facts, ruling in zip(unknown, rulings, strict=True)}
            self._remember(new)
            known |= new
        return [known[facts] for facts in cases]

    def _remember(self, verdicts: dict[Facts, Verdict]) -> None:
        if len(self._remembered) + len(verdicts) > _REMEMBERED_VERDICTS:
            self._remembered = {}
        self._remembered.update(verdicts)

    def _verdict(self, facts: Facts, ruling: Ruling) -> Verdict:
        workflow = self.workflows.by_name.get(facts.workflow)
        codes, reason = self._worded(facts, ruling)
        return Verdict(
            outcome=Outcome.WITHHELD if codes else Outcome.PERMITTED,
            codes=codes,
            policies=tuple(self._statements[place].id for place in ruling.decided),
            reason=reason,
            policy_version=self.policy_version,
            workflow_version=workflow.version if workflow else None,
        )

    def _worded(self, facts: Facts, ruling: Ruling) -> tuple[tuple[str, ...], str]:
        decided = [self._statements[place] for place in ruling.decided]
        reason = " ".join(statement.reason for statement in decided)
        if ruling.failed:
            return ("policy_error",), "A policy could not be decided, and what is not decided is not recommended."
        allowed = self._terms(facts.workflow, facts.step, facts.action) is not None
        if ruling.permitted and allowed:
            return (), reason
        if decided and not ruling.permitted:
            return tuple(statement.id for statement in decided), reason
        return ("not_allowed_in_step",), (
            f"Workflow {facts.workflow!r} allows no {facts.action!r} by task {facts.task!r} in step {facts.step!r}."
        )


def _wording(terms: Terms, params: Params) -> str:
    values = ((name, f"{value:g}" if isinstance(value, float) else value) for name, value in params)
    return terms.text.format(**{name: ", ".join(v) if isinstance(v, tuple) else v for name, v in values})


def _excluded(terms: Terms, call: Call) -> tuple[str, ...]:
    who = {Duty.REQUESTER: call.requester, Duty.TRAINER: call.model.trainer, Duty.PROMOTER: call.model.promoter}
    return tuple(sorted({principal for duty in terms.separation if (principal := who[duty])}))
