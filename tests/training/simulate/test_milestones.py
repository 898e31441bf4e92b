"""Milestones on their way: the analytic chance against stages and standings, let run thousands of times."""

import numpy as np
import polars as pl
import pytest

from tests.training.simulate.replay import agrees, next_state
from training.simulate import milestones
from training.simulate.calendar import DAYS_A_WEEK, NEVER, WORKDAYS
from training.simulate.portfolio import transition

COPIES = 20_000


@pytest.fixture(scope="module")
def asked_about(lived):
    """Milestones on Mondays, of each stage and standing that there is."""
    planned, work = lived.milestones, lived.projects
    rows = np.flatnonzero((planned.due > lived.calendar.first + 60) & (planned.due < lived.calendar.days))
    found = milestones.missed(
        planned, rows, due=planned.due[rows], since=planned.due[rows] - 60, until=planned.due[rows], work=work,
        calendar=lived.calendar,
    )  # fmt: skip
    found = found.with_columns(milestone=pl.Series(rows).gather(found["row"]))
    likely = found.filter(pl.col("probability").is_between(0.03, 0.97))
    return likely.sample(fraction=1.0, shuffle=True, seed=4).group_by("stage", "standing", maintain_order=True).head(2)


def replayed(lived, row, day, luck, *, stage, standing):
    """Which copies were billed in time, and which were cancelled."""
    planned, work = lived.milestones, lived.projects
    project = planned.project[row]
    due = planned.due[row : row + 1]
    deadline = milestones.deadlines(due, work.region[[project]], lived.calendar)[0]
    weekly, factor = transition(work.slide[[project]])[0], milestones.in_trouble()
    stage, state = np.full(COPIES, stage), np.full(COPIES, standing)
    cancelled = np.zeros(COPIES, dtype=bool)
    for today in range(day, deadline + 1):
        if today % DAYS_A_WEEK >= WORKDAYS:
            continue
        if today % DAYS_A_WEEK == 0 and today > day:
            state = next_state(state, weekly, luck)
        chances = milestones.chances(planned.pace[[row]], due, today, lived.calendar)[0]
        runs = (stage < milestones.STAGES) & ~cancelled
        at = np.minimum(stage, milestones.STAGES - 1)
        chance, lot = chances[at] * factor[at, state], luck.random(COPIES)
        cancelled |= runs & (lot >= chance) & (lot < chance + milestones.CANCELLED_A_DAY)
        stage = stage + (runs & (lot < chance))
    return stage == milestones.STAGES, cancelled


def test_the_truth_is_the_share_of_replays_that_were_not_billed_in_time(lived, asked_about):
    assert asked_about.select("stage", "standing").unique().height >= 7
    luck = np.random.default_rng(21)
    for row, day, stage, standing, chance in asked_about.select(
        "milestone", "day", "stage", "standing", "probability"
    ).iter_rows():
        billed, cancelled = replayed(lived, row, day, luck, stage=stage, standing=standing)
        agrees(chance, int((~billed & ~cancelled).sum()), int((~cancelled).sum()))


def test_milestones_are_achieved_accepted_and_billed_in_that_order_on_different_days(lived):
    made = lived.milestones
    steps = np.stack([made.achieved, made.accepted, made.billed])
    reached = steps < NEVER
    assert (steps[1:] > steps[:-1])[reached[1:]].all()
    assert (reached[:-1] | ~reached[1:]).all()
    assert (made.cancelled[made.billed < NEVER] == NEVER).all()


def test_the_shares_of_a_contract_add_up_to_the_whole(lived):
    made = lived.milestones
    total = np.bincount(made.project, made.share, minlength=len(lived.projects))
    assert total[total > 0] == pytest.approx(1.0)


def test_a_deadline_is_five_working_days_on_over_weekends_and_holidays(lived):
    calendar = lived.calendar
    for region in range(len(calendar.holidays)):
        days = np.arange(calendar.first, calendar.days)
        found = milestones.deadlines(days, np.full(len(days), region), calendar)
        works = ~calendar.holidays[region] & (np.arange(len(calendar.dates)) % DAYS_A_WEEK < WORKDAYS)
        passed = np.cumsum(works)
        assert works[found].all()
        assert (passed[found] - passed[days] == milestones.GRACE_DAYS).all()
