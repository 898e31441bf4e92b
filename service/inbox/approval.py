"""An approval that was routed as an exception: what the records say of it, in sentences that code has made."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Connection

from models.cause import Cause, CauseKind
from models.money import MoneyAtRisk, is_currency
from models.neighbourhood import Fetch
from models.point_in_time import known_rows
from service.events.event import Event
from service.gate.gate import Gate
from service.inbox.documents import APPROVAL
from service.inbox.finding import Finding
from service.inbox.findings import clients_of, owner_role, weighed
from service.store.rates import rates
from service.store.records import fetch
from service.triage_settings import TriageSettings

TASK = APPROVAL
LONG = 0.75
"""An approval that has waited longer than this share of those that were closed is in the high band."""
FEWEST = 5
"""Below so many closed ones of its kind nobody can say what is long."""
DAY = dt.timedelta(days=1)


def routed(connection: Connection, event: Event, *, gate: Gate, triage: TriageSettings) -> Finding | None:
    """The finding of a ``bellwether.approval.exception_routed`` event; None where no record names the approval.

    An approval that is closed is in no trouble. Persons are named in the document and not in the sentences.
    """
    approval_id, as_of = str(event.data["approval_id"]), event.received_at
    read = fetch(connection)
    approvals = read("approvals", "approval_id", [approval_id])
    seen = known_rows({"approvals": approvals}, "approvals").filter(pl.col("known_at") <= as_of)
    if seen.is_empty():
        return None
    approval = approvals.row(0, named=True)
    happened = read("approval_events", "approval_id", [approval_id]).filter(pl.col("at") <= as_of).sort("at", "seq")
    steps = happened.to_dicts()
    peers = read("approvals", "kind", [approval["kind"]])
    waited = as_of - approval["opened_at"]
    longer = _share_shorter(peers, waited, as_of)
    closed_at = approval["closed_at"]
    is_open = closed_at is None or closed_at > as_of
    project, currency = approval["project_id"], _currency(read, approval)
    amount = approval["amount"]
    money = MoneyAtRisk(None, None if amount is None or currency is None else abs(amount), currency)
    return Finding(
        task=TASK,
        subject_id=approval_id,
        place=event.place,
        cause=Cause(CauseKind.APPROVAL, approval_id),
        project_id=project,
        client_id=clients_of(connection, {project}).get(project) if project else None,
        person_id=None,
        troubled=is_open,
        probability=None,
        band="high" if longer is not None and longer >= LONG else "medium",
        money=money,
        amount=weighed(money, rates(connection, as_of), triage.deferred_share),
        confidence=1.0,
        deadline=None,
        answer_id=None,
        event_id=event.event_id,
        as_of=as_of,
        document=_document(approval, steps, currency) if is_open else {},
        summary=tuple(_sentences(approval, steps, waited, longer, currency)) if is_open else (),
        owner_role=owner_role(gate, event.place),
        why=None if is_open else "the approval is closed",
    )


def _document(approval: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], currency: str | None) -> dict[str, Any]:
    return {
        "kind": APPROVAL,
        "approval": {
            "kind": approval["kind"],
            "requester": approval["requester"],
            "amount": approval["amount"],
            "currency": currency,
            "opened_at": approval["opened_at"].isoformat(),
        },
        "steps": [
            {
                "at": step["at"].isoformat(),
                "activity": step["activity"],
                "actor": step["actor"],
                "approver_role": step["approver_role"],
            }
            for step in steps
        ],
    }


def _sentences(
    approval: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    waited: dt.timedelta,
    longer: float | None,
    currency: str | None,
) -> Iterator[dict[str, Any]]:
    """What the records say, each sentence with the rows that it is from."""
    name = f"approvals/{approval['approval_id']}"
    worth = "" if approval["amount"] is None else f" of {approval['amount']:,.0f} {currency or ''}".rstrip()
    days = waited / DAY
    yield _said(f"The approval ({approval['kind']}){worth} has waited for {days:.1f} days.", f"{name}#opened_at")
    if longer is not None:
        yield _said(
            f"{longer:.0%} of the closed ones of its kind took less time.", f"approvals?kind={approval['kind']}"
        )
    if steps:
        last = steps[-1]
        role = f" ({last['approver_role']})" if last["approver_role"] else ""
        at = f"approval_events/{approval['approval_id']}/{last['at'].isoformat()}"
        yield _said(f"The last of {len(steps)} steps so far was {last['activity']!r}{role}.", at)
    else:
        yield _said("No step of it is on record.", f"approval_events/{approval['approval_id']}")
    back = sum(step["activity"] in {"returned", "rejected", "reopened"} for step in steps)
    if back:
        yield _said(f"It was sent back {back} times.", f"approval_events/{approval['approval_id']}")


def _said(text: str, *cites: str) -> dict[str, Any]:
    return {"text": text, "cites": list(cites)}


def _share_shorter(peers: pl.DataFrame, waited: dt.timedelta, as_of: dt.datetime) -> float | None:
    """Of the approvals of its kind that were closed by ``as_of``, the share that took less time."""
    took = peers.filter(pl.col("closed_at") <= as_of).select(took=pl.col("closed_at") - pl.col("opened_at"))["took"]
    return None if len(took) < FEWEST else float((took < waited).sum()) / len(took)


def _currency(read: Fetch, approval: Mapping[str, Any]) -> str | None:
    """The approval's currency, or else its project's; None where that is no ISO 4217 code."""
    code = approval["currency"]
    if code is None and approval["project_id"] is not None:
        code = read("projects", "project_id", [approval["project_id"]])["currency"].first()
    return code if isinstance(code, str) and is_currency(code) else None
