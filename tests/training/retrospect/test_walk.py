"""The walk: months, and that a month's forecasts know nothing of what came after its start."""

import datetime as dt

import polars as pl
import pytest

from training.retrospect.walk import months, walk
from training.settings import parse_settings
from training.splits import TooFewRowsError

SEPTEMBER, OCTOBER = dt.datetime(2025, 9, 1, tzinfo=dt.UTC), dt.datetime(2025, 10, 1, tzinfo=dt.UTC)


def day(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


SPANS = [
    ("2025-01-01", "2025-03-01", ["2025-01-01", "2025-02-01"]),
    ("2025-12-01", "2026-02-01", ["2025-12-01", "2026-01-01"]),
    ("2025-01-15", "2025-02-10", ["2025-01-15", "2025-02-01"]),
    ("2025-01-15", "2025-01-15", []),
]


@pytest.mark.parametrize(("start", "end", "starts"), SPANS)
def test_months_begin_with_the_period_and_then_on_the_first(start, end, starts):
    found = list(months(day(start), day(end)))
    assert [begins for begins, _ in found] == list(map(day, starts))
    assert [ends for _, ends in found] == [*map(day, starts[1:]), day(end)][: len(found)]


def test_what_happens_after_a_month_began_changes_no_forecast_of_that_months_predictor(task, firm):
    settings = parse_settings(task, {"trees": "20", "moment": "day_start"})
    before = walk(task, firm, (SEPTEMBER, OCTOBER), settings, lambda _: None)
    late = pl.col("entered_at") > day("2025-09-20")
    person = pl.col("person_id").is_in(["p-03", "p-04", "p-05"])
    entries = firm["time_entries"].filter(~(late & person))
    after = walk(task, firm | {"time_entries": entries}, (SEPTEMBER, OCTOBER), settings, lambda _: None)
    keys = ["subject_id", "as_of"]
    early = before.frame.filter(pl.col("as_of") < day("2025-09-20")).select(*keys, "probability", "rule_probability")
    again = early.select(keys).join(after.frame, on=keys, how="inner", maintain_order="left").select(early.columns)
    assert again.equals(early)
    assert early.height > 200
    assert before.frame["outcome"].sum() < after.frame["outcome"].sum(), "the outcomes did change"


def test_where_nothing_can_be_learnt_it_says_why(task, firm):
    settings = parse_settings(task, {"moment": "friday"})
    first_week = (dt.datetime(2025, 4, 1, tzinfo=dt.UTC), dt.datetime(2025, 4, 8, tzinfo=dt.UTC))
    with pytest.raises(TooFewRowsError, match="0 rows to learn from"):
        walk(task, firm, first_week, settings, lambda _: None)
    with pytest.raises(TooFewRowsError, match="nothing to ask about"):
        walk(task, {}, first_week, settings, lambda _: None)
    later = (dt.datetime(2030, 1, 1, tzinfo=dt.UTC), dt.datetime(2030, 3, 1, tzinfo=dt.UTC))
    with pytest.raises(TooFewRowsError, match="was to be asked about in this time"):
        walk(task, firm, later, settings, lambda _: None)
