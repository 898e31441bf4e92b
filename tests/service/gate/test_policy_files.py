"""Policies that do not fit are refused at the start, with file and line; one that errs later refuses the case."""

import shutil
from dataclasses import replace

import pytest

from models.actions import ACTIONS
from service.gate.entities import entities
from service.gate.gate import Gate
from service.gate.mistakes import GateFilesRefused
from service.gate.policy_files import SHIPPED_POLICIES, load_policies
from service.gate.ruling import Cedar
from service.gate.tables import SHIPPED_TABLES, load_tables
from service.gate.workflow_files import SHIPPED_WORKFLOWS, load_workflows

SCOPE = 'forbid (principal, action in Action::"recommend", resource)'
FINE = f'@id("fine")\n@reason("Fine.")\n{SCOPE} when {{ context.action == "none; //" }};\n'


@pytest.fixture
def own(tmp_path):
    """Writes a firm's own policy file; the loader is given its folder."""

    def write(text, name="own.cedar"):
        (tmp_path / name).write_text(text)
        return [tmp_path]

    return write


@pytest.fixture(scope="module")
def cedar():
    return Cedar(load_policies(), entities(load_workflows(), load_tables()))


@pytest.fixture(scope="module")
def make_facts(make_case, facts_of):
    """The facts of a case that is permitted until a test changes something."""
    return lambda **changes: facts_of(make_case(**changes))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            'forbid (principal, action in Action::"recommend", resource) when { context.nope };',
            7,
            "does not fit the schema: ",
        ),
        (
            'forbid (principal, action in Action::"recommend", resource) when { context.amount > 5 };',
            7,
            "optional attribute `amount`",
        ),
        (
            'forbid (principal, action in Action::"recommend", resource) when { context.person_level == 1 };',
            7,
            "does not fit the schema",
        ),
        ('forbid (principal, action == Action::"approve", resource);', 7, "unable to find an applicable action"),
        ("forbid (principal, action resource);", 7, "not Cedar: unexpected token `resource`"),
        (
            'permit (principal, action in Action::"recommend", resource);',
            7,
            "a permit; a firm's own policies only forbid",
        ),
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
        load_policies(own=own(f'{FINE}{annotations}\nforbid (principal, action in Action::"recommend", resource);'))
    assert [(mistake.line, reason in mistake.reason) for mistake in refused.value.mistakes] == [(4, True)]


def test_all_mistakes_of_all_files_are_told_at_once(own):
    own('forbid (principal, action in Action::"recommend", resource);', "a.cedar")
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
    folders = own(f'{FINE}@id("errs") @reason("Errs.")\n{SCOPE} when {{ {overflow} }};')
    gate = _gate(load_policies(own=folders))
    verdict = gate.judge(make_case(), given={})
    assert (verdict.permitted, verdict.codes, verdict.policies) == (False, ("policy_error",), ("errs",))
    assert verdict.reason == "A policy could not be decided, and what is not decided is not permitted."
    assert gate.judge(make_case(loss=None), given={}).permitted


def test_a_firms_own_forbid_wins_also_by_kind_of_action(own, make_case):
    folders = own('@id("no_escalation") @reason("No.")\nforbid (principal, action in Action::"escalate", resource);')
    gate = _gate(load_policies(own=folders))
    escalation = make_case(step="cutoff", action="notify_project_manager")
    assert gate.judge(escalation, given={}).codes == ("no_escalation",)
    assert gate.judge(make_case(), given={}).permitted


def test_the_policy_version_names_the_texts_of_policies_workflows_and_tables(own, gate, tmp_path):
    assert _gate(load_policies(own=own(FINE))).policy_version != gate.policy_version
    (tmp_path / "w").mkdir()
    text = (SHIPPED_WORKFLOWS / "time_and_expense.yaml").read_text()
    (tmp_path / "w" / "time_and_expense.yaml").write_text(text + "# seen\n")
    assert _gate(load_policies(), load_workflows(tmp_path / "w")).policy_version != gate.policy_version
    (tmp_path / "tables.yaml").write_text(SHIPPED_TABLES.read_text() + "# seen\n")
    tables = load_tables(tmp_path / "tables.yaml")
    assert Gate(load_policies(), load_workflows(), tables).policy_version != gate.policy_version
    assert _gate(load_policies()).policy_version == gate.policy_version


@pytest.mark.parametrize("action", ACTIONS)
def test_a_request_of_every_action_fits_the_schema(cedar, make_facts, action):
    (ruling,) = cedar.rule([make_facts(action=action).request()])
    assert not ruling.failed


def test_a_request_off_the_schema_is_undecided_and_refused_and_harms_no_other(cedar, make_facts):
    good = make_facts()
    odd = replace(good, action="approve_timesheet")
    before, ruling, after = cedar.rule([each.request() for each in (good, odd, good)])
    assert (ruling.permitted, ruling.failed, ruling.decided) == (False, True, ())
    assert before.permitted
    assert after.permitted


def test_a_finding_that_cedar_repeats_for_every_action_is_told_once_with_the_questions_that_it_is_about(own):
    of_each = "forbid (principal, action, resource) when { context.requester == context.nope };"
    with pytest.raises(GateFilesRefused) as refused:
        load_policies(own=own(f'{FINE}@id("odd") @reason("Odd.")\n{of_each}'))
    told = [(mistake.line, mistake.reason) for mistake in refused.value.mistakes]
    assert {line for line, _ in told} == {4}
    assert len(told) == len(set(told))
    assert told[0][1] == (
        "does not fit the schema: attribute `nope` in context not found (where it is asked whether one may "
        "accept, accept_exception, contest_exception, dismiss, dismiss_exception, inform, merge_back_exception, "
        "reassign_exception, recommend, reopen_exception, resume, see, snooze_exception, split_exception, stop, "
        "use_route)"
    )


def test_a_policy_that_misfits_one_group_of_actions_alone_is_found_where_it_begins(own):
    one = '@id("one") @reason("One.")\nforbid (principal, action in Action::"switch", resource)\nwhen { context.own };'
    with pytest.raises(GateFilesRefused) as refused:
        load_policies(own=own(f"{FINE}\n{one}\n{FINE.replace('fine', 'last')}"))
    (mistake,) = refused.value.mistakes
    assert (mistake.line, mistake.reason.endswith("(where it is asked whether one may resume, stop)")) == (5, True)


def test_a_permit_of_everything_still_recommends_nothing_outside_the_workflow(make_case, now, tmp_path):
    shutil.copy(SHIPPED_POLICIES / "gate.cedarschema", tmp_path)
    (tmp_path / "all.cedar").write_text('@id("all") @reason("All.")\npermit (principal, action, resource);')
    gate = _gate(load_policies(tmp_path))
    assert gate.recommend(make_case(step="approved"), given={}, now=now).verdict.codes == ("not_allowed_in_step",)
    assert gate.judge(make_case(workflow="unknown"), given={}).codes == ("not_allowed_in_step",)
    assert gate.judge(make_case(), given={}).permitted


def _gate(policies, workflows=None):
    return Gate(policies, workflows or load_workflows(), load_tables())
