"""Every gate that comes into force is on record once, with its texts, and no version says two things."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import text

from ledger import heads
from ledger.verify import Verified, verify
from service.gate.gate_files import load_gate
from service.gate.mistakes import GateFilesRefused
from service.gate.workflow_files import SHIPPED_WORKFLOWS
from service.gate_register import put_in_force

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STAFFING = (SHIPPED_WORKFLOWS / "staffing.yaml").read_text()


@pytest.fixture
def staffing(tmp_path):
    """A gate in which the staffing workflow has this text."""

    def make(changed=STAFFING):
        (tmp_path / "workflows").mkdir(exist_ok=True)
        (tmp_path / "workflows" / "staffing.yaml").write_text(changed)
        return load_gate(tmp_path)

    return make


@pytest.fixture
def put(engine, home):
    return lambda gate: put_in_force(engine, home, gate, now=NOW)


@pytest.fixture
def on_record(engine):
    """The policy versions that came into force, in order."""

    def read():
        query = "SELECT payload FROM audit WHERE kind = 'gate_in_force' ORDER BY seq"
        with engine.connect() as connection:
            return [json.loads(payload) for payload in connection.execute(text(query)).scalars()]

    return read


def version_of(raised, changed):
    number = int(STAFFING.split("version: ")[1].split("\n")[0])
    return changed.replace(f"version: {number}", f"version: {number + raised}")


def test_a_gate_is_on_record_once_with_the_digests_of_all_its_texts(staffing, put, on_record, engine, home):
    gate = staffing()
    put(gate)
    put(gate)
    (entry,) = on_record()
    assert entry["policy_version"] == gate.policy_version
    assert (entry["policies"], entry["tables"]) == (gate.policies.digest, gate.tables.digest)
    assert entry["workflows"] == {
        name: {"version": each.workflow.version, "digest": each.digest} for name, each in gate.workflows.files.items()
    }
    with engine.connect() as connection:
        assert isinstance(verify(connection, heads.load(home)), Verified)


def test_its_texts_are_kept_and_make_the_same_gate_again(staffing, put, engine):
    gate = staffing()
    put(gate)
    with engine.connect() as connection:
        kept = dict(connection.execute(text("SELECT name, text FROM workflow_versions")).all())
        files = connection.execute(text("SELECT files FROM policy_versions")).scalar_one()
    assert kept == {name: each.text for name, each in gate.workflows.files.items()}
    assert kept["staffing"] == STAFFING
    assert set(files.values()) == {*gate.policies.texts.values(), gate.tables.text}
    assert {"shipped/policies/10_step.cedar", "shipped/policies/gate.cedarschema", "shipped/tables.yaml"} <= set(files)


def test_a_text_that_changed_under_the_same_version_is_refused_with_the_line_of_the_version(staffing, put, on_record):
    put(staffing())
    changed = STAFFING.replace("P3D", "P4D")
    with pytest.raises(GateFilesRefused) as refused:
        put(staffing(changed))
    (mistake,) = refused.value.mistakes
    assert mistake.file.name == "staffing.yaml"
    assert STAFFING.splitlines()[mistake.line - 1].startswith("version: ")
    assert mistake.reason.endswith(" of staffing was in force with another text; raise the version")
    assert len(on_record()) == 1

    put(staffing(version_of(1, changed)))
    assert len(on_record()) == 2


def test_a_version_that_comes_back_is_in_force_again_with_the_text_that_it_had(staffing, put, on_record):
    old, new = staffing(), staffing(version_of(1, STAFFING.replace("P3D", "P4D")))
    for gate in (old, new, old, old):
        put(gate)
    versions = [entry["policy_version"] for entry in on_record()]
    assert versions == [old.policy_version, new.policy_version, old.policy_version]


def test_two_processes_that_see_a_change_at_once_make_one_record(staffing, put, on_record):
    gate, together = staffing(), Barrier(2)

    def at_once(_):
        together.wait(timeout=30)
        put(gate)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(at_once, range(2)))
    assert [entry["policy_version"] for entry in on_record()] == [gate.policy_version]


def test_of_two_texts_under_one_version_at_once_one_is_refused(staffing, put, on_record):
    gates, together = [staffing(STAFFING + "# a\n"), staffing(STAFFING + "# b\n")], Barrier(2)

    def at_once(gate):
        together.wait(timeout=30)
        try:
            put(gate)
        except GateFilesRefused:
            return "refused"
        return "in force"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(at_once, gates)) == ["in force", "refused"]
    assert len(on_record()) == 1


def test_an_own_policy_and_table_are_kept_under_their_own_names(tmp_path, put, engine):
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "10_step.cedar").write_text(
        '@id("own_none") @reason("None.")\nforbid (principal, action in Action::"hold", resource);'
    )
    (policies / "10_step.cases.yaml").write_text(
        "recommend:\n  cases:\n    an entry is held: {action: hold_entry_for_review, codes: [own_none]}\n"
        "    nothing is held: {}\n"
    )
    put(load_gate(tmp_path))
    with engine.connect() as connection:
        files = connection.execute(text("SELECT files FROM policy_versions")).scalar_one()
    assert files["own/policies/10_step.cedar"].startswith('@id("own_none")')
    assert files["shipped/policies/10_step.cedar"] != files["own/policies/10_step.cedar"]
