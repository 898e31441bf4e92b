"""Cases, flags and their numbers, on walks that are small enough to be counted by hand."""

import datetime as dt

import polars as pl
import pytest

from training.retrospect.cases import cases
from training.retrospect.tally import Flagging, Money, by_month, by_week, tally

pytestmark = pytest.mark.usefixtures("few_draws")

L, M, H = "low", "medium", "high"
TABLE = [
    ("flagged, and it came", [("a", 1, 9, True, H, 0)], (1, 1, Flagging(1, 1, 8.0))),
    ("flagged, and it did not come", [("a", 1, 9, False, H, 0)], (0, 0, Flagging(1, 0, None))),
    ("it came and was not flagged", [("a", 1, 9, True, L, 0)], (1, 0, Flagging(0, 0, None))),
    ("medium is noticed and is no flag", [("a", 1, 9, True, M, 0)], (1, 1, Flagging(0, 0, None))),
    ("nothing", [("a", 1, 9, False, L, 0)], (0, 0, Flagging(0, 0, None))),
    ("the first high band counts", [("a", 1, 9, True, M, 0), ("a", 3, 9, True, H, 0), ("a", 7, 9, True, H, 0)],
     (1, 1, Flagging(1, 1, 6.0))),
    ("a false alarm does not excuse a later miss", [("a", 1, 5, False, H, 0), ("a", 9, 20, True, L, 0)],
     (1, 0, Flagging(1, 0, None))),
    ("planned again and missed again is two", [("a", 1, 5, True, H, 0), ("a", 6, 20, True, H, 0)],
     (2, 2, Flagging(2, 2, 9.0))),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_cases_are_counted_as_by_hand(walked, rows, expected):
    walk = walked(*rows)
    counted = tally(walk, cases(walk))
    assert (counted.troubles, counted.noticed, counted.predictor) == expected


def test_the_order_of_the_rows_does_not_matter(walked):
    rows = [("a", 1, 9, True, M, 3), ("a", 3, 9, True, H, 2), ("b", 2, 9, False, H, 9), ("c", 20, 30, True, H, 5)]
    there, back = (tally(walk, cases(walk)) for walk in (walked(*rows), walked(*rows[::-1])))
    assert there == back


def test_the_rule_flags_as_many_a_month_those_that_it_scores_highest_when_it_first_does(walked):
    walk = walked(
        ("a", 1, 9, True, H, 1), ("b", 1, 9, True, L, 5), ("b", 4, 9, True, L, 9), ("c", 2, 9, False, L, 7),
        ("d", 17, 30, False, H, 1), ("d", 18, 30, False, H, 2), ("e", 19, 30, True, L, 1.5),
    )  # fmt: skip
    found = cases(walk).drop_nulls("rule_flagged_at").select("subject_id", "rule_flagged_at", "rule_flagged_in")
    day = dt.datetime(2026, 3, 4, tzinfo=dt.UTC), dt.datetime(2026, 3, 18, tzinfo=dt.UTC)
    assert found.rows() == [("b", day[0], 0), ("d", day[1], 1)]
    counted = tally(walk, cases(walk))
    assert counted.rule == Flagging(2, 1, 5.0)
    assert counted.predictor.flags == counted.rule.flags


def test_what_the_rule_has_flagged_it_does_not_flag_again_next_month(walked):
    walk = walked(("a", 14, 30, True, H, 9), ("a", 16, 30, True, H, 9), ("b", 17, 30, False, H, 1))
    assert tally(walk, cases(walk)).rule == Flagging(2, 1, 16.0)


def test_money_counts_a_subject_once_at_its_largest_and_by_its_own_currency_where_no_rate_is_known(walked):
    walk = walked(
        ("a", 1, 5, True, H, 0), ("a", 6, 20, True, L, 0), ("b", 1, 9, True, L, 0), ("c", 1, 9, True, H, 0),
        ("d", 1, 9, True, H, 0), ("e", 1, 9, False, H, 0),
        own_money=[30.0, 50.0, 7.0, 11.0, None, 1000.0], own_currency=["GBP", "GBP", "GBP", "CHF", None, "GBP"],
    )  # fmt: skip
    counted = tally(walk, cases(walk))
    assert [(each.currency, each.troubles, each.caught) for each in counted.money] == [("GBP", 57, 30), ("CHF", 11, 11)]
    assert isinstance(counted.money[0], Money)
    assert counted.unpriced == 1


def test_a_month_tells_what_became_of_its_own_flags(walked):
    walk = walked(("a", 1, 20, True, H, 0), ("b", 2, 20, False, H, 1), ("c", 17, 30, True, H, 0))
    first, second = by_month(walk, cases(walk))
    assert (first["flags"], first["caught"], first["lead_days"], first["rows"]) == (2, 1, 19.0, 2)
    assert (second["flags"], second["caught"], second["lead_days"], second["rows"]) == (1, 1, 13.0, 1)


def test_a_week_has_the_troubles_that_came_in_it_and_the_false_alarms_that_were_raised_in_it(walked):
    walk = walked(
        ("a", 1, 20, True, H, 0), ("b", 2, 20, False, H, 0), ("c", 3, 20, True, L, 0), ("d", 3, 9, False, L, 0)
    )
    monday = {"raised": dt.date(2026, 3, 2), "came": dt.date(2026, 3, 16)}
    assert by_week(cases(walk)).rows() == [(monday["raised"], 0, 0, 1), (monday["came"], 1, 1, 0)]
    assert by_week(cases(walk)).schema["week"] == pl.Date


def test_the_advantage_over_the_rule_has_an_interval_over_projects(walked):
    rows = [(f"m{number}", 1, 9, True, H if number < 6 else L, number) for number in range(12)]
    walk = walked(*rows, project_id=[f"P{number // 2}" for number in range(12)])
    more = tally(walk, cases(walk)).more_than_rule
    assert more.value == 0, "the rule flags the six others"
    assert more.low < 0 < more.high
