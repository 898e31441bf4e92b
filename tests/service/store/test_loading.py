"""A folder of records is loaded as a whole, on record, or not at all."""

import json

import pytest
import sqlalchemy as sa

from ledger.heads import load as load_heads
from service.store.loading import RecordsLoaded, RecordsRefused, load_folder
from service.store.records import Loaded

PEOPLE = "person_id,job_role,timezone\nP1,developer,Europe/Berlin\nP2,designer,\n"
GOOD = "entry_id,person_id,worked_on,hours\nE1,P1,2026-03-02,8\nE2,P2,2026-03-02,7.5\n"
BAD_ROW = GOOD + "E3,P1,2026-03-03,-1\n"
BAD_COLUMN = "entry_id,person_id,worked_on\nE1,P1,2026-03-02\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def load(engine, home, folder, now):
    def load(entries, *, setting_aside=False):
        (folder / "time_entries.csv").write_text(entries, encoding="utf-8")
        return load_folder(engine, home, folder, setting_aside=setting_aside, clock=lambda: now)

    return load


def stored(engine, table):
    with engine.connect() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_a_good_folder_is_loaded_and_put_on_record_with_its_counts_and_hash(load, engine, home):
    done = load(GOOD)
    assert isinstance(done, RecordsLoaded)
    assert done.loaded == {"people": Loaded(2, 0, 0), "time_entries": Loaded(2, 0, 0)}
    new = {"inserted": 2, "updated": 0, "unchanged": 0, "revisions": 0}
    assert json.loads(done.audit_row.payload) == {
        "tables": {"people": new, "time_entries": new},
        "set_aside": {},
        "content_hash": done.content_hash,
    }
    assert done.audit_row.kind == "records_loaded"
    assert load_heads(home).furthest == done.audit_row.head
    assert stored(engine, "records.time_entries") == 2


def test_the_same_folder_again_changes_nothing_and_has_the_same_hash(load):
    first, second = load(GOOD), load(GOOD)
    assert second.loaded == {"people": Loaded(0, 0, 2), "time_entries": Loaded(0, 0, 2)}
    assert second.content_hash == first.content_hash


@pytest.mark.parametrize(
    ("entries", "setting_aside", "can_set_aside"),
    [(BAD_ROW, False, True), (BAD_COLUMN, False, False), (BAD_COLUMN, True, False)],
    ids=["a bad row", "a missing column", "a missing column, which cannot be set aside"],
)
def test_a_folder_with_errors_is_refused_as_a_whole(load, engine, entries, setting_aside, can_set_aside):
    refused = load(entries, setting_aside=setting_aside)
    assert isinstance(refused, RecordsRefused)
    assert refused.report.errors > 0
    assert refused.can_set_aside is can_set_aside
    assert (stored(engine, "records.people"), stored(engine, "audit")) == (0, 0)


def test_bad_rows_are_set_aside_when_told_so_and_counted(load, engine):
    done = load(BAD_ROW, setting_aside=True)
    assert done.set_aside == {"time_entries": 1}
    assert json.loads(done.audit_row.payload)["set_aside"] == {"time_entries": 1}
    assert stored(engine, "records.time_entries") == 2


def test_an_empty_folder_is_refused(engine, home, tmp_path, now):
    assert isinstance(load_folder(engine, home, tmp_path, setting_aside=True, clock=lambda: now), RecordsRefused)


def test_no_record_is_loaded_without_its_audit_row(load, engine):
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE audit ADD CHECK (kind <> 'records_loaded')"))
    with pytest.raises(sa.exc.IntegrityError):
        load(GOOD)
    assert stored(engine, "records.people") == 0
