"""What was recommended, decided and done becomes labels, which one command writes for the lab."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import polars as pl
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from models.labels import LABELS, Done, what_was_done
from service.cli import main
from service.store.inbox_tables import exception_decisions, exceptions, troubles
from service.store.labels import labels
from service.store.tables import recommendations
from tests.service.rows import put


@pytest.fixture
def trouble(engine):
    """An exception with a trouble about a subject, found at an answer, and perhaps a decision on it."""

    def make(subject_id, answer_id, *, at, probability, decision=None, reason_code=None):
        exception_id = uuid4()
        with engine.begin() as connection:
            put(connection, exceptions, exception_id=exception_id, cause_key=subject_id)
            put(
                connection, troubles, exception_id=exception_id, task="missing_time", subject_id=subject_id,
                answer_id=answer_id, as_of=at, first_found_at=at, found_at=at, probability=probability,
            )  # fmt: skip
            if decision is not None:
                decided_at = at + timedelta(seconds=30)
                put(
                    connection, exception_decisions, exception_id=exception_id, kind=decision, reason_code=reason_code,
                    decided_at=decided_at,
                )  # fmt: skip

    return make


def test_labels_say_what_was_recommended_decided_and_done(  # noqa: PLR0917 - fixtures
    given, decide, engine, trouble, client, as_, environ, tmp_path, audited
):
    now = datetime.now(UTC)
    jtis = {person: given(person=person, now=now - timedelta(minutes=9))[0] for person in ("P1", "P2", "P3", "P4")}
    with engine.connect() as connection:
        query = select(recommendations.c.subject_id, recommendations.c.answer_id)
        answer_of = {row.subject_id: row.answer_id for row in connection.execute(query)}
    decide(jtis["P1"])
    decide(jtis["P2"], decision="dismiss", reason="No.")
    for work in ("not_done", "done"):
        headers = as_("orchestrator", "engine-1") | {"Idempotency-Key": work}
        said = {"approval": "approved", "work": work, "happened_at": now.isoformat()}
        assert client.post(f"/v1/recommendations/{jtis['P1']}/outcomes", json=said, headers=headers).status_code == 201
    day, earlier = "2026-03-02", now - timedelta(minutes=10)
    trouble(f"P1/{day}", answer_of[f"P1/{day}"], at=earlier, probability=0.9)
    trouble(f"P3/{day}", answer_of[f"P3/{day}"], at=earlier, probability=0.8, decision="dismiss", reason_code="known")
    trouble(f"P4/{day}", uuid4(), at=earlier, probability=0.7)  # found again since, at another answer
    trouble("P9/2026-03-03", answer_of[f"P4/{day}"], at=earlier, probability=0.6, decision="contest")

    file = tmp_path / "labels.parquet"
    ran = CliRunner().invoke(main, ["labels", "export", "--out", str(file)], env=environ)
    assert ran.exit_code == 0, ran.output
    found = pl.read_parquet(file)
    assert dict(found.schema) == dict(LABELS)
    with engine.connect() as connection:
        assert found.equals(labels(connection))
    columns = ("subject_id", "jti", "action", "probability", "decision", "reason_code", "approval", "work")
    act = "remind_consultant"
    assert sorted(found.select(columns).rows()) == [
        (f"P1/{day}", jtis["P1"], act, 0.9, "accept", None, "approved", "done"),
        (f"P2/{day}", jtis["P2"], act, None, "dismiss", None, None, None),
        (f"P3/{day}", jtis["P3"], act, 0.8, None, None, None, None),
        (f"P4/{day}", jtis["P4"], act, None, None, None, None, None),
        ("P9/2026-03-03", None, None, 0.6, "contest", None, None, None),
    ]
    assert set(found["model_version"]) == {"3"}
    assert {str(UUID(each)) for each in found["answer_id"]} == {str(each) for each in answer_of.values()}
    assert dict(what_was_done(found).select("subject_id", "done").rows()) == {
        f"P1/{day}": Done.ACTED, f"P2/{day}": Done.DISMISSED, f"P3/{day}": Done.NOT_ACTED, f"P4/{day}": Done.NOT_ACTED,
        "P9/2026-03-03": Done.NOT_RECOMMENDED,
    }  # fmt: skip
    assert file.stat().st_mode & 0o777 == 0o600
    assert audited("labels_exported") == [{"rows": 5}]


def test_a_decision_on_an_exception_counts_for_what_was_recommended_before_it(given, engine, trouble):
    now = datetime.now(UTC)
    given(person="P1", now=now - timedelta(minutes=9))
    with engine.connect() as connection:
        ((subject, answer_id),) = connection.execute(select(recommendations.c.subject_id, recommendations.c.answer_id))
    at = now - timedelta(minutes=9, seconds=15)
    trouble(subject, answer_id, at=at, probability=0.8, decision="dismiss", reason_code="known")
    with engine.connect() as connection:
        (row,) = labels(connection).rows(named=True)
    assert (row["decision"], row["reason_code"], row["decided_at"]) == ("dismiss", "known", at + timedelta(seconds=30))


def test_without_anything_there_is_an_empty_file_with_the_same_columns(environ, tmp_path):
    file = tmp_path / "labels.parquet"
    assert CliRunner().invoke(main, ["labels", "export", "--out", str(file)], env=environ).exit_code == 0
    assert pl.read_parquet(file).schema == pl.Schema(LABELS)
    refused = CliRunner().invoke(main, ["labels", "export", "--out", "labels.csv"], env=environ)
    assert (refused.exit_code, ".parquet" in refused.stderr) == (2, True)
