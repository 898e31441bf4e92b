"""Who hears of what, and how much they are told."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from sqlalchemy import select

from service.inbox.finding import Change, Changed
from service.outgoing.announcing import announce, announce_withdrawn
from service.outgoing.messages import CONTENT_TYPE, OutgoingType
from service.store.answers import StoredAnswer, StoredRecommendation, insert_answer
from service.store.inbox_tables import event_exceptions, events, exceptions, troubles
from service.store.outgoing_tables import deliveries
from service.store.told import MOST_LISTED
from tests.service.rows import put

SECRETS = ("p-17", "Ada", "8765.43", "EUR", "0.91", "remind", "No hours so far")
"""A person, money, a probability, an action and a reason: all that the rows below hold and no message may."""
PLACE = {"workflow_name": "time_and_expense", "workflow_instance": "week-9", "workflow_step": "open"}


@pytest.fixture
def opened(engine, now):
    """An exception with so many troubles, each found by an event and recommended upon; its id and jtis."""

    def make(*, count=1, cause_kind="person"):
        exception_id = uuid4()
        with engine.begin() as connection:
            put(
                connection, exceptions, exception_id=exception_id, cause_kind=cause_kind, version=3, status="open",
                cause_key=f"p-17 {exception_id}", owner_role="project_manager", assignee="Ada", amount=8765.43,
                probability=0.91,
            )  # fmt: skip
            jtis = [_trouble(connection, exception_id, each, now + timedelta(seconds=each)) for each in range(count)]
        return exception_id, jtis

    return make


def _trouble(connection, exception_id, number, at):
    event_id, answer_id, jti, subject = uuid4(), uuid4(), uuid4(), f"p-17/{number} of {exception_id}"
    put(
        connection, events, event_id=event_id, source="urn:engine", id=f"e-{number} {exception_id}", received_at=at,
        principal_id="Ada", data={"person_ids": ["p-17"]}, **PLACE,
    )  # fmt: skip
    answer = StoredAnswer(answer_id, at, "Ada", "missing_time", at, *PLACE.values(), "Ada", "7", "p1", event_id)
    given = StoredRecommendation(
        jti, subject, "missing_time", "remind_consultant", {"person_id": "p-17"}, {}, 1, at, at + timedelta(hours=9)
    )
    insert_answer(connection, answer, [given])
    put(
        connection, troubles, exception_id=exception_id, task="missing_time", subject_id=subject, person_id="p-17",
        workflow_requester="Ada", answer_id=answer_id, event_id=event_id, found_at=at, probability=0.91, amount=8765.43,
        currency="EUR", document={"reasons": ["No hours so far"]}, **PLACE,
    )  # fmt: skip
    put(connection, event_exceptions, event_id=event_id, exception_id=exception_id, change="opened")
    return jti


@pytest.fixture
def told(engine, now):
    """Announces; by subscription, the events that are to be delivered to it, as the SDK reads them."""

    def run(*changed, withdrawn=None):
        with engine.begin() as connection:
            if withdrawn is None:
                ids = announce(connection, changed, source="bellwether", now=now)
            else:
                ids = announce_withdrawn(connection, withdrawn, source="bellwether", now=now)
            rows = connection.execute(select(deliveries).where(deliveries.c.delivery_id.in_(ids))).all()
            assert {row.delivery_id for row in rows} == set(ids)
            connection.rollback()
        found = {}
        for row in rows:
            event = from_http_event(HTTPMessage({"content-type": CONTENT_TYPE}, row.body.encode()))
            assert (row.type, str(row.about)) == (event.get_type(), event.get_subject())
            found.setdefault(row.subscription_id, []).append(event)
        return found

    return run


def test_a_message_says_where_to_ask_and_nothing_that_is_judged(opened, subscribe, told):
    subscribe("https://e.example.com/", *OutgoingType)
    exception_id, (jti,) = opened()
    ((event,),) = told(Changed(exception_id, Change.OPENED, 3)).values()
    assert (event.get_type(), event.get_source()) == ("bellwether.exception.opened", "bellwether")
    data = event.get_data()
    (incoming,) = data.pop("events")
    assert data == {
        "exception_id": str(exception_id),
        "url": f"/v1/exceptions/{exception_id}",
        "change": "opened",
        "version": 3,
        "status": "open",
        "cause": {"kind": "person"},
        "owner_role": "project_manager",
        "workflows": [{"name": "time_and_expense", "instance": "week-9", "step": "open"}],
        "tasks": ["missing_time"],
        "recommendations": [str(jti)],
    }
    assert (incoming["source"], incoming["id"]) == ("urn:engine", f"e-0 {exception_id}")
    UUID(incoming["event_id"])
    assert not [secret for secret in SECRETS if secret in json.dumps(data)]


@pytest.mark.parametrize(
    ("changes", "types", "heard"),
    [
        (["opened"], ["opened"], ["opened"]),
        (["opened"], ["updated", "decided"], []),
        (["merged"], ["opened", "updated"], ["updated"]),
        (["raised"], ["updated"], ["updated"]),
        (["resolved"], ["updated"], ["updated"]),
        (["decided"], ["decided"], ["decided"]),
        (["opened", "merged"], ["opened", "updated"], ["opened"]),
        (["merged", "merged", "resolved"], ["updated"], ["updated"]),
        (["merged", "decided"], ["updated", "decided"], ["updated", "decided"]),
        ([], ["opened"], []),
    ],
)
def test_who_wants_a_type_hears_once_of_what_became_of_it_in_a_transaction(  # noqa: PLR0917 - fixtures
    opened, subscribe, told, changes, types, heard
):
    to, _ = subscribe("https://e.example.com/", *(f"bellwether.exception.{each}" for each in types))
    exception_id, _ = opened()
    said = told(*(Changed(exception_id, Change(each), number) for number, each in enumerate(changes, 4)))
    events = said.get(to.subscription_id, [])
    assert [event.get_type().rpartition(".")[2] for event in events] == heard
    if heard and "decided" not in heard:
        assert events[0].get_data()["version"] == 3 + len(changes)


def test_one_change_has_one_id_whoever_hears_of_it_and_another_change_another(opened, subscribe, told):
    subscribe("https://one.example.com/", *OutgoingType)
    subscribe("https://two.example.com/", *OutgoingType)
    subscribe("https://paused.example.com/", *OutgoingType, active=False)
    exception_id, (jti,) = opened()
    ids = []
    for change in (Changed(exception_id, Change.MERGED, 3), Changed(exception_id, Change.MERGED, 4)):
        said = told(change)
        assert len(said) == 2
        ((one,), (two,)) = said.values()
        assert one.get_id() == two.get_id()
        assert told(change)[next(iter(said))][0].get_id() == one.get_id()
        ids.append(one.get_id())
    said = told(withdrawn=jti)
    ids.append({event.get_id() for (event,) in said.values()}.pop())
    assert len(set(ids)) == 3


def test_of_much_the_newest_is_listed(opened, subscribe, told):
    subscribe("https://e.example.com/", *OutgoingType)
    exception_id, jtis = opened(count=MOST_LISTED + 2, cause_kind="project")
    ((event,),) = told(Changed(exception_id, Change.MERGED, 3)).values()
    data = event.get_data()
    assert data["recommendations"] == [str(jti) for jti in reversed(jtis)][:MOST_LISTED]
    assert [each["id"].split()[0] for each in data["events"]] == [f"e-{n}" for n in range(MOST_LISTED + 1, 1, -1)]
    assert len(data["workflows"]) == len(data["tasks"]) == 1


def test_of_a_withdrawn_recommendation_only_its_id_and_its_place_are_told(opened, subscribe, told):
    subscribe("https://e.example.com/", OutgoingType.RECOMMENDATION_WITHDRAWN)
    _, (jti,) = opened()
    ((event,),) = told(withdrawn=jti).values()
    assert event.get_data() == {
        "jti": str(jti),
        "url": f"/v1/recommendations/{jti}",
        "status": "withdrawn",
        "task": "missing_time",
        "workflow": {"name": "time_and_expense", "instance": "week-9", "step": "open"},
    }
    assert told(withdrawn=uuid4()) == {}
