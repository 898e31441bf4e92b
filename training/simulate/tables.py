"""What people wrote down of the firm: the canonical tables but for time, with revisions of what was overwritten."""

import numpy as np
import polars as pl

from training.simulate import absence, approvals, commerce, money_tables, people, project_tables, sows
from training.simulate.calendar import Calendar
from training.simulate.firm import Firm
from training.simulate.portfolio import region_names
from training.simulate.revisions import revisions
from training.simulate.world import REGIONS


def tables(firm: Firm) -> dict[str, pl.DataFrame]:
    """All tables but ``time_entries``, ``revisions`` among them, as an export at the end of the history has them.

    The order of people, requests, assignments and forecasts counts: their gaps are drawn from one stream.
    """
    calendar, luck = firm.calendar, firm.chance.of("blemishes")
    names, ids = pl.Series(firm.people.names()), pl.Series(firm.projects.names())
    currency = [REGIONS[region].billing_currency for region in firm.projects.region]
    asked_for, events = approvals.approvals(
        firm.projects, firm.managers, names=names.to_list(), currency=currency, calendar=calendar,
        luck=firm.chance.of("approvals"),
    )  # fmt: skip
    known = firm.people.joined < calendar.days
    known[firm.bookings.person] = True
    return {
        "people": people.frame(firm.people, calendar, luck).filter(pl.Series(known)),
        "projects": project_tables.projects(firm, names, currency),
        "resource_requests": project_tables.requests(firm, ids, names, luck),
        "assignments": project_tables.assignments(firm, ids, names, luck),
        "time_off": absence.frame(firm.absence, names, calendar, firm.people),
        "holidays": _holidays(calendar),
        "change_requests": money_tables.change_requests(firm, ids),
        "milestones": money_tables.milestones(firm, ids),
        "forecasts": money_tables.forecasts(firm, ids, luck),
        "actuals": money_tables.actuals(firm, ids),
        "invoices": money_tables.invoices(firm, ids),
        "approvals": asked_for.with_columns(project_id=ids.gather(asked_for["project"])).drop("project"),
        "approval_events": events,
        "sows": sows.sows(
            firm.projects, ids=ids.to_list(), clients=project_tables.client_names(firm), value=firm.value.tolist(),
            currency=currency, calendar=calendar, luck=firm.chance.of("sows"),
        ),
        "fx_rates": commerce.fx_rates(calendar, firm.chance.of("fx")),
        "revisions": revisions(firm),
    }  # fmt: skip


def _holidays(calendar: Calendar) -> pl.DataFrame:
    region, day = np.nonzero(calendar.holidays)
    return pl.DataFrame({"region": region_names(region), "on": calendar.date_series(day)})
