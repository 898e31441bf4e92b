"""Amounts in one currency: at the rate known then, and null rather than guessed."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.currency import at_risk, comparable, reporting_currency
from models.point_in_time import INSTANT
from models.records import TABLES


def rates(*rows):
    """``fx_rates`` of (currency, day of March 2026, rate)."""
    days = [(currency, dt.date(2026, 3, day), rate) for currency, day, rate in rows]
    return pl.DataFrame(days, schema=TABLES["fx_rates"].schema, orient="row")


def revised(*rows):
    """``revisions`` of rates: (key, value, day of March 2026 from which on it is known)."""
    told = [("fx_rates", key, "per_unit_of_reporting_currency", value, noon(day)) for key, value, day in rows]
    return pl.DataFrame(told, schema=TABLES["revisions"].schema, orient="row")


def noon(day):
    return dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC)


def amounts(*rows):
    """(day of March 2026, amount, currency), at noon."""
    told = [(noon(day), amount, currency) for day, amount, currency in rows]
    return pl.DataFrame(told, schema={"as_of": INSTANT, "amount": pl.Float64, "currency": pl.String}, orient="row")


RECORDS = {"fx_rates": rates(("GBP", 1, 1.0), ("EUR", 1, 1.25), ("EUR", 9, 1.2), ("EUR", 20, 1.1), ("GBP", 9, 1.0))}
TABLE = [
    ("divided by its rate", (5, 100.0, "EUR"), 80.0),
    ("the reporting currency's rate is 1", (5, 100.0, "GBP"), 100.0),
    ("the latest day that is known", (12, 120.0, "EUR"), 100.0),
    ("a day's rate is known at the day's end", (9, 100.0, "EUR"), 80.0),
    ("no rate yet", (1, 100.0, "EUR"), None),
    ("no rate of this currency", (12, 100.0, "CHF"), None),
    ("no currency", (12, 100.0, None), None),
    ("no amount", (12, None, "EUR"), None),
    ("nothing is worth nothing", (12, 0.0, "EUR"), 0.0),
]


@pytest.mark.parametrize(("row", "expected"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_an_amount_in_the_reporting_currency(row, expected):
    found = comparable(RECORDS, amounts(row))
    assert found.amount.to_list() == [pytest.approx(expected)]
    assert found.currency == "GBP"
    assert found.without_rate == (row[1] is not None and expected is None)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 1e9), st.sampled_from(["EUR", "GBP", "CHF"])), min_size=2))
def test_one_amount_alone_is_the_same_as_among_others(rows):
    together = comparable(RECORDS, amounts(*rows)).amount.to_list()
    assert [comparable(RECORDS, amounts(row)).amount[0] for row in rows] == together


def test_a_correction_counts_from_when_it_was_made_and_not_once_a_later_day_is_known():
    records = RECORDS | {"revisions": revised(("EUR/2026-03-09", "1.6", 15), ("EUR/2026-03-09", "1.2", 25))}
    asked = amounts((14, 80.0, "EUR"), (16, 80.0, "EUR"), (26, 110.0, "EUR"))
    assert comparable(records, asked).amount.to_list()[1:] == [pytest.approx(50.0), pytest.approx(100.0)]


def test_without_rates_one_currency_serves_and_two_cannot_be_compared():
    one = comparable({}, amounts((5, 10.0, "EUR"), (6, None, None)))
    assert (one.amount.to_list(), one.currency, one.without_rate) == ([10.0, None], "EUR", 0)
    two = comparable({}, amounts((5, 10.0, "EUR"), (6, 10.0, "GBP")))
    assert (two.amount.to_list(), two.currency, two.without_rate) == ([None, None], None, 2)


def test_the_reporting_currency_is_the_one_whose_rates_are_all_1():
    assert reporting_currency(RECORDS) == "GBP"
    assert reporting_currency({}) is None
    assert reporting_currency({"fx_rates": rates(("EUR", 1, 1.0), ("EUR", 2, 1.1))}) is None
    assert reporting_currency({"fx_rates": rates(("EUR", 1, 1.0), ("XEU", 1, 1.0))}) is None


def test_loss_and_deferral_count_together_and_are_null_where_neither_is_known():
    schema = {"as_of": INSTANT, "expected_loss": pl.Float64, "deferred_amount": pl.Float64, "currency": pl.String}
    rows = [(10.0, 5.0, "GBP"), (None, 5.0, "GBP"), (None, None, None)]
    money = pl.DataFrame([(noon(5), *row) for row in rows], schema=schema, orient="row")
    found = at_risk(RECORDS, money)
    assert (found.amount.to_list(), found.without_rate) == ([15.0, 5.0, None], 0)
