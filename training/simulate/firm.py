"""The whole firm at once: every hidden part, in the order in which one causes the other."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from training.simulate import (
    absence,
    bookings,
    commerce,
    entries,
    margins,
    milestones,
    people,
    portfolio,
    staffing,
    time_keeping,
)
from training.simulate import requests as asking
from training.simulate import reviews as reviewing
from training.simulate.calendar import NEVER, Calendar
from training.simulate.chance import Chance

Progress = Callable[[str], None]

TARDY_HABITS, TARDY_CARE = np.array([-0.5, -0.15, 0.0, 0.25, 1.3]), -0.6
"""How late each habit enters time, for what waits on time; and what each point of care takes from it."""
TARDY_WITHIN = (-1.0, 1.5)
REPLACED_DAYS = 21
"""Who leaves a project that many days or fewer before the slot ends is not replaced."""


@dataclass(frozen=True)
class Firm:
    """All that is true of the firm, most of it hidden. `tables` says what of it people wrote down.

    ``crowding`` (roles, weeks) are the levels of `staffing`, ``base`` the log of each request's hazard; ``reviews`` are
    those of time entries, ``forecasts`` those of margins; ``value`` and ``budget`` are each project's, in its currency
    and in hours.
    """

    calendar: Calendar
    chance: Chance
    people: people.People
    clients: portfolio.Clients
    managers: portfolio.Managers
    projects: portfolio.Projects
    crowding: Ints
    requests: asking.Requests
    base: Floats
    filling: staffing.Filling
    bookings: bookings.Bookings
    absence: absence.Absence
    time_keeping: time_keeping.TimeKeeping
    entries: entries.Entries
    reviews: reviewing.Reviews
    milestones: milestones.Milestones
    forecasts: margins.Reviews
    value: Floats
    budget: Floats
    changes: commerce.Changes
    actuals: pl.DataFrame
    invoices: pl.DataFrame


def firm(count: int, months: int, seed: int, progress: Progress) -> Firm:
    """Lets a firm of ``count`` people live for ``months`` months. The same arguments make the same firm.

    ``progress`` is told what is being done. Each part draws from a stream of its own, see `chance`.
    """
    calendar, chance = Calendar(months), Chance(seed)
    progress("people, clients and projects")
    staff = people.people(count, calendar, chance)
    whose = portfolio.clients(count, chance)
    run_by = portfolio.managers(staff, chance)
    work = portfolio.projects(count, staff=staff, whose=whose, run_by=run_by, calendar=calendar, chance=chance)
    progress("requests and bookings")
    levels = staffing.crowding(calendar, chance.of("crowding"))
    staffed = _staffed(staff, run_by=run_by, work=work, levels=levels, calendar=calendar, chance=chance)
    staff, booked, asked = staffed.people, staffed.bookings, staffed.requests
    progress("absence and time keeping")
    away = absence.absence(staff, calendar, chance.of("absence"))
    kept = time_keeping.time_keeping(
        staff, booked=booked, absent=away, work=work, calendar=calendar, luck=chance.of("time keeping")
    )
    progress("time entries")
    made = entries.entries(
        staff, booked=booked, absent=away, kept=kept, work=work, calendar=calendar, luck=chance.of("entries")
    )
    found = reviewing.reviews(made, work, whose, run_by, chance.of("reviews"))
    progress("milestones, margins and money")
    planned = milestones.milestones(
        work, whose=whose, run_by=run_by, tardiness=_tardiness(staff, booked, work), calendar=calendar,
        luck=chance.of("milestones"),
    )  # fmt: skip
    forecasts = margins.reviews(work, run_by, calendar, chance.of("margins"))
    value, budget = commerce.contract_values(asked, work, calendar, chance.of("contracts"))
    changed = commerce.changes(work, value, calendar, chance.of("changes"))
    actual = commerce.actuals(work, forecasts, value, calendar, chance.of("actuals"))
    billed = commerce.invoices(
        work, whose=whose, asked=planned, value=value, months=actual, calendar=calendar, luck=chance.of("invoices")
    )
    return Firm(
        calendar=calendar, chance=chance, people=staff, clients=whose, managers=run_by, projects=work, crowding=levels,
        requests=asked, base=staffed.base, filling=staffed.filling, bookings=booked, absence=away, time_keeping=kept,
        entries=made, reviews=found, milestones=planned, forecasts=forecasts, value=value, budget=budget,
        changes=changed, actuals=actual, invoices=billed,
    )  # fmt: skip


@dataclass(frozen=True)
class _Staffed:
    people: people.People
    requests: asking.Requests
    base: Floats
    filling: staffing.Filling
    bookings: bookings.Bookings


def _staffed(
    staff: people.People, *, run_by: portfolio.Managers, work: portfolio.Projects, levels: Ints, calendar: Calendar,
    chance: Chance,
) -> _Staffed:  # fmt: skip
    """Requests are filled, people booked, some taken off early, and those replaced."""
    luck = chance.of("staffing")
    bench = bookings.Bench(staff, calendar, luck)
    first = asking.planned(work, levels, calendar, luck)
    base, filling, booked = _round(first, bench, run_by=run_by, work=work, levels=levels, luck=luck)
    released = bookings.released_early(booked, work, calendar, luck)
    booked = replace(booked, released=released)
    gone = np.flatnonzero((released < NEVER) & (released < booked.ends - REPLACED_DAYS))
    second = asking.replacements(
        booked.project[gone], released=released[gone], ends=booked.ends[gone],
        role=first.role[booked.request[gone]], grade=first.grade[booked.request[gone]], work=work, luck=luck,
    )  # fmt: skip
    more_base, more_filling, more_booked = _round(second, bench, run_by=run_by, work=work, levels=levels, luck=luck)
    more_booked = replace(more_booked, request=more_booked.request + len(first))
    everybody = bookings.with_contractors(staff, bench.contractors, luck)
    return _Staffed(
        everybody,
        first.joined(second),
        np.concatenate([base, more_base]),
        filling.joined(more_filling, len(first)),
        bookings.with_leavers(booked.joined(more_booked), everybody),
    )


def _round(
    asked: asking.Requests, bench: bookings.Bench, *, run_by: portfolio.Managers, work: portfolio.Projects,
    levels: Ints, luck: np.random.Generator,
) -> tuple[Floats, staffing.Filling, bookings.Bookings]:  # fmt: skip
    """Lets these requests be filled and books people on them: logs of hazards, what came of each, bookings."""
    base = np.sum(list(staffing.drivers(asked, work, run_by).values()), axis=0)
    filling = staffing.fill(asked, base=base, levels=levels, work=work, calendar=bench.calendar, luck=luck)
    to_the_end = asked.ends >= work.planned_end[asked.project]
    ends = np.where(to_the_end, work.ends[asked.project], asked.ends)
    return base, filling, bench.book(asked, filling.filled, ends)


def _tardiness(staff: people.People, booked: bookings.Bookings, work: portfolio.Projects) -> Floats:
    """How late each project's team enters its time: the mean of its people's habit and care, around 0."""
    tardy = TARDY_HABITS[staff.habit] + TARDY_CARE * (staff.care - staff.care.mean())
    sums = np.bincount(booked.project, tardy[booked.person], minlength=len(work))
    count = np.bincount(booked.project, minlength=len(work))
    return np.clip(np.divide(sums, count, out=np.zeros(len(work)), where=count > 0), *TARDY_WITHIN)
