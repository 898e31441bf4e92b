"""An export of the audit chain is checked by anybody: with this code, or with sha256sum and nothing else."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import heads
from ledger.audit import Entry, append
from ledger.chain import Broken, signed_mark
from ledger.export import Checked, check
from ledger.pseudonyms import erase, pseudonym, references
from ledger.reading import Wanted, page, pseudonyms, span, stream
from ledger.record import transaction

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROWS = 12
HOUR = timedelta(hours=1)


@pytest.fixture
def chain(engine, home):
    """Twelve rows, one an hour, of two kinds, with payloads that are hard to write the same twice."""
    for number in range(1, ROWS + 1):
        with transaction(engine, home) as connection:
            payload = {
                "n": 1e22,
                "answer_id": f"0000000{number:x}-0000-4000-8000-000000000000",
                "text": 'é "row":}\u2028',
            }
            append(connection, [Entry("decision" if number % 3 == 0 else "answer", payload)], now=NOW + number * HOUR)
    return home


@pytest.fixture
def lines(chain, connection):
    return [row.line for row in stream(connection, Wanted())]


@pytest.fixture
def mark(chain):
    """What the head in the home vouches for: the last row."""
    return signed_mark(heads.load(chain).furthest)


def test_an_export_is_json_and_whole_by_the_head_that_was_kept(lines, mark):
    assert [json.loads(line)["row"]["seq"] for line in lines] == list(range(1, ROWS + 1))
    found = check([f"{line}\n" for line in lines], [mark])
    assert (found.first, found.last.seq, found.last.hash) == (1, ROWS, mark.hash)


def swapped(lines):
    return [*lines[:4], lines[5], lines[4], *lines[6:]]


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        (lambda lines: [line.replace('"decision"', '"answer"') for line in lines], 3),
        (lambda lines: [line.replace('"seq":5}', '"seq":5 }') for line in lines], 5),
        (lambda lines: [line.replace('1e+22', '1E+22') for line in lines], 1),
        (lambda lines: lines[:6] + lines[7:], 7),
        (swapped, 5),
        (lambda lines: lines[:-2], ROWS - 1),
        (lambda lines: [*lines, lines[-1]], ROWS),
        (lambda lines: [*lines[:8], "nonsense", *lines[8:]], 9),
        (lambda lines: [*lines[:8], "[" * 100_000, *lines[8:]], 9),
        (lambda lines: [lines[0], lines[1].replace('{"hash"', '{ "hash"')], 2),
        (lambda lines: [line.replace('"at":"2026', '"at":"0026') for line in lines], 1),
        (lambda lines: lines[:0], 1),
    ],
)  # fmt: skip
def test_what_was_done_to_an_export_is_found_and_the_row_named(lines, mark, change, seq):
    found = check(change(lines), [mark])
    assert isinstance(found, Broken)
    assert found.seq == seq


def test_an_empty_export_proves_nothing():
    assert check([], []) == Broken(None, "the export holds no row")


def test_an_export_that_was_forged_throughout_is_found_by_the_head_alone(engine, chain, mark):
    from tests.ledger.tampering import rehash  # noqa: PLC0415

    with engine.connect() as connection:
        connection.execute(text("UPDATE audit SET kind = 'answer' WHERE seq = 3"))
        rehash(connection, 3)
        forged = [row.line for row in stream(connection, Wanted())]
    assert check(forged, [mark]).seq == ROWS
    assert isinstance(check(forged, []), Checked)


def test_a_part_is_checked_from_its_first_row_on(lines, mark):
    part = check(lines[5:], [mark])
    assert (part.first, part.whole) == (6, False)
    assert check(lines[5:], [mark._replace(seq=2)]).seq == 6
    assert check(lines[:5], [mark]).seq == 6


def test_a_range_is_that_of_its_instants_and_kinds(chain, connection):
    def numbers(**wanted):
        return [row.seq for row in stream(connection, Wanted(**wanted))]

    assert numbers(since=NOW + 3 * HOUR, until=NOW + 6 * HOUR) == [3, 4, 5]
    assert numbers(kind="decision") == [3, 6, 9, 12]
    assert numbers(kind="decision", through=8) == [3, 6]
    assert numbers(names=[frozenset({"00000005-0000-4000-8000-000000000000"})]) == [5]
    assert numbers(names=[frozenset()]) == []
    found = span(connection, Wanted(kind="decision", through=8))
    assert (found.rows, found.first, found.last.seq) == (2, 3, 6)
    assert span(connection, Wanted(kind="dance")) is None
    assert [row.seq for row in page(connection, Wanted(), before=4, limit=2)] == [3, 2]


def test_a_name_that_shares_its_first_64_bits_with_another_is_not_taken_for_it(chain, connection):
    other = frozenset({"00000005-0000-4000-8000-00000000ffff"})
    assert list(stream(connection, Wanted(names=[other]))) == []


def test_a_person_is_found_by_id_until_the_key_is_erased(connection):
    keys = references(connection, ["ana", "bo"])
    rows = [Entry("answer", {"principal": pseudonym(keys[who], who)}) for who in ("ana", "bo", "ana")]
    append(connection, rows, now=NOW)

    def found(who):
        return [row.seq for row in stream(connection, Wanted(names=[pseudonyms(connection, who, [who])]))]

    assert (found("ana"), found("bo"), found("cy")) == ([1, 3], [2], [])
    erase(connection, "ana")
    assert found("ana") == []
    assert connection.execute(text("SELECT person_id FROM person_keys")).scalars().all() == ["bo"]


RECIPE = Path(__file__).parents[2] / "docs" / "audit.md"


def test_the_recipe_by_hand_says_the_same(lines, tmp_path):
    script = RECIPE.read_text(encoding="utf-8").split("<!-- by hand -->\n```bash\n")[1].split("```")[0]
    (tmp_path / "audit.ndjson").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    good = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout.split()) == (0, ["whole:", str(ROWS), "rows"]), good.stderr
    lines[6] = lines[6].replace("answer", "decision")
    (tmp_path / "audit.ndjson").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    bad = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout) == (1, "line 7 is not what was written\n")
