"""What the shipped policies permit and withhold, with which codes, in which words."""

import ast
import copy
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.gate import gate as gate_module
from service.gate.policy_files import SHIPPED_POLICIES, load_policies
from service.gate.recommendation import Recommendation, Requires, Withheld
from service.gate.seal import SEAL
from service.gate.verdict import Outcome
from service.gate.workflow import ApproverRole

CUTOFF = {"step": "cutoff", "action": "route_to_finance_review"}


WITHHELD = [
    ({"requester": None}, ("requester_unknown",)),
    ({"requester": ""}, ("requester_unknown",)),
    ({"trainer": None}, ("trainer_unknown",)),
    ({"promoter": None}, ("promoter_unknown",)),
    ({"promoter": "tara"}, ("self_promoted",)),
    ({"purpose_recorded": False}, ("purpose_missing",)),
    ({"promoted": False}, ("model_unpromoted",)),
    ({"calibrated": False}, ("model_uncalibrated",)),
    ({"probability": 0.29}, ("below_confidence_floor",)),
    ({"probability": None}, ("below_confidence_floor",)),
    (CUTOFF | {"loss": None}, ("money_unknown",)),
    (CUTOFF | {"loss": None, "currency": None}, ("money_unknown",)),
    (CUTOFF | {"currency": "JPY"}, ("currency_without_limit",)),
    (CUTOFF | {"loss": 10_000.01}, ("above_money_limit",)),
    (CUTOFF | {"loss": 8_501.0, "currency": "GBP"}, ("above_money_limit",)),
    ({"task_stopped": True}, ("task_stopped",)),
    ({"workflow_stopped": True}, ("workflow_stopped",)),
    ({"stated_purpose": "pay"}, ("other_purpose",)),
    ({"drifted": True}, ("model_drifted",)),
    ({"suspicious": True}, ("text_suspicious",)),
    ({"records_age": timedelta(days=2, seconds=1)}, ("records_stale",)),
    ({"step": "submitted"}, ("not_allowed_in_step",)),
    ({"step": "cutoff"}, ("not_allowed_in_step",)),
    ({"step": "no_such_step"}, ("not_allowed_in_step",)),
    ({"workflow": "no_such_workflow"}, ("not_allowed_in_step",)),
    ({"workflow": "time_and_expense/open", "step": ""}, ("not_allowed_in_step",)),
    ({"task": "staffing_risk"}, ("not_allowed_in_step",)),
]


@pytest.mark.parametrize(
    ("step", "action", "floor"),
    [
        ("open", "remind_consultant", 0.30),
        ("open", "offer_draft_entries", 0.50),
        ("open", "ask_consultant_to_check_entry", 0.20),
        ("reminder_sent", "ask_consultant_to_check_entry", 0.20),
        ("reminder_sent", "offer_draft_entries", 0.40),
        ("reminder_sent", "notify_project_manager", 0.60),
        ("cutoff", "notify_project_manager", 0.50),
        ("cutoff", "route_to_finance_review", 0.70),
        ("cutoff", "ask_consultant_to_check_entry", 0.20),
        ("submitted", "ask_consultant_to_check_entry", 0.20),
        ("submitted", "route_entry_to_project_manager", 0.30),
        ("submitted", "hold_entry_for_review", 0.50),
    ],
)
def test_each_allowed_action_is_permitted_from_its_floor_on(gate, make_case, step, action, floor):
    verdict = gate.judge(make_case(step=step, action=action, probability=floor), given={})
    assert (verdict.outcome, verdict.codes, verdict.policies) == (Outcome.PERMITTED, (), ("allowed_in_step",))
    below = gate.judge(make_case(step=step, action=action, probability=floor - 1e-9), given={})
    assert below.codes == ("below_confidence_floor",)


@pytest.mark.parametrize(("changes", "codes"), WITHHELD)
def test_a_case_is_withheld_with_its_code_and_a_reason(gate, make_case, now, changes, codes):
    case = make_case(**changes)
    verdict = gate.judge(case, given={})
    assert verdict.codes == codes
    assert not verdict.permitted
    assert verdict.reason.endswith(".")
    assert gate.recommend(case, given={}, now=now) == Withheld(case.subject, case.proposal.action, verdict)


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose_recorded": False, "person_level": False},
        CUTOFF | {"loss": 10_000.0},
        {"loss": None, "currency": None},
        {"loss": 1e9},
        {"requester": "tara"},
        {"stated_purpose": "time_submission"},
        {"records_age": timedelta(days=2)},
        {"records_age": None},
    ],
)
def test_a_case_that_no_policy_minds_is_permitted(gate, make_case, changes):
    assert gate.judge(make_case(**changes), given={}).permitted


def test_forbid_wins_and_all_reasons_are_told_in_the_order_of_the_files(gate, make_case):
    verdict = gate.judge(make_case(requester=None, promoted=False, probability=0.1), given={})
    assert verdict.codes == verdict.policies == ("requester_unknown", "model_unpromoted", "below_confidence_floor")
    assert verdict.reason.startswith("It is not known who requested this")


def test_a_default_deny_names_no_policy_and_is_worded(gate, make_case):
    verdict = gate.judge(make_case(step="approved"), given={})
    assert verdict.policies == ()
    assert verdict.reason == (
        "Workflow 'time_and_expense' allows no 'remind_consultant' by task 'missing_time' in step 'approved'."
    )


def test_a_verdict_names_the_versions_that_it_was_given_under(gate, make_case):
    verdict = gate.judge(make_case(), given={})
    version = gate.workflows.by_name["time_and_expense"].version
    assert (len(verdict.policy_version), verdict.workflow_version) == (12, version)
    assert gate.judge(make_case(workflow="unknown"), given={}).workflow_version is None


def test_a_verdict_cannot_be_mistaken_for_yes(gate, make_case):
    with pytest.raises(TypeError, match=r"ask verdict\.permitted"):
        bool(gate.judge(make_case(requester=None), given={}))


def test_a_recommendation_carries_the_workflows_words_and_terms(gate, make_case, now):
    made = gate.recommend(make_case(step="cutoff", action="notify_project_manager"), given={}, now=now)
    assert made.text == "Tell the manager of J1 that 8 hours of P1 on 2026-03-02 missed the cutoff."
    assert made.requires == Requires(ApproverRole.DELIVERY_LEAD, ("paul", "rita", "tara"), 1)
    assert made.expires_at - made.issued_at == timedelta(hours=12)
    version = gate.workflows.by_name["time_and_expense"].version
    assert (made.workflow_version, made.instance, made.subject) == (version, "TE-2026-10", "P1/2026-03-02")


def test_an_id_that_looks_like_a_template_is_only_an_id(gate, make_case, now):
    case = make_case()
    odd = replace(
        case, proposal=replace(case.proposal, params=case.proposal.params.model_copy(update={"person_id": "{day}"}))
    )
    assert gate.recommend(odd, given={}, now=now).text == "Remind {day} that 8 hours of 2026-03-02 are not entered yet."


def test_the_time_must_carry_a_zone(gate, make_case):
    with pytest.raises(ValueError, match="has no zone"):
        gate.recommend(make_case(), given={}, now=datetime(2026, 3, 2))


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_a_probability_outside_0_to_1_makes_no_case(make_case, probability):
    with pytest.raises(ValueError, match="expected 0 to 1"):
        make_case(probability=probability)


def test_a_batch_answers_each_case_in_order_as_if_it_were_alone(gate, make_case, now):
    routed = {"step": "cutoff", "action": "route_to_finance_review"}  # no budget counts what is routed
    cases = [make_case(**routed, subject=f"P{n}/2026-03-02", probability=n / 40) for n in range(41)]
    answers = gate.recommend_all(cases, given={}, now=now)
    assert [answer.subject for answer in answers] == [case.subject for case in cases]
    assert [answer.verdict for answer in answers] == [gate.judge(case, given={}) for case in cases]
    jtis = [answer.jti for answer in answers if isinstance(answer, Recommendation)]
    assert len(jtis) == len(set(jtis)) == 13


def test_a_batch_of_more_than_10_000_subjects_is_refused(gate, make_case, now):
    case = make_case()
    cases = [replace(case, subject=str(n)) for n in range(10_001)]
    with pytest.raises(ValueError, match="10001 subjects; expected at most 10000"):
        gate.recommend_all(cases, given={}, now=now)


def test_only_the_gate_can_make_a_recommendation(gate, make_case, now):
    made = gate.recommend(make_case(), given={}, now=now)
    values = {field.name: getattr(made, field.name) for field in fields(made)}
    with pytest.raises(TypeError, match="seal"):
        Recommendation(**values)
    with pytest.raises(TypeError, match="only the gate makes a recommendation"):
        Recommendation(**values, seal=object())
    with pytest.raises((TypeError, ValueError), match="seal"):
        replace(made, action="route_to_finance_review")
    with pytest.raises(AttributeError):
        made.action = "route_to_finance_review"
    assert copy.copy(made) == made


def test_not_even_the_gate_makes_one_of_a_withheld_case(gate, make_case, now):
    made = gate.recommend(make_case(), given={}, now=now)
    values = {field.name: getattr(made, field.name) for field in fields(made)}
    withheld = gate.judge(make_case(requester=None), given={})
    with pytest.raises(TypeError, match="was withheld"):
        Recommendation(**values | {"verdict": withheld}, seal=SEAL)


def test_no_module_outside_of_the_gate_makes_a_recommendation_or_a_decision_or_takes_the_seal():
    root = Path(gate_module.__file__).parents[2]
    inside = Path(gate_module.__file__).parent
    for file in [file for room in ("service", "models", "training", "ledger") for file in (root / room).rglob("*.py")]:
        nodes = list(ast.walk(ast.parse(file.read_text())))
        of_the_gate = {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("service.gate")
            for alias in node.names
            if alias.name in {"Recommendation", "Decision"}
        }
        for node in nodes:
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "id", None) or getattr(called, "attr", None)
            if name in {"Recommendation", *of_the_gate}:
                assert file == Path(gate_module.__file__), f"{file}:{node.lineno} makes a {name}"
            if file.parent != inside:
                assert not _takes_the_seal(node), f"{file}:{node.lineno} takes the seal"


def _takes_the_seal(node):
    taken = {getattr(node, "attr", None)}
    if isinstance(node, ast.Import | ast.ImportFrom):
        whence = getattr(node, "module", None) or ""
        taken |= {f"{whence}.{alias.name}" for alias in node.names} | {alias.name for alias in node.names} | {whence}
    return any(str(each).endswith(("SEAL", "gate.seal")) for each in taken)


@pytest.mark.parametrize("file", sorted(Path(gate_module.__file__).parent.glob("*.py")), ids=lambda file: file.name)
def test_the_gate_knows_no_http_sql_mlflow_llm_or_environment(file):
    tree = ast.parse(file.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    strangers = {"fastapi", "starlette", "httpx", "sqlalchemy", "psycopg", "mlflow", "langchain", "openai"}
    assert not {name.partition(".")[0] for name in imported} & strangers
    assert not {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {"environ", "getenv"}


def test_the_shipped_folder_is_the_one_that_is_loaded():
    assert {statement.file.parent for statement in load_policies().statements} == {SHIPPED_POLICIES}
