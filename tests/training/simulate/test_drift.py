"""What changes with month 12, which no past tells beforehand."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from tests.training.simulate.conftest import unheard
from training.simulate import people, portfolio
from training.simulate.calendar import Calendar
from training.simulate.chance import Chance
from training.simulate.firm import firm
from training.simulate.people import rise_day
from training.simulate.time_keeping import NEW_TOOL, NEW_TOOL_WEEKS
from training.simulate.world import COSTS_RISE, NEW_PRACTICE, PRACTICES, RATES_RISE

RISE = dt.date(2025, 1, 1)
NEW = PRACTICES[NEW_PRACTICE]


@pytest.fixture(scope="module")
def fourteen():
    """A small firm of fourteen months, with all that is hidden of it."""
    return firm(40, 14, 7, unheard)


def test_the_change_comes_with_the_first_of_month_12(fourteen):
    assert fourteen.calendar.dates[rise_day(fourteen.calendar)].item() == RISE


def test_a_new_practice_opens_with_people_and_skills_of_its_own(larger):
    everybody = larger.records["people"]
    opened = everybody.filter(practice=NEW.name, employment="employee")
    assert opened.height >= 10
    assert opened["joined_on"].min() > RISE - dt.timedelta(days=7)  # people join on Mondays
    before = everybody.filter(pl.col("joined_on") < RISE - dt.timedelta(days=7))
    skills = before["skills"].drop_nulls().str.split(";").explode().unique()
    assert {"retrieval", "model serving"}.isdisjoint(skills)


def test_a_new_practice_has_projects_that_slide_into_trouble_more_easily():
    calendar, chance = Calendar(16), Chance(1)
    staff = people.people(1000, calendar, chance)
    work = portfolio.projects(
        1000, staff=staff, whose=portfolio.clients(1000, chance), run_by=portfolio.managers(staff, chance),
        calendar=calendar, chance=chance,
    )  # fmt: skip
    new = work.practice == NEW_PRACTICE
    assert new.sum() > 10
    assert work.starts[new].min() >= rise_day(calendar)
    assert np.log(work.slide[new]).mean() > np.log(work.slide[~new]).mean()


def test_bill_rates_rise(larger):
    currency = larger.records["projects"].select("project_id", "currency")
    asked = larger.records["resource_requests"].drop_nulls("bill_rate").join(currency, on="project_id")
    later = pl.col("opened_at").dt.date() >= RISE
    by_kind = asked.group_by("grade", "region", "currency").agg(
        then=pl.col("bill_rate").filter(~later).mean(), now=pl.col("bill_rate").filter(later).mean()
    )
    ratio = by_kind.drop_nulls().select((pl.col("now") / pl.col("then")).log()).to_series()
    assert len(ratio) > 30
    assert ratio.mean() == pytest.approx(np.log1p(RATES_RISE), abs=4 * ratio.std() / len(ratio) ** 0.5)
    assert ratio.mean() > 0.02


def test_costs_rise_for_everybody_who_was_there_and_revisions_tell_what_they_were(larger):
    told = larger.records["revisions"].filter(table="people", column="cost_rate").sort("key", "known_at")
    rates = (
        told.with_columns(pl.col("value").cast(pl.Float64)).group_by("key").agg("value", at=pl.col("known_at").last())
    )
    there = larger.records["people"].filter(pl.col("joined_on") < RISE)
    assert set(there["person_id"]) <= set(rates["key"])
    ratio = rates.select(pl.col("value").list.last() / pl.col("value").list.first()).to_series()
    assert ratio.to_numpy() == pytest.approx(1 + COSTS_RISE, abs=0.001)
    assert set(rates["at"].dt.date()) == {RISE}


def test_clients_pay_more_slowly(fourteen):
    sent, rise = fourteen.invoices, rise_day(fourteen.calendar)
    usual = fourteen.clients.pay_days[fourteen.projects.client[sent["project"].to_numpy()]]
    took = sent.select(
        later=pl.col("issued") >= rise, days=(pl.col("paid") - pl.col("issued")) / pl.Series(usual)
    ).group_by("later").agg(pl.col("days").median()).sort("later")["days"]  # fmt: skip
    assert 1.03 < took[1] / took[0] < 1.25


def test_a_new_tool_keeps_people_from_entering_time_for_some_weeks(fourteen):
    season = fourteen.time_keeping.causes["season"][0]
    slowed = np.flatnonzero(season <= NEW_TOOL + 0.31)
    week = rise_day(fourteen.calendar) - fourteen.calendar.first
    assert slowed[0] * 7 == pytest.approx(week, abs=7)
    assert len(slowed) == NEW_TOOL_WEEKS


def test_a_history_of_twelve_months_knows_nothing_of_it():
    calendar = Calendar(12)
    assert rise_day(calendar) == calendar.days
    made = firm(20, 12, 1, unheard)
    assert not (made.people.practice == NEW_PRACTICE).any()
