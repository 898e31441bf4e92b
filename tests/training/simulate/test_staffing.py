"""How requests are filled: the analytic chance against the real queue, let run thousands of times."""

from dataclasses import fields, replace

import numpy as np
import polars as pl
import pytest

from tests.training.simulate.replay import agrees, next_state
from training.simulate import staffing
from training.simulate.calendar import DAYS_A_WEEK, NEVER
from training.simulate.requests import Requests

COPIES = 10_000


@pytest.fixture(scope="module")
def asked_about(lived):
    """Requests at a few moments with 5 to 45 days left: their row, the day, and the chance of being unfilled."""
    asked = lived.requests
    rows = np.flatnonzero((asked.opened > lived.calendar.first) & (asked.needed_by < lived.calendar.days - 1))
    found = staffing.unfilled(
        asked, rows, deadline=asked.needed_by[rows], since=asked.opened[rows], base=lived.base, levels=lived.crowding,
        calendar=lived.calendar,
    )  # fmt: skip
    found = found.with_columns(request=pl.Series(rows).gather(found["row"]))
    found = found.with_columns(left=pl.Series(asked.needed_by).gather(found["request"]) - pl.col("day"))
    likely = found.filter(pl.col("left").is_between(5, 45), pl.col("probability").is_between(0.03, 0.97))
    shuffled = likely.sample(fraction=1.0, shuffle=True, seed=3)
    return shuffled.unique("row", keep="first", maintain_order=True).head(10)


def replayed(lived, row, day, luck):
    """What came of copies of a request that was open on the morning of a day, each with a pool of its own."""
    weeks = np.arange(lived.crowding.shape[1])
    levels = np.tile(lived.crowding[lived.requests.role[row]], (COPIES, 1))
    for week in weeks[day // DAYS_A_WEEK + 1 :]:
        levels[:, week] = next_state(levels[:, week - 1], staffing.level_steps(), luck)
    same = {each.name: np.repeat(getattr(lived.requests, each.name)[row], COPIES) for each in fields(Requests)}
    copies = replace(Requests(**same), role=np.arange(COPIES), opened=np.full(COPIES, day - 1))
    return staffing.fill(
        copies, base=np.full(COPIES, lived.base[row]), levels=levels, work=lived.projects, calendar=lived.calendar,
        luck=luck,
    )  # fmt: skip


def test_the_truth_is_the_share_of_replays_that_nobody_filled_or_cancelled_in_time(lived, asked_about):
    luck = np.random.default_rng(11)
    for row, day, chance in asked_about.select("request", "day", "probability").iter_rows():
        done, deadline = replayed(lived, row, day, luck), lived.requests.needed_by[row]
        kept = done.cancelled > deadline
        agrees(chance, int((done.filled[kept] > deadline).sum()), int(kept.sum()))


def test_some_are_cancelled_in_the_replays(lived, asked_about):
    row, day = asked_about.sort("left").select("request", "day").row(-1)
    done = replayed(lived, row, day, np.random.default_rng(12))
    assert 0 < (done.cancelled <= lived.requests.needed_by[row]).sum() < COPIES / 5


def test_no_request_is_both_filled_and_cancelled_nor_before_the_day_after_its_opening(lived):
    asked, done = lived.requests, lived.filling
    assert ((done.filled == NEVER) | (done.cancelled == NEVER)).all()
    assert (np.minimum(done.filled, done.cancelled) > asked.opened).all()


@pytest.mark.parametrize("level", range(staffing.LEVELS - 1))
def test_a_more_crowded_pool_fills_more_slowly(lived, level):
    asked = lived.requests
    by_level = [staffing.hazard(lived.base, asked.needed_by, 300, each, lived.calendar) for each in (level, level + 1)]
    assert (by_level[1] <= by_level[0]).all()
    assert by_level[1].mean() < by_level[0].mean()


def test_levels_move_by_one_and_lose_nobody():
    steps = staffing.level_steps()
    assert steps.sum(axis=1) == pytest.approx(1.0)
    assert (steps[np.abs(np.subtract.outer(*[np.arange(staffing.LEVELS)] * 2)) > 1] == 0).all()
