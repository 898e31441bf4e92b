"""Which actions an approval that waits would speak for. None of them decides about it, and the gate judges each."""

from collections.abc import Sequence

from models.actions import Proposal
from models.approval_summary.evidence import by_kind
from models.approval_summary.known import Known
from models.approval_summary.step_items import SENT_BACK
from models.approval_summary.steps import ACTS, StepKind
from models.approval_summary.summary import Findings
from models.approval_summary.wording import an_id, days
from models.money import MoneyAtRisk, is_currency

MOST_DAYS = 5_000
LONG, VERY_LONG = 50, 80
"""Percent of similar approvals that ended sooner: a reminder is due from the median on, more from the slowest fifth."""
LONG_DAYS, VERY_LONG_DAYS = 5.0, 10.0
"""Where too few similar ones ended: a working week, and two."""


def propose(said: Findings) -> Sequence[Proposal]:
    """Nothing about what is decided. What waits for its requester is asked for there, and its approver left alone."""
    about = said.about
    if not about.is_open or an_id(about.approval_id) is None:
        return ()
    waited = int((about.as_of - about.approval["opened_at"]).days)
    this = {"approval_id": about.approval_id, "waiting_days": min(waited, MOST_DAYS)}
    proposals = []
    for each in said.missing[:1]:
        lacking = {"approval_id": about.approval_id, "evidence": each.evidence}
        proposals.append(Proposal.of("draft_question_to_requester", lacking, each.text))
        if with_requester(about):
            proposals.append(Proposal.of("hold_approval_for_evidence", lacking, each.text))
    if with_requester(about):
        return proposals
    slow, very_slow = _slow(said)
    text = f"it has waited for {days(float(waited))}"
    approver = _approver(about)
    if slow and approver is not None:
        proposals.append(Proposal.of("remind_approver", {**this, "approver_id": approver}, text))
    if very_slow:
        proposals.append(Proposal.of("escalate_waiting_approval", this, text))
        proposals.append(Proposal.of("route_approval_to_other_approver", this, text))
    return proposals


def money(about: Known) -> MoneyAtRisk:
    """The amount that waits is deferred; none is lost. Null without an amount in a currency."""
    amount, currency = about.approval["amount"], about.currency
    if amount is None or amount < 0 or currency is None or not is_currency(currency):
        return MoneyAtRisk()
    return MoneyAtRisk(expected_loss=0.0, deferred_amount=float(amount), currency=currency)


def with_requester(about: Known) -> bool:
    """Whether it was sent back or taken back last, so that its requester is to act."""
    acts = [step.kind for step in about.steps if step.kind in ACTS]
    return bool(acts) and acts[-1] in SENT_BACK | {StepKind.TAKEN_BACK}


def _slow(said: Findings) -> tuple[bool, bool]:
    rank = by_kind(said.evidence).get("waiting_rank")
    if rank is not None and isinstance(rank.value, int):
        return rank.value >= LONG, rank.value >= VERY_LONG
    waited = (said.about.as_of - said.about.approval["opened_at"]).total_seconds() / 86_400
    return waited >= LONG_DAYS, waited >= VERY_LONG_DAYS


def _approver(about: Known) -> str | None:
    """The project's manager, as long as nobody has approved; who comes after them the records do not tell."""
    if about.project is None or any(step.kind is StepKind.APPROVED for step in about.steps):
        return None
    manager = an_id(about.project["manager_id"])
    return None if manager == about.approval["requester"] else manager
