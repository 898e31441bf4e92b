"""The inbox over HTTP: who reads what of it, and what people do with it."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.inbox.finding import Change
from tests.service.inbox.troubled import eroding_margin, missing_day


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def rated(engine):
    """Euros are the reporting currency, and J1 is a project of C-1's."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO records.fx_rates VALUES ('EUR', '2020-01-01', 1)"))
        connection.execute(text("INSERT INTO records.projects (project_id, client_id) VALUES ('J1', 'C-1')"))


@pytest.fixture
def as_(client, new_key):
    """Calls as somebody in a role; a decision comes with a key of its own."""
    keys = {}

    def call(api_role, path="", body=None, principal=None, key=None):
        name = principal or f"a-{api_role}"
        if (name, api_role) not in keys:
            keys[name, api_role] = new_key(api_role, name)
        headers = {"Authorization": f"Bearer {keys[name, api_role]}"}
        url = f"/v1/exceptions{path}"
        if body is None:
            return client.get(url, headers=headers)
        return client.post(f"{url}/decisions", json=body, headers={**headers, "Idempotency-Key": key or uuid4().hex})

    return call


def audit(engine, kind):
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT payload FROM audit WHERE kind = :kind ORDER BY seq"), {"kind": kind})
        return [json.loads(row) for row in rows.scalars()]


def test_each_reader_has_the_inbox_of_what_they_read_and_of_it_what_they_may_see(services, rated, as_, now):
    days = [missing_day(services, now=now, day=f"2026-03-0{day}", amount=480.0 * day)[0] for day in (2, 3)]
    margin = eroding_margin(services, now=now)
    missing_day(services, now=now, person="P2", band="medium")
    pmo = as_("pmo").json()
    assert days[0] == days[1]
    assert [each["cause"]["key"] for each in pmo["exceptions"]] == ["J1", "P1", "P2"]
    assert (pmo["currency"], pmo["total"], pmo["line"]) == (
        "EUR", 3, {"capacity": 2, "decided_today": 0, "above": 2}
    )  # fmt: skip
    assert [each["above_line"] for each in pmo["exceptions"]] == [True, True, False]
    project, person = pmo["exceptions"][:2]
    assert (project["amount"], project["client_id"], project["rank"]["confidence"]) == (30_000, "C-1", 1)
    assert (person["amount"], person["troubles"], person["owner_role"]) == (600, 2, "project_manager")
    for each in pmo["exceptions"]:
        rank = each["rank"]
        assert rank["score"] == pytest.approx(rank["money"] * rank["urgency"] * rank["confidence"])

    seen = {role: as_(role).json()["total"] for role in ("finance", "delivery_lead", "orchestrator", "admin")}
    assert seen == {"finance": 3, "delivery_lead": 3, "orchestrator": 3, "admin": 0}
    assert as_("resource_manager").json()["total"] == 0
    own = as_("consultant", principal="P1").json()
    assert [(each["cause"]["key"], each["rank"]["place"]) for each in own["exceptions"]] == [("P1", 1)]
    assert as_("consultant", f"/{margin}", principal="P1").status_code == 404
    assert as_("auditor").status_code == 403

    said = as_("finance", f"/{days[0]}").json()["found"][0]
    assert [each["field"] for each in said["prediction"]["reasons"]] == ["personal_time"]
    assert "76%" not in json.dumps(said)
    assert said["prediction"]["recommendations"][0]["token"] is None
    told = as_("pmo", f"/{days[0]}").json()["found"][0]
    assert "76% of recent entries" in told["summary"][1]["text"]
    assert told["summary"][1]["cites"] == ["/prediction/reasons/0", "/prediction/reasons/1"]
    assert [each["status"] for each in told["prediction"]["recommendations"]] == ["standing"]
    assert as_("orchestrator", f"/{days[0]}").json()["found"][0]["prediction"]["recommendations"][0]["token"]
    mine = as_("consultant", f"/{days[0]}", principal="P1").json()["found"][0]
    assert "76%" in mine["summary"][1]["text"]


FILTERED = {
    "": ["J1", "P1"],
    "?band=medium": ["P1"],
    "?workflow=margin_review": ["J1"],
    "?cause_kind=person": ["P1"],
    "?cause_key=J1": ["J1"],
    "?q=p1%2F": ["P1"],
    "?q=%25": [],
    "?status=snoozed&status=dismissed": [],
    "?owner_role=project_manager": ["P1"],
    "?limit=1&offset=1": ["P1"],
    "?mine=true": [],
}


def test_the_inbox_is_filtered_and_summed_up_by_client(services, rated, as_, now):
    missing_day(services, now=now, band="medium")
    eroding_margin(services, now=now)
    for query, keys in FILTERED.items():
        found = as_("pmo", query).json()["exceptions"]
        assert (query, [each["cause"]["key"] for each in found]) == (query, keys)
    (group,) = as_("pmo", "?group=client").json()["groups"]
    assert (group["client_id"], group["exceptions"], group["amount"]) == ("C-1", 2, 30_120)
    assert as_("pmo", "?band=awful").json()["errors"][0]["field"] == "band"


def test_accepting_decides_on_the_recommendations_too_or_does_nothing_at_all(services, rated, engine, as_, now):
    found, said = missing_day(services, now=now)
    body = {"version": 1, "decision": "accept", "recommendations": [said.jti]}
    refused = as_("pmo", f"/{found}", body)
    assert (refused.status_code, refused.json()["codes"]) == (403, ["may_not_decide"])
    assert refused.json()["recommendation"] == said.jti
    assert as_("pmo", f"/{found}").json()["status"] == "open"
    assert [each["codes"] for each in audit(engine, "exception_decision_refused")] == [["may_not_decide"]]

    key = uuid4().hex
    made = as_("delivery_lead", f"/{found}", body, principal="dora", key=key)
    assert made.status_code == 200, made.text
    assert (made.json()["status"], made.json()["version"]) == ("accepted", 2)
    assert made.json()["recommendations"][0]["token"]
    assert as_("delivery_lead", f"/{found}", body, principal="dora", key=key).content == made.content
    shown = as_("pmo", f"/{found}").json()
    assert (shown["status"], shown["assignee"], shown["rank"]["place"]) == ("accepted", "dora", None)
    assert shown["found"][0]["prediction"]["recommendations"][0]["status"] == "accepted"
    assert [(each["decision"], each["by"]) for each in shown["decisions"]] == [("accept", "dora")]
    (row,) = audit(engine, "exception_decision")
    assert row["recommendations"] == [{"jti": said.jti}]
    assert "dora" not in json.dumps(row)
    assert "P1" not in json.dumps(row)
    assert as_("delivery_lead", principal="dora").json()["line"] == {"capacity": 2, "decided_today": 1, "above": 1}


def test_another_version_is_told_and_changes_nothing(services, rated, as_, now):
    found, _ = missing_day(services, now=now)
    missing_day(services, now=now, day="2026-03-03")
    stale = as_("pmo", f"/{found}", {"version": 1, "decision": "snooze"})
    assert (stale.status_code, stale.json()["version"], stale.json()["standing"]) == (409, 2, "open")
    assert stale.json()["type"].endswith(":stale-decision")


DISMISS = {"decision": "dismiss", "reason_code": "already_handled", "reason": "Entered on paper."}


REFUSED = [
    ("orchestrator", "e", {"decision": "accept"}, ["may_not_triage"]),
    ("pmo", "rita", {"decision": "accept"}, ["triage_by_requester"]),
    ("pmo", "rita", DISMISS, ["triage_by_requester"]),
    ("pmo", "P1", {"decision": "snooze"}, ["triage_of_oneself"]),
    ("consultant", "P1", {"decision": "snooze"}, ["triage_of_oneself"]),
    ("consultant", "P1", {"decision": "split", "trouble_id": str(uuid4())}, ["may_not_triage"]),
]


def test_what_may_tell_nothing_is_not_in_the_inbox_while_that_lasts(services, rated, engine, as_, now):
    found, _ = missing_day(services, now=now)
    eroding_margin(services, now=now)
    stop = "INSERT INTO kill_switches VALUES ('task', 'missing_time', true, 'petra', 'A test.', now())"
    with engine.begin() as connection:
        connection.execute(text(stop))
    assert [each["cause"]["key"] for each in as_("pmo").json()["exceptions"]] == ["J1"]
    assert as_("pmo", f"/{found}").status_code == 404
    accept = as_("pmo", f"/{found}", {"version": 1, "decision": "accept"})
    assert accept.json()["codes"] == ["accept_exception_while_task_stopped"]
    with engine.begin() as connection:
        connection.execute(text("UPDATE kill_switches SET stopped = false"))
    assert as_("pmo").json()["total"] == 2


def test_separation_of_duties_is_the_gates_to_judge(services, rated, as_, now):
    found, _ = missing_day(services, now=now)
    for api_role, principal, body, codes in REFUSED:
        said = as_(api_role, f"/{found}", {"version": 1, **body}, principal=principal)
        assert (said.status_code, said.json()["codes"]) == (403, codes)


def test_what_is_contested_is_decided_by_somebody_else(services, rated, as_, now):
    found, _ = missing_day(services, now=now)
    contested = as_("consultant", f"/{found}", {"version": 1, "decision": "contest", "reason": "I was ill."}, "P1")
    assert contested.json()["status"] == "contested"
    again = as_("pmo", f"/{found}", {"version": 2, "decision": "contest", "reason": "So do I."})
    assert (again.status_code, again.json()["standing"]) == (409, "contested")
    assert as_("pmo").json()["exceptions"][0]["status"] == "contested"
    done = as_("pmo", f"/{found}", {"version": 2, **DISMISS})
    assert (done.json()["status"], done.json()["version"]) == ("dismissed", 3)
    assert as_("pmo").json()["total"] == 0
    assert as_("pmo", "?status=dismissed").json()["total"] == 1
    seen = as_("consultant", f"/{found}", principal="P1").json()["decisions"]
    assert [(each["decision"], each["reason"]) for each in seen] == [("contest", "I was ill."), ("dismiss", None)]


def test_a_trouble_is_split_off_and_merged_back(services, rated, as_, now):
    found, _ = missing_day(services, now=now)
    missing_day(services, now=now, day="2026-03-03", amount=960.0)
    troubles = [each["trouble_id"] for each in as_("pmo", f"/{found}").json()["found"]]
    split = as_("pmo", f"/{found}", {"version": 2, "decision": "split", "trouble_id": troubles[0]}).json()
    (part,) = split["others"]
    items = {each["exception_id"]: each for each in as_("pmo").json()["exceptions"]}
    assert (items[part]["amount"], items[part]["cause"]["split_off"]) == (240, True)
    assert (items[str(found)]["amount"], items[str(found)]["version"]) == (120, 3)
    missing_day(services, now=now + timedelta(hours=1), day="2026-03-03", amount=1_920.0)
    assert as_("pmo", f"/{part}").json()["amount"] == 480
    alone = {"version": 2, "decision": "split", "trouble_id": troubles[0]}
    assert as_("pmo", f"/{part}", alone).json()["errors"][0]["field"] == "trouble_id"
    merged = as_("pmo", f"/{part}", {"version": 2, "decision": "merge_back"}).json()
    assert (merged["status"], merged["others"]) == ("resolved", [str(found)])
    (whole,) = as_("pmo").json()["exceptions"]
    assert (whole["amount"], whole["troubles"]) == (600, 2)


def test_it_is_put_off_reassigned_and_opened_again(services, rated, as_, now):
    found, _ = missing_day(services, now=now)
    later = (now + timedelta(days=3)).isoformat()
    assert as_("pmo", f"/{found}", {"version": 1, "decision": "snooze", "until": later}).json()["status"] == "snoozed"
    opened = as_("pmo", f"/{found}", {"version": 2, "decision": "reopen"}).json()
    assert (opened["status"], opened["version"]) == ("open", 3)
    nobody = {"version": 3, "decision": "reassign", "assign_to": "nobody-there"}
    assert as_("pmo", f"/{found}", nobody).json()["errors"][0]["field"] == "assign_to"
    as_("finance", principal="fay")
    assert as_("pmo", f"/{found}", {**nobody, "assign_to": "fay"}).status_code == 200
    assert as_("pmo").json()["exceptions"][0]["rank"]["place"] is None
    assert as_("finance", "?mine=true", principal="fay").json()["exceptions"][0]["assignee"] == "fay"


NONSENSE = [
    ({"decision": "dismiss"}, "reason_code"),
    ({"decision": "dismiss", "reason_code": "boredom", "reason": "So."}, "reason_code"),
    ({"decision": "contest"}, "reason"),
    ({"decision": "split"}, "trouble_id"),
    ({"decision": "reassign"}, "assign_to"),
    ({"decision": "snooze", "until": "2020-01-01T00:00:00Z"}, "until"),
    ({"decision": "snooze", "until": "2999-01-01T00:00:00Z"}, "until"),
    ({"decision": "accept", "until": "2999-01-01T00:00:00Z"}, "until"),
    ({"decision": "snooze", "recommendations": [str(uuid4())]}, "recommendations"),
    ({"decision": "approve"}, "decision"),
    ({"version": "1", "decision": "accept"}, "version"),
    ({"decision": "accept", "extra": 1}, "extra"),
]


def test_a_decision_that_makes_no_sense_is_told_with_its_field(as_):
    for body, field in NONSENSE:
        said = as_("pmo", f"/{uuid4()}", {"version": 1, **body})
        assert (body, said.status_code, said.json()["errors"][0]["field"]) == (body, 422, field)


def test_what_is_unknown_is_told_and_only_what_is_decided_is_announced(services, rated, as_, now):
    heard = []
    object.__setattr__(services.inbox, "announce", lambda _, changed, __: heard.extend(changed))
    found, _ = missing_day(services, now=now)
    assert as_("pmo", f"/{uuid4()}").status_code == 404
    assert as_("pmo", f"/{uuid4()}", {"version": 1, "decision": "accept"}).status_code == 404
    other = {"version": 1, "decision": "accept", "recommendations": [str(uuid4())]}
    assert as_("pmo", f"/{found}", other).json()["errors"][0]["field"] == "recommendations"
    assert as_("pmo", f"/{found}").json()["version"] == 1
    assert heard == []
    as_("pmo", f"/{found}", {"version": 1, **DISMISS})
    assert [(each.exception_id, each.change, each.version) for each in heard] == [(found, Change.DECIDED, 2)]
