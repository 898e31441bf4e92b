"""When time is typed in: the product of chances against weeks, let run thousands of times."""

import numpy as np
import pytest

from tests.training.simulate.replay import agrees
from training.simulate.calendar import DAYS_A_WEEK, NEVER, WORKDAYS
from training.simulate.time_keeping import MOMENTS, entered_at, none_left

COPIES = 40_000


def test_the_chance_that_no_moment_is_left_is_the_share_of_replays_that_miss_the_cutoff(lived):
    kept, luck = lived.time_keeping, np.random.default_rng(41)
    busy = np.argwhere((kept.sits > 0).sum(axis=2) >= WORKDAYS)
    for person, week in luck.choice(busy, 6, replace=False):
        slot = entered_at(luck.random((COPIES, MOMENTS)) < kept.sits[person, week])
        for weekday in range(WORKDAYS):
            chance = none_left(kept, weekday)[person, week]
            agrees(chance, int((slot[:, weekday] == MOMENTS).sum()), COPIES)


@pytest.mark.parametrize(
    ("happens", "slot"),
    [
        ([0, 0, 0, 0, 0, 0], [6, 6, 6, 6, 6]),
        ([0, 0, 0, 0, 0, 1], [5, 5, 5, 5, 5]),
        ([0, 0, 1, 0, 0, 0], [2, 2, 2, 6, 6]),
        ([1, 1, 1, 1, 1, 0], [0, 1, 2, 3, 4]),
        ([0, 1, 0, 0, 1, 1], [1, 1, 4, 4, 4]),
    ],
)
def test_who_sits_down_enters_all_days_of_the_week_so_far(happens, slot):
    assert entered_at(np.array(happens, dtype=bool)).tolist() == slot


def test_nobody_sits_down_on_a_day_that_was_planned_to_be_free(lived):
    monday = lived.calendar.first + np.arange(lived.time_keeping.sits.shape[1]) * DAYS_A_WEEK
    for weekday in range(WORKDAYS):
        assert (lived.time_keeping.sits[:, :, weekday][lived.absence.free[:, monday + weekday]] == 0).all()


def test_an_entry_is_made_on_its_day_or_later_and_handed_in_no_sooner(lived):
    made = lived.entries
    assert (made.entered_day < NEVER).all()
    assert (made.submitted_at >= made.entered_at).all()
    weekdays = made.day % DAYS_A_WEEK < WORKDAYS
    assert (made.entered_day >= made.day)[weekdays].all()


def test_about_one_day_in_five_misses_its_cutoff(lived):
    first, weeks = lived.calendar.first, lived.time_keeping.slot.shape[1] - 1
    days = first + np.arange(weeks)[:, None] * DAYS_A_WEEK + np.arange(WORKDAYS)
    missed = lived.time_keeping.slot[:, :weeks] == MOMENTS
    assert 0.10 < missed[~lived.absence.free[:, days]].mean() < 0.25
