"""An approval in at most six sentences for a reader, every one with the evidence it rests on."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.approval_summary.evidence import Collected, Evidence, by_kind
from models.approval_summary.known import Known, known
from models.approval_summary.limits import Limits
from models.approval_summary.may_decide import may_decide
from models.approval_summary.missing import Missing, missing
from models.approval_summary.money_items import amount_item, budget_items, limit_items
from models.approval_summary.sentences import Sentence, told
from models.approval_summary.similar_items import StillWaiting, similar_items
from models.approval_summary.step_items import held_items, last_step_items, opened_items, sent_back_items
from models.approval_summary.suspicion import suspicions
from models.approval_summary.wording import an_id, plain
from models.records import Records
from models.sensitivity import Sensitivity
from models.text_flags import TextFlag

ALL = frozenset(Sensitivity)
NO_LIMITS = Limits()
_TELLING = (
    ("amount",), ("state", "outcome", "closed"), ("waiting", "took"), ("sent_back", "last_sent_back"), ("above_limit",),
    ("above_budget",), ("asked_for",),
)  # fmt: skip
"""What no summary may leave out, where it is known: of each group one kind."""


@dataclass(frozen=True)
class Findings:
    """All that is known of an approval, whoever reads it. ``flags`` are remarks of `models.text_flags`."""

    about: Known
    evidence: Sequence[Evidence]
    missing: Sequence[Missing]
    may_decide: Sequence[str]
    flags: Sequence[TextFlag]
    waits: StillWaiting

    def visible(self, sees: frozenset[Sensitivity]) -> list[Evidence]:
        """The items that a reader may see."""
        return [item for item in self.evidence if item.visible(sees)]

    def must_tell(self, sees: frozenset[Sensitivity]) -> list[list[str]]:
        """Groups of ids, of each of which a summary cites one."""
        named: Mapping[str, Evidence] = by_kind(self.visible(sees))
        groups = [[named[kind].id for kind in kinds if kind in named] for kinds in _TELLING]
        return [group for group in groups if group]


@dataclass(frozen=True)
class Summary:
    """What one reader is told."""

    sentences: Sequence[Sentence]
    evidence: Sequence[Evidence]
    missing: Sequence[Missing]
    may_decide: Sequence[str]
    flags: Sequence[TextFlag]


def findings(records: Records, approval_id: str, as_of: dt.datetime, limits: Limits = NO_LIMITS) -> Findings:
    """What the records tell of an approval at an instant, and no later. Raises UnknownApproval."""
    about = known(records, approval_id, as_of)
    found = Collected()
    _request_items(found, about)
    amount = amount_item(found, about)
    opened = opened_items(found, about)
    last_step_items(found, about)
    held_items(found, about, opened)
    asked = sent_back_items(found, about)
    limit_items(found, about, limits, amount)
    budget_items(found, about, amount)
    waiting = by_kind(found.items).get("waiting")
    waits = similar_items(found, about, waiting)
    items = tuple(found.items)
    return Findings(
        about, items, missing(about, items, asked), may_decide(about, limits), suspicions(about), waits
    )  # fmt: skip


def summarise(
    records: Records,
    approval_id: str,
    as_of: dt.datetime,
    api_role: str,
    *,
    sees: frozenset[Sensitivity] = ALL,
    limits: Limits = NO_LIMITS,
) -> Summary:
    """The template's summary for a reader in a role who sees these kinds of values. Raises UnknownApproval."""
    said = findings(records, approval_id, as_of, limits)
    return summary_for(said, api_role, sees)


def summary_for(said: Findings, api_role: str, sees: frozenset[Sensitivity]) -> Summary:
    """The same of what was found already."""
    visible = said.visible(sees)
    shown = {item.id for item in visible}
    lacking = [each for each in said.missing if shown.issuperset(each.cites)]
    return Summary(told(visible, api_role), visible, lacking, said.may_decide, said.flags)


def _request_items(found: Collected, about: Known) -> None:
    key, kind = f"approvals/{about.approval_id}", plain(about.approval["kind"])
    words = "an approval of an unreadable kind" if kind is None else f"an approval of the kind “{kind}”"
    found.add("request", kind and about.approval["kind"], cell=f"{key}/kind", kind=words)
    project = an_id(about.approval["project_id"]) or plain(about.approval["project_id"])
    if project is not None:
        found.add("request_project", project, cell=f"{key}/project_id", project=f"for project {project}")
    requester = an_id(about.approval["requester"])
    if requester is not None:
        found.add("request_by", requester, cell=f"{key}/requester", requester=f"{requester} as its requester")
