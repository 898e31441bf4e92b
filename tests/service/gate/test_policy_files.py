"""Policies that do not fit are refused at the start, with file and line; one that errs later refuses the case."""

import shutil
from dataclasses import replace

import pytest

from models.actions import ACTIONS
from service.gate.case import Facts
from service.gate.gate import Gate
from service.gate.mistakes import GateFilesRefused
from service.gate.policy_files import SHIPPED_POLICIES, load_policies
from service.gate.ruling import Cedar
from service.gate.workflow_files import SHIPPED_WORKFLOWS, load_workflows

FINE = '@id("fine")\n@reason("Fine.")\nforbid (principal, action, resource) when { context.action == "none; //" };\n'


@pytest.fixture
def own(tmp_path):
    """Writes a firm's own policy file; the loader is given its folder."""

    def write(text, name="own.cedar"):
        (tmp_path / name).write_text(text)
        return [tmp_path]

    return write


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("forbid (principal, action, resource) when { context.nope };", 7, "does not fit the schema: "),
        ("forbid (principal, action, resource) when { context.amount > 5 };", 7, "optional attribute `amount`"),
        ("forbid (principal, action, resource) when { context.person_level == 1 };", 7, "does not fit the schema"),
        ('forbid (principal, action == Action::"approve", resource);', 7, "unable to find an applicable action"),
        ("forbid (principal, action resource);", 7, "not Cedar: unexpected token `resource`"),
        ("permit (principal, action, resource);", 7, "a permit; a firm's own policies only forbid"),
        ("forbid (principal == ?principal, action, resource);", 1, "a template"),
    ],
)
def test_a_policy_that_does_not_fit_stops_the_load(own, text, line, reason):
    folders = own(f'{FINE}\n// a comment; with a semicolon\n\n@id("odd")\n@reason("Odd.")\n{text}\n')
    with pytest.raises(GateFilesRefused) as refused:
        load_policies(own=folders)
    mistake = refused.value.mistakes[0]
    assert reason in mistake.reason
    assert (mistake.file.name, mistake.line) == ("own.cedar", line)


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        ('@reason("x")', "@id is ''; expected a code"),
        ('@id("Not A Code") @reason("x")', "@id is 'Not A Code'; expected a code"),
        ('@id("no_reason")', "@reason is missing"),
        ('@id("policy_error") @reason("x")', "a code that the gate itself uses"),
        ('@id("requester_unknown") @reason("x")', "is taken by 20_people.cedar:4; ids are unique"),
    ],
)
def test_every_policy_has_an_id_of_its_own_and_a_reason(own, annotations, reason):
    with pytest.raises(GateFilesRefused) as refused:
        load_policies(own=own(f"{FINE}{annotations}\nforbid (principal, action, resource);"))
    assert [(mistake.line, reason in mistake.reason) for mistake in refused.value.mistakes] == [(4, True)]


def test_all_mistakes_of_all_files_are_told_at_once(own):
    own("forbid (principal, action, resource);", "a.cedar")
    folders = own("nonsense", "b.cedar")
    with pytest.raises(GateFilesRefused) as refused:
        load_policies(own=folders)
    assert [mistake.file.name for mistake in refused.value.mistakes] == ["a.cedar", "a.cedar", "b.cedar"]


def test_a_file_that_is_no_text_and_a_missing_schema_stop_the_load(own, tmp_path):
    (tmp_path / "latin.cedar").write_bytes(b"// caf\xe9")
    with pytest.raises(GateFilesRefused, match=r"latin\.cedar:1: not readable as UTF-8 text"):
        load_policies(own=[tmp_path])
    with pytest.raises(GateFilesRefused, match=r"gate\.cedarschema:1: not readable"):
        load_policies(tmp_path)


def test_a_schema_that_cannot_be_read_and_a_folder_without_policies_stop_the_load(tmp_path):
    shutil.copy(SHIPPED_POLICIES / "gate.cedarschema", tmp_path)
    with pytest.raises(GateFilesRefused, match="no policy"):
        load_policies(tmp_path)
    (tmp_path / "gate.cedarschema").write_text("entity;")
    with pytest.raises(GateFilesRefused, match=r"gate\.cedarschema:1: the schema cannot be read"):
        load_policies(tmp_path)


def test_a_policy_that_raises_an_error_withholds_although_cedar_would_allow(own, make_case):
    overflow = "context has amount && context.amount * 9223372036854775807 > 0"
    folders = own(f'{FINE}@id("errs") @reason("Errs.")\nforbid (principal, action, resource) when {{ {overflow} }};')
    gate = Gate(load_policies(own=folders), load_workflows())
    verdict = gate.judge(make_case())
    assert (verdict.permitted, verdict.codes, verdict.policies) == (False, ("policy_error",), ("errs",))
    assert verdict.reason == "A policy could not be decided, and what is not decided is not recommended."
    assert gate.judge(make_case(loss=None)).permitted


def test_a_firms_own_forbid_wins_also_by_kind_of_action(own, make_case):
    folders = own('@id("no_escalation") @reason("No.")\nforbid (principal, action in Action::"escalate", resource);')
    gate = Gate(load_policies(own=folders), load_workflows())
    assert gate.judge(make_case(step="cutoff", action="notify_project_manager")).codes == ("no_escalation",)
    assert gate.judge(make_case()).permitted


def test_the_policy_version_names_the_texts_of_policies_and_workflows(own, gate, tmp_path):
    assert Gate(load_policies(own=own(FINE)), load_workflows()).policy_version != gate.policy_version
    (tmp_path / "w").mkdir()
    text = (SHIPPED_WORKFLOWS / "time_and_expense.yaml").read_text()
    (tmp_path / "w" / "time_and_expense.yaml").write_text(text.replace("0.30", "0.31"))
    assert Gate(load_policies(), load_workflows(tmp_path / "w")).policy_version != gate.policy_version
    assert Gate(load_policies(), load_workflows()).policy_version == gate.policy_version


@pytest.mark.parametrize("action", ACTIONS)
def test_a_request_of_every_action_fits_the_schema(make_case, action):
    (ruling,) = Cedar(load_policies(), load_workflows()).rule([Facts.of(make_case(action=action))])
    assert not ruling.failed


def test_a_request_off_the_schema_is_undecided_and_refused_and_harms_no_other(make_case):
    good = Facts.of(make_case())
    odd = replace(good, action="approve_timesheet")
    before, ruling, after = Cedar(load_policies(), load_workflows()).rule([good, odd, good])
    assert (ruling.permitted, ruling.failed, ruling.decided) == (False, True, ())
    assert before.permitted
    assert after.permitted


def test_a_permit_of_everything_still_recommends_nothing_outside_the_workflow(make_case, now, tmp_path):
    shutil.copy(SHIPPED_POLICIES / "gate.cedarschema", tmp_path)
    (tmp_path / "all.cedar").write_text('@id("all") @reason("All.")\npermit (principal, action, resource);')
    gate = Gate(load_policies(tmp_path), load_workflows())
    assert gate.recommend(make_case(step="approved"), now=now).verdict.codes == ("not_allowed_in_step",)
    assert gate.judge(make_case()).permitted
