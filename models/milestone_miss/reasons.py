"""The fields of a snapshot in a manager's words, and those that somebody can still change."""

from calendar import month_name
from collections.abc import Callable, Mapping, Sequence

from models.milestone_miss.snapshot import ACCEPTED, ACHIEVED, PLANNED
from models.project_signals import WORDS as PROJECT_WORDS
from models.project_signals.wording import Wording, said
from models.task import Row

ENOUGH = 0.95
"""Of the hours booked: who entered so much has entered all."""

_STAGES = {
    PLANNED: "not achieved yet",
    ACHIEVED: "achieved, and not accepted yet",
    ACCEPTED: "accepted, and not billed",
}


def _days(count: float) -> str:
    return "today" if count < 1 else "yesterday" if count < 2 else f"{count:.0f} days ago"  # noqa: PLR2004


def _stage(row: Row) -> str:
    return f"the milestone is {_STAGES[row['stage']]}"


def _in_stage(row: Row) -> str:
    """How long it has waited, and what is usual for the client: the first thing that a manager asks."""
    since, stage = _days(row["days_in_stage"]), row.get("stage", PLANNED)
    if stage == ACHIEVED:
        usual = row.get("client_acceptance_days")
        usually = "" if usual is None else f"; this client usually takes {usual:.0f}"
        return f"achieved {since} and still not accepted{usually}"
    if stage == ACCEPTED:
        usual = row.get("client_billing_days")
        usually = "" if usual is None else f"; billing usually takes {usual:.0f}"
        return f"accepted {since} and still not billed{usually}"
    return "nothing has waited for acceptance yet"


def _deadline_month(row: Row) -> str:
    return f"it must be billed in {month_name[row['deadline_month']]}"


_OWN: Mapping[str, Wording] = {
    "days_to_due": said(
        "days_to_due",
        "due in {} days",
        none="due today",
        one="due tomorrow",
        below="due {} days ago",
        unknown="",
    ),
    "days_to_deadline": said(
        "days_to_deadline", "{} days are left to bill it", none="today is the last day to bill it",
        one="one day is left to bill it", unknown="",
    ),
    "deadline_month": _deadline_month,
    "days_to_month_end": said(
        "days_to_month_end", "it must be billed {} days before the end of the month",
        none="it must be billed by the end of the month", one="it must be billed a day before the end of the month",
        unknown="",
    ),
    "days_to_quarter_end": said(
        "days_to_quarter_end", "it must be billed {} days before the end of the quarter",
        none="it must be billed by the end of the quarter",
        one="it must be billed a day before the end of the quarter", unknown="",
    ),
    "stage": _stage,
    "days_in_stage": _in_stage,
    "created_days": said(
        "created_days", "the milestone was agreed {} days ago", none="the milestone was agreed today",
        one="the milestone was agreed yesterday", unknown="when the milestone was agreed is not recorded",
    ),
    "due_moves": said(
        "due_moves", "its date was moved {} times", none="its date was never moved", one="its date was moved once",
        unknown="",
    ),
    "due_moved_days": said(
        "due_moved_days", "its date was moved back by {} days", none="its date is the first one agreed",
        below="its date was brought forward by {} days", unknown="whether its date was moved is not recorded",
    ),
    "amount_of_contract": said(
        "amount_of_contract", "it bills {:.0%} of the contract", none="it bills nothing",
        unknown="its amount or the contract's value is not recorded",
    ),
    "project_milestones": said(
        "project_milestones", "the project has {} milestones", none="the project has no milestone",
        one="it is the project's only milestone", unknown="",
    ),
    "project_milestones_billed": said(
        "project_milestones_billed", "{} milestones of the project are billed",
        none="no milestone of the project is billed yet", one="one milestone of the project is billed", unknown="",
    ),
    "project_overdue": said(
        "project_overdue", "{} other milestones of the project are overdue",
        none="no other milestone of the project is overdue", one="one other milestone of the project is overdue",
        unknown="",
    ),
    "project_billed_late_share": said(
        "project_billed_late_share", "{:.0%} of the project's milestones were billed after their date",
        none="none of the project's milestones was billed after its date",
        unknown="no milestone of the project is billed yet",
    ),
    "project_days_late": said(
        "project_days_late", "the project's milestones were billed {:.0f} days after their date on average",
        below="the project's milestones were billed {:.0f} days before their date on average",
        unknown="no milestone of the project is billed yet",
    ),
}  # fmt: skip

WORDS: Mapping[str, Wording] = {**PROJECT_WORDS, **_OWN}


def _further(row: Row) -> Sequence[float]:
    """Achieved, where it is not, and accepted."""
    return list(range(row["stage"] + 1, ACCEPTED + 1))


def _decided(row: Row) -> Sequence[float]:
    """Half of the open change requests decided, then all."""
    count = row["open_changes"]
    return sorted({count // 2, 0}, reverse=True) if count else []


def _entered(row: Row) -> Sequence[float]:
    """All hours entered that were booked in the last four weeks."""
    share = row["hours_of_booked_28"]
    return [1.0] if share is not None and share < ENOUGH else []


def _caught_up(row: Row) -> Sequence[float]:
    """The other overdue milestones billed."""
    return [0] if row["project_overdue"] else []


LEVERS: Mapping[str, Callable[[Row], Sequence[float]]] = {
    "stage": _further,
    "open_changes": _decided,
    "hours_of_booked_28": _entered,
    "project_overdue": _caught_up,
}
"""The fields that a person can influence, with the values that they could bring about, nearest first."""
