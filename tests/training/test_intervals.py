"""How sure a figure is, where the rows of one person resemble each other."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from training.intervals import _weighted_auc, auc_gain, clusters, ece_by_luck, events, log_loss_gain

pytestmark = pytest.mark.usefixtures("few_draws")

OWNERS = [
    ("the id up to its last slash", None, ["p-1/2026-03-01", "p-1/2026-03-02", "p-2/2026-03-01"], [0, 0, 1]),
    ("an id without one", None, ["hv-01", "hv-02", "hv-01"], [0, 1, 0]),
    ("ids with two", None, ["a/b/2026-03-01", "a/c/2026-03-01"], [0, 1]),
    ("a field", "project_id", ["m-1", "m-2", "m-3"], [0, 1, 0]),
]
PROJECTS = ["hv-01", "hv-02", "hv-01"]


@pytest.mark.parametrize(
    ("owner", "subject_ids", "expected"), [case[1:] for case in OWNERS], ids=[c[0] for c in OWNERS]
)
def test_rows_of_one_person_or_project_are_one_cluster(owner, subject_ids, expected):
    frame = pl.DataFrame({"subject_id": subject_ids, "project_id": PROJECTS[: len(subject_ids)]})
    assert clusters(frame, owner).tolist() == expected


def test_a_row_of_no_known_owner_is_its_subjects_own():
    frame = pl.DataFrame({"subject_id": ["m-1", "m-2", "m-2", "m-3"], "project_id": [None, None, None, "m-1"]})
    first, second, again, third = clusters(frame, "project_id").tolist()
    assert second == again
    assert len({first, second, third}) == 3, "a project named like a milestone is not that milestone"


def test_rows_of_one_person_that_are_resolved_together_are_one_event(rows):
    given = [("a/1", 1, 9, True), ("a/2", 2, 9, False), ("a/8", 8, 16, True), ("b/1", 1, 9, True)]
    frame = rows(*given).frame.sort("subject_id")
    together = dict(zip(frame["subject_id"], events(frame, None).tolist(), strict=True))
    assert together["a/1"] == together["a/2"]
    assert len(set(together.values())) == 3


def test_what_two_milestones_of_a_project_come_to_on_one_day_is_one_event(rows):
    given = [("m-1", 1, 9, True), ("m-2", 2, 9, True), ("m-3", 1, 9, True), ("m-1", 3, 16, False)]
    frame = rows(*given).frame.with_columns(
        project_id=pl.col("subject_id").replace({"m-1": "P", "m-2": "P", "m-3": "Q"})
    )
    numbers = dict(zip(frame.select("subject_id", "resolved_at").iter_rows(), events(frame, "project_id"), strict=True))
    by_subject = {(subject, known.day): number for (subject, known), number in numbers.items()}
    assert by_subject["m-1", 9] == by_subject["m-2", 9]
    assert len(set(by_subject.values())) == 3


@pytest.fixture
def window():
    """40 persons with 10 rows each: outcome, a forecast that knows something, one that knows nothing, persons."""
    generator = np.random.default_rng(1)
    person = np.repeat(np.arange(40), 10)
    chance = np.clip(generator.normal(0.3, 0.2, 40), 0.02, 0.98)[person]
    outcome = generator.random(400) < chance
    return outcome, chance, generator.random(400), person


def test_a_gain_lies_in_its_interval_and_says_which_way(window):
    outcome, knowing, guessing, person = window
    gain = auc_gain(outcome, knowing, guessing, person)
    assert gain.low < gain.value < gain.high
    assert gain.low > 0
    back = auc_gain(outcome, guessing, knowing, person)
    assert back.value == pytest.approx(-gain.value)
    assert log_loss_gain(outcome, knowing, guessing, person).value > 0


def test_the_gain_is_the_difference_of_two_areas_ties_counting_half(window):
    outcome, knowing, guessing, person = window
    tied = guessing.round(1)
    expected = roc_auc_score(outcome, knowing) - roc_auc_score(outcome, tied)
    assert auc_gain(outcome, knowing, tied, person).value == pytest.approx(expected)


def test_a_draw_weighs_rows_as_scikit_learn_does(window):
    outcome, knowing, _, person = window
    weight = np.arange(40.0)[person]
    expected = roc_auc_score(outcome, knowing, sample_weight=weight)
    assert _weighted_auc(outcome, knowing)(weight) == pytest.approx(expected)


def test_nothing_is_gained_over_oneself(window):
    outcome, knowing, _, person = window
    assert auc_gain(outcome, knowing, knowing, person).value == 0
    assert log_loss_gain(outcome, knowing, knowing, person).high == 0


def test_the_same_rows_give_the_same_interval(window):
    outcome, knowing, guessing, person = window
    assert auc_gain(outcome, knowing, guessing, person) == auc_gain(outcome, knowing, guessing, person)


def test_drawing_persons_is_less_sure_than_drawing_rows(window):
    outcome, knowing, guessing, person = window
    by_person = log_loss_gain(np.repeat(outcome[::10], 10), knowing, guessing, person)
    by_row = log_loss_gain(np.repeat(outcome[::10], 10), knowing, guessing, np.arange(400))
    assert by_person.high - by_person.low > by_row.high - by_row.low


def test_fewer_events_leave_more_to_luck():
    probability = np.full(300, 0.3)
    alone = ece_by_luck(probability, np.arange(300))
    in_threes = ece_by_luck(probability, np.repeat(np.arange(100), 3))
    assert 0 < alone < in_threes < 0.3
