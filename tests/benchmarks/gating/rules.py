"""The rules of the gate once more, in plain Python: what each policy forbids, code by code.

Written from what the policies are for, and without any part of the gate, so that the two can be held against each
other. A case is a mapping of the fields that a rule names; None is unknown. Empty is permitted.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .plain import PlainTables, PlainTerms, PlainWorkflow

Case = Mapping[str, Any]
Workflows = Mapping[str, PlainWorkflow]


def recommend(case: Case, workflows: Workflows) -> set[str]:
    """Why the task may not recommend the action in the step."""
    workflow = workflows.get(case["workflow"])
    terms = workflow.terms.get((case["step"], case["action"])) if workflow else None
    codes = {code for code, forbids in _ANYWHERE.items() if forbids(case)}
    if workflow is not None and terms is not None:
        codes |= {code for code, forbids in _ON_TERMS.items() if forbids(case, workflow, terms)}
    if not codes and (workflow is None or terms is None or case["task"] not in workflow.tasks):
        return {"not_allowed_in_step"}
    return codes


def decide(case: Case, workflows: Workflows, tables: PlainTables) -> set[str]:
    """Why the person may not accept or dismiss what was recommended."""
    forbids = dict(_DECIDING)
    if case["kind"] == "accept":
        forbids |= _ACCEPTING
        workflow = workflows.get(case["workflow"])
        forbids["no_longer_allowed"] = lambda case: (
            workflow is None or (case["step"], case["action"]) not in workflow.terms
        )
    codes = {code for code, forbidden in forbids.items() if forbidden(case)}
    if not codes and case["required_role"] not in tables.approves_as.get(case["api_role"], ()):
        return {"may_not_decide"}
    return codes


def triage(case: Case, tables: PlainTables) -> set[str]:
    """Why the person may not do this with an exception."""
    kind, person = case["kind"], case["person"]
    codes = {code for code, (kinds, forbids) in _TRIAGING.items() if kind in kinds and forbids(case)}
    if not person:
        codes.add("triager_unknown")
    own = kind == "contest" and person in case["scored"]
    if not codes and not own and kind not in tables.triages.get(case["api_role"], ()):
        return {"may_not_triage"}
    return codes


def switch(case: Case, tables: PlainTables) -> set[str]:
    """Why the person may not turn the kill switch."""
    codes = set()
    if not case["person"]:
        codes.add("switcher_unknown")
    elif case["turn"] == "resume" and case["person"] == case["stopped_by"]:
        codes.add("resumed_by_who_stopped")
    if not codes and case["api_role"] not in tables.may_switch:
        return {"may_not_switch"}
    return codes


def see(case: Case, tables: PlainTables) -> set[str]:
    """Why the role does not see such values."""
    own_time = case["own"] and case["sensitivity"] == "personal_time"
    return set() if own_time or case["sensitivity"] in tables.visible.get(case["api_role"], ()) else {"not_visible"}


def inform(case: Case) -> set[str]:
    """Why the task may tell nothing."""
    codes = {code for code, forbids in _INFORMING.items() if forbids(case)}
    if not codes and case["person_level"] and not case["purpose_recorded"]:
        return {"may_not_inform"}
    return codes


def use_route(case: Case, tables: PlainTables) -> set[str]:
    """Why the text may not go along the route."""
    if not case["hosted"]:
        return set()
    codes = {code for code, forbids in _SENDING.items() if forbids(case)}
    if not codes and case["route_region"] not in tables.residency.get(case["text_region"], ()):
        return {"region_not_allowed"}
    return codes


def _unlimited(terms: PlainTerms, case: Case) -> bool:
    return terms.limits is None or case["currency"] is None or case["currency"] not in terms.limits


_ANYWHERE: Mapping[str, Callable[[Case], bool]] = {
    "task_stopped": lambda case: case["task_stopped"],
    "workflow_stopped": lambda case: case["workflow_stopped"],
    "requester_unknown": lambda case: not case["requester"],
    "self_promoted": lambda case: bool(case["trainer"]) and case["trainer"] == case["promoter"],
    "purpose_missing": lambda case: case["person_level"] and not case["purpose_recorded"],
    "model_unpromoted": lambda case: not case["promoted"],
    "model_uncalibrated": lambda case: not case["calibrated"],
    "model_drifted": lambda case: case["drifted"],
    "text_suspicious": lambda case: case["suspicious"],
    "alert_budget_spent": lambda case: case["alerts_left"] is not None and case["alerts_left"] < 1,
    "alerts_uncountable": lambda case: not case["alerts_countable"],
}
"""What forbids a recommendation wherever it is asked for."""

_ON_TERMS: Mapping[str, Callable[[Case, PlainWorkflow, PlainTerms], bool]] = {
    "trainer_unknown": lambda case, _, terms: "trainer" in terms.barred and not case["trainer"],
    "promoter_unknown": lambda case, _, terms: "promoter" in terms.barred and case["promoted"] and not case["promoter"],
    "other_purpose": lambda case, workflow, _: case["stated_purpose"] not in {None, "", workflow.purpose},
    "records_stale": lambda case, workflow, _: (
        case["records_age"] is not None and case["records_age"] > workflow.stale_after
    ),
    "below_confidence_floor": lambda case, _, terms: (
        case["probability"] is None or Decimal(str(case["probability"])) < terms.floor
    ),
    "money_unknown": lambda case, _, terms: terms.limits is not None and case["loss"] is None,
    "currency_without_limit": lambda case, _, terms: (
        terms.limits is not None and case["currency"] is not None and case["currency"] not in terms.limits
    ),
    "above_money_limit": lambda case, _, terms: (
        not _unlimited(terms, case)
        and case["loss"] is not None
        and Decimal(str(case["loss"])) > terms.limits[case["currency"]]
    ),
}
"""What forbids one where the workflow allows the action in the step."""

_DECIDING: Mapping[str, Callable[[Case], bool]] = {
    "decider_unknown": lambda case: not case["person"],
    "recommendation_withdrawn": lambda case: case["withdrawn"],
    "already_decided": lambda case: case["decided"],
}
"""What forbids to accept, and to dismiss."""

_ACCEPTING: Mapping[str, Callable[[Case], bool]] = {
    "separation_of_duties": lambda case: bool(case["person"]) and case["person"] in case["excluded"],
    "same_principal_twice": lambda case: bool(case["person"]) and case["person"] in case["accepted_by"],
    "recommendation_expired": lambda case: case["expired"],
    "accept_while_task_stopped": lambda case: case["task_stopped"],
    "accept_while_workflow_stopped": lambda case: case["workflow_stopped"],
}
"""What forbids to accept alone."""

_TRIAGING: Mapping[str, tuple[set[str], Callable[[Case], bool]]] = {
    "triage_by_requester": ({"accept", "dismiss"}, lambda case: case["person"] in case["requesters"]),
    "triage_of_oneself": ({"accept", "dismiss", "snooze"}, lambda case: case["person"] in case["scored"]),
    "triage_by_who_contested": (
        {"accept", "dismiss", "snooze", "reopen"}, lambda case: case["person"] in case["contested_by"]
    ),
    "triage_of_unread": ({"accept", "dismiss", "snooze", "reopen"}, lambda case: not case["reads_all"]),
    "accept_exception_while_task_stopped": ({"accept"}, lambda case: case["task_stopped"]),
    "accept_exception_while_workflow_stopped": ({"accept"}, lambda case: case["workflow_stopped"]),
}  # fmt: skip
"""What forbids to do something with an exception: which of it, and when."""

_INFORMING: Mapping[str, Callable[[Case], bool]] = {
    "informing_task_stopped": lambda case: case["task_stopped"],
    "informing_workflow_stopped": lambda case: case["workflow_stopped"],
    "informing_other_purpose": lambda case: (
        bool(case["stated_purpose"]) and case["purpose"] is not None and case["stated_purpose"] != case["purpose"]
    ),
}
_SENDING: Mapping[str, Callable[[Case], bool]] = {
    "text_region_unknown": lambda case: not case["text_region"],
    "route_region_unknown": lambda case: not case["route_region"],
    "personal_text_unrecorded": lambda case: case["personal"] and not case["purpose_recorded"],
    "route_task_stopped": lambda case: case["task_stopped"],
}
"""What keeps a text here that would go elsewhere."""

RECOMMENDING = frozenset({*_ANYWHERE, *_ON_TERMS})
DECIDING = frozenset({*_DECIDING, *_ACCEPTING, "no_longer_allowed"})
TRIAGING = frozenset({*_TRIAGING, "triager_unknown"})
SWITCHING = frozenset({"switcher_unknown", "resumed_by_who_stopped"})
INFORMING = frozenset(_INFORMING)
SENDING = frozenset(_SENDING)
FORBIDDING = RECOMMENDING | DECIDING | TRIAGING | SWITCHING | INFORMING | SENDING
"""The codes of all that forbids."""
