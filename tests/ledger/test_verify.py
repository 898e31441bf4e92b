import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger import heads
from ledger.audit import Entry, append, row_hash
from ledger.errors import ChainBrokenError
from ledger.heads import Heads
from ledger.record import record, transaction
from ledger.verify import Broken, Verified, verify

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)


def entries(count):
    return [Entry("answer", {"answer_id": f"a{number}", "probability": 0.1 * number}) for number in range(count)]


def by_hand(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def rewrite_from(engine, seq):
    """Recompute every hash from row ``seq`` on, and the head's: what a forger with this code at hand would do."""
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT * FROM audit WHERE seq >= :seq ORDER BY seq"), {"seq": seq}).all()
        previous = rows[0].previous_hash
        for row in rows:
            own = row_hash(previous, seq=row.seq, at=row.at, kind=row.kind, payload=row.payload)
            connection.execute(
                text("UPDATE audit SET previous_hash = :previous, hash = :own WHERE seq = :seq"),
                {"previous": previous, "own": own, "seq": row.seq},
            )
            previous = own
        connection.execute(text("UPDATE audit_head SET hash = :hash"), {"hash": previous})


def cut_after(engine, seq):
    """Delete the last rows and wind the head back, as if they had never been."""
    by_hand(
        engine,
        f"DELETE FROM audit WHERE seq > {seq}",
        f"UPDATE audit_head SET seq = {seq}, hash = (SELECT hash FROM audit WHERE seq = {seq})",
    )


def verdict(engine, home):
    with engine.connect() as connection:
        return verify(connection, heads.load(home))


@pytest.fixture
def chain(engine, home):
    """Ten rows, witnessed by a head at 4 of a writer long dead, and by this process at 10."""
    with transaction(engine, home) as connection:
        fourth = append(connection, entries(4), now=NOW)[-1]
    stale = home / "heads" / "0000.jws"
    next((home / "heads").glob("*.jws")).rename(stale)
    assert heads.load(home).furthest == fourth.head
    record(engine, home, entries(6), now=NOW)
    return home


def test_a_whole_chain_is_verified_up_to_its_signed_head(engine, chain):
    found = verdict(engine, chain)
    assert (found.rows, found.head.seq, found.witnessed) == (10, 10, 10)


def test_an_empty_chain_is_whole(engine, home):
    assert verdict(engine, home) == Verified(0, None, 0)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE audit SET payload = replace(payload, 'a0', 'a9') WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 7", 7),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 10", 10),
        ("UPDATE audit SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4)", -4),
        ("UPDATE audit SET kind = 'decision' WHERE seq IN (6, 9)", 6),
        ("INSERT INTO audit SELECT 11, at, kind, payload, previous_hash, hash FROM audit WHERE seq = 10", 11),
        ("TRUNCATE audit", 1),
        ("UPDATE audit_head SET seq = 9", 9),
        ("UPDATE audit_head SET seq = 11", 11),
        ("UPDATE audit_head SET hash = repeat('0', 64)", 10),
        ("DELETE FROM audit_head", None),
    ],
)
def test_a_hand_in_the_table_is_found_and_the_first_bad_row_named(engine, chain, statement, seq):
    by_hand(engine, statement)
    found = verdict(engine, chain)
    assert isinstance(found, Broken)
    assert found.seq == seq


def test_rows_that_changed_places_are_found(engine, chain):
    by_hand(
        engine,
        "UPDATE audit SET seq = -seq WHERE seq IN (5, 6)",
        "UPDATE audit SET seq = 11 + seq WHERE seq IN (-5, -6)",
    )
    assert verdict(engine, chain).seq == 5


@pytest.mark.parametrize("last", [9, 5, 4, 1])
def test_rows_cut_off_at_the_end_are_found_by_the_signed_head(engine, chain, last):
    cut_after(engine, last)
    found = verdict(engine, chain)
    assert found.seq == last + 1
    assert "signed" in found.why


@pytest.mark.parametrize(("forged", "named"), [(2, 4), (4, 4), (5, 10), (10, 10)])
def test_a_forgery_with_recomputed_hashes_is_found_at_the_next_signed_head(engine, chain, forged, named):
    by_hand(engine, f"UPDATE audit SET payload = '{{}}' WHERE seq = {forged}")
    rewrite_from(engine, forged)
    found = verdict(engine, chain)
    assert found.seq == named
    assert "another hash than the head signed" in found.why


def test_a_head_behind_the_table_is_harmless(engine, chain):
    with engine.begin() as connection:
        append(connection, entries(3), now=NOW)  # and then a crash, before its head is saved
    found = verdict(engine, chain)
    assert (found.rows, found.witnessed) == (13, 10)


@pytest.mark.parametrize("content", ["nonsense", "e30.e30.e30", "é"])
def test_a_head_that_this_home_did_not_sign_is_named(engine, chain, content):
    (chain / "heads" / "forged.jws").write_text(content)
    found = verdict(engine, chain)
    assert found.seq is None
    assert "forged.jws" in found.why


def test_a_changed_head_file_is_found(engine, chain):
    file = chain / "heads" / "0000.jws"
    file.write_text(file.read_text()[:-2] + ("AA" if not file.read_text().endswith("AA") else "BB"))
    assert "0000.jws" in verdict(engine, chain).why


def test_a_head_signed_in_another_home_does_not_count(engine, chain, tmp_path):
    heads.save(tmp_path, heads.load(chain).furthest)
    next((tmp_path / "heads").glob("*.jws")).rename(chain / "heads" / "foreign.jws")
    assert "foreign.jws" in verdict(engine, chain).why


def test_an_empty_head_file_says_nothing(engine, chain):
    (chain / "heads" / "empty.jws").touch()
    assert isinstance(verdict(engine, chain), Verified)


def test_a_process_does_not_write_over_the_evidence_of_a_cut(engine, chain):
    cut_after(engine, 9)
    with pytest.raises(ChainBrokenError, match="row 10 differs") as refusal:
        record(engine, chain, entries(5), now=NOW)
    assert refusal.value.seq == 10
    assert verdict(engine, chain).seq == 10


def test_a_new_process_looks_at_every_head_before_its_first_row(engine, home):
    heads.save(home, heads.Head(3, "f" * 64, NOW))  # left by somebody; this chain never had such a row
    heads._writers.clear()
    with pytest.raises(ChainBrokenError, match="row 3 is missing"):
        record(engine, home, entries(1), now=NOW)


def test_files_of_dead_writers_do_not_pile_up(engine, home):
    for _ in range(5):
        heads._writers.clear()  # as a process that starts finds it
        record(engine, home, entries(1), now=NOW)
    assert len(list((home / "heads").iterdir())) <= 2
    assert verdict(engine, home).witnessed == 5


def test_a_failed_transaction_saves_no_head(engine, home):
    def fail():
        with transaction(engine, home) as connection:
            append(connection, entries(1), now=NOW)
            connection.execute(text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError):
        fail()
    assert heads.load(home) == Heads()


def test_threads_that_record_at_once_leave_the_furthest_head(engine, home):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: record(engine, home, entries(2), now=NOW), range(12)))
    found = verdict(engine, home)
    assert (found.rows, found.witnessed) == (24, 24)


def test_the_signing_key_is_its_owners_alone_and_made_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: heads._key(tmp_path).thumbprint(), range(8)))
    assert len(set(keys)) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["audit.pem"]
    assert stat.S_IMODE((tmp_path / "keys" / "audit.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
