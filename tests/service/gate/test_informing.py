"""Before a task tells anything: kill switches and purpose, each by its own policy."""

from dataclasses import replace

import pytest

from service.gate.informing import Informing

CALL = Informing(
    task="missing_time",
    workflow="time_and_expense",
    person_level=True,
    purpose_recorded=True,
    purpose="time_submission",
    stated_purpose=None,
    task_stopped=False,
    workflow_stopped=False,
)

DECIDED = [
    ("nothing speaks against it", {}, ()),
    ("the workflow's own purpose", {"stated_purpose": "time_submission"}, ()),
    ("a purpose that nobody states", {"stated_purpose": ""}, ()),
    ("in no workflow", {"workflow": None, "purpose": None}, ()),
    ("a task about no person", {"person_level": False, "purpose_recorded": False}, ()),
    ("the task is stopped", {"task_stopped": True}, ("informing_task_stopped",)),
    ("the workflow is stopped", {"workflow_stopped": True}, ("informing_workflow_stopped",)),
    ("no purpose on record", {"purpose_recorded": False}, ("may_not_inform",)),
    ("another purpose", {"stated_purpose": "performance_rating"}, ("informing_other_purpose",)),
]


@pytest.mark.parametrize(("changes", "codes"), [case[1:] for case in DECIDED], ids=[case[0] for case in DECIDED])
def test_a_task_informs_unless_something_speaks_against_it(gate, changes, codes):
    verdict = gate.may_inform(replace(CALL, **changes))
    assert (verdict.permitted, verdict.codes) == (not codes, codes)
    assert verdict.reason.endswith(".")


def test_all_that_speaks_against_it_is_said(gate):
    verdict = gate.may_inform(replace(CALL, task_stopped=True, workflow_stopped=True))
    assert verdict.codes == ("informing_task_stopped", "informing_workflow_stopped")
