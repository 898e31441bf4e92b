"""A workflow file with a mistake is refused, with file, line and reason; a folder with one is refused whole."""

import pytest

from service.gate.mistakes import GateFilesRefused
from service.gate.workflow_files import load_workflows, read_workflow
from tests.service.gate.small_workflow import GOOD

MISTAKES = [
    ("remind_consultant:", "remind_everybody:", 15, "unknown action 'remind_everybody'; expected one of remind_con"),
    ("remind_consultant:", "approve_timesheet:", 15, "'approve_timesheet' is a verb that executes; a governed workfl"),
    ("remind_consultant:", "pay_consultant:", 15, "'pay_consultant' is a verb that executes"),
    ('"Remind {person_id}', '"Approve {person_id}', 21, "begins with a verb that executes; word what is asked for"),
    ("{person_id}", "{client_name}", 21, "the wording holds {client_name}; remind_consultant knows {person_id}, {day}"),
    ("{person_id}", "{person_id.__class__}", 21, "the wording holds {person_id.__class__}"),
    ("{person_id}", "{person_id!r}", 21, "the wording holds {person_id!r}"),
    ("{person_id}", "{}", 21, "the wording holds {}"),
    ("{person_id}", "{person_id", 21, "the wording cannot be read"),
    ("to: done", "to: gone", 26, "unknown step 'gone' in a transition; expected one of open, done"),
    ("from: open", "from: opened", 26, "unknown step 'opened' in a transition"),
    ("start: open", "start: begin", 5, "unknown step 'begin'; expected one of open, done"),
    ("{from: open, to: done", "{from: done, to: open", 22, "no transition leads from 'open' to step 'done'"),
    ("PT12H", "PT24H1S", 18, "valid for at least PT1M and at most PT24H"),
    ("PT12H", "PT0S", 18, "valid for at least PT1M and at most PT24H"),
    ("PT12H", "soon", 18, "expires_in: Input should be a valid timedelta"),
    ("version: 1", "version: 1\nversion: 2", 3, "duplicate key 'version'; it stands already in line 2"),
    ("  done:", "  open:", 22, "duplicate key 'open'; it stands already in line 11"),
    ("version: 1", "version: 1\nowner: me", 3, "unknown field owner"),
    ("not: [requester]", "nots: [requester]", 17, "unknown field steps.open.actions.remind_consultant.nots"),
    ("not: [requester]", "not: [boss]", 17, "Input should be 'requester', 'trainer' or 'promoter'"),
    (
        "approver_role: project_manager",
        "approver_role: boss",
        16,
        "approver_role: Input should be 'project_manager', 'delivery_lead', ",
    ),
    ("0.30", "0.305", 19, "0.305 is not a whole percent"),
    ("0.30", "1.30", 19, "less than or equal to 1"),
    ("0.30", ".nan", 19, "confidence_floor: Input should be"),
    ("EUR: 2500", "EUR: 2501", 20, "the EUR limit 2501.0 has more than two significant digits"),
    ("EUR: 2500", "euros: 2500", 20, "'euros' is not a currency"),
    ("EUR: 2500", "EUR: -1", 20, "greater than 0"),
    ("version: 1", "version: one", 2, "version: Input should be a valid integer"),
    ("start: open\n", "", 1, "start is missing"),
    ("        expires_in: PT12H\n", "", 15, "steps.open.actions.remind_consultant.expires_in is missing"),
    ("tasks: [missing_time]", "tasks: &all [missing_time]\nmore: *all", 4, "an alias (*name) is not allowed"),
    ("version: 1", "on: 1", 2, "the key 'on' is not text; put it in quotes"),
    ("version: 1", "version: [1", 3, "not YAML"),
    ("name: small", "name: Small!", 1, "name: String should match pattern"),
    ("purpose: time_submission\n", "", 1, "purpose is missing"),
    ("purpose: time_submission", "purpose: performance_rating", 6, "purpose: Input should be 'time_submission', "),
    ("stale_after: P2D\n", "", 1, "stale_after is missing"),
    ("stale_after: P2D", "stale_after: PT90M", 7, "stale_after: expected whole hours or days, at least PT1H"),
    ("stale_after: P2D", "stale_after: PT0S", 7, "expected whole hours or days, at least PT1H"),
    ("stale_after: P2D", "stale_after: a while", 7, "stale_after: Input should be a valid timedelta"),
    ("kind: remind, per", "kind: sanction, per", 9, "alert_budgets.0.kind: Input should be 'remind', 'route', "),
    ("per: person", "per: client", 9, "alert_budgets.0.per: Input should be 'person', 'project' or 'subject'"),
    ("per: person", "per: project", 9, "remind_consultant names no project, so its alerts cannot be counted per proj"),
    ("kind: remind, per", "kind: escalate, per", 9, "no step allows an action of kind escalate; there is nothing"),
    ("at_most: 3", "at_most: 0", 9, "alert_budgets.0.at_most: Input should be greater than or equal to 1"),
    ("at_most: 3", "at_most: 3, within: P32D", 9, "alerts are counted over at least PT1H and at most P31D"),
    ("at_most: 3}", "at_most: 3}\n  - {kind: remind, per: person, at_most: 9}", 10, "a second budget of kind remind"),
    ("    owner: pmo\n", "", 22, "steps.done.owner is missing"),
    ("owner: pmo", "owner: nobody", 24, "steps.done.owner: Input should be 'project_manager', "),
    ("not: [requester]", "approvals: 4", 17, "approvals: Input should be less than or equal to 3"),
    ("not: [requester]", "approvals: 0", 17, "approvals: Input should be greater than or equal to 1"),
    ("remind_consultant:", "route_to_margin_review:", 21, "the wording holds {person_id}; route_to_margin_review"),
    ("remind_consultant:", "remind:", 15, "unknown action 'remind'; expected one of"),
    ("remind_consultant:", "procure_contractor:", 15, "'procure_contractor' is a verb that executes"),
    ("remind_consultant:", "please_pay:", 15, "'please_pay' is a verb that executes"),
    ('"Remind {person_id}', '"Please submit for {person_id}', 21, "begins with a verb that executes"),
    ('"Remind {person_id}', '"1) Pay {person_id}', 21, "begins with a verb that executes"),
]


def test_the_small_example_is_good(tmp_path):
    assert read_workflow(tmp_path / "small.yaml", GOOD).terms("open", "remind_consultant") is not None


@pytest.mark.parametrize(("old", "new", "line", "reason"), MISTAKES, ids=[reason[:50] for *_, reason in MISTAKES])
def test_a_mistake_is_told_with_file_line_and_reason(tmp_path, old, new, line, reason):
    assert old in GOOD
    file = tmp_path / "small.yaml"
    with pytest.raises(GateFilesRefused) as refused:
        read_workflow(file, GOOD.replace(old, new, 1))
    told = [mistake for mistake in refused.value.mistakes if reason in mistake.reason]
    assert told, str(refused.value)
    assert str(told[0]).startswith(f"{file}:{line}: ")


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a list\n", "just words\n", "\x00"])
def test_what_is_no_workflow_is_refused_on_its_first_line(tmp_path, text):
    with pytest.raises(GateFilesRefused) as refused:
        read_workflow(tmp_path / "odd.yaml", text)
    assert refused.value.mistakes[0].line == 1


def test_a_folder_is_loaded_whole_or_not_at_all_and_all_mistakes_are_told(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD.replace("PT12H", "PT48H").replace("name: small", "name: other"))
    (tmp_path / "c.yaml").write_text(GOOD.replace("start: open", "start: begin").replace("name: small", "name: third"))
    with pytest.raises(GateFilesRefused) as refused:
        load_workflows(tmp_path)
    assert [(mistake.file.name, mistake.line) for mistake in refused.value.mistakes] == [("b.yaml", 18), ("c.yaml", 5)]


def test_two_workflows_cannot_share_a_name(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)
    with pytest.raises(GateFilesRefused, match=r"b\.yaml:1: a second workflow named 'small'"):
        load_workflows(tmp_path)


def test_a_folder_without_workflows_is_refused(tmp_path):
    with pytest.raises(GateFilesRefused, match="no workflow"):
        load_workflows(tmp_path)


def test_the_digest_changes_with_a_byte_of_any_file(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    before = load_workflows(tmp_path).digest
    (tmp_path / "a.yaml").write_text(GOOD + "# seen\n")
    assert load_workflows(tmp_path).digest != before


def test_a_firms_own_file_takes_the_place_of_the_one_with_its_name_and_adds_others(tmp_path):
    (tmp_path / "mine.yaml").write_text(GOOD.replace("name: small", "name: staffing"))
    (tmp_path / "more.yaml").write_text(GOOD)
    shipped, firms = load_workflows(), load_workflows(own=tmp_path)
    assert set(firms.by_name) == {*shipped.by_name, "small"}
    assert firms.files["staffing"].file == tmp_path / "mine.yaml"
    assert firms.by_name["approvals"] == shipped.by_name["approvals"]
    assert firms.digest != shipped.digest
