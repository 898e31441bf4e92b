"""Margins and their forecasts: the mixture of normal laws against reviews, let run thousands of times."""

import numpy as np
import polars as pl
import pytest

from tests.training.simulate.replay import agrees, next_state
from training.simulate import margins
from training.simulate.calendar import DAYS_A_WEEK
from training.simulate.portfolio import transition

COPIES = 40_000


@pytest.fixture(scope="module")
def asked_about(lived):
    """Projects on Mondays, by how many forecasts ahead the one asked about is and how the project stands."""
    found = margins.eroded(lived.forecasts, lived.projects, lived.managers, lived.calendar)
    likely = found.filter(pl.col("probability").is_between(0.02, 0.98))
    return likely.sample(fraction=1.0, shuffle=True, seed=5).group_by("ahead", "standing", maintain_order=True).head(2)


def replayed(lived, project, day, ahead, luck):
    """The forecast margin that many reviews after the last one before the day, and the last one."""
    made, work = lived.forecasts, lived.projects
    own = np.flatnonzero(made.project == project)
    last = own[made.day[own] < day][-1]
    candour = lived.managers.candour[work.manager[project]]
    exposed = margins.EXPOSED[work.billing[project]]
    weekly = transition(work.slide[[project]])[0]
    true, forecast = np.full(COPIES, made.true[last]), np.full(COPIES, made.forecast[last])
    standing, week = np.full(COPIES, made.standing[last]), day // DAYS_A_WEEK
    state = np.full(COPIES, work.standing(np.array([project]), np.array([week]))[0])
    for review in range(last + 1, last + 1 + ahead):
        months = made.months[review]
        true = true - margins.FALLS_A_MONTH[standing] * exposed * months
        true = true + margins.TRUE_NOISE * np.sqrt(months) * luck.normal(0.0, 1.0, COPIES)
        forecast = forecast + candour * (true - forecast) + margins.FORECAST_NOISE * luck.normal(0.0, 1.0, COPIES)
        while week < made.day[review] // DAYS_A_WEEK:
            state, week = next_state(state, weekly, luck), week + 1
        standing = state
    return forecast, made.forecast[last]


def test_the_truth_is_the_share_of_replays_whose_forecast_fell_far_enough(lived, asked_about):
    assert asked_about["ahead"].n_unique() >= 3
    assert asked_about["standing"].n_unique() == 3
    luck = np.random.default_rng(31)
    for project, day, ahead, chance in asked_about.select("project", "day", "ahead", "probability").iter_rows():
        forecast, known = replayed(lived, project, day, ahead, luck)
        agrees(chance, int((forecast <= known - margins.EROSION).sum()), COPIES)


def test_a_forecast_follows_the_margin_only_in_part(lived):
    made, work = lived.forecasts, lived.projects
    later = np.flatnonzero(made.number > 0)
    candour = lived.managers.candour[work.manager[made.project[later]]]
    expected = made.forecast[later - 1] + candour * (made.true[later] - made.forecast[later - 1])
    assert np.std(made.forecast[later] - expected) == pytest.approx(margins.FORECAST_NOISE, rel=0.1)


def test_the_first_forecast_is_the_margin_that_was_sold(lived):
    made = lived.forecasts
    first = made.number == 0
    assert (made.forecast[first] == made.baseline[first]).all()
