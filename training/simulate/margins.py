"""Margins as they are, and as managers forecast them.

A project's *true* margin moves from one review to the next: down while the project is in trouble, the more so at a
fixed price. The manager's forecast follows it only in part: by the manager's *candour*. So a forecast falls later than
the margin did, and what was earned so far tells before the forecast admits it. All is linear and normal between
reviews but for how the project stands at the next one, which has three states: the truth is analytic.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.special import ndtr

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, NEVER, Calendar, add_workdays, next_workday
from training.simulate.portfolio import Managers, Projects, transition
from training.simulate.world import CALM, PRACTICES, STANDINGS

FALLS_A_MONTH = np.array([-0.003, 0.008, 0.024])
"""Points of true margin lost between reviews a month apart, by how the project stands."""
EXPOSED = np.array([1.3, 0.75, 0.65])
"""Factors of that by billing: who sells a fixed price bears the overrun."""
TRUE_NOISE, FORECAST_NOISE = 0.014, 0.013
"""Standard deviations: of the true margin's move in a month, and of each forecast."""
SOLD_NOISE, OPTIMISM = 0.030, 0.012
"""How far the true margin at the start is from the one sold: standard deviation, and mean below it."""
BY_BILLING, BASELINE_SPREAD, BASELINE_WITHIN = (0.03, 0.0, -0.03), 0.05, (0.08, 0.6)
"""What billing adds to the margin that a practice sells with, how that is spread, and its bounds."""
DAYS_A_MONTH = 30.4
EROSION = 0.03
"""Points below the forecast that is known now, from which on a later one has eroded."""
FROM_DAYS, TO_DAYS = 30, 75
"""The first forecast so many days later counts, if there is one within the second."""
MOST_AHEAD = 3
"""Forecasts ahead that the truth follows; more are seldom made within `FROM_DAYS`, and are counted as so many."""
REVIEW_DAYS = (2, 9)
"""Working days into the month on which a manager reviews: at least, less than; a day sooner or later each time."""
FIRST_REVIEW_AFTER, LAST_REVIEW_BEFORE = 10, 14
"""Days after a project's start, and before its close, without monthly reviews."""
KICKED_OFF_AFTER = 2
"""Days after a project's start on which its first forecast is made."""


@dataclass(frozen=True)
class Reviews:
    """A row a review (a forecast), ordered by project and day.

    ``true`` and ``forecast`` are margins (shares of revenue), ``baseline`` the one sold; ``standing`` is how the
    project stood on that day; ``months`` lie between this review and the one before; ``number`` counts a project's
    from 0.
    """

    project: Ints
    number: Ints
    day: Ints
    months: Floats
    standing: Ints
    true: Floats
    forecast: Floats
    baseline: Floats

    def __len__(self) -> int:
        return len(self.project)


def baselines(work: Projects, luck: np.random.Generator) -> Floats:
    """The margin that each project was sold with."""
    usual = np.array([practice.margin for practice in PRACTICES])[work.practice]
    spread = luck.normal(0.0, BASELINE_SPREAD, len(work))
    sold: Floats = np.clip(usual + np.array(BY_BILLING)[work.billing] + spread, *BASELINE_WITHIN)
    return sold


def reviews(work: Projects, run_by: Managers, calendar: Calendar, luck: np.random.Generator) -> Reviews:
    """All reviews of all projects until they close or the history ends."""
    sold = baselines(work, luck)
    project, number, day = _schedule(work, run_by, calendar, luck)
    standing = work.standing(project, day // DAYS_A_WEEK)
    first = number == 0
    months = np.where(first, 0.0, np.diff(day, prepend=day[:1]) / DAYS_A_MONTH)
    true, forecast = np.empty(len(project)), np.empty(len(project))
    shock, slip = luck.normal(0.0, 1.0, (2, len(project)))
    start = sold[project] - OPTIMISM + SOLD_NOISE * luck.normal(0.0, 1.0, len(work))[project]
    candour = run_by.candour[work.manager[project]]
    exposed = EXPOSED[work.billing[project]]
    for step in range(int(number.max(initial=0)) + 1):
        at = np.flatnonzero(number == step)
        if not step:
            true[at], forecast[at] = start[at], sold[project[at]]
            continue
        fall = FALLS_A_MONTH[standing[at - 1]] * exposed[at] * months[at]
        true[at] = true[at - 1] - fall + TRUE_NOISE * np.sqrt(months[at]) * shock[at]
        forecast[at] = forecast[at - 1] + candour[at] * (true[at] - forecast[at - 1]) + FORECAST_NOISE * slip[at]
    return Reviews(project, number, day, months, standing, true, forecast, sold[project])


def eroded(made: Reviews, work: Projects, run_by: Managers, calendar: Calendar) -> pl.DataFrame:
    """The truth, for every Monday on which a project has a forecast and one follows within the window.

    Columns ``project``, ``day``, ``probability`` (that the first forecast `FROM_DAYS` to `TO_DAYS` later shows a margin
    at least `EROSION` below the one known), ``gap`` (forecast less true margin), ``standing`` and ``ahead`` (how many
    forecasts later it is). A review of a day is known from the day after on.

    Given how the project stands at each review on the way, the next margins are normal, so that the chance is a mixture
    of normal laws over the (at most 9) ways in which it may stand.
    """
    rows = _asked(made, calendar)
    last, ahead = rows["review"].to_numpy(), rows["ahead"].to_numpy()
    day = rows["day"].to_numpy()
    project = made.project[last]
    standing = work.standing(project, day // DAYS_A_WEEK)
    candour = run_by.candour[work.manager[project]]
    way = _Way(made, last, ahead, day, transition(work.slide[project]), EXPOSED[work.billing[project]])
    falls = np.zeros((len(last), MOST_AHEAD))
    falls[:, 0] = way.fall(0, made.standing[last])
    paths = [_Path(np.ones(len(last)), falls, standing)]
    for step in range(1, MOST_AHEAD):
        paths = way.branched(paths, step)
    probability = sum(path.weight * _falls_enough(made, last, ahead, path.falls, candour) for path in paths)
    return pl.DataFrame(
        {"project": project, "day": day, "probability": probability, "gap": made.forecast[last] - made.true[last],
         "standing": standing, "ahead": ahead}
    )  # fmt: skip


class _Path(NamedTuple):
    """One way in which the projects may stand at the next reviews: its chance, the expected falls of the true margin to
    each next review (rows, `MOST_AHEAD`), and how the projects stand at its end."""

    weight: Floats
    falls: Floats
    standing: Ints


@dataclass(frozen=True)
class _Way:
    """The reviews from ``last`` to the one ``ahead`` of it, as seen on ``day``: rows ask alike."""

    made: Reviews
    last: Ints
    ahead: Ints
    day: Ints
    weekly: Floats
    exposed: Floats

    def review(self, step: int) -> Ints:
        """The review ``step`` after ``last``; the last of all where there is none, which is never counted."""
        return np.minimum(self.last + step, len(self.made) - 1)

    def fall(self, step: int, standing: Ints) -> Floats:
        """The expected fall of the true margin from the review ``step`` after ``last`` to the next."""
        fall: Floats = FALLS_A_MONTH[standing] * self.exposed * self.made.months[self.review(step + 1)]
        return fall

    def branched(self, paths: list[_Path], step: int) -> list[_Path]:
        """Each path three times: once for each standing at the review ``step`` after ``last``."""
        since = self.day if step == 1 else self.made.day[self.review(step - 1)]
        weeks = np.maximum(self.made.day[self.review(step)] // DAYS_A_WEEK - since // DAYS_A_WEEK, 0)
        chance, rows = _powers(self.weekly, weeks), np.arange(len(self.last))
        branched = []
        for weight, falls, standing in paths:
            for then in range(STANDINGS):
                reached, more = np.full(len(rows), then), falls.copy()
                more[:, step] = self.fall(step, reached)
                counted = np.where(step < self.ahead, chance[rows, standing, then], float(then == CALM))
                branched.append(_Path(weight * counted, more, reached))
        return branched


def _powers(weekly: Floats, weeks: Ints) -> Floats:
    """Each project's matrix to the power of its own number of weeks."""
    power = np.broadcast_to(np.eye(STANDINGS), weekly.shape).copy()
    for step in range(int(weeks.max(initial=0))):
        power = np.where((step < weeks)[:, None, None], power @ weekly, power)
    return power


def _falls_enough(made: Reviews, last: Ints, ahead: Ints, falls: Floats, candour: Floats) -> Floats:
    """The chance that the forecast ``ahead`` reviews later lies `EROSION` below, given the falls on the way.

    Mean and variance of the forecast follow from review to review with those of the true margin (``true``, ``spread``)
    and with the covariance of both (``carried``): moments of a linear Gaussian recursion.
    """
    mean, true = made.forecast[last].copy(), made.true[last].copy()
    variance, spread, carried = np.zeros((3, len(last)))
    for step in range(MOST_AHEAD):
        goes = step < ahead
        noise = TRUE_NOISE**2 * made.months[np.minimum(last + step + 1, len(made) - 1)]
        true_after, spread_after = true - falls[:, step], spread + noise
        mean_after = (1 - candour) * mean + candour * true_after
        variance_after = (
            (1 - candour) ** 2 * variance
            + candour**2 * spread_after
            + 2 * candour * (1 - candour) * carried
            + FORECAST_NOISE**2
        )
        carried_after = (1 - candour) * carried + candour * spread_after
        true, spread = np.where(goes, true_after, true), np.where(goes, spread_after, spread)
        mean, variance = np.where(goes, mean_after, mean), np.where(goes, variance_after, variance)
        carried = np.where(goes, carried_after, carried)
    return np.asarray(ndtr((made.forecast[last] - EROSION - mean) / np.sqrt(variance)))


def _schedule(
    work: Projects, run_by: Managers, calendar: Calendar, luck: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Project, number and day of each review: monthly within the first working days, now and then skipped."""
    month_start = np.flatnonzero(np.diff(calendar.month_of, prepend=calendar.month_of[0] - 1))
    last = np.minimum(np.where(work.closed < NEVER, work.closed, calendar.days), calendar.days - 1)
    usual = luck.integers(*REVIEW_DAYS, len(run_by.person))
    projects, days = [], []
    for start in month_start:
        runs = (work.starts + FIRST_REVIEW_AFTER <= start) & (last >= start + LAST_REVIEW_BEFORE)
        who = np.flatnonzero(runs & (luck.random(len(work)) >= run_by.skips[work.manager]))
        workdays = np.maximum(usual[work.manager[who]] + luck.integers(-1, 2, len(who)), 0)
        projects.append(who)
        days.append(add_workdays(np.full(len(who), start), workdays))
    # The plan that a project starts with is its first forecast.
    kicked = np.flatnonzero((work.starts >= 0) & (work.starts < calendar.days - 1))
    projects.append(kicked)
    days.append(next_workday(work.starts[kicked] + KICKED_OFF_AFTER))
    project, day = np.concatenate(projects), np.concatenate(days)
    order = np.lexsort((day, project))
    project, day = project[order], day[order]
    known = day < calendar.days
    project, day = project[known], day[known]
    starts = np.flatnonzero(np.diff(project, prepend=-1))
    number = np.arange(len(project)) - np.repeat(starts, np.diff(np.append(starts, len(project))))
    return project, number, day


def _asked(made: Reviews, calendar: Calendar) -> pl.DataFrame:
    """Mondays, the last review before each, and how many reviews later the first one within the window is."""
    table = pl.DataFrame({"project": made.project, "review_day": made.day, "review": np.arange(len(made))})
    spans = table.group_by("project").agg(first=pl.col("review_day").min(), last=pl.col("review_day").max())
    mondays = spans.with_columns(
        day=pl.int_ranges((pl.col("first") // DAYS_A_WEEK + 1) * DAYS_A_WEEK, pl.col("last") + 1, DAYS_A_WEEK)
    ).explode("day").drop_nulls("day").sort("day").with_columns(before=pl.col("day") - 1)  # fmt: skip
    known = mondays.join_asof(
        table.sort("review_day"), left_on="before", right_on="review_day", by="project", check_sortedness=False
    )
    later = known.with_columns(from_=pl.col("day") + FROM_DAYS).sort("from_").join_asof(
        table.sort("review_day").rename({"review": "next", "review_day": "next_day"}),
        left_on="from_", right_on="next_day", by="project", strategy="forward", check_sortedness=False,
    )  # fmt: skip
    asked = later.filter(
        pl.col("day") >= calendar.first, pl.col("review").is_not_null(), pl.col("next_day") <= pl.col("day") + TO_DAYS,
    ).with_columns(ahead=(pl.col("next") - pl.col("review")).clip(0, MOST_AHEAD))  # fmt: skip
    return asked.select("project", "day", "review", "ahead", "next").sort("project", "day")
