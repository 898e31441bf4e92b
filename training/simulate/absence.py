"""When people are away: leave that is booked weeks ahead, and days on which somebody falls ill that morning."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Flags, Ints
from training.simulate.calendar import DAYS_A_WEEK, DAYS_A_YEAR, MONTHS_A_YEAR, WORKDAYS, Calendar
from training.simulate.people import People

BLOCKS_A_YEAR, SINGLES_A_YEAR = 2.6, 6.0
"""Leave of a week or two, and single days: about 21 working days a year."""
BLOCK_DAYS = (5, 5, 12, 12, 3)
"""Days of a block from its Monday on, each as likely as the others: one week, two weeks, or three days."""
LEAVE_BY_MONTH = (0.7, 0.9, 0.9, 1.2, 0.9, 1.1, 1.9, 2.2, 0.9, 1.0, 0.7, 2.4)
"""How likely leave is to begin in each month from January on: most of it in summer and at the year's end."""
LEAVE_BOOKED_AHEAD = (12, 100)
"""Days before its first day on which leave is booked: at least, and less than."""
ILL_A_DAY = 0.006
"""Chance a working day that somebody falls ill; two days on average, about three days a year."""
STAYS_ILL = 0.55
"""Chance that who is ill is so on the next working day, too."""
LONGEST_SPELL = 15
"""Days after which a spell that goes on is written down as if it had ended."""
LEAVE_HOUR, ILLNESS_HOUR = 11.0, 8.5
"""Local hours at which leave and illness are written down."""


@dataclass(frozen=True)
class Absence:
    """Who is away when.

    ``free`` (people, days): no work is planned (weekend, holiday, leave, not employed); ``ill`` falls on other days.
    ``leave`` has ``person``, ``starts``, ``ends`` and ``booked``; ``illness`` has ``person``, ``starts`` and ``ends``:
    days of the calendar, the last one included.
    """

    free: Flags
    ill: Flags
    leave: pl.DataFrame
    illness: pl.DataFrame

    @property
    def works(self) -> Flags:
        """Who is at work on which day, (people, days)."""
        return ~self.free & ~self.ill


def absence(staff: People, calendar: Calendar, luck: np.random.Generator) -> Absence:
    """Leave and illness of everybody, from the first day of the history on."""
    days = np.arange(calendar.days + DAYS_A_WEEK)
    free = ~staff.employed(days) | (days % DAYS_A_WEEK >= WORKDAYS)[None, :]
    free |= calendar.holidays[staff.region][:, : len(days)]
    person, start, length = _leave(len(staff), calendar, luck)
    away = np.zeros_like(free)
    for step in range(int(length.max())):
        day = start + step
        counted = (step < length) & (day < len(days))
        away[person[counted], day[counted]] = True
    booked = start - luck.integers(*LEAVE_BOOKED_AHEAD, len(start))
    ill, illness = _ill(free | away, calendar, luck)
    leave = pl.DataFrame({"person": person, "starts": start, "ends": start + length - 1, "booked": booked})
    kept = leave.filter(
        pl.Series(staff.joined[person] <= start),
        pl.Series(staff.left[person] >= start),
        pl.col("booked") < calendar.days,
    )
    return Absence(free | away, ill, kept, illness)


def frame(absent: Absence, names: pl.Series, calendar: Calendar, staff: People) -> pl.DataFrame:
    """The table ``time_off``; why somebody fell ill, or that it was illness, is not written down."""
    leave, illness = absent.leave, absent.illness
    starts = np.concatenate([leave["starts"].to_numpy(), illness["starts"].to_numpy()])
    person = np.concatenate([leave["person"].to_numpy(), illness["person"].to_numpy()])
    booked = np.concatenate([leave["booked"].to_numpy(), illness["starts"].to_numpy()])
    hours = np.concatenate([np.full(leave.height, LEAVE_HOUR), np.full(illness.height, ILLNESS_HOUR)])
    return pl.DataFrame(
        {
            "person_id": names.gather(person),
            "starts_on": calendar.date_series(starts),
            "ends_on": calendar.date_series(np.concatenate([leave["ends"].to_numpy(), illness["ends"].to_numpy()])),
            "kind": ["planned"] * leave.height + ["other"] * illness.height,
            "booked_at": calendar.happened(calendar.local(booked, hours, staff.region[person])),
        }
    ).unique(["person_id", "starts_on"], keep="first", maintain_order=True)


def _leave(size: int, calendar: Calendar, luck: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Person, first day and length in days of each leave."""
    years = (calendar.days - calendar.first) / DAYS_A_YEAR
    weight = np.array(LEAVE_BY_MONTH)[calendar.month_of[calendar.first : calendar.days] % MONTHS_A_YEAR]
    weight = weight / weight.sum()
    blocks, singles = luck.poisson(BLOCKS_A_YEAR * years, size), luck.poisson(SINGLES_A_YEAR * years, size)
    person = np.concatenate([np.repeat(np.arange(size), blocks), np.repeat(np.arange(size), singles)])
    day = calendar.first + luck.choice(len(weight), len(person), p=weight)
    monday = day // DAYS_A_WEEK * DAYS_A_WEEK
    is_block = np.arange(len(person)) < blocks.sum()
    length = np.where(is_block, luck.choice(BLOCK_DAYS, len(person)), 1)
    return person, np.where(is_block, monday, day), length


def _ill(away: Flags, calendar: Calendar, luck: np.random.Generator) -> tuple[Flags, pl.DataFrame]:
    """Spells that begin on a working day and last on through free days."""
    ill = np.zeros_like(away)
    begins = np.zeros_like(away)
    still = np.zeros(len(away), dtype=bool)
    for day in range(calendar.first, calendar.days):
        lot = luck.random((2, len(away)))
        new = ~still & ~away[:, day] & (lot[0] < ILL_A_DAY)
        still = np.where(away[:, day], still, (still & (lot[1] < STAYS_ILL)) | new)
        begins[:, day] = new
        ill[:, day] = still & ~away[:, day]
    person, start = np.nonzero(begins)
    goes_on = ill | away
    end = start.copy()
    alive = np.ones(len(start), dtype=bool)
    for step in range(1, LONGEST_SPELL):
        day = np.minimum(start + step, away.shape[1] - 1)
        alive &= goes_on[person, day] & ~begins[person, day] & (start + step < away.shape[1])
        end = np.where(alive & ill[person, day], day, end)
    return ill, pl.DataFrame({"person": person, "starts": start, "ends": end})
