"""What a recommendation came to is kept and recorded whatever it was, with what is wrong in it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.gate.decision import DecisionKind
from service.store.outcomes import Approval, Work
from service.triage.reporting import Reported, flags

NOW, MINUTE = datetime(2026, 3, 2, 9, tzinfo=UTC), timedelta(minutes=1)


@pytest.fixture
def outcome(client, as_):
    """The engine reports an outcome: approved and done just now, unless it is said otherwise."""

    def post(jti, *, api_role="orchestrator", key=None, ago=timedelta(), **body):
        headers = as_(api_role, "engine-1") | {"Idempotency-Key": key or uuid4().hex}
        said = {"approval": "approved", "work": "done", "happened_at": (datetime.now(UTC) - ago).isoformat()} | body
        return client.post(f"/v1/recommendations/{jti}/outcomes", json=said, headers=headers)

    return post


def minutes(number):
    return NOW + number * MINUTE


def stands(*, accepted=None, dismissed=None, withdrawn=None):
    """How a recommendation stands that excludes rita, given when what was done to it."""
    kind, at = (DecisionKind.ACCEPT, accepted) if accepted is not None else (DecisionKind.DISMISS, dismissed)
    return SimpleNamespace(
        recommended=SimpleNamespace(excluded=("rita",)),
        final=None if at is None else SimpleNamespace(kind=kind, decided_at=minutes(at)),
        withdrawn_at=None if withdrawn is None else minutes(withdrawn),
    )


@pytest.mark.parametrize(
    ("standing", "approval", "work", "approved_by", "expected"),
    [
        ({"accepted": -9}, "approved", "done", "lena", []),
        ({"accepted": -9}, "not_asked", "partly", None, []),
        ({"accepted": 4}, "approved", "done", "lena", []),  # clocks differ by as much
        ({"accepted": 6}, "approved", "done", "lena", ["acted_without_acceptance"]),
        ({}, "approved", "done", "lena", ["acted_without_acceptance"]),
        ({}, "approved", "not_done", "lena", []),
        ({}, "approved", "failed", "lena", []),
        ({"dismissed": -9}, "approved", "partly", "lena", ["acted_without_acceptance"]),
        ({"accepted": -9, "withdrawn": -6}, "approved", "done", "lena", ["acted_after_withdrawal"]),
        ({"accepted": -9, "withdrawn": -4}, "approved", "done", "lena", []),
        ({"accepted": -9, "withdrawn": -6}, "approved", "not_done", "lena", []),
        ({"accepted": -9}, "rejected", "done", "lena", ["acted_against_rejection"]),
        ({"accepted": -9}, "rejected", "not_done", "lena", []),
        ({"accepted": -9}, "approved", "not_done", "rita", ["approved_by_excluded"]),
        ({"withdrawn": -6}, "rejected", "done", "rita",
         ["acted_without_acceptance", "acted_after_withdrawal", "acted_against_rejection", "approved_by_excluded"]),
    ],
)  # fmt: skip
def test_flags_say_what_is_wrong_with_what_was_done(standing, approval, work, approved_by, expected):
    said = Reported(uuid4(), Approval(approval), Work(work), NOW, approved_by, None)
    assert flags(said, stands(**standing)) == expected


def test_what_was_accepted_and_done_is_kept_without_a_flag(given, decide, outcome):
    jti, _ = given()
    assert decide(jti).status_code == 200
    response = outcome(jti, approved_by="lena")
    assert (response.status_code, response.json()["flags"], response.json()["jti"]) == (201, [], jti)


def test_each_is_stored_beside_those_before_and_recorded_without_names_and_words(
    given, outcome, audited, services, client
):
    jti, _ = given()
    outcome(jti, work="not_done", approved_by="lena", note="Too late for it.")
    outcome(jti, work="done", approved_by="lena", note="Done after all.")
    with services.engine.connect() as connection:
        query = text("SELECT work, approved_by, note, flags FROM recommendation_outcomes ORDER BY reported_at")
        rows = [tuple(row) for row in connection.execute(query)]
    assert rows == [
        ("not_done", "lena", "Too late for it.", []),
        ("done", "lena", "Done after all.", ["acted_without_acceptance"]),
    ]
    first, last = audited("outcome_reported")
    assert (first["jti"], first["work"], last["flags"]) == (jti, "not_done", ["acted_without_acceptance"])
    assert first["approved_by"] == last["approved_by"] != "lena"
    assert first["note"] != last["note"]
    told = str((first, last))
    assert not [each for each in ("lena", "engine-1", "Too late", "Done after") if each in told]


def test_what_cannot_be_is_refused(given, outcome, audited):
    jti, _ = given()
    for status, said in [
        (404, {"jti": uuid4()}),
        (422, {"ago": -timedelta(minutes=6)}),
        (422, {"ago": timedelta(days=1)}),
        (422, {"happened_at": "2026-03-02T09:00:00"}),
        (422, {"work": "tried"}),
        (422, {"approval": "perhaps"}),
        (422, {"approval": "not_asked", "approved_by": "lena"}),
        (422, {"executed": True}),
        (403, {"api_role": "delivery_lead"}),
    ]:
        response = outcome(**{"jti": jti} | said)
        assert response.status_code == status, (said, response.text)
    assert audited("outcome_reported") == []


def test_one_key_sent_many_times_at_once_reports_once(given, outcome, audited):
    jti, _ = given()
    at = datetime.now(UTC).isoformat()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: outcome(jti, key="k-1", happened_at=at), range(4)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len(audited("outcome_reported")) == 1
