"""What becomes of an entry, as its cells say and as revisions do."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.records import TABLES
from models.unusual_time.lives import lives, of_entries
from tests.models.future import frames, revision, row
from tests.models.unusual_time.by_hand import Hand
from tests.models.unusual_time.firms import firm

ENTERED = dt.datetime(2025, 3, 3, 17, tzinfo=dt.UTC)
LATER, LAST = ENTERED + dt.timedelta(days=3), ENTERED + dt.timedelta(days=9)


def entry(**cells):
    return row(
        "time_entries",
        entry_id="T",
        person_id="ana",
        worked_on=ENTERED.date(),
        hours=8.0,
        entered_at=ENTERED,
        **cells,
    )


def life(cells, *revisions):
    return lives(frames({"time_entries": [cells], "revisions": list(revisions)})).row(0, named=True)


@pytest.mark.parametrize(
    ("cells", "closed_at", "questioned_at"),
    [
        ({}, None, None),
        ({"submitted_at": LATER}, None, None),
        ({"approved_at": LATER}, LATER, None),
        ({"rejected_at": LATER}, LATER, LATER),
        ({"corrected_at": LATER}, LATER, LATER),
        ({"approved_at": LATER, "corrected_at": LAST}, LATER, LAST),
        ({"rejected_at": LATER, "corrected_at": LAST, "approved_at": LAST}, LATER, LATER),
        ({"written_off_hours": 2.0, "invoice_id": "I1"}, None, None),
    ],
)
def test_an_entry_is_closed_by_its_first_approval_or_question(cells, closed_at, questioned_at):
    found = life(entry(**cells))
    assert (found["closed_at"], found["questioned_at"]) == (closed_at, questioned_at)


@pytest.mark.parametrize(
    ("column", "value", "closed_at", "questioned_at"),
    [
        ("written_off_hours", 2.0, LATER, LATER),
        ("written_off_hours", 0.0, None, None),
        ("invoice_id", "I1", LATER, None),
        ("rejected_at", LAST, LAST, LAST),
        ("approved_at", LATER - dt.timedelta(days=1), LATER, None),
    ],
)
def test_revisions_tell_of_write_offs_and_invoices_from_when_they_were_written(column, value, closed_at, questioned_at):
    found = life(entry(), revision("time_entries", entry(), column, value, LATER))
    assert (found["closed_at"], found["questioned_at"]) == (closed_at, questioned_at)


def test_what_happened_before_an_entry_was_known_counts_from_then():
    assert life(entry(rejected_at=ENTERED - dt.timedelta(days=1)))["questioned_at"] == ENTERED


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_a_plain_hand_finds_the_same_lives(seed):
    tables = firm(seed)
    hand = Hand(tables)
    for found in lives(frames(tables)).iter_rows(named=True):
        name = found["entry_id"]
        assert (found["known_at"], found["closed_at"], found["questioned_at"]) == (
            hand.since[name], hand.closed_at(name), hand.questioned_at(name),
        )  # fmt: skip


@settings(deadline=None, max_examples=4)
@given(st.integers(0, 2**32 - 1))
def test_some_entries_live_as_they_do_among_all(seed):
    records = frames(firm(seed))
    few = records["time_entries"]["entry_id"].sample(fraction=0.1, seed=1)
    among = lives(records).filter(lives(records)["entry_id"].is_in(few.implode()))
    assert lives(of_entries(records, few)).equals(among)


def test_without_entries_there_are_no_lives():
    assert lives({}).is_empty()
    assert lives({"time_entries": TABLES["time_entries"].empty()}).columns == lives({}).columns
