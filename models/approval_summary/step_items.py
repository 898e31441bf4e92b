"""The steps of an approval: the last one, who held it how long, and how often and why it came back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from models.approval_summary.asked_for import LONGEST_NOTE, asked_for, needs_of_note
from models.approval_summary.evidence import Collected, Evidence, instant
from models.approval_summary.known import Known
from models.approval_summary.steps import ACTS, BY_REQUESTER, Step, StepKind
from models.approval_summary.wording import an_id, counted, day, days, in_days, plain
from models.sensitivity import Sensitivity
from models.text_marks import cleaned

SENT_BACK = frozenset({StepKind.REJECTED, StepKind.RETURNED})
REQUESTER = "requester"
_SAID = {
    StepKind.SUBMITTED: "submitted", StepKind.APPROVED: "approved", StepKind.REJECTED: "rejected",
    StepKind.RETURNED: "returned", StepKind.TAKEN_BACK: "taken back", StepKind.REMINDED: "reminded",
    StepKind.ESCALATED: "escalated",
}  # fmt: skip


def last_step_items(found: Collected, about: Known) -> None:
    """The last step that is one, and how long nothing has happened since where the approval is open."""
    told = [step for step in about.steps if step.kind is not StepKind.OTHER]
    if not told:
        return
    step = told[-1]
    last = found.add(
        "last_step", step.kind, cell=f"read from {step.place}/activity",
        step=f"“{_SAID[step.kind]}”{_by(step)} on {day(step.at)} as its last step",
    )  # fmt: skip
    if about.is_open:
        idle = in_days(about.as_of - about.steps[-1].at)
        found.add("idle", idle, unit="days", of=(last,), idle=f"nothing on record for {days(idle)} since")


def held_items(found: Collected, about: Known, opened: Evidence) -> None:
    """Who held it longest until they acted: by approver role, and who that was.

    A turn begins where the one before it ended and is that of whoever ends it; what nobody has ended yet is nobody's.
    """
    acts = [step for step in about.steps if step.kind in ACTS]
    held: dict[str, dt.timedelta] = defaultdict(dt.timedelta)
    person: dict[str, Step] = {}
    for before, step in pairwise(acts):
        role = _holder(step, about)
        if role is not None:
            held[role] += step.at - before.at
            person[role] = step
    if not held:
        return
    role = max(held, key=lambda each: (held[each], each))
    time = in_days(held[role])
    longest = found.add(
        "held", role, cell=f"read from {person[role].place}/approver_role", held=f"held longest by {plain(role)}",
    )  # fmt: skip
    found.add(
        "held_days",
        time,
        unit="days",
        of=(opened, longest),
        held=f"a longest wait of {days(time)} in all for {plain(role)}",
    )
    actor = an_id(person[role].actor)
    if actor is not None:
        found.add(
            "held_by", actor, cell=f"{person[role].place}/actor", needs={Sensitivity.PERSONAL_TIME},
            person=f"{actor} for {plain(role)}",
        )  # fmt: skip


def _holder(step: Step, about: Known) -> str | None:
    own = step.actor is not None and step.actor == about.approval["requester"]
    if own or step.kind in BY_REQUESTER:
        return REQUESTER
    return step.approver_role if plain(step.approver_role) else None


def sent_back_items(found: Collected, about: Known) -> Sequence[str]:
    """How often it came back, when last and by whom, and what was asked for. Returns what is still asked for."""
    back = [step for step in about.steps if step.kind in SENT_BACK]
    if not back:
        return ()
    total = found.add(
        "sent_back", len(back), cell=f"read from {back[-1].place}/activity",
        times=counted(len(back), "rejection or return", "rejections or returns"),
    )  # fmt: skip
    last = found.add(
        "last_sent_back", back[-1].kind, cell=f"read from {back[-1].place}/activity",
        step=f"the latest of them{_by(back[-1])} on {day(back[-1].at)}",
    )  # fmt: skip
    if back[-1].note is None:
        return ()
    text = cleaned(back[-1].note)[0][:LONGEST_NOTE]
    note = found.add("note", text, cell=f"{back[-1].place}/note", needs=needs_of_note(text))
    wanted = asked_for(text)
    if wanted:
        names = " and ".join(each.replace("_", " ") for each in wanted)
        # What was asked for is a code of a closed list and tells nothing of the note but that.
        found.add("asked_for", ", ".join(wanted), cell=f"read from {note.source}", why=f"{names} asked for")
    answered = any(step.kind is StepKind.SUBMITTED and step.at > back[-1].at for step in about.steps)
    found.add(
        "answered", "yes" if answered else "no", of=(total, last),
        answer="and a new submission since" if answered else "and no new submission since",
    )  # fmt: skip
    return () if answered or not about.is_open else wanted


def opened_items(found: Collected, about: Known) -> Evidence:
    """When it was opened, and how long it has waited or took."""
    at = about.approval["opened_at"]
    opened = found.add(
        "opened", instant(at), cell=f"approvals/{about.approval_id}/opened_at", opened=f"opened on {day(at)}"
    )
    if about.is_open:
        waited = in_days(about.as_of - at)
        found.add("waiting", waited, unit="days", of=(opened,), waiting=f"waiting for {days(waited)}")
        found.add("state", "open", cell=f"approvals/{about.approval_id}/closed_at", state="not decided so far")
        return opened
    took = in_days(about.approval["closed_at"] - at)
    outcome = plain(about.approval["outcome"])
    closed = found.add(
        "closed", instant(about.approval["closed_at"]), cell=f"approvals/{about.approval_id}/closed_at",
        closed=f"closed on {day(about.approval['closed_at'])}",
    )  # fmt: skip
    found.add("took", took, unit="days", of=(opened, closed), took=f"{days(took)} after it was opened")
    if outcome is not None:
        found.add(
            "outcome",
            about.approval["outcome"],
            cell=f"approvals/{about.approval_id}/outcome",
            outcome=f"an outcome of “{outcome}”",
        )
    return opened


def _by(step: Step) -> str:
    role = plain(step.approver_role)
    if step.kind in BY_REQUESTER or role is None:
        return ""
    return f" by {role}"
