"""Sums by owner as they stood at an instant, beside the same worked out a row at a time."""

import datetime as dt
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.point_in_time import INSTANT
from models.running_sums import RunningSums, movements

START = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
FACTS = {"person": pl.String, "project": pl.Int64, "known_at": INSTANT, "seconds": pl.Int64, "entries": pl.Int64}
SUBJECTS = {"person": pl.String, "project": pl.Int64, "as_of": INSTANT}
AMOUNTS = ["seconds", "entries"]


def instant(rng: Random) -> dt.datetime:
    return START + dt.timedelta(days=rng.randint(0, 9), hours=rng.choice((0, 0, 7)))


def some(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Facts and subjects of few owners and instants, so that many of them meet; some have none."""
    rng = Random(seed)
    people, projects = ("ana", "bo", None), (1, 2, None)
    facts = [
        (rng.choice(people), rng.choice(projects), rng.choice((instant(rng), instant(rng), None)),
         rng.choice((None, -3600, 0, 3600)), 1)
        for _ in range(rng.randint(0, 40))
    ]  # fmt: skip
    subjects = [(rng.choice((*people, "cy")), rng.choice((*projects, 3)), instant(rng)) for _ in range(12)]
    return pl.DataFrame(facts, FACTS, orient="row"), pl.DataFrame(subjects, SUBJECTS, orient="row")


def by_hand(facts: pl.DataFrame, owner: list[str], subject: dict, after: dt.datetime | None = None) -> tuple:
    """When the last fact was known, and the sums, of those up to ``as_of`` and after another instant."""
    mine = [
        fact
        for fact in facts.iter_rows(named=True)
        if fact["known_at"] is not None
        and all(fact[name] == subject[name] is not None for name in owner)
        and fact["known_at"] <= subject["as_of"]
        and (after is None or fact["known_at"] > after)
    ]
    sums = [sum(fact[amount] or 0 for fact in mine) for amount in AMOUNTS]
    return max((fact["known_at"] for fact in mine), default=None), *sums


@pytest.mark.parametrize("few", [0, 2_000])
@given(st.integers(0, 2**32 - 1), st.sampled_from(["person", ["person", "project"]]))
def test_sums_are_of_the_owners_facts_up_to_the_instant(few, seed, owner):
    facts, subjects = some(seed)
    names = [owner] if isinstance(owner, str) else owner
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("models.running_sums._FEW", few)
        found = RunningSums(facts, owner, AMOUNTS).at(subjects)
    assert found.schema == {"known_at": INSTANT, "seconds": pl.Int64, "entries": pl.Int64}
    assert found.rows() == [by_hand(facts, names, subject) for subject in subjects.iter_rows(named=True)]


@given(st.integers(0, 2**32 - 1), st.integers(0, 6))
def test_a_window_holds_its_end_and_not_its_beginning(seed, days):
    facts, subjects = some(seed)
    found = RunningSums(facts, "person", AMOUNTS).within(subjects, days)
    before = [subject["as_of"] - dt.timedelta(days=days) for subject in subjects.iter_rows(named=True)]
    expected = [
        by_hand(facts, ["person"], subject, after)[1:]
        for subject, after in zip(subjects.iter_rows(named=True), before, strict=True)
    ]
    assert found.rows() == expected


@given(st.integers(0, 2**32 - 1))
def test_neither_the_order_of_facts_nor_other_subjects_matter(seed):
    facts, subjects = some(seed)
    together = RunningSums(facts, ["person", "project"], AMOUNTS).at(subjects)
    shuffled = RunningSums(facts.sample(fraction=1, shuffle=True, seed=1), ["person", "project"], AMOUNTS)
    assert shuffled.at(subjects.slice(5, 1)).equals(together.slice(5, 1))


@pytest.mark.parametrize("moment", [dt.timedelta(), dt.timedelta(microseconds=1)])
def test_a_fact_counts_from_its_very_instant(moment):
    facts = pl.DataFrame([("ana", 1, START + moment, 60, 1)], FACTS, orient="row")
    asked = pl.DataFrame([("ana", 1, START)], SUBJECTS, orient="row")
    assert RunningSums(facts, "person", ["entries"]).at(asked)["entries"].to_list() == [0 if moment else 1]


def test_an_instant_that_is_not_there_has_no_sums():
    facts = pl.DataFrame([("ana", 1, START, 60, 1)], FACTS, orient="row")
    asked = pl.DataFrame([("ana", 1, None)], SUBJECTS, orient="row")
    assert RunningSums(facts, "person", AMOUNTS).at(asked).rows() == [(None, 0, 0)]


def test_a_version_adds_what_it_says_and_the_next_one_takes_it_back():
    later = START + dt.timedelta(days=2)
    versions = pl.DataFrame(
        [("ana", START, later, 8), ("bo", later, None, None)],
        {"person": pl.String, "known_at": INSTANT, "known_until": INSTANT, "hours": pl.Int64},
        orient="row",
    )
    assert movements(versions, ["hours"]).select("person", "known_at", "hours").rows() == [
        ("ana", START, 8), ("bo", later, 0), ("ana", later, -8),
    ]  # fmt: skip
