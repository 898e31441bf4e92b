"""The travel approvals once more, read and reckoned by code that shares nothing with what is judged.

A summary's sentences are taken apart word by word; each figure, day, name and decision in them is worked out from the
events of the log.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from xml.etree import ElementTree

FILES = {
    "InternationalDeclarations.xes.gz": (
        "international declaration", "Declaration ", "(case)_Amount", "(case)_Permit_ID",
    ),
    "PrepaidTravelCost.xes.gz": (
        "prepaid travel cost", "Request For Payment ", "(case)_RequestedAmount", "(case)_Permit_id",
    ),
}  # fmt: skip
SIMILAR, ENOUGH, DAY = 1_000, 30, 86_400
NEVER = datetime.max.replace(tzinfo=UTC)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass
class Case:
    """One case of the log."""

    name: str
    kind: str
    amount: float | None
    permit: str | None
    budget: float
    steps: list[tuple[datetime, str, str]] = field(default_factory=list)
    opened: datetime = NEVER
    closed: datetime | None = None
    outcome: str | None = None


def cases(folder: Path) -> dict[str, Case]:
    """All cases by name, as the log has them at its end."""
    return {case.name: case for file, about in FILES.items() for case in _cases(folder / file, *about)}


def _cases(file: Path, kind: str, own: str, amount: str, permit: str) -> Iterator[Case]:
    with gzip.open(file) as log:
        for _, element in ElementTree.iterparse(log):
            if not element.tag.endswith("}trace"):
                continue
            name = next(each.get("value") for each in element if each.get("key") == "concept:name")
            events = [
                {each.get("key"): each.get("value") for each in event}
                for event in element
                if event.tag.endswith("}event")
            ]
            last = events[-1]
            case = Case(
                name, kind, float(last[amount]) or None, last[permit], float(last["(case)_Permit_RequestedBudget"])
            )
            case.permit = None if case.permit == "UNKNOWN" else case.permit
            for event in events:
                at = datetime.fromisoformat(event["time:timestamp"]).astimezone(UTC)
                case.steps.append((at, event["concept:name"], event["org:role"]))
            case.steps.sort(key=lambda step: step[0])
            mine = [step for step in case.steps if step[1].startswith(own)]
            element.clear()
            if mine:
                case.opened = mine[0][0]
                decided = {"FINAL_APPROVED": "approved", "REJECTED": "rejected"}
                for word, outcome in decided.items():
                    if word in mine[-1][1]:
                        case.closed, case.outcome = mine[-1][0], outcome
                yield case


def verb(activity: str) -> str | None:
    """What a step was."""
    if "Reminder" in activity:
        return "reminded"
    for word, told in (("SUBMITTED", "submitted"), ("APPROVED", "approved")):
        if word in activity:
            return told
    if "REJECTED" in activity:
        return "taken back" if "EMPLOYEE" in activity else "rejected"
    return None


def role(name: str) -> str | None:
    return None if name in {"EMPLOYEE", "UNDEFINED", "MISSING"} else name.lower().replace("_", " ")


def shown_day(at: datetime) -> str:
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def shown_time(seconds: float) -> str:
    days = round(seconds / DAY, 2)
    return f"{days:,.1f} days" if days >= 2 else f"{days * 24:,.1f} hours"


def euros(amount: float) -> str:
    return f"EUR {amount:,.2f}"


class Truth:
    """What may be said of a case at an instant."""

    def __init__(self, all_cases: Mapping[str, Case]) -> None:
        self._cases = all_cases
        self._by_kind: dict[str, list[Case]] = defaultdict(list)
        self._by_permit: dict[str | None, list[Case]] = defaultdict(list)
        for case in all_cases.values():
            self._by_kind[case.kind].append(case)
            self._by_permit[case.permit].append(case)

    def facts(self, name: str, at: datetime) -> list[str]:
        """Every phrase that is true, in words."""
        case = self._cases[name]
        told = [f"an approval of the kind “{case.kind}”", f"opened on {shown_day(case.opened)}"]
        if case.amount is not None:
            told.append(f"an amount of {euros(case.amount)}")
        if case.permit is not None:
            told.append(f"for project {case.permit}")
        return [*told, *self._state(case, at), *self._steps(case, at), *self._money(case, at), *self._similar(case, at)]

    @staticmethod
    def _state(case: Case, at: datetime) -> list[str]:
        if case.closed is None or case.closed > at:
            return ["not decided so far", f"waiting for {shown_time((at - case.opened).total_seconds())}"]
        took = shown_time((case.closed - case.opened).total_seconds())
        return [f"closed on {shown_day(case.closed)}", f"{took} after it was opened", f"an outcome of “{case.outcome}”"]

    @staticmethod
    def _steps(case: Case, at: datetime) -> list[str]:
        known = [step for step in case.steps if case.opened <= step[0] <= at]
        told = []
        said = [(when, verb(what), role(who)) for when, what, who in known if verb(what)]
        if said:
            when, what, who = said[-1]
            by = f" by {who}" if who and what not in {"submitted", "taken back"} else ""
            told.append(f"“{what}”{by} on {shown_day(when)} as its last step")
        if case.closed is None or case.closed > at:
            told.append(f"nothing on record for {shown_time((at - known[-1][0]).total_seconds())} since")
        back = [(when, who) for when, what, who in said if what == "rejected"]
        if back:
            number = len(back)
            told.append("1 rejection or return" if number == 1 else f"{number} rejections or returns")
            by = f" by {back[-1][1]}" if back[-1][1] else ""
            told.append(f"the latest of them{by} on {shown_day(back[-1][0])}")
        held: dict[str, float] = defaultdict(float)
        acts = [each for each in said if each[1] != "reminded"]
        for before, after in pairwise(acts):
            holder = "requester" if after[1] in {"submitted", "taken back"} else after[2]
            if holder:
                held[holder] += (after[0] - before[0]).total_seconds()
        most = max(held.values(), default=0)
        told += [
            f"a longest wait of {shown_time(seconds)} in all for {who}"
            for who, seconds in held.items()
            if seconds == most
        ]
        return told

    def _money(self, case: Case, at: datetime) -> list[str]:
        if case.permit is None:
            return []
        spent = sum(
            other.amount or 0.0
            for other in self._by_permit[case.permit]
            if other is not case and other.outcome == "approved" and other.closed is not None and other.closed <= at
        )
        budget = max(each.budget for each in self._by_permit[case.permit])
        left = round(round(budget, 2) - spent, 2)
        told = [f"{euros(left)} left of the project budget"]
        if left < 0:
            told = [f"a project budget overspent by {euros(-left)}"]
        if case.amount is not None:
            over = round(case.amount - max(left, 0.0), 2)
            more = f"{euros(over)} more than is left of the project budget"
            told.append(more if over > 0 else "within what is left of the project budget")
        return told

    def _similar(self, case: Case, at: datetime) -> list[str]:
        closed = [
            other
            for other in self._by_kind[case.kind]
            if other is not case and other.closed is not None and other.closed <= at
        ]
        closed.sort(key=lambda other: other.name)
        closed.sort(key=lambda other: other.closed or at, reverse=True)
        closed = closed[:SIMILAR]
        if case.amount:
            near = [other for other in closed if other.amount and case.amount / 3 <= other.amount <= case.amount * 3]
            closed = near if len(near) >= ENOUGH else closed
        if len(closed) < 5:
            return []
        number, approved = len(closed), sum(other.outcome == "approved" for other in closed)
        took = [(other.closed - other.opened).total_seconds() for other in closed if other.closed]
        told = [f"a median of {shown_time(median(took))} until similar ones ended", f"{number:,} similar approvals"]
        if approved == number:
            told.append(f"{number:,} similar ones, all of them approved")
        elif number - approved < 5:
            told.append(f"fewer than 5 of {number} similar ones not approved")
        elif approved >= 5:
            told.append(f"{approved:,} of {number:,} similar ones approved and {number - approved:,} not")
        sooner = sum(each < (at - case.opened).total_seconds() for each in took)
        whom = "any" if sooner == number else f"{100 * sooner // number}%"
        return [*told, f"longer than {whom} of {number:,} similar ones took"]


JOINING = re.compile(
    r"(?:This is|It is|The record shows|There is a record of|In terms of money it is"
    r"|For comparison, there is a record of|, and it is|; there was|, with|:|,|\.|\s)+"
)


def false_parts(sentence: str, facts: Sequence[str]) -> tuple[int, str]:
    """How many facts a sentence tells, and what is left of it when these and the joining words are taken out."""
    number, rest = 0, sentence
    for fact in sorted(facts, key=len, reverse=True):
        if fact in rest:
            number, rest = number + 1, rest.replace(fact, "", 1)
    return number, JOINING.sub("", rest)
