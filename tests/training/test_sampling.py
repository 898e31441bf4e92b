"""The sample: whole subjects, the same ones everywhere, and no more rows than were asked for."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.dataset import Dataset
from training.sampling import sample, stable_hash

START = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


def by_hand(text):
    """FNV-1a and the finaliser of MurmurHash3, in Python's integers."""
    hashed = 0xCBF29CE484222325
    for letter in text.encode():
        hashed = ((hashed ^ letter) * 0x100000001B3) % 2**64
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        hashed = ((hashed ^ (hashed >> 33)) * factor) % 2**64
    return hashed ^ (hashed >> 33)


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=8))
def test_the_hash_of_an_id_is_the_one_reckoned_by_hand_whatever_stands_beside_it(ids):
    assert stable_hash(pl.Series(ids, dtype=pl.String)).tolist() == [by_hand(text) for text in ids]


def test_the_hash_is_the_same_in_all_versions():
    """Written down: whoever changes it changes every sample, and with it every figure."""
    assert stable_hash(pl.Series(["hv-01", "p-17/2025-10-20"])).tolist() == [
        12432602389875750449,
        1914894866542347221,
    ]


def test_a_slice_of_ids_has_the_hashes_of_its_own_ids():
    ids = pl.Series(["a", "bb", "ccc", None, "eeeee"])
    assert stable_hash(ids.slice(2, 3)).tolist() == stable_hash(ids).tolist()[2:]


@pytest.fixture(scope="module")
def weekly():
    """500 requests, the first for one week, the last for eight."""
    rows = [
        (f"RR-{number}", START + dt.timedelta(weeks=week)) for number in range(500) for week in range(1 + number % 8)
    ]
    return pl.DataFrame(rows, schema=["subject_id", "as_of"], orient="row")


def test_subjects_are_in_or_out_with_all_their_rows_and_in_their_order(weekly):
    taken = sample(weekly, 700)
    assert 650 < taken.height <= 700
    whole = weekly.filter(pl.col("subject_id").is_in(taken["subject_id"].unique().implode()))
    assert taken.equals(whole)


def test_the_order_of_the_rows_does_not_matter(weekly):
    assert sample(weekly.reverse(), 700).sort(weekly.columns).equals(sample(weekly, 700).sort(weekly.columns))


def test_a_smaller_sample_is_part_of_a_larger_one(weekly):
    small, large = (set(sample(weekly, rows)["subject_id"]) for rows in (300, 900))
    assert small < large


@pytest.mark.parametrize("most_rows", [None, 2242, 10**6])
def test_where_there_are_few_enough_all_are_taken(weekly, most_rows):
    assert weekly.height == 2242
    assert sample(weekly, most_rows).equals(weekly)


def test_what_is_to_be_whole_stays_whole_and_the_rest_fits_the_limit(weekly):
    from_then = START + dt.timedelta(weeks=4)
    taken = sample(weekly, 300, from_then)
    assert taken.filter(pl.col("as_of") >= from_then).equals(weekly.filter(pl.col("as_of") >= from_then))
    early = taken.filter(pl.col("as_of") < from_then)
    assert 270 < early.height <= 300
    assert sample(weekly, 2000, from_then).equals(weekly)


def test_a_sampled_dataset_is_a_part_of_the_whole_one_and_tells_of_how_many(task, firm, quick, dataset):
    some = Dataset.of(task, firm, quick.outcome, most_rows=1000)
    assert some.frame.equals(dataset.frame.join(some.frame, on=["subject_id", "as_of"], how="semi"))
    assert some.built <= 1000 < some.scheduled == dataset.scheduled == dataset.built
    assert len(some) + some.unresolved <= some.built
    assert some.resolved_by(START).sampled == {"built": some.built, "scheduled": dataset.scheduled}


def test_an_amount_that_became_known_later_is_not_learnt_from(rows):
    frame = rows(("a", 1, 5, True), ("b", 1, 5, True)).frame.with_columns(
        came_to=pl.Series([3.0, 4.0]), came_to_known_at=pl.Series([START + dt.timedelta(days=60 + d) for d in (0, 20)])
    )
    known = Dataset(frame, 0).resolved_by(START + dt.timedelta(days=70))
    assert known.frame["came_to"].to_list() == [3.0, None]


def test_what_it_came_to_lies_beside_a_field_of_the_snapshot_that_is_called_amount(task, rows):
    """A milestone has an amount of money, and comes to an amount of days."""
    frame = rows(("a", 1, 5, True)).frame
    snapshots = frame.select("subject_id", "as_of", amount=pl.lit(90_000.0))
    happened = frame.with_columns(amount=pl.lit(41.0), amount_known_at="resolved_at")
    milestones = replace(
        task, scheduled=lambda *_: snapshots, build=lambda *_: snapshots, outcome=lambda *_: happened, expected="days"
    )
    found = Dataset.of(milestones, {}, task.settings()).frame
    assert found.select("amount", "came_to").rows() == [(90_000.0, 41.0)]
