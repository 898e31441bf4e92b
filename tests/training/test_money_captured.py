"""Money captured: the first of each day, what came of them, and one ranking beside another."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models.records import TABLES
from training import money_captured
from training.money_captured import Captured

pytestmark = pytest.mark.usefixtures("few_draws")

RATES = {
    "fx_rates": pl.DataFrame(
        [("GBP", dt.date(2026, 1, 1), 1.0), ("EUR", dt.date(2026, 1, 1), 1.25)],
        schema=TABLES["fx_rates"].schema, orient="row",
    )
}  # fmt: skip


def money(snapshots, probability, expected=None):
    """A loss of the price times the probability, or times the amount that is expected."""
    times = probability if expected is None else expected["mean"]
    return snapshots.select(
        expected_loss=pl.col("price") * times, deferred_amount=pl.lit(None, dtype=pl.Float64), currency="currency"
    )


@pytest.fixture
def priced(task):
    """A task whose money is a field of the snapshot."""
    return replace(task, money=money)


@pytest.fixture
def one_a_day(monkeypatch):
    monkeypatch.setattr(money_captured, "TOP", 1)


def measured(rows, *given):
    """Measured rows of (subject, day, outcome, price, currency), and the forecasts beside them."""
    frame = rows(*((subject, day, 20, outcome) for subject, day, outcome, *_ in given)).frame
    prices = {(subject, day): rest for subject, day, _, *rest in given}
    keys = [(subject, 1 + (as_of - dt.datetime(2026, 3, 1, tzinfo=dt.UTC)) / dt.timedelta(days=1))
            for subject, as_of in frame.select("subject_id", "as_of").iter_rows()]  # fmt: skip
    return frame.with_columns(
        price=pl.Series([prices[key][0] for key in keys], dtype=pl.Float64),
        currency=pl.Series([prices[key][1] for key in keys], dtype=pl.String),
    )


def worth(captured, **by_subject):
    return captured.worth(np.array([by_subject[name] for name in captured.frame["subject_id"]]))


@pytest.fixture
def two_days(rows):
    """On the first day ``a`` and ``b``, on the second ``c`` and ``d``; ``a`` and ``d`` come to the outcome."""
    pounds = [("a", 1, True, 100, "GBP"), ("b", 1, False, 500, "GBP"), ("c", 2, False, 10, "GBP")]
    return measured(rows, *pounds, ("d", 2, True, 250, "EUR"))


@pytest.mark.usefixtures("one_a_day")
def test_the_first_of_each_day_by_probability_times_money_is_what_is_captured(priced, two_days):
    captured = Captured.of(priced, RATES, two_days, two_days)
    assert captured.currency == "GBP"
    assert captured.came.sum() == 300, "100 of a, and 250 euros of d"
    assert captured.money(worth(captured, a=0.9, b=0.1, c=0.1, d=0.5)) == 300
    assert captured.money(worth(captured, a=0.3, b=0.1, c=0.1, d=0.5)) == 300 - 100, "b is dearer: 50 before 30"
    assert captured.money(worth(captured, a=0.9, b=0.1, c=0.9, d=0.0)) == 100


def test_twenty_a_day_take_all_where_there_are_fewer(priced, two_days):
    captured = Captured.of(priced, RATES, two_days, two_days)
    assert captured.money(worth(captured, a=0, b=0, c=0, d=0)) == 300


@pytest.mark.usefixtures("one_a_day")
def test_a_ratio_is_of_the_money_and_lies_in_its_interval(priced, two_days):
    captured = Captured.of(priced, RATES, two_days, two_days)
    best, worse = worth(captured, a=0.9, b=0.1, c=0.1, d=0.5), worth(captured, a=0.3, b=0.1, c=0.1, d=0.5)
    found = captured.ratio(worse, best)
    assert found.value == pytest.approx(2 / 3)
    assert found.low <= found.value <= found.high
    assert captured.ratio(best, best).low == captured.ratio(best, best).high == 1
    nothing = worth(captured, a=0.0, b=0.1, c=0.9, d=0.0)
    assert np.isnan(captured.ratio(best, nothing).value)


@pytest.mark.usefixtures("one_a_day")
def test_a_subject_counts_once_a_day_as_it_was_last_seen(rows, priced):
    frame = measured(rows, ("a", 1, True, 100, "GBP"), ("a", 1.5, True, 40, "GBP"), ("b", 1, True, 60, "GBP"))
    captured = Captured.of(priced, RATES, frame, frame)
    report = captured.report(worth(captured, a=0.9, b=0.5), worth(captured, a=0.1, b=0.9))
    assert report["came"] == 100, "40 of a and 60 of b"
    assert report["captured"] == {"predictor": 40, "rule": 60, "hindsight": 60}
    assert (report["days"], report["unpriced"]) == (1, 0)


def test_what_has_no_rate_or_no_price_is_counted_and_captures_nothing(rows, priced):
    frame = measured(rows, ("a", 1, True, 100, "CHF"), ("b", 1, True, None, "GBP"), ("c", 1, False, None, "GBP"))
    captured = Captured.of(priced, RATES, frame, frame)
    report = captured.report(worth(captured, a=1, b=1, c=1), worth(captured, a=1, b=1, c=1))
    assert (report["came"], report["unpriced"], report["without_rate"]) == (0, 2, 1)
    assert report["predictor_to_rule"] is None


def test_a_forecast_without_an_amount_takes_the_one_that_is_usual(rows, priced):
    """What came has its own amount; what only may come has the mean of those that came before."""
    frame = measured(rows, ("a", 1, True, 100, "GBP"), ("b", 1, True, 100, "GBP"), ("c", 1, False, 100, "GBP"))
    frame = frame.with_columns(came_to=pl.Series([2.0, None, 9.0]))
    learnt = pl.DataFrame({"outcome": [True, True, False, True], "came_to": [3.0, 5.0, 100.0, None]})
    captured = Captured.of(replace(priced, expected="days"), RATES, frame, learnt)
    assert captured.came.tolist() == [200, 0, 0]
    assert captured.unpriced == 1
    assert worth(captured, a=0.5, b=0.25, c=0).tolist() == [200, 100, 0]
    own = captured.worth(np.array([0.5, 0.25, 0.0]), pl.DataFrame({"mean": [1.0, 2.0, 3.0]}))
    assert own.tolist() == [100, 200, 300]


@pytest.mark.usefixtures("one_a_day")
def test_among_equals_a_lot_decides_whatever_the_order_of_the_rows(rows, priced):
    given = [(f"m-{number}", 1, number == 3, 100, "GBP") for number in range(9)]
    frame = measured(rows, *given)
    taken = []
    for each in (frame, frame.reverse()):
        captured = Captured.of(priced, RATES, each, each)
        taken.append(each.filter(pl.Series(captured.taken(np.ones(9))))["subject_id"].to_list())
    assert taken[0] == taken[1]
    assert len(taken[0]) == 1
