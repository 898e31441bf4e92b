"""Splits by time: the worked example of the module, and what must hold of any rows."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.dataset import Dataset
from training.splits import TooFewRowsError, folds, split_at

MARCH = dt.datetime(2026, 2, 28, tzinfo=dt.UTC)
"""Day 0: day 1 is 1 March."""
CUT = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)


def _dataset(given):
    asked, known = ([MARCH + dt.timedelta(days=row[part]) for row in given] for part in (0, 1))
    frame = pl.DataFrame(
        {
            "subject_id": [f"s{number:02}" for number in range(len(given))],
            "as_of": pl.Series(asked, dtype=pl.Datetime("us", "UTC")),
            "resolved_at": pl.Series(known, dtype=pl.Datetime("us", "UTC")),
            "outcome": [row[2] for row in given],
        }
    )
    return Dataset(frame.sort("as_of", "subject_id").with_columns(settled_at="resolved_at"), 0)


def names(part):
    return part.frame["subject_id"].to_list()


TABLE = [
    ("known before, asked before: learnt from", 1, 9, "learn"),
    ("known at the cut: learnt from", 1, 10, "learn"),
    ("known a moment later: in neither part", 9, 10.000001, None),
    ("asked before, known after: in neither part", 9, 16, None),
    ("asked at the cut: measured", 10, 16, "measure"),
    ("asked after: measured", 12, 16, "measure"),
]


@pytest.mark.parametrize(("asked", "known", "part"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_where_a_row_goes(rows, asked, known, part):
    others = [("l+", 1, 2, True), ("l-", 1, 2, False), ("m+", 20, 21, True), ("m-", 20, 21, False)]
    split = split_at(rows(("it", asked, known, True), *others), CUT)
    assert ("it" in names(split.learn)) == (part == "learn")
    assert ("it" in names(split.measure)) == (part == "measure")


TOO_FEW = [
    ("nothing before", [("m+", 20, 21, True), ("m-", 20, 21, False)], "0 rows to learn from before 2026-03-10"),
    ("nothing after", [("l+", 1, 2, True), ("l-", 1, 2, False)], "0 rows to measure on after 2026-03-10"),
    ("nothing at all", [], "0 rows to learn from before 2026-03-10"),
    ("only one outcome", [("l", 1, 2, True), ("m+", 20, 21, True), ("m-", 20, 21, False)],
     "1 rows to learn from before 2026-03-10, 1 of them with the outcome; expected some with it and some without"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), [case[1:] for case in TOO_FEW], ids=[case[0] for case in TOO_FEW])
def test_a_part_that_says_nothing_is_refused_in_words(rows, given, sentence):
    with pytest.raises(TooFewRowsError) as refused:
        split_at(rows(*given), CUT)
    assert str(refused.value).startswith(sentence)


ANY_ROWS = st.lists(
    st.tuples(st.integers(1, 28), st.integers(1, 14), st.booleans()).map(lambda row: (row[0], row[0] + row[1], row[2])),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(ANY_ROWS, st.integers(1, 31))
def test_nothing_is_learnt_that_was_resolved_after_the_cut_nor_measured_that_was_asked_before(given, day):
    dataset = _dataset(given)
    cut = MARCH + dt.timedelta(days=day)
    learn, measure = dataset.resolved_by(cut), dataset.asked_from(cut)
    assert (learn.frame["resolved_at"] <= cut).all()
    assert (measure.frame["as_of"] >= cut).all()
    assert not set(names(learn)) & set(names(measure))


def test_an_early_answer_is_learnt_from_only_when_the_other_one_would_be_known_too(rows):
    """Otherwise those filled in time would be learnt from days before those of the same age that were not."""
    asked = rows(("early", 1, 5, False), ("late", 1, 9, True))
    asked = replace(asked, frame=asked.frame.with_columns(settled_at=pl.lit(MARCH + dt.timedelta(days=8))))
    assert [names(asked.resolved_by(MARCH + dt.timedelta(days=day))) for day in (7, 8)] == [[], ["early", "late"]]


@settings(deadline=None)
@given(ANY_ROWS)
def test_folds_keep_the_order_of_time_and_measure_no_row_twice(given):
    dataset = _dataset(given)
    measured = []
    for split in folds(dataset):
        if len(split.learn) and len(split.measure):
            assert split.learn.frame["resolved_at"].max() <= split.measure.frame["as_of"].min()
        measured += names(split.measure)
    assert len(measured) == len(set(measured))
    assert measured == sorted(measured, key=lambda name: dataset.frame["subject_id"].to_list().index(name))


def test_folds_of_the_firm_measure_its_last_third(dataset):
    parts = list(folds(dataset))
    assert len(parts) == 4
    measured = sum(len(part.measure) for part in parts)
    assert measured == pytest.approx(len(dataset) / 3, rel=0.1)
    for part in parts:
        assert part.learn.frame["resolved_at"].max() <= part.measure.frame["as_of"].min()


def test_the_firms_rows_are_in_order_of_time_and_all_resolved_later_than_asked(dataset):
    frame = dataset.frame
    assert frame["as_of"].is_sorted()
    assert (frame["resolved_at"] > frame["as_of"]).all()
    assert frame["outcome"].null_count() == 0
    assert dataset.unresolved > 0, "the firm was exported before its last week's cutoff"
