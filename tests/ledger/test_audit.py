import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ledger.audit import GENESIS, Entry, append, canonical, head
from ledger.heads import Heads
from ledger.verify import Broken, Verified, verify

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
any_entry = st.builds(
    Entry, kind=st.text("abc_é", min_size=1), payload=st.dictionaries(st.text(), json_values, max_size=3)
)
on_one_connection = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def test_a_row_follows_the_one_before_it_and_can_be_checked_by_hand(connection):
    first, second = append(connection, [Entry("opened", {"b": 1, "a": "é"}), Entry("closed", {})], now=NOW)
    assert (first.seq, first.previous_hash, second.seq, second.previous_hash) == (1, GENESIS, 2, first.hash)
    body = '{"at":"2026-03-02T08:30:00.123456+00:00","kind":"opened","payload":{"a":"\\u00e9","b":1},"seq":1}'
    assert first.hash == hashlib.sha256((GENESIS + body).encode()).hexdigest()
    assert head(connection) == second.head


def test_nothing_appended_leaves_the_chain_as_it_is(connection):
    assert append(connection, [], now=NOW) == ()
    assert head(connection) is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_has_no_word_for_is_refused(connection, value):
    with pytest.raises(ValueError, match="JSON"):
        append(connection, [Entry("answer", {"probability": value})], now=NOW)


def test_an_instant_without_zone_is_refused(connection):
    with pytest.raises(ValueError, match="zone"):
        append(connection, [Entry("answer", {})], now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("number", [1.0, 1e-7, 1e22, -0.0, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, 2**70])
def test_numbers_that_jsonb_would_rewrite_are_kept_and_verify(connection, number):
    (row,) = append(connection, [Entry("answer", {"n": number})], now=NOW)
    assert repr(json.loads(row.payload)["n"]) == repr(number)
    assert verify(connection, Heads()) == Verified(1, row.head, 0)


@given(value=json_values)
def test_canonical_json_says_the_same_and_does_not_depend_on_the_order_of_keys(value):
    assert canonical(json.loads(canonical(value))) == canonical(value)
    assert canonical({"b": value, "a": 1}) == canonical({"a": 1, "b": value})


@on_one_connection
@given(batches=st.lists(st.lists(any_entry, max_size=4), max_size=4))
def test_whatever_was_appended_verifies(connection, batches):
    for batch in batches:
        append(connection, batch, now=NOW)
    count = sum(map(len, batches))
    assert verify(connection, Heads()) == Verified(count, head(connection), 0)
    connection.rollback()


CHANGES = {
    "seq": st.integers(-(2**62), 2**62),
    "at": st.one_of(
        st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda at: f"{at.isoformat()}Z"),
        st.sampled_from(["infinity", "-infinity", "2026-03-02 08:30:00.123456Z BC", "2026-03-02 08:30:00.123457Z"]),
    ),
    "kind": st.text("answerx", min_size=1),
    "payload": st.sampled_from(["{}", '{"answer_id": "a1"}', '{"answer_id":"a1"} ', '{},"seq":3', ""]),
    "previous_hash": st.text("0123456789abcdef", max_size=64),
    "hash": st.text("0123456789abcdef", max_size=64),
}


@on_one_connection
@given(data=st.data(), seq=st.integers(1, 6), cell=st.sampled_from(sorted(CHANGES)))
def test_any_change_of_any_cell_of_any_row_is_found_and_named(connection, data, seq, cell):
    append(connection, [Entry("answer", {"answer_id": f"a{number}"}) for number in range(6)], now=NOW)
    of_row = {"seq": seq}
    value = data.draw(CHANGES[cell])
    before = connection.execute(text("SELECT CAST(audit AS text) FROM audit WHERE seq = :seq"), of_row).one()
    if cell == "seq" and 1 <= value <= 6:
        value += 6
    connection.execute(text(f"UPDATE audit SET {cell} = :value WHERE seq = :seq"), {**of_row, "value": value})
    changed = (
        cell == "seq"
        or connection.execute(text("SELECT CAST(audit AS text) FROM audit WHERE seq = :seq"), of_row).one() != before
    )
    found = verify(connection, Heads())
    connection.rollback()
    if changed:
        assert isinstance(found, Broken)
        assert found.seq == (value if cell == "seq" and value < 1 else seq)
    else:
        assert isinstance(found, Verified)


def test_writers_at_once_keep_one_order(engine):
    def write(writer):
        for batch in range(10):
            with engine.begin() as connection:
                append(connection, [Entry("answer", {"writer": writer, "batch": batch})] * 3, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with engine.connect() as connection:
        assert verify(connection, Heads()) == Verified(120, head(connection), 0)


def test_what_is_rolled_back_leaves_no_gap(engine):
    with engine.connect() as connection:
        append(connection, [Entry("answer", {})], now=NOW)
        connection.rollback()
        (row,) = append(connection, [Entry("answer", {})], now=NOW)
        assert row.seq == 1
