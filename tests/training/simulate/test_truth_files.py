"""The files of truth: a row a subject and instant, a chance, and the one cause that stands out."""

import polars as pl
import pytest

from models.catalog import TASKS
from training.simulate.simulate import STEPS, simulate
from training.simulate.truth import STANDS_OUT, TRUTHS, leading

INSTANT = pl.Datetime("us", "UTC")
CAUSES = {
    "staffing_risk": {"crowded_pool", "geography", "little_time", "requester", "scarce_skill", "terms"},
    "missing_time": {
        "busy_spell", "leave_next", "many_projects", "new_or_leaving", "own_habit", "season", "travel",
        "troubled_project",
    },
    "unusual_time": {
        "entered_late", "long_day", "not_booked", "odd_category", "odd_flag", "outside_project", "strict_client",
        "strict_manager", "troubled_project", "weekend",
    },
    "margin_erosion": {"troubled_project", "unadmitted_cost"},
    "milestone_miss": {"late_team", "little_time", "slack_manager", "slow_client", "troubled_project"},
}  # fmt: skip


def test_there_is_a_truth_for_each_task():
    assert set(TRUTHS) == set(TASKS) == set(CAUSES)


@pytest.mark.parametrize("task", TRUTHS)
def test_a_truth_holds_one_chance_for_each_subject_and_instant(written, task):
    truth = written.truth(task)
    assert truth.columns == ["subject_id", "as_of", "probability", "cause"]
    assert truth.schema["as_of"] == INSTANT
    assert truth.height > 0
    assert truth.null_count().row(0)[:3] == (0, 0, 0)
    assert truth["probability"].is_between(0, 1).all()
    assert truth["probability"].n_unique() > truth.height / 1000
    assert not truth.select(pl.struct("subject_id", "as_of").is_duplicated()).to_series().any()


@pytest.mark.parametrize("task", TRUTHS)
def test_a_truth_names_known_causes_and_often_none(written, task):
    causes = written.truth(task)["cause"]
    named = set(causes.cast(pl.String).drop_nulls())
    assert named <= CAUSES[task]
    assert len(named) > 1
    assert 0 < causes.null_count() < len(causes)


@pytest.mark.parametrize("task", ["staffing_risk", "milestone_miss", "margin_erosion"])
def test_where_a_cause_stands_out_the_chance_is_higher(written, task):
    truth = written.truth(task)
    named = truth.filter(pl.col("cause").is_not_null())["probability"].mean()
    assert named > truth.filter(pl.col("cause").is_null())["probability"].mean()


@pytest.mark.parametrize(
    ("effects", "cause"),
    [
        ({"a": STANDS_OUT, "b": 0.0}, "a"),
        ({"a": STANDS_OUT - 0.01, "b": 0.0}, None),
        ({"a": 1.0, "b": 1.5}, "b"),
        ({"a": 1.0, "b": 1.4}, None),
        ({"a": 1.0, "b": -9.0}, "a"),
        ({"a": 0.0, "unexplained": 3.0}, None),
    ],
)
def test_a_cause_is_named_where_it_raises_the_chance_much_and_more_than_any_other(effects, cause):
    raised = {name: pl.Series([effect]).to_numpy() for name, effect in effects.items()}
    assert leading(raised).to_list() == [cause]


def test_progress_is_told_step_by_step(tmp_path):
    told = []
    simulate(tmp_path / "firm", 20, 3, 1, told.append)
    assert len(told) == STEPS
    assert told[-1] == "the truth of milestone_miss"
