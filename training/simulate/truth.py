"""The oracle: for each subject and instant, the chance that the hidden state implies. No model can know more.

All five are analytic: none replays the future. Each row has ``subject_id``, ``as_of``, ``probability`` and ``cause``:
the one hidden cause that stands out among those that raise the chance, null where none does. Projects and milestones
are asked about on Mondays at 06:00 UTC, before anything happens on the day; requests as they are opened and weekly from
then on.
"""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from training.simulate import margins, milestones, staffing
from training.simulate.calendar import DAYS_A_WEEK, NEVER, WORKDAYS, Calendar, add_workdays
from training.simulate.firm import Firm
from training.simulate.project_tables import MORNING
from training.simulate.time_table import entry_ids
from training.simulate.time_truth import missing_time
from training.simulate.world import CALM

MONDAY_HOUR = 6.0
STANDS_OUT, BY_HALF = 0.45, 1.5
"""Log-odds by which a cause raises the chance, and more than any other by half, before it is named."""
MILESTONE_WORKDAYS = np.array([19.0, 9.5, 3.8])
"""Working days that a milestone usually still needs, by stage."""
USUAL_ACCEPT_DAYS, BEFORE_ACCEPTANCE = 7.0, 1
"""Working days that a client usually takes to accept; the last stage (counted from 0) at which that matters."""
USUAL_REQUEST_WORKDAYS, LEAST_REQUEST_WORKDAYS = 12.0, 0.5
"""Working days that a request usually needs; fewer left than the second count as so many."""
LOG_ODDS_OF_EROSION, MONTHS_TO_FALL = 1.6, 1.5
"""What an expected fall of the forecast by `margins.EROSION` counts for, and the months for which falls are counted."""


def leading(raised: Mapping[str, Floats]) -> pl.Series:
    """The cause that stands out in each row, null where none does or where it is one that nobody could see.

    ``raised`` holds by cause how far it raises each row's chance, in log-odds.
    """
    names = list(raised)
    effects = np.stack(list(raised.values()), axis=1)
    order = np.sort(effects, axis=1)
    clear = (order[:, -1] >= STANDS_OUT) & (order[:, -1] >= BY_HALF * np.maximum(order[:, -2], 0))
    first = pl.Series(names).gather(np.argmax(effects, axis=1))
    return first.set(pl.Series(~clear) | (first == "unexplained"), None)


def staffing_risk(firm: Firm) -> pl.DataFrame:
    """Requests as they are opened, and each week after while they are open; the deadline is the date as known then."""
    asked, filling, calendar = firm.requests, firm.filling, firm.calendar
    versions = _versions(asked.opened, asked.needed_by, filling.moves.rename({"request": "row"}))
    rows, deadline = versions["row"].to_numpy(), versions["value"].to_numpy()
    since = versions["since"].to_numpy()
    found = staffing.unfilled(
        asked, rows, deadline=deadline, since=since, base=firm.base, levels=firm.crowding, calendar=calendar
    )
    which = found["row"].to_numpy()
    row, day = rows[which], found["day"].to_numpy()
    until = versions["until"].to_numpy()[which]
    next_workday = add_workdays(asked.opened[row], np.ones(len(row), dtype=np.int64))
    opening = (since[which] == asked.opened[row]) & (day == next_workday)
    weekly = ((day - asked.opened[row]) % DAYS_A_WEEK == 0) & (day > asked.opened[row])
    open_ = (np.minimum(filling.filled[row], filling.cancelled[row]) >= day) & (
        day <= np.minimum(deadline[which], until)
    )
    drivers = staffing.drivers(asked, firm.projects, firm.managers)
    parts = []
    for kept, at in ((weekly & open_, day), (opening, asked.opened[row])):
        one = row[kept]
        level = firm.crowding[asked.role[one], np.clip(at[kept] // DAYS_A_WEEK, 0, firm.crowding.shape[1] - 1)]
        left = (deadline[which][kept] - at[kept]) * (WORKDAYS / DAYS_A_WEEK)
        raised = {name: effect.mean() - effect[one] for name, effect in drivers.items()}
        raised |= {
            "crowded_pool": staffing.CROWDING * (level - staffing.USUAL_LEVEL),
            "little_time": -np.log(np.maximum(left, LEAST_REQUEST_WORKDAYS) / USUAL_REQUEST_WORKDAYS),
        }
        told_at, chance = calendar.office_hour(at[kept], MORNING), found["probability"].to_numpy()[kept]
        parts.append(_told(asked.names(), one, told_at, chance, leading(raised)))
    return _in_history(pl.concat(parts), calendar)


def milestone_miss(firm: Firm) -> pl.DataFrame:
    """Unbilled milestones on Mondays, from 60 days before the date as known then until a working week after it."""
    planned, calendar, work = firm.milestones, firm.calendar, firm.projects
    versions = _versions(work.signed[planned.project], planned.due, planned.moves.rename({"milestone": "row"}))
    rows, due = versions["row"].to_numpy(), versions["value"].to_numpy()
    deadline = milestones.deadlines(due, work.region[planned.project[rows]], calendar)
    since = np.maximum(np.maximum(due - milestones.HORIZON_DAYS, versions["since"].to_numpy() + 1), 0)
    until = np.minimum(np.minimum(deadline, versions["until"].to_numpy()), calendar.days)
    found = milestones.missed(planned, rows, due=due, since=since, until=until, work=work, calendar=calendar)
    which = found["row"].to_numpy()
    row, day = rows[which], found["day"].to_numpy()
    stage, standing = found["stage"].to_numpy(), found["standing"].to_numpy()
    factor = milestones.in_trouble()
    left = np.maximum((deadline[which] - day) * (WORKDAYS / DAYS_A_WEEK), 1.0)
    raised = {
        "troubled_project": -np.log(factor[stage, standing] / factor[stage, CALM]),
        "slow_client": np.where(stage <= BEFORE_ACCEPTANCE, -np.log(planned.pace[row, 1] * USUAL_ACCEPT_DAYS), 0.0),
        "late_team": -np.log(planned.pace[row, 2] / milestones.BILLED_A_DAY),
        "slack_manager": np.where(stage == 0, -np.log(planned.pace[row, 0]), 0.0),
        "little_time": np.log(MILESTONE_WORKDAYS[stage] / left),
    }
    at, chance = calendar.office_hour(day, MONDAY_HOUR), found["probability"].to_numpy()
    return _in_history(_told(planned.names(), row, at, chance, leading(raised)), calendar)


def margin_erosion(firm: Firm) -> pl.DataFrame:
    """Projects on Mondays, after their first forecast, where another follows within the window."""
    found = margins.eroded(firm.forecasts, firm.projects, firm.managers, firm.calendar)
    project = found["project"].to_numpy()
    candour = firm.managers.candour[firm.projects.manager[project]]
    falls = margins.FALLS_A_MONTH[found["standing"].to_numpy()] * margins.EXPOSED[firm.projects.billing[project]]
    raised = {
        "unadmitted_cost": candour * found["gap"].to_numpy() / margins.EROSION * LOG_ODDS_OF_EROSION,
        "troubled_project": MONTHS_TO_FALL * candour * falls / margins.EROSION * LOG_ODDS_OF_EROSION,
    }
    at = firm.calendar.office_hour(found["day"].to_numpy(), MONDAY_HOUR)
    return _told(firm.projects.names(), project, at, found["probability"].to_numpy(), leading(raised))


def unusual_time(firm: Firm) -> pl.DataFrame:
    """Every entry, at the end of the local day on which it was made."""
    made, calendar = firm.entries, firm.calendar
    end = calendar.local(made.entered_day, np.full(len(made), 24.0), firm.people.region[made.person]) - 1
    return pl.DataFrame(
        {"subject_id": entry_ids(len(made)), "as_of": pl.Series(end).cast(pl.Datetime("us", "UTC")),
         "probability": firm.reviews.probability, "cause": leading(firm.reviews.causes)}
    )  # fmt: skip


TRUTHS: Mapping[str, Callable[[Firm], pl.DataFrame]] = {
    "staffing_risk": staffing_risk,
    "missing_time": lambda firm: missing_time(firm, leading),
    "unusual_time": unusual_time,
    "margin_erosion": margin_erosion,
    "milestone_miss": milestone_miss,
}


def _versions(since: Ints, first: Ints, moves: pl.DataFrame) -> pl.DataFrame:
    """What a day cell said from when to when: ``row``, ``since``, ``until`` (days, the last on which it was known in
    the morning) and ``value``."""
    began = pl.DataFrame({"row": np.arange(len(first)), "since": since, "value": first})
    later = moves.select("row", since="day", value="after").cast(began.schema)
    told = pl.concat([began, later]).sort("row", "since")
    return told.with_columns(until=pl.col("since").shift(-1).over("row").fill_null(NEVER))


def _told(names: list[str], row: Ints, at: Ints, probability: Floats, cause: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(
        {"subject_id": pl.Series(names).gather(row), "as_of": pl.Series(at).cast(pl.Datetime("us", "UTC")),
         "probability": probability, "cause": cause}
    )  # fmt: skip


def _in_history(told: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """Rows within the history, in order."""
    first, end = (
        calendar.date_series(np.array([calendar.first, calendar.days]))
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
    return told.filter(pl.col("as_of") >= first, pl.col("as_of") < end).sort("subject_id", "as_of")
