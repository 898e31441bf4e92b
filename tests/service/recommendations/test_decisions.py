"""People decide over HTTP: who may, what they are told, what is kept, and that there is one order of it all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.gate.token_claims import DecisionClaims
from service.gate.verifying import verify_decision

PROBLEM = "urn:bellwether:problem:"


def problem(response):
    return response.status_code, response.json()["type"].removeprefix(PROBLEM), response.json().get("codes")


def test_an_accept_issues_a_decision_that_an_engine_can_verify_offline(client, given, decide, standing):
    jti, _ = given()
    answer = decide(jti, reason="Seen.").json()
    assert (answer["recommendation"], answer["final"], answer["accepts"], answer["approvals"]) == (jti, True, 1, 1)
    claims = verify_decision(
        answer["token"],
        client.get("/.well-known/jwks.json").json(),
        now=datetime.now(UTC),
        issuer="bellwether",
        audience="orchestration-engine",
    )
    assert isinstance(claims, DecisionClaims)
    assert (claims.recommendation, claims.decided_by, claims.step) == (jti, ["lena"], "open")
    engine = standing(jti)
    assert (engine["status"], engine["token"]) == ("accepted", answer["token"])
    assert standing(jti, "pmo", "petra")["token"] is None


def test_a_dismissal_says_why_and_is_no_token(given, decide, standing):
    jti, _ = given()
    refused = decide(jti, decision="dismiss")
    assert problem(refused)[:2] == (422, "malformed-input")
    assert refused.json()["errors"][0]["field"] == "reason"
    answer = decide(jti, decision="dismiss", reason="She is on leave.").json()
    assert (answer["final"], answer["token"]) == (True, None)
    assert standing(jti)["status"] == "dismissed"
    assert problem(decide(jti, "leo")) == (409, "already-decided", ["already_decided"])


@pytest.mark.parametrize(
    ("principal", "api_role", "codes"),
    [
        ("rita", "delivery_lead", ["separation_of_duties"]),
        ("tara", "delivery_lead", ["separation_of_duties"]),
        ("paul", "delivery_lead", ["separation_of_duties"]),
        ("fred", "finance", ["may_not_decide"]),
        ("rosa", "resource_manager", ["may_not_decide"]),
        ("petra", "pmo", ["may_not_decide"]),
    ],
)
def test_whoever_had_a_hand_in_it_or_has_another_role_may_not_accept(  # noqa: PLR0917 - fixtures
    given, decide, audited, principal, api_role, codes
):
    jti, _ = given()
    response = decide(jti, principal, api_role)
    assert problem(response) == (403, "withheld", codes)
    assert response.json()["detail"].endswith(".")
    assert response.json()["policies"] == [code for code in codes if code != "may_not_decide"]
    (row,) = audited("decision_refused")
    assert (row["jti"], row["decision"], row["codes"], row["api_role"]) == (jti, "accept", codes, api_role)
    assert principal not in str(row)
    assert decide(jti).status_code == 200


@pytest.mark.parametrize("api_role", ["orchestrator", "admin", "auditor", "data_scientist", "consultant"])
def test_other_roles_cannot_even_try(given, decide, api_role):
    jti, _ = given()
    assert problem(decide(jti, "x", api_role))[:2] == (403, "not-allowed")


def test_whoever_had_a_hand_in_it_may_dismiss_it(given, decide):
    jti, _ = given()
    assert decide(jti, "rita", decision="dismiss", reason="Already done.").status_code == 200


def test_two_approvals_are_two_different_principals(given, decide, standing, audited):
    jti, _ = given(action="offer_draft_entries")
    first = decide(jti).json()
    assert (first["final"], first["accepts"], first["approvals"], first["token"]) == (False, 1, 2, None)
    assert (standing(jti)["status"], standing(jti)["token"]) == ("standing", None)
    assert problem(decide(jti)) == (403, "withheld", ["same_principal_twice"])
    second = decide(jti, "leo").json()
    assert (second["final"], second["accepts"]) == (True, 2)
    assert second["token"] == standing(jti)["token"]
    assert [row["final"] for row in audited("decision")] == [False, True]


def test_whoever_accepted_first_may_still_dismiss_while_it_is_not_final(given, decide, standing):
    jti, _ = given(action="offer_draft_entries")
    decide(jti)
    assert decide(jti, decision="dismiss", reason="I was wrong.").status_code == 200
    assert standing(jti)["status"] == "dismissed"


def test_of_many_who_accept_at_once_exactly_one_is_first(given, decide, services, audited):
    jti, _ = given()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: decide(jti, f"lead-{number}"), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM decisions")).scalar_one() == 1
    assert (len(audited("decision")), len(audited("decision_refused"))) == (1, 5)


def test_of_many_who_accept_what_takes_two_exactly_two_are_needed(given, decide, audited):
    jti, _ = given(action="offer_draft_entries")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: decide(jti, f"lead-{number}"), range(6)))
    made = [answer.json() for answer in answers if answer.status_code == 200]
    assert sorted((each["accepts"], each["final"]) for each in made) == [(1, False), (2, True)]
    assert {answer.status_code for answer in answers} == {200, 409}
    assert len(audited("decision")) == 2


def test_one_key_sent_many_times_at_once_makes_one_decision_and_one_answer(given, decide, audited):
    jti, _ = given()
    decide(str(uuid4()), key="warm")  # makes lena's key before the threads share it
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: decide(jti, key="k-1"), range(6)))
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].status_code == 200
    assert (len(audited("decision")), audited("decision_refused")) == (1, [])
    other = decide(jti, key="k-1", decision="dismiss", reason="No.")
    assert problem(other)[:2] == (409, "conflict")


def test_a_key_is_required(client, given, as_):
    jti, _ = given()
    response = client.post(
        f"/v1/recommendations/{jti}/decisions", json={"decision": "accept"}, headers=as_("delivery_lead", "lena")
    )
    assert problem(response)[:2] == (422, "malformed-input")
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"


def test_what_has_expired_is_not_accepted_any_more(given, decide, standing):
    jti, _ = given(now=datetime.now(UTC) - timedelta(hours=13))
    assert standing(jti)["status"] == "expired"
    assert problem(decide(jti)) == (403, "withheld", ["recommendation_expired"])


def test_an_accepted_one_can_be_acted_on_as_long_as_its_decision_is_valid(given, services, standing):
    from ledger.principals import Principal  # noqa: PLC0415
    from service.gate.decision import DecisionKind  # noqa: PLC0415
    from service.triage.deciding import Made, Wanted  # noqa: PLC0415

    def accepted(hours_ago):
        given_at = datetime.now(UTC) - timedelta(hours=hours_ago)
        jti, _ = given(now=given_at, person=f"P{hours_ago}")
        wanted = Wanted(jti, DecisionKind.ACCEPT, None, Principal("lena", "delivery_lead", "k"))
        nothing = {"first": lambda _: None, "also": lambda *_: None}
        assert isinstance(services.decisions.decide(wanted, **nothing, now=given_at + timedelta(hours=11)), Made)
        return standing(jti)

    assert (accepted(20)["status"], accepted(24)["status"]) == ("accepted", "expired")


@pytest.mark.parametrize("suffix", ["", "/decisions", "/withdrawal"])
def test_an_unknown_recommendation_is_not_found_and_a_malformed_id_is_malformed(client, as_, suffix):
    headers = as_("delivery_lead", "lena") | {"Idempotency-Key": "k"}
    bodies = {"/decisions": {"decision": "accept"}, "/withdrawal": {"reason": "r"}}
    for jti, status in ((uuid4(), 404), ("17", 422)):
        route = f"/v1/recommendations/{jti}{suffix}"
        response = (
            client.post(route, json=bodies[suffix], headers=headers) if suffix else client.get(route, headers=headers)
        )
        assert response.status_code == status


def test_readers_see_the_terms_that_their_role_may_see_and_only_those_who_decide_see_who_did(given, decide, standing):
    jti, _ = given(action="offer_draft_entries")
    decide(jti, reason="Looks right.")
    lead, money, engine = standing(jti, "delivery_lead", "leo"), standing(jti, "finance", "fred"), standing(jti)
    assert lead["params"] == {"person_id": "P1", "day": "2026-03-02", "missing_hours": 8.0, "project_ids": ["J1"]}
    assert money["params"] == lead["params"] | {"missing_hours": None}
    assert lead["requires"] == {"approver_role": "delivery_lead", "approvals": 2, "not": ["paul", "rita", "tara"]}
    assert lead["workflow"] == {"name": "weekly_time", "version": 7, "instance": "TE-2026-10", "step": "open"}
    assert (lead["decisions"][0]["by"], lead["decisions"][0]["reason"]) == ("lena", "Looks right.")
    assert (engine["decisions"][0]["by"], engine["decisions"][0]["reason"]) == (None, None)


def test_whoever_may_not_see_all_that_a_token_says_is_not_given_it_and_the_engine_is(given, decide, standing):
    jti, _ = given(step="closing", action="route_to_finance_review")
    answer = decide(jti, "fred", "finance").json()
    assert (answer["final"], answer["token"]) == (True, None)
    assert standing(jti, "finance", "fred")["params"]["missing_hours"] is None
    assert standing(jti)["token"]


def test_every_decision_is_a_row_of_a_whole_chain_that_names_no_person_and_quotes_nobody(given, decide, audited, log):
    jti, _ = given()
    made = decide(jti, reason="Zanzibar").json()
    (row,) = audited("decision")
    assert (row["decision_id"], row["jti"], row["decision"]) == (made["decision_id"], jti, "accept")
    assert row["policies"] == ["may_decide"]
    assert not {"lena", "Zanzibar"} & set(map(str, row.values()))
    assert len(row["principal"]) == len(row["reason"]) == 64
    assert "Zanzibar" not in log.getvalue()
