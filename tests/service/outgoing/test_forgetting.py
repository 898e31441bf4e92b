"""Deliveries go with the person of whom they tell, and when they are old."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.outgoing.announcing import keep
from service.outgoing.messages import Message
from service.store.erasure import erase_person
from service.store.inbox_tables import exceptions, troubles
from service.store.outgoing_tables import deliveries, subscriptions
from service.store.retention import Limits, apply_retention
from tests.service.rows import put

LIMITS = Limits(answers=timedelta(days=400), responses=timedelta(days=7))


@pytest.fixture
def kept(engine, now, subscribe):
    """Keeps a delivery; its id."""

    def make(*, about=None, body="{}", age=timedelta()):
        to, _ = subscribe("https://e.example.com/")
        with engine.begin() as connection:
            return keep(connection, [(to.subscription_id, Message("t", about or uuid4(), body))], now - age)[0]

    return make


@pytest.fixture
def left(engine):
    def read():
        with engine.connect() as connection:
            return set(connection.execute(select(deliveries.c.delivery_id)).scalars())

    return read


def test_erasing_a_person_takes_what_was_told_about_them_and_what_they_subscribed_to(
    engine, now, kept, left, subscribe
):
    own, others = uuid4(), uuid4()
    with engine.begin() as connection:
        for exception_id, person_id in ((own, "p-17"), (others, "p-170")):
            put(connection, exceptions, exception_id=exception_id, cause_kind="person", cause_key=person_id)
            subject_id = f"{person_id}/2026-03-02"
            put(connection, troubles, exception_id=exception_id, person_id=person_id, subject_id=subject_id)
    gone = {kept(about=own), kept(body='{"instance": "TE p-17, week 42"}')}
    stay = {kept(about=others), kept(body='{"instance": "TE p-170, week 42"}')}
    theirs, _ = subscribe("https://e.example.com/", principal="p-17")
    with engine.begin() as connection:
        counts = erase_person(connection, "p-17", with_records=False).counts
        active = connection.execute(
            select(subscriptions.c.active).where(subscriptions.c.subscription_id == theirs.subscription_id)
        ).scalar_one()
        assert (counts["deliveries"], counts["subscriptions ended"], active) == (2, 1, False)
        assert left() == gone | stay
    assert left() == stay


def test_what_is_older_than_answers_are_kept_goes(engine, home, now, kept, left):
    old, young = kept(age=timedelta(days=400, seconds=1)), kept(age=timedelta(days=400))
    assert apply_retention(engine, home, LIMITS, now=now)["deliveries"] == 1
    assert old not in left()
    assert young in left()
