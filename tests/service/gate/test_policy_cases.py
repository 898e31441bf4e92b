"""Cases of policies: what is wrong with a file is told with its line, and every policy is decided both ways."""

import shutil

import pytest

from service.gate.case_runner import try_cases, try_policies
from service.gate.gate_files import load_gate
from service.gate.gate_sample import sample
from service.gate.mistakes import GateFilesRefused
from service.gate.policy_cases import read_cases
from service.gate.policy_files import RESERVED_CODES, SHIPPED_POLICIES, load_policies
from service.gate.workflow_files import SHIPPED_WORKFLOWS, load_workflows
from tests.benchmarks.gating.mutation import DROPPED, MOVED, NEGATED, mutants, negated, scores

CODES = {statement.id for statement in load_policies().statements} | RESERVED_CODES
OWN = """\
// Nobody is reminded of a trifle.

@id("own_trifle")
@reason("The firm reminds nobody of less than 50 at risk.")
forbid (principal, action in Action::"remind", resource)
when { context has amount && context.amount < 5000 };
"""
OWN_CASES = """\
recommend:
  cases:
    as little as the firm reminds of is at risk: {amount: 50}
    less than the firm reminds of is at risk: {amount: 49, codes: [own_trifle]}
"""


@pytest.fixture
def firm(tmp_path):
    """A firm's folder with one policy and its cases, or with other texts."""

    def make(policy=OWN, cases=OWN_CASES, **more):
        (tmp_path / "policies").mkdir(exist_ok=True)
        (tmp_path / "policies" / "own.cedar").write_text(policy)
        if cases is not None:
            (tmp_path / "policies" / "own.cases.yaml").write_text(cases)
        return tmp_path

    return make


def refused(own):
    with pytest.raises(GateFilesRefused) as caught:
        load_gate(own)
    return [(mistake.file.name, mistake.line, mistake.reason) for mistake in caught.value.mistakes]


def test_every_shipped_case_is_answered_as_expected_and_decides_every_policy_both_ways():
    trial = try_policies(load_policies(), SHIPPED_POLICIES, sample())
    assert trial.mistakes() == []
    assert {each.statement.id for each in trial.decided} == CODES - RESERVED_CODES


def test_every_policy_that_is_dropped_or_negated_and_every_comparison_that_is_moved_is_noticed():
    found = {score.sort: score for score in scores(load_policies(), SHIPPED_POLICIES, sample())}
    assert found[DROPPED].mutants == found[NEGATED].mutants == len(load_policies().statements)
    assert found[MOVED].mutants > 0
    assert {sort: found[sort].survivors for sort in (DROPPED, NEGATED, MOVED)} == {DROPPED: (), NEGATED: (), MOVED: ()}


def test_a_mutant_has_its_one_mistake_and_all_other_policies_as_they_are(firm):
    policies = load_policies(own=[firm() / "policies"])
    by_name = {mutant.name: mutant for mutant in mutants(policies, firm() / "policies")}
    assert set(by_name) == {
        "own_trifle dropped", "own_trifle negated", "own_trifle with < as <= (comparison 1)",
        "own_trifle with only the left of conjunction 1", "own_trifle with only the right of conjunction 1",
    }  # fmt: skip
    assert len(by_name["own_trifle dropped"].policies.statements) == len(policies.statements) - 1
    cases = read_cases(firm() / "policies" / "own.cases.yaml", sample(), {*CODES, "own_trifle"})
    moved = try_cases(by_name["own_trifle with < as <= (comparison 1)"].policies, sample(), cases)
    assert [each.as_expected for each in moved] == [False, True]


def test_a_policy_without_conditions_is_negated_by_its_effect():
    assert negated({"effect": "forbid", "conditions": []}) == (
        "negated by its effect",
        {"effect": "permit", "conditions": []},
    )


def test_a_firms_policy_with_cases_that_hold_is_in_the_gate(firm):
    assert "own_trifle" in {statement.id for statement in load_gate(firm()).policies.statements}


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        (None, ("own.cedar", 3, "own.cases.yaml is missing, which tries 'own_trifle'")),
        ("recommend:\n  cases:\n    too little is at risk: {amount: 1, codes: [own_trifle]}\n",
         ("own.cedar", 3, "no case in own.cases.yaml shows a question that policy 'own_trifle' does not decide")),
        ("recommend:\n  cases:\n    all is well: {}\n",
         ("own.cedar", 3, "no case in own.cases.yaml shows a question that policy 'own_trifle' decides")),
        (OWN_CASES.replace("49", "51"),
         ("own.cases.yaml", 4, "recommend: 'less than the firm reminds of is at risk': expected own_trifle, got")),
        (OWN_CASES.replace("amount: 50}", "amount: 5}"),
         ("own.cases.yaml", 3, "recommend: 'as little as the firm reminds of is at risk': expected permitted, got")),
        ("see:\n  cases:\n    all is well: {}\n" + OWN_CASES.replace("50}", "5, codes: [own_trifle]}"),
         ("own.cedar", 3, "that policy 'own_trifle' does not decide")),
    ],
)  # fmt: skip
def test_a_firms_policy_whose_cases_are_missing_incomplete_or_wrong_refuses_the_gate(firm, cases, expected):
    told = refused(firm(cases=cases))
    assert any((name, line) == expected[:2] and expected[2] in reason for name, line, reason in told), told


def test_a_file_in_which_every_policy_is_commented_out_needs_no_cases(firm):
    assert load_gate(firm(policy="// none for now\n", cases=None)).policies.statements == load_policies().statements


def test_cases_without_policies_are_refused(firm):
    own = firm()
    shutil.copy(own / "policies" / "own.cases.yaml", own / "policies" / "other.cases.yaml")
    assert refused(own) == [("other.cases.yaml", 1, "there is no policy file other.cedar that this could try")]


def test_a_firms_policy_that_raises_an_error_is_told_by_its_case(firm):
    overflow = OWN.replace("context.amount < 5000", "context.amount * 9223372036854775807 < 0")
    told = refused(firm(policy=overflow))
    assert told[0][:2] == ("own.cases.yaml", 3)
    assert told[0][2].endswith("expected permitted, got policy_error by own_trifle")
    assert [line for name, line, _ in told if name == "own.cedar"] == [3, 3]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("{amont: 50}", 3, "unknown field recommend.cases.less than before.amont"),
        ("\n      amount: 50\n      codes: [own_trifel]", 5, "unknown code 'own_trifel'; no policy has this @id"),
        ("\n      amount: 50\n      codes: own_trifle", 5, "codes: Input should be a valid tuple"),
        ("\n      probability: 1.2", 4, "probability"),
        ("\n      drifted: 1", 4, "drifted: Input should be a valid boolean"),
        ("\n      requester: 7", 4, "requester: Input should be a valid string"),
        ("\n      action: approve_timesheet", 4, "is a verb that executes"),
        ("\n      currency: null", 3, "amount has no currency"),
        ("\n      workflow: gone", 4, "unknown workflow 'gone'; expected one of "),
        ("\n      step: gone", 4, "workflow 'sample' has no step 'gone'; expected open, done"),
        ("\n      records_age: old", 4, "records_age"),
        ("7", 3, "less than before: Input should be a valid dictionary"),
    ],
)
def test_a_mistake_in_a_case_is_told_with_its_line(firm, text, line, reason):
    told = refused(firm(cases=f"recommend:\n  cases:\n    less than before: {text}\n"))
    assert any((name, at) == ("own.cases.yaml", line) and reason in why for name, at, why in told), told


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("advise:\n  cases:\n    all is well: {}\n", 1, "unknown kind of question 'advise'; expected recommend"),
        ("recommend:\n  cases: {}\n", 2, "at least 1 item"),
        ("recommend:\n  case:\n    all is well: {}\n", 2, "unknown field recommend.case"),
        ("recommend:\n  base: {amont: 1}\n  cases:\n    all is well: {}\n", 2, "unknown field recommend.base.amont"),
        ("recommend:\n  base: {codes: []}\n  cases:\n    all is well: {}\n", 2, "unknown field recommend.base.codes"),
        ("recommend:\n  cases:\n    well: {}\n", 3, "should match pattern"),
        ("recommend:\n  cases:\n    all is well: {}\n    all is well: {}\n", 4, "duplicate key 'all is well'"),
        ("see:\n  cases:\n    somebody looks:\n      api_role: king\n", 4, "unknown api_role 'king'; expected one of "),
        ("see:\n  cases:\n    somebody looks:\n      sensitivity: mood\n", 4, "Input should be 'rate'"),
        ("decide:\n  cases:\n    somebody decides:\n      excluded: [1]\n", 4, "excluded"),
        ("- a list\n", 1, "expected a section for each of recommend, decide, triage, switch, see, inform, use_route"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_of_cases_is_told_with_its_line(firm, text, line, reason):
    told = refused(firm(cases=text))
    assert any((name, at) == ("own.cases.yaml", line) and reason in why for name, at, why in told), told


def test_cases_stand_on_a_sample_that_a_firms_workflows_do_not_change_and_may_name_those(firm):
    of_the_firm = (
        "    a reminder in the firm's own staffing: {workflow: staffing, step: begun, action: remind_staffing_owner, "
        "task: staffing_risk, person_level: false}\n"
    )
    own = firm(cases=OWN_CASES + of_the_firm)
    (own / "workflows").mkdir()
    shipped = (SHIPPED_WORKFLOWS / "staffing.yaml").read_text()
    (own / "workflows" / "staffing.yaml").write_text(shipped.replace("requested", "begun"))
    assert load_gate(own).workflows.by_name["staffing"].start == "begun"


def test_no_workflow_takes_the_name_of_the_sample(tmp_path):
    text = (SHIPPED_WORKFLOWS / "staffing.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(text.replace("name: staffing", "name: sample"))
    with pytest.raises(GateFilesRefused, match=r"mine\.yaml:1: the name 'sample' is that of the workflow on which"):
        sample(load_workflows(tmp_path))
