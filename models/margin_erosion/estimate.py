"""What a project's margin probably is by now, beside what its forecast admits.

Two kinds of news tell of it: the months of actuals, which are noisy and come late, and the forecasts, of which each
moves only part of the way from the one before to what the manager by then believes. A local-level filter (Harvey,
*Forecasting, Structural Time Series Models and the Kalman Filter*, 1989; for one project it is Brown's exponential
smoothing with a gain that falls while news comes quickly) takes both in the order in which they became known. Between
two pieces of news the level moves with the team's overwork, which costs margin before any book shows it, the more where
a fixed price bears the overrun.

With the level m of variance P, after t months of which the team worked the share s longer than booked:

    m <- m - exposure * s * t,  P <- P + DRIFT**2 * t
    month x:     surprise = x - m,  weight h = 1,  noise MONTH_NOISE
    forecast f:  surprise = f - (f0 + ADMITTED * (m - f0)) after the forecast f0,  h = ADMITTED,  noise FORECAST_NOISE
    gain = h * P / (h**2 * P + noise**2),  m <- m + gain * surprise,  P <- P * (1 - gain * h)

A month's x tells of its middle; m is taken back to there by the overwork since. The constants are round numbers found
by maximum likelihood on invented firms; firms differ, and a predictor learns how far to trust the result.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Floats
from models.point_in_time import INSTANT
from models.project_signals import Past
from models.project_signals.forecasts import as_first_made
from models.project_signals.sequences import steps
from models.project_signals.sums import difference
from models.project_signals.timeline import latest
from models.running_sums import RunningSums

ADMITTED = 0.6
"""Share of the way to the margin that a forecast goes."""
FIRST_DOUBT, DRIFT = 0.03, 0.015
"""Margin: how far the first forecast is off, and how far a margin drifts in a month for which nothing accounts."""
FORECAST_NOISE, MONTH_NOISE = 0.015, 0.02
LARGEST_SURPRISE = 0.1
"""News further off than ten points is mostly a mistake, and counts as ten."""
EXPOSURE, EXPOSURE_OF_FIXED_PRICE = 0.125, 0.2
"""Margin lost where a team works a month of twice its booked hours: a tenth more costs one to two points."""
OVERWORK = (-0.3, 0.5)
"""Less or more than this is time booked to the wrong project."""
PSEUDO_BOOKED = 40 * 3600
"""Seconds booked, as if they had been worked as booked: a few hours tell little of a team."""
LATELY_DAYS = 35
AHEAD_MONTHS = 1.2
"""How long from now, on average, until what a forecast will say in 30 to 75 days is decided."""
MONTH_SECONDS = 365.25 / 12 * 86_400


def estimate(past: Past, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of the margin estimated, in the order of ``subjects``.

    ``subjects`` has ``project_id``, ``as_of``, ``billing`` and ``forecast_margin``. All are null where neither a month
    nor a forecast with a margin is known. ``expected_fall`` is what two more forecasts would admit of a fall down to
    the estimate, and what overwork as in the last weeks would cost by then.
    """
    news = _news(past)
    known = news.select("project_id", "known_at", since="known_at", level=_levels(past, news))
    last = latest(subjects, known.unique(["project_id", "known_at"], keep="last", maintain_order=True), "project_id")
    asked = subjects.select("project_id", "as_of", "billing").with_columns(last["since"])
    lately = asked.with_columns(start=pl.col("as_of").dt.offset_by(f"-{LATELY_DAYS}d"))
    level = last["level"] - pl.Series(_worked_off(past.workload, asked, "since", "as_of"), dtype=pl.Float64)
    strain = _overwork(past.workload, lately, "start", "as_of")
    below = pl.Series(_exposure(subjects["billing"]) * strain * AHEAD_MONTHS)
    unadmitted = difference(subjects["forecast_margin"], level)
    return pl.DataFrame({
        "estimated_margin": level.clip(-10, 10),
        "forecast_above_estimate": unadmitted,
        "expected_fall": (unadmitted * (1 - (1 - ADMITTED) ** 2) + below).clip(-10, 10),
    })  # fmt: skip


def _news(past: Past) -> pl.DataFrame:
    """Months and forecasts by project, in the order in which they became known.

    ``said`` is the margin, ``before`` that of the forecast before (null for a month and a first forecast), ``tells_of``
    the instant that it is news of, ``billing`` the project's as known then.
    """
    made = (
        as_first_made(past.line)
        .drop_nulls("margin")
        .select(
            "project_id",
            "known_at",
            said="margin",
            before=pl.col("margin").shift(1).over("project_id"),
            tells_of="known_at",
            kind=pl.lit(1),
        )
    )
    months = past.months.drop_nulls("margin").select(
        "project_id",
        "known_at",
        said="margin",
        before=pl.lit(None, dtype=pl.Float64),
        tells_of=pl.col("period").dt.offset_by("15d").cast(INSTANT),
        kind=pl.lit(0),
    )
    news = pl.concat([months, made]).sort("project_id", "known_at", "kind", maintain_order=True)
    billing = latest(news, past.projects.select("project_id", "known_at", "billing"), "project_id", "known_at")
    return news.with_columns(billing["billing"], last=pl.col("known_at").shift(1).over("project_id"))


@dataclass(frozen=True)
class _Arrays:
    """What the filter needs of each piece of news."""

    said: Floats
    before: Floats
    weight: Floats
    noise: Floats
    drift: Floats
    worked_off: Floats
    ahead: Floats

    @classmethod
    def of(cls, past: Past, news: pl.DataFrame) -> "_Arrays":
        partly = news["before"].is_not_null().to_numpy()
        return cls(
            said=news["said"].to_numpy(),
            before=news["before"].fill_null(0.0).to_numpy(),
            weight=np.where(partly, ADMITTED, 1.0),
            noise=np.where(news["kind"].to_numpy() == 1, FORECAST_NOISE, MONTH_NOISE) ** 2,
            drift=DRIFT**2 * _months(news, "last", "known_at"),
            worked_off=_worked_off(past.workload, news, "last", "known_at"),
            ahead=_worked_off(past.workload, news, "tells_of", "known_at"),
        )


def _levels(past: Past, news: pl.DataFrame) -> pl.Series:
    """The margin that each piece of news leaves one with."""
    given = _Arrays.of(past, news)
    level, variance = given.said.copy(), np.full(news.height, FIRST_DOUBT**2)
    for number, rows in enumerate(steps(news["project_id"])):
        if number == 0:
            continue
        weight, before = given.weight[rows], given.before[rows]
        now = level[rows - 1] - given.worked_off[rows]
        doubt = variance[rows - 1] + given.drift[rows]
        expected = before * (1 - weight) + weight * (now + given.ahead[rows])
        surprise = np.clip(given.said[rows] - expected, -LARGEST_SURPRISE, LARGEST_SURPRISE)
        gain = weight * doubt / (weight * weight * doubt + given.noise[rows])
        level[rows] = now + gain * surprise
        variance[rows] = doubt * (1 - gain * weight)
    return pl.Series(level, dtype=pl.Float64)


def _worked_off(sums: RunningSums, frame: pl.DataFrame, start: str, end: str) -> Floats:
    """The margin that overwork cost between two instants of each row, under its ``billing``."""
    return _exposure(frame["billing"]) * _overwork(sums, frame, start, end) * _months(frame, start, end)


def _exposure(billing: pl.Series) -> Floats:
    fixed = (billing == "fixed_price").fill_null(value=False).to_numpy()
    exposure: Floats = np.where(fixed, EXPOSURE_OF_FIXED_PRICE, EXPOSURE)
    return exposure


def _overwork(sums: RunningSums, frame: pl.DataFrame, start: str, end: str) -> Floats:
    """By what share the team worked longer than it was booked between two instants of each row; 0 where none tells."""
    before, after = sums.at(frame, start), sums.at(frame, end)
    worked, booked = ((after[name] - before[name]).to_numpy().astype(np.float64) for name in ("worked", "booked"))
    share: Floats = np.clip((worked - booked) / (np.maximum(booked, 0) + PSEUDO_BOOKED), *OVERWORK)
    return share


def _months(frame: pl.DataFrame, start: str, end: str) -> Floats:
    """Months between two instants of each row; none where either is missing."""
    seconds = frame.select(between=(pl.col(end) - pl.col(start)).dt.total_seconds())["between"].fill_null(0)
    months: Floats = np.maximum(seconds.to_numpy(), 0) / MONTH_SECONDS
    return months
