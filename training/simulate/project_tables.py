"""What people wrote down of projects and of who works on them: projects, requests, assignments."""

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from training.simulate import commerce
from training.simulate.calendar import DAYS_A_WEEK, NEVER
from training.simulate.firm import Firm
from training.simulate.portfolio import PUSHED_DAYS, region_names
from training.simulate.requests import bill_rates
from training.simulate.world import BILLING, CALM, GRADES, JOB_ROLES, PRACTICE_OF_ROLE, PRACTICES

MORNING, NOON, AFTERNOON, BOOKED_HOUR = 9.0, 11.0, 14.0, 14.5
"""UTC hours of the back office: what is asked for, signed, done; and when people are booked."""
KICKED_OFF_WITHIN = 6
"""Days after its start before which a project is kicked off."""
PRIORITIES = ("low", "normal", "high")
NO_REQUEST_RATE, NO_BOOKING_RATE = 0.05, 0.04
"""Shares of requests and assignments of which the records tell no rate."""
SHORTEST_EFFORT = 7
"""Days for which effort is estimated, and which a request's end lies after its date, at least."""
ANNOUNCED_STEP = 2 * DAYS_A_WEEK
"""Managers announce a later end in steps of two weeks."""


def known_before(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows that had begun when the history ended."""
    return frame.filter(pl.col(column).is_not_null())


def with_gaps(values: Floats, luck: np.random.Generator, share: float) -> pl.Series:
    """The values, with this share of them unknown."""
    return pl.Series(values).set(pl.Series(luck.random(len(values)) < share), None)


def client_names(firm: Firm) -> list[str]:
    """The client's id of each project."""
    names = firm.clients.names()
    return [names[client] for client in firm.projects.client]


def projects(firm: Firm, names: pl.Series, currency: list[str]) -> pl.DataFrame:
    """The table ``projects``. ``names`` are the people's ids, ``currency`` each project's."""
    work, calendar = firm.projects, firm.calendar
    lines = [PRACTICES[practice].service_lines[line] for practice, line in zip(work.practice, work.line, strict=True)]
    kicked = work.starts + firm.chance.of("kick-off").integers(0, KICKED_OFF_WITHIN, len(work))
    sold = np.full(len(work), np.nan)
    sold[firm.forecasts.project] = firm.forecasts.baseline
    table = pl.DataFrame(
        {
            "project_id": work.names(),
            "client_id": client_names(firm),
            "name": [f"{line} {number}" for number, line in enumerate(lines, 1)],
            "service_line": lines,
            "billing": [BILLING[each] for each in work.billing],
            "currency": currency,
            "contract_value": firm.value,
            "baseline_margin": pl.Series(sold).round(3).fill_nan(None),
            "budget_hours": firm.budget,
            "signed_at": calendar.happened_at(work.signed, NOON),
            "kicked_off_at": calendar.happened_at(kicked, MORNING),
            "starts_on": calendar.date_series(work.starts),
            "ends_on": calendar.date_series(_announced_last(firm)),
            "closed_at": calendar.happened_at(work.closed, AFTERNOON),
            "region": region_names(work.region),
            "manager_id": names.gather(firm.managers.person[work.manager]),
        }
    )
    return known_before(table, "signed_at")


def announced_ends(firm: Firm) -> pl.DataFrame:
    """The end that a manager announced at each review: ``project``, ``day``, ``before``, ``after`` (days).

    It follows what the weeks have pushed the end by so far, in steps, and never passes the end as it came to be.
    """
    work, made = firm.projects, firm.forecasts
    days = np.cumsum(np.array(PUSHED_DAYS)[np.maximum(work.trouble, CALM)], axis=1)
    week = np.clip(made.day // DAYS_A_WEEK - 1, 0, days.shape[1] - 1)
    pushed = (days[made.project, week] // ANNOUNCED_STEP).astype(np.int64) * ANNOUNCED_STEP
    end = np.minimum(work.planned_end[made.project] + pushed, np.maximum(work.ends, work.planned_end)[made.project])
    table = pl.DataFrame({"project": made.project, "day": made.day, "after": end})
    planned = pl.Series(work.planned_end).gather(made.project)
    return table.with_columns(before=pl.col("after").shift(1).over("project").fill_null(planned))


def _announced_last(firm: Firm) -> Ints:
    """The end of each project as it was announced last."""
    last = firm.projects.planned_end.copy()
    ends = announced_ends(firm)
    last[ends["project"].to_numpy()] = ends["after"].to_numpy()
    return last


def requests(firm: Firm, ids: pl.Series, names: pl.Series, luck: np.random.Generator) -> pl.DataFrame:
    """The table ``resource_requests``. ``ids`` are the projects', ``names`` the people's."""
    asked, filling, calendar = firm.requests, firm.filling, firm.calendar
    needed = asked.needed_by.copy()
    needed[filling.moves["request"].to_numpy()] = filling.moves["after"].to_numpy()
    rate = bill_rates(asked, calendar) * commerce.per_pound(firm.projects.region[asked.project])
    days = np.maximum(asked.ends - asked.needed_by, SHORTEST_EFFORT)
    table = pl.DataFrame(
        {
            "request_id": asked.names(),
            "project_id": ids.gather(asked.project),
            "job_role": [JOB_ROLES[role] for role in asked.role],
            "skills": _wanted(firm),
            "region": region_names(asked.region),
            "remote_ok": asked.remote,
            "grade": [GRADES[grade] for grade in asked.grade],
            "hours_per_week": asked.hours,
            "headcount": asked.headcount,
            "bill_rate": with_gaps(np.round(rate), luck, NO_REQUEST_RATE),
            "effort_hours": np.round(asked.hours * asked.headcount * days / DAYS_A_WEEK),
            "priority": [PRIORITIES[each] for each in asked.priority],
            "title": [JOB_ROLES[role] for role in asked.role],
            "requester": names.gather(firm.managers.person[firm.projects.manager[asked.project]]),
            "opened_at": calendar.happened_at(asked.opened, MORNING),
            "needed_by": calendar.date_series(needed),
            "ends_on": calendar.date_series(np.maximum(asked.ends, needed + SHORTEST_EFFORT)),
            "filled_at": calendar.happened_at(filling.filled, AFTERNOON),
            "cancelled_at": calendar.happened_at(filling.cancelled, AFTERNOON),
        }
    )
    cancelled = pl.when(pl.col("cancelled_at").is_not_null()).then(pl.lit("cancelled")).otherwise(pl.lit("open"))
    status = pl.when(pl.col("filled_at").is_not_null()).then(pl.lit("filled")).otherwise(cancelled)
    # What was asked for before day 0 was never really lived.
    return known_before(table.with_columns(status=status).filter(pl.Series(asked.opened >= 0)), "opened_at")


def _wanted(firm: Firm) -> list[str]:
    """The skills of each request, as the table writes them."""
    asked = firm.requests
    wanted = []
    for role, first, second in zip(asked.role.tolist(), asked.skill.tolist(), asked.second_skill.tolist(), strict=True):
        skills = PRACTICES[PRACTICE_OF_ROLE[role]].skills
        wanted.append(skills[first] if second < 0 else f"{skills[first]};{skills[second]}")
    return wanted


def assignments(firm: Firm, ids: pl.Series, names: pl.Series, luck: np.random.Generator) -> pl.DataFrame:
    """The table ``assignments``. ``ids`` are the projects', ``names`` the people's."""
    booked, asked, calendar = firm.bookings, firm.requests, firm.calendar
    rate = bill_rates(asked, calendar) * commerce.per_pound(firm.projects.region[asked.project])
    untold = pl.Series(asked.opened[booked.request] < 0)
    early = np.where(booked.released < booked.ends, booked.released, NEVER)
    table = pl.DataFrame(
        {
            "assignment_id": booked.names(),
            "project_id": ids.gather(booked.project),
            "person_id": names.gather(booked.person),
            "request_id": pl.Series(asked.names()).gather(booked.request).set(untold, None),
            "starts_on": calendar.date_series(booked.starts),
            "ends_on": calendar.date_series(np.maximum(_booked_until(firm), booked.starts)),
            "hours_per_week": booked.hours,
            "bill_rate": with_gaps(np.round(rate[booked.request]), luck, NO_BOOKING_RATE),
            "booked_at": calendar.happened_at(booked.booked, BOOKED_HOUR),
            "released_on": calendar.happened_on(early),
        }
    )
    return known_before(table, "booked_at")


def to_the_end(firm: Firm) -> Ints:
    """The bookings that run as long as their project does: their ends move with it."""
    booked = firm.bookings
    return np.flatnonzero(booked.planned >= firm.projects.planned_end[booked.project])


def _booked_until(firm: Firm) -> Ints:
    """The end of each booking as it was known last."""
    until = firm.bookings.planned.copy()
    moving = to_the_end(firm)
    until[moving] = _announced_last(firm)[firm.bookings.project[moving]]
    return until
