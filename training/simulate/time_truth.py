"""The truth of `missing_time`: what the moments left of a week make of each of its days."""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from models.arrays import Flags, Floats, Ints
from training.simulate.absence import ILL_A_DAY
from training.simulate.calendar import DAYS_A_WEEK, WORKDAYS
from training.simulate.chance import logit
from training.simulate.firm import Firm
from training.simulate.time_keeping import SITS_DOWN, none_left

ASKED_AT = ("day_start", "day_end", "friday")
DAY_END_HOUR, FRIDAY_HOUR = 18.0, 12.0
FRIDAY = 4


def missing_time(firm: Firm, leading: Callable[[Mapping[str, Floats]], pl.Series]) -> pl.DataFrame:
    """Each working day of everybody at its three moments, unless leave or a known illness leaves nothing to expect."""
    kept, calendar, away = firm.time_keeping, firm.calendar, firm.absence
    first = calendar.first // DAYS_A_WEEK
    days = (first + np.arange(kept.sits.shape[1]))[:, None] * DAYS_A_WEEK + np.arange(WORKDAYS)[None, :]
    inside = np.minimum(days, calendar.days - 1)
    planned = ~away.free[:, inside] & (days < calendar.days)[None, :, :]
    ill = away.ill[:, inside] & planned
    began = ill & ~away.ill[:, np.maximum(inside - 1, 0)]
    left = [none_left(kept, since) for since in range(WORKDAYS + 2)]
    cause = _causes(firm)
    names = pl.Series(firm.people.names())
    parts = []
    for moment in ASKED_AT:
        asked = planned & (~ill | began) if moment == "day_start" else planned & ~ill
        chance = np.stack(
            [_missed(moment, left, kept.slot[:, :, weekday], weekday) for weekday in range(WORKDAYS)], axis=2
        )
        person, week, weekday = np.nonzero(asked)
        day = days[week, weekday]
        hour = {"day_start": 0.0, "day_end": DAY_END_HOUR, "friday": FRIDAY_HOUR}[moment]
        at = days[week, FRIDAY] if moment == "friday" else day
        raised = {name: values[person, week] for name, values in cause.items()}
        date = calendar.date_series(day).dt.to_string("%Y-%m-%d")
        parts.append(
            pl.DataFrame(
                {
                    "subject_id": names.gather(person) + "/" + date,
                    "as_of": pl.Series(_local(firm, at, hour, person)).cast(pl.Datetime("us", "UTC")),
                    "probability": chance[person, week, weekday].astype(np.float64),
                    "cause": leading(raised).cast(pl.Categorical),
                }
            )
        )
    return pl.concat(parts)


def _missed(moment: str, left: list[Floats], slot: Ints, weekday: int) -> Floats:
    """The chance that a weekday's time is missing at the cutoff, as seen at a moment."""
    match moment:
        case "day_start":
            return ILL_A_DAY + (1 - ILL_A_DAY) * left[weekday]
        case "day_end":
            return np.where(slot <= weekday, 0.0, left[weekday + 1])
    return np.where(slot < FRIDAY, 0.0, left[FRIDAY])


def _causes(firm: Firm) -> dict[str, Floats]:
    """By how much each cause keeps a person from sitting down in a week, in log-odds; beside the usual person."""
    kept, staff = firm.time_keeping, firm.people
    usual = logit(SITS_DOWN[:, FRIDAY:]).mean(axis=1)
    own = usual[staff.habit] + staff.care
    habit = own.mean() - own
    shape: Flags = np.ones(kept.main.shape, dtype=bool)
    return {name: -values for name, values in kept.causes.items()} | {"own_habit": habit[:, None] * shape}


def _local(firm: Firm, days: Ints, hour: float, person: Ints) -> Ints:
    return firm.calendar.local(days, np.full(len(days), hour), firm.people.region[person])
