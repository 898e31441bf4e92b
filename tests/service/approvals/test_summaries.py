"""An approval summarised over HTTP: from stored records and handed over, for every reader, kept and on record."""

import json

from sqlalchemy import text

from ledger.verify import Verified

NOTE = "please add the client's mail"
GIVEN = {
    "approval": {
        "approval_id": "X-1", "kind": "late_time", "project_id": "P-9", "requester": "p-5", "amount": 900.5,
        "currency": "EUR", "opened_at": "2025-10-20T08:00:00Z",
    },
    "events": [
        {"at": "2025-10-20T08:00:00Z", "seq": 1, "activity": "submitted", "actor": "p-5"},
        {"at": "2025-10-21T08:00:00Z", "seq": 2, "activity": "returned", "approver_role": "project_manager",
         "note": NOTE},
    ],
    "project": {"project_id": "P-9", "currency": "EUR", "contract_value": 1000, "baseline_margin": 0.2},
}  # fmt: skip


def test_a_stored_approval_is_told_with_evidence_for_every_sentence_kept_and_on_record(
    summarised, services, chain_holds
):
    response = summarised(approval_id="ap-19")
    assert response.status_code == 200, response.text
    answer = response.json()
    assert set(answer) == {
        "answer_id", "sentences", "evidence", "missing", "may_decide", "route", "prompt", "flags", "recommendations",
        "withheld",
    }  # fmt: skip
    known = {item["id"] for item in answer["evidence"]}
    assert answer["sentences"]
    assert all(each["cites"] and known.issuperset(each["cites"]) for each in answer["sentences"])
    assert (answer["route"], answer["prompt"], answer["flags"]) == ("embedded", None, [])
    assert {each["action"] for each in answer["withheld"]} == {
        "remind_approver", "escalate_waiting_approval", "route_approval_to_other_approver",
    }  # fmt: skip
    with services.engine.connect() as connection:
        stored = connection.execute(text("SELECT task, model_version FROM answers")).all()
        payload = json.loads(connection.execute(text("SELECT payload FROM audit WHERE kind = 'answer'")).scalar_one())
    assert stored == [("approval_summary", "1")]
    assert payload["answer_id"] == answer["answer_id"]
    assert (payload["route"], payload["prompt"]) == ("embedded", None)
    assert "ap-19" not in json.dumps(payload)
    assert isinstance(chain_holds(), Verified)


def test_what_is_handed_over_is_told_as_it_would_be_from_the_records(summarised):
    answer = summarised(**GIVEN).json()
    told = " ".join(each["text"] for each in answer["sentences"])
    for words in ("EUR 900.50", "100.50 more than is left", "client agreement asked for", "waiting for 6.2 days"):
        assert words in told
    assert [each["evidence"] for each in answer["missing"]] == ["client_agreement"]
    assert {each["action"] for each in answer["withheld"]} == {
        "draft_question_to_requester", "hold_approval_for_evidence",
    }  # fmt: skip


def test_a_reader_sees_no_evidence_of_a_hidden_kind_and_no_sentence_that_rests_on_it(summarised, services):
    everything = summarised("pmo", **GIVEN).json()
    assert NOTE in {item["value"] for item in everything["evidence"]}
    answer = summarised("finance", **GIVEN).json()
    hidden = [item for item in answer["evidence"] if item["kind"] == "hidden"]
    assert hidden
    assert all(item["value"] is item["source"] is item["unit"] is None for item in hidden)
    assert NOTE not in json.dumps(answer)
    gone = {item["id"] for item in hidden}
    assert all(gone.isdisjoint(each["cites"]) for each in answer["sentences"])


def test_a_repeated_call_gets_the_same_answer_and_a_wrong_one_is_told_what_was_expected(summarised, services):
    key = {"Idempotency-Key": "once"}
    first, second = (summarised(headers=key, approval_id="ap-19") for _ in range(2))
    assert first.content == second.content
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM answers")).scalar() == 1
    wrong = {
        "no approval": ({}, 422, "approval"),
        "both": ({"approval_id": "ap-19", "approval": GIVEN["approval"]}, 422, "approval"),
        "unknown": ({"approval_id": "nobody"}, 422, "unknown-id"),
        "not opened yet": ({"approval_id": "ap-19", "as_of": "2025-01-01T00:00:00Z"}, 422, "unknown-id"),
        "the future": ({"approval_id": "ap-19", "as_of": "2999-01-01T00:00:00Z"}, 422, "as_of"),
        "a bad row": ({"approval": {**GIVEN["approval"], "opened_at": "soon"}}, 422, "approval.opened_at"),
        "a bad step": ({**GIVEN, "events": [{"at": "2025-10-20T08:00:00Z"}]}, 422, "events.activity"),
        "another project": ({**GIVEN, "project": {"project_id": "P-8"}}, 422, "the project that approval names"),
        "an unknown step": (
            {"approval_id": "ap-19", "workflow": {"name": "approvals", "instance": "i", "step": "x"}},
            422, "workflow.step",
        ),
    }  # fmt: skip
    for name, (body, status, expected) in wrong.items():
        refused = summarised(**body)
        assert refused.status_code == status, name
        assert expected in refused.text, (name, refused.text)
    assert summarised("consultant", approval_id="ap-19").status_code == 403
