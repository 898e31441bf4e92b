"""The truth of `missing_time`: what the moments left of a week make of each of its days.

Who falls ill that morning has nothing to enter by the cutoff, and counts as missing: that is the one thing that may
come between. Illness does not keep anybody from entering other days.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from models.arrays import Flags, Floats
from training.simulate.absence import ILL_A_DAY
from training.simulate.calendar import DAYS_A_WEEK, FRIDAY, WORKDAYS
from training.simulate.chance import logit
from training.simulate.firm import Firm
from training.simulate.time_keeping import SITS_DOWN, none_left

HOUR_OF = {"day_start": 0.0, "day_end": 18.0, "friday": 12.0}
"""The local hour of each moment at which the task asks."""


def missing_time(firm: Firm, leading: Callable[[Mapping[str, Floats]], pl.Series]) -> pl.DataFrame:
    """Each working day of everybody at its three moments, unless leave or a known illness leaves nothing to expect."""
    kept, calendar, away, staff = firm.time_keeping, firm.calendar, firm.absence, firm.people
    first = calendar.first // DAYS_A_WEEK
    days = (first + np.arange(kept.sits.shape[1]))[:, None] * DAYS_A_WEEK + np.arange(WORKDAYS)[None, :]
    inside = np.minimum(days, calendar.days - 1)
    planned = ~away.free[:, inside] & (days < calendar.days)[None, :, :]
    ill = away.ill[:, inside] & planned
    began = ill & ~away.ill[:, np.maximum(inside - 1, 0)]
    left = [none_left(kept, since) for since in range(WORKDAYS + 2)]
    cause = _causes(firm)
    names = pl.Series(staff.names())
    parts = []
    for moment, local_hour in HOUR_OF.items():
        asked = planned & (~ill | began) if moment == "day_start" else planned & ~ill
        chance = np.stack(
            [_missed(moment, left, kept.slot[:, :, weekday], weekday) for weekday in range(WORKDAYS)], axis=2
        )
        person, week, weekday = np.nonzero(asked)
        day = days[week, weekday]
        at = days[week, FRIDAY] if moment == "friday" else day
        hour = np.full(len(at), local_hour)
        raised = {name: values[person, week] for name, values in cause.items()}
        date = calendar.date_series(day).dt.to_string("%Y-%m-%d")
        parts.append(
            pl.DataFrame(
                {
                    "subject_id": names.gather(person) + "/" + date,
                    "as_of": pl.Series(calendar.local(at, hour, staff.region[person])).cast(pl.Datetime("us", "UTC")),
                    "probability": chance[person, week, weekday].astype(np.float64),
                    "cause": leading(raised).cast(pl.Categorical),
                }
            )
        )
    return pl.concat(parts)


def _missed(moment: str, left: list[Floats], slot: npt.NDArray[np.int8], weekday: int) -> Floats:
    """The chance (people, weeks) that a weekday's time is missing at the cutoff, as seen at a moment.

    ``left[n]`` is the chance that none of the moments from number n on happens; ``slot`` when the day was entered.
    """
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
