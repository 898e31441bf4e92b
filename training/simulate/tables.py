"""What people wrote down of the firm: the canonical tables but for time, with revisions of what was overwritten."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from training.simulate import absence, approvals, commerce, people, sows
from training.simulate.calendar import DAYS_A_WEEK, NEVER, Calendar
from training.simulate.firm import Firm
from training.simulate.portfolio import region_names
from training.simulate.requests import bill_rates
from training.simulate.world import BILLING, GRADES, JOB_ROLES, PRACTICE_OF_ROLE, PRACTICES, REGIONS

MORNING, NOON, AFTERNOON = 9.0, 11.0, 14.0
"""UTC hours of the back office: what is asked for, moved, done."""
PRIORITIES = ("low", "normal", "high")
FIRST_DUE = 10
"""Milestones due before the simulation was under way were never really lived; nor were requests opened before day 0."""


def tables(firm: Firm) -> dict[str, pl.DataFrame]:
    """All tables but ``time_entries``, ``revisions`` among them, as an export at the end of the history has them."""
    calendar, luck = firm.calendar, firm.chance.of("blemishes")
    names = pl.Series(firm.people.names())
    ids = pl.Series(firm.projects.names())
    currency = [REGIONS[region].billing_currency for region in firm.projects.region]
    asked_for, events = approvals.approvals(
        firm.projects, firm.managers, names.to_list(), currency, calendar, firm.chance.of("approvals")
    )
    known = firm.people.joined < calendar.days
    known[firm.bookings.person] = True
    made: dict[str, pl.DataFrame] = {
        "people": people.frame(firm.people, calendar, luck).filter(pl.Series(known)),
        "projects": _projects(firm, names, currency),
        "resource_requests": _requests(firm, ids, names, luck),
        "assignments": _assignments(firm, ids, names, luck),
        "time_off": absence.frame(firm.absence, names, calendar, firm.people),
        "holidays": _holidays(calendar),
        "change_requests": _changes(firm, ids),
        "milestones": _milestones(firm, ids),
        "forecasts": _forecasts(firm, ids, luck),
        "actuals": _actuals(firm, ids, luck),
        "invoices": _invoices(firm, ids),
        "approvals": asked_for.with_columns(project_id=ids.gather(asked_for["project"])).drop("project"),
        "approval_events": events,
        "sows": sows.sows(
            firm.projects,
            ids.to_list(),
            _clients(firm),
            firm.value.tolist(),
            currency,
            calendar,
            firm.chance.of("sows"),
        ),
        "fx_rates": commerce.fx_rates(calendar, firm.chance.of("fx")),
    }
    made["revisions"] = _revisions(firm, ids)
    return made


def known_before(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows that had begun when the history ended."""
    return frame.filter(pl.col(column).is_not_null())


def _clients(firm: Firm) -> list[str]:
    names = firm.clients.names()
    return [names[client] for client in firm.projects.client]


def _projects(firm: Firm, names: pl.Series, currency: list[str]) -> pl.DataFrame:
    work, calendar = firm.projects, firm.calendar
    lines = [PRACTICES[practice].service_lines[line] for practice, line in zip(work.practice, work.line, strict=True)]
    kicked = work.starts + firm.chance.of("kick-off").integers(0, 6, len(work))
    sold = np.full(len(work), np.nan)
    sold[firm.forecasts.project] = firm.forecasts.baseline
    return known_before(
        pl.DataFrame(
            {
                "project_id": work.names(), "client_id": _clients(firm), "name": [f"{line} {number}" for number, line in enumerate(lines, 1)],
                "service_line": lines, "billing": [BILLING[each] for each in work.billing], "currency": currency,
                "contract_value": firm.value, "baseline_margin": pl.Series(sold).round(3).fill_nan(None), "budget_hours": firm.budget,
                "signed_at": calendar.happened(_office(calendar, work.signed, NOON)),
                "kicked_off_at": calendar.happened(_office(calendar, kicked, MORNING)),
                "starts_on": calendar.date_series(work.starts), "ends_on": calendar.date_series(_announced_last(firm)),
                "closed_at": calendar.happened(_office(calendar, np.minimum(work.closed, calendar.days + 9), AFTERNOON)),
                "region": region_names(work.region), "manager_id": names.gather(firm.managers.person[work.manager]),
            }
        ), "signed_at",
    )  # fmt: skip


def announced_ends(firm: Firm) -> pl.DataFrame:
    """The ends that managers announced at their reviews: ``project``, ``day``, ``before``, ``after``, where they moved."""
    work, made = firm.projects, firm.forecasts
    days = np.cumsum((work.trouble == 1) * 1.0 + (work.trouble == 2) * 3.0, axis=1)  # noqa: PLR2004
    week = np.clip(made.day // DAYS_A_WEEK - 1, 0, days.shape[1] - 1)
    pushed = (days[made.project, week] // (2 * DAYS_A_WEEK)).astype(np.int64) * 2 * DAYS_A_WEEK
    end = np.minimum(work.planned_end[made.project] + pushed, np.maximum(work.ends, work.planned_end)[made.project])
    table = pl.DataFrame({"project": made.project, "day": made.day, "after": end})
    planned = pl.Series(work.planned_end).gather(made.project)
    before = table.select(pl.col("after").shift(1).over("project")).to_series().fill_null(0)
    table = table.with_columns(before=pl.select(pl.when(before == 0).then(planned).otherwise(before)).to_series())
    return table


def _announced_last(firm: Firm) -> Ints:
    """The end of each project as it was announced last."""
    last = firm.projects.planned_end.copy()
    ends = announced_ends(firm)
    last[ends["project"].to_numpy()] = ends["after"].to_numpy()
    return last


def _requests(firm: Firm, ids: pl.Series, names: pl.Series, luck: np.random.Generator) -> pl.DataFrame:
    asked, filling, calendar = firm.requests, firm.filling, firm.calendar
    needed = asked.needed_by.copy()
    needed[filling.moves["request"].to_numpy()] = filling.moves["after"].to_numpy()
    filled = calendar.happened(_office(calendar, np.minimum(filling.filled, calendar.days + 9), AFTERNOON))
    cancelled = calendar.happened(_office(calendar, np.minimum(filling.cancelled, calendar.days + 9), AFTERNOON))
    rate = bill_rates(asked, calendar) * commerce.per_pound(firm.projects.region[asked.project])
    table = pl.DataFrame(
        {
            "request_id": asked.names(), "project_id": ids.gather(asked.project),
            "job_role": [JOB_ROLES[role] for role in asked.role], "skills": _wanted(firm), "region": region_names(asked.region),
            "remote_ok": asked.remote, "grade": [GRADES[grade] for grade in asked.grade], "hours_per_week": asked.hours,
            "headcount": asked.headcount, "bill_rate": _with_gaps(np.round(rate), luck, 0.05),
            "effort_hours": np.round(asked.hours * asked.headcount * np.maximum(asked.ends - asked.needed_by, 7) / DAYS_A_WEEK),
            "priority": [PRIORITIES[each] for each in asked.priority], "title": [JOB_ROLES[role] for role in asked.role],
            "requester": names.gather(firm.managers.person[firm.projects.manager[asked.project]]),
            "opened_at": calendar.happened(_office(calendar, asked.opened, MORNING)), "needed_by": calendar.date_series(needed),
            "ends_on": calendar.date_series(np.maximum(asked.ends, needed + 7)), "filled_at": filled, "cancelled_at": cancelled,
        }
    ).with_columns(
        status=pl.when(pl.col("filled_at").is_not_null()).then(pl.lit("filled"))
        .when(pl.col("cancelled_at").is_not_null()).then(pl.lit("cancelled")).otherwise(pl.lit("open"))
    )  # fmt: skip
    return known_before(table, "opened_at").filter(
        pl.Series(asked.opened >= 0).filter(table["opened_at"].is_not_null())
    )


def _wanted(firm: Firm) -> list[str]:
    asked = firm.requests
    wanted = []
    for role, first, second in zip(asked.role.tolist(), asked.skill.tolist(), asked.second_skill.tolist(), strict=True):
        skills = PRACTICES[PRACTICE_OF_ROLE[role]].skills
        wanted.append(skills[first] if second < 0 else f"{skills[first]};{skills[second]}")
    return wanted


def _assignments(firm: Firm, ids: pl.Series, names: pl.Series, luck: np.random.Generator) -> pl.DataFrame:
    booked, calendar = firm.bookings, firm.calendar
    rate = (bill_rates(firm.requests, calendar) * commerce.per_pound(firm.projects.region[firm.requests.project]))[
        booked.request
    ]
    at = _office(calendar, booked.booked, AFTERNOON + 0.5)
    table = pl.DataFrame(
        {
            "assignment_id": booked.names(), "project_id": ids.gather(booked.project), "person_id": names.gather(booked.person),
            "request_id": pl.Series(firm.requests.names()).gather(booked.request).set(pl.Series(firm.requests.opened[booked.request] < 0), None), "starts_on": calendar.date_series(booked.starts),
            "ends_on": calendar.date_series(np.maximum(_booked_until(firm), booked.starts)), "hours_per_week": booked.hours,
            "bill_rate": _with_gaps(np.round(rate), luck, 0.04), "booked_at": calendar.happened(at),
            "released_on": calendar.happened_on(np.where(booked.released < booked.ends, booked.released, NEVER)),
        }
    )  # fmt: skip
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


def _holidays(calendar: Calendar) -> pl.DataFrame:
    region, day = np.nonzero(calendar.holidays)
    return pl.DataFrame({"region": region_names(region), "on": calendar.date_series(day)})


def _changes(firm: Firm, ids: pl.Series) -> pl.DataFrame:
    asked, calendar = firm.changes, firm.calendar
    decided = calendar.happened(_office(calendar, np.minimum(asked.decided, calendar.days + 9), 15.0))
    return pl.DataFrame(
        {
            "change_id": [f"X{number:06}" for number in range(1, len(asked.project) + 1)], "project_id": ids.gather(asked.project),
            "raised_at": calendar.happened(_office(calendar, asked.raised, 10.0)), "value": asked.value, "hours": asked.hours,
            "decided_at": decided, "accepted": asked.accepted.astype(bool),
        }
    ).with_columns(accepted=pl.when(pl.col("decided_at").is_not_null()).then("accepted"))  # fmt: skip


def _milestones(firm: Firm, ids: pl.Series) -> pl.DataFrame:
    planned, calendar = firm.milestones, firm.calendar
    due = planned.due.copy()
    due[planned.moves["milestone"].to_numpy()] = planned.moves["after"].to_numpy()
    steps = {
        name: calendar.happened(_office(calendar, np.minimum(days, calendar.days + 9), hour))
        for name, days, hour in (
            ("achieved_at", planned.achieved, 10.0), ("accepted_at", planned.accepted, 12.0), ("billed_at", planned.billed, 15.0),
            ("cancelled_at", planned.cancelled, 16.0),
        )
    }  # fmt: skip
    table = pl.DataFrame(
        {
            "milestone_id": planned.names(), "project_id": ids.gather(planned.project),
            "name": [f"milestone {number}" for number in planned.number], "amount": np.round(firm.value[planned.project] * planned.share, 0),
            "due_on": calendar.date_series(due), "created_at": calendar.happened(_office(calendar, firm.projects.signed, NOON)[planned.project]),
            **steps,
        }
    )  # fmt: skip
    return known_before(table.filter(pl.Series(planned.due >= FIRST_DUE)), "created_at")


def _forecasts(firm: Firm, ids: pl.Series, luck: np.random.Generator) -> pl.DataFrame:
    made, calendar = firm.forecasts, firm.calendar
    revenue = commerce.revenue_known(made.project, made.day, firm.value, firm.changes)
    overrun = 1 + 1.1 * (made.baseline - made.forecast) + luck.normal(0.0, 0.02, len(made))
    return pl.DataFrame(
        {
            "project_id": ids.gather(made.project), "made_at": calendar.happened(_office(calendar, made.day, 15.0)),
            "cost_at_completion": np.round(revenue * (1 - made.forecast)), "revenue_at_completion": _with_gaps(np.round(revenue), luck, 0.12),
            "hours_at_completion": np.round(firm.budget[made.project] * overrun), "ends_on": calendar.date_series(announced_ends(firm)["after"].to_numpy()),
        }
    )  # fmt: skip


def _actuals(firm: Firm, ids: pl.Series, luck: np.random.Generator) -> pl.DataFrame:
    months, calendar = firm.actuals, firm.calendar
    known = calendar.happened(_office(calendar, months["known"].to_numpy(), 17.0))
    return months.select(
        project_id=ids.gather(months["project"]), period=calendar.date_series(months["start"].to_numpy()), cost="cost",
        revenue_recognised="revenue", known_at=known,
    )  # fmt: skip


def _invoices(firm: Firm, ids: pl.Series) -> pl.DataFrame:
    calendar = firm.calendar
    lived = firm.milestones.due[np.maximum(firm.invoices["milestone"].to_numpy(), 0)] >= FIRST_DUE
    billed = firm.invoices.filter(pl.Series(lived) | (pl.col("milestone") < 0))
    milestone = billed["milestone"].to_numpy()
    names = pl.Series(firm.milestones.names())
    month = calendar.date_series(
        np.where(billed["start"].to_numpy() < 0, NEVER, billed["start"].to_numpy())
    ).dt.to_string("%Y-%m")
    return pl.DataFrame(
        {
            "invoice_id": [f"I{number:06}" for number in range(1, billed.height + 1)], "project_id": ids.gather(billed["project"]),
            "milestone_id": names.gather(np.maximum(milestone, 0)).set(pl.Series(milestone < 0), None),
            "issued_at": calendar.happened(_office(calendar, billed["issued"].to_numpy(), 15.2)), "amount": billed["amount"], "period": month,
            "paid_at": calendar.happened(_office(calendar, billed["paid"].to_numpy(), 16.0)),
            "disputed_at": calendar.happened(_office(calendar, np.minimum(billed["disputed"].to_numpy(), calendar.days + 9), 16.0)),
        }
    )  # fmt: skip


def _revisions(firm: Firm, ids: pl.Series) -> pl.DataFrame:
    """Dates that were moved, and rates that rose: the first value of each cell and every one that replaced it."""
    calendar, asked, planned = firm.calendar, firm.requests, firm.milestones
    ends = announced_ends(firm).filter(pl.col("before") != pl.col("after"))
    costs = people.cost_revisions(firm.people, calendar)
    parts = [
        costs.select(pl.lit("people").alias("table"), "key", "column", "value", "at"),
        _moved("resource_requests", "needed_by", asked.names(), asked.opened, asked.needed_by, firm.filling.moves.rename({"request": "row"}), MORNING, calendar),
        _moved("milestones", "due_on", planned.names(), firm.projects.signed[planned.project], planned.due, planned.moves.rename({"milestone": "row"}), NOON, calendar),
        _moved("projects", "ends_on", ids.to_list(), firm.projects.signed, firm.projects.planned_end, ends.rename({"project": "row"}), NOON, calendar),
        _moved("assignments", "ends_on", firm.bookings.names(), firm.bookings.booked, firm.bookings.planned, _moved_bookings(firm, ends), AFTERNOON + 0.5, calendar),
    ]  # fmt: skip
    told = pl.concat(parts)
    return told.select("table", "key", "column", "value", known_at=calendar.happened(told["at"].to_numpy())).filter(
        pl.col("known_at").is_not_null()
    )


def _moved_bookings(firm: Firm, ends: pl.DataFrame) -> pl.DataFrame:
    """Ends of bookings that moved with their project, after they were made."""
    moving = to_the_end(firm)
    booked = pl.DataFrame(
        {"row": moving, "project": firm.bookings.project[moving], "booked": firm.bookings.booked[moving]}
    )
    return (
        booked.join(ends, on="project")
        .filter(pl.col("day") > pl.col("booked"))
        .sort("row", "day")
        .select("row", "day", "before", "after")
    )


def _moved(
    table: str,
    column: str,
    keys: list[str],
    since: Ints,
    first: Ints,
    moves: pl.DataFrame,
    hour: float,
    calendar: Calendar,
) -> pl.DataFrame:
    """Revisions of days that were moved: what each said at first, known with its row, and each later value."""
    names = pl.Series(keys)
    rows = moves["row"].unique().sort()
    began = pl.DataFrame(
        {"row": rows, "at": _office(calendar, since[rows.to_numpy()], hour), "day": first[rows.to_numpy()]}
    )
    later = pl.DataFrame(
        {"row": moves["row"], "at": _office(calendar, moves["day"].to_numpy(), 15.0), "day": moves["after"]}
    )
    told = pl.concat([began, later.cast(began.schema)])
    return told.select(
        pl.lit(table).alias("table"), key=names.gather(told["row"]), column=pl.lit(column),
        value=calendar.date_series(told["day"].to_numpy()).dt.to_string("%Y-%m-%d"), at="at",
    )  # fmt: skip


def _office(calendar: Calendar, days: Ints, hour: float) -> Ints:
    return calendar.office(np.asarray(days), np.full(len(days), hour))


def _with_gaps(values: Floats, luck: np.random.Generator, share: float) -> pl.Series:
    return pl.Series(values).set(pl.Series(luck.random(len(values)) < share), None)


Tables = Mapping[str, pl.DataFrame]
