"""From findings to exceptions: one for each cause, updated by the same trouble, raised again when it got worse."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from ledger import database as ledger_database
from models.cause import CauseKind
from service.gate.triage import InboxSight
from service.inbox.finding import Change
from service.inbox.settling import settle
from service.inbox.states import Status
from service.inbox.tending import tend
from service.store.inbox_queries import listed
from service.store.inbox_reading import Eyes, Filters
from service.store.inbox_tables import exceptions, troubles
from tests.service.inbox.finding_of import NOW, TRIAGE, finding

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def shared(module_database):
    engine = ledger_database.engine(module_database)
    yield engine
    engine.dispose()


@pytest.fixture
def inbox(shared):
    with shared.connect() as connection:
        yield Inbox(connection)


class Inbox:
    """An inbox in a transaction that is rolled back."""

    def __init__(self, connection):
        self.connection, self.now = connection, NOW

    def take(self, *findings, after=HOUR):
        self.now += after
        dated = [replace(each, as_of=self.now) for each in findings]
        return [each.change for each in settle(self.connection, dated, TRIAGE, now=self.now)]

    def rows(self):
        return self.connection.execute(select(exceptions).order_by(exceptions.c.opened_at)).mappings().all()

    def only(self):
        (row,) = self.rows()
        return row

    def decided(self, status, **more):
        values = {
            "status": status, "settled_amount": exceptions.c.amount, "settled_band": exceptions.c.band,
            "settled_at": self.now, **more,
        }  # fmt: skip
        self.connection.execute(update(exceptions).values(values))


def test_what_has_one_cause_is_one_exception(inbox):
    week = [
        finding(f"p-17/2026-03-0{day}", "p-17", kind=CauseKind.PERSON, task="missing_time", amount=100.0)
        for day in range(2, 7)
    ]
    assert inbox.take(*week) == [Change.OPENED]
    row = inbox.only()
    assert (row["amount"], row["version"], row["band"], row["owner_role"]) == (500.0, 1, "high", "pmo")
    assert inbox.take(finding("RR-1", "P-1"), finding("RR-2", "P-2")) == [Change.OPENED] * 2


def test_the_same_trouble_again_updates_what_is_there(inbox):
    inbox.take(finding(amount=1_000.0))
    assert inbox.take(finding(amount=700.0, band="medium")) == [Change.MERGED]
    assert inbox.take(finding("RR-2", amount=None)) == [Change.MERGED]
    row = inbox.only()
    assert (row["amount"], row["version"], row["times_raised"]) == (700.0, 3, 1)
    found = inbox.connection.execute(select(troubles.c.times_found, troubles.c.band).order_by(troubles.c.subject_id))
    assert found.all() == [(2, "medium"), (1, "high")]


def test_what_one_event_found_is_taken_in_once_and_an_older_look_changes_nothing(inbox):
    first = finding()
    inbox.take(first)
    assert inbox.take(first) == []
    inbox.now -= 2 * DAY
    assert inbox.take(finding(amount=1.0), finding(band="low")) == []
    assert (inbox.only()["amount"], inbox.only()["version"]) == (1_000.0, 1)


def test_an_exception_is_resolved_with_its_last_trouble_and_comes_back_as_itself(inbox):
    inbox.take(finding("RR-1"), finding("RR-2"))
    assert inbox.take(finding("RR-1", band="low", why="it was filled")) == [Change.MERGED]
    assert inbox.take(finding("RR-2", band="low")) == [Change.RESOLVED]
    assert inbox.take(finding("RR-2", band="low"), finding("RR-9", band="low")) == []
    assert (inbox.only()["status"], inbox.only()["amount"]) == ("resolved", None)
    assert inbox.take(finding("RR-1")) == [Change.RAISED]
    assert (inbox.only()["status"], inbox.only()["times_raised"]) == ("open", 2)
    inbox.take(finding("RR-1", band="low"))
    assert inbox.take(finding("RR-1"), after=timedelta(days=TRIAGE.remember_days + 1)) == [Change.OPENED]


def test_a_trouble_whose_cause_is_another_now_moves_there(inbox):
    inbox.take(finding("M-1", "P-1", task="milestone_miss"))
    moved = finding("M-1", "C-7", kind=CauseKind.CLIENT, task="milestone_miss")
    assert sorted(inbox.take(moved)) == [Change.OPENED, Change.RESOLVED]
    assert {(row["cause_key"], row["status"], row["amount"]) for row in inbox.rows()} == {
        ("P-1", "resolved", None), ("C-7", "open", 1_000.0)
    }  # fmt: skip


WORSE = TRIAGE.worse_factor


@pytest.mark.parametrize("status", [Status.DISMISSED, Status.SNOOZED, Status.ACCEPTED])
@pytest.mark.parametrize(
    ("then", "now", "change"),
    [
        ((1_000, "medium"), (1_000, "medium"), Change.MERGED),
        ((1_000, "medium"), (1_000 * WORSE - 1, "medium"), Change.MERGED),
        ((1_000, "medium"), (1_000 * WORSE, "medium"), Change.RAISED),
        ((1_000, "medium"), (900, "high"), Change.RAISED),
        ((1_000, "high"), (5_000, "medium"), Change.MERGED),
        ((0, "medium"), (TRIAGE.worse_least - 1, "medium"), Change.MERGED),
        ((0, "medium"), (TRIAGE.worse_least, "medium"), Change.RAISED),
        ((None, "medium"), (TRIAGE.unknown_money, "medium"), Change.MERGED),
    ],
)
def test_what_somebody_decided_on_is_raised_again_only_when_it_got_worse(inbox, status, then, now, change):
    inbox.take(finding(amount=then[0], band=then[1]))
    known = TRIAGE.unknown_money if then[0] is None else then[0]
    inbox.decided(status, settled_amount=known)
    assert inbox.take(finding(amount=now[0], band=now[1])) == [change]
    assert inbox.only()["status"] == ("open" if change is Change.RAISED else status)


def test_a_snooze_that_has_run_out_raises_it_and_a_dismissal_outlives_a_quiet_week(inbox):
    inbox.take(finding())
    inbox.decided(Status.SNOOZED, snoozed_until=inbox.now + DAY)
    assert inbox.take(finding()) == [Change.MERGED]
    assert inbox.take(finding(), after=DAY) == [Change.RAISED]
    inbox.decided(Status.DISMISSED)
    inbox.take(finding(band="low"))
    assert inbox.take(finding(), after=7 * DAY) == [Change.MERGED]
    assert inbox.only()["status"] == "dismissed"


def test_time_alone_raises_what_was_put_off_and_ends_what_nobody_can_turn(inbox):
    inbox.take(finding("RR-1"), finding("RR-2", deadline=inbox.now + 20 * DAY), finding("RR-3", "P-2", deadline=None))
    soon, late = inbox.now + 11 * DAY, inbox.now + timedelta(days=12 + TRIAGE.lapse_days)
    assert tend(inbox.connection, TRIAGE, now=inbox.now) == []
    inbox.decided(Status.SNOOZED, snoozed_until=soon)
    assert [each.change for each in tend(inbox.connection, TRIAGE, now=soon)] == [Change.RAISED] * 2
    assert min(row["deadline"] for row in inbox.rows() if row["deadline"]) > soon
    assert [each.change for each in tend(inbox.connection, TRIAGE, now=late)] == [Change.MERGED]
    assert tend(inbox.connection, TRIAGE, now=late) == []
    amounts = {row["cause_key"]: row["amount"] for row in inbox.rows()}
    assert amounts == {"P-1": 1_000.0, "P-2": 1_000.0}


@pytest.mark.parametrize(
    ("days", "amount", "confidence", "score"),
    [
        (0, 1_000.0, 1.0, 1_000.0),
        (TRIAGE.half_time_days, 1_000.0, 1.0, 500.0),
        (TRIAGE.half_time_days, None, 0.6, TRIAGE.unknown_money * 0.3),
        (-1, 1_000.0, 1.0, 1_000.0 * TRIAGE.past_urgency),
        (None, 440.0, 1.0, 440.0 * 14 / 44),
    ],
)
def test_the_formula(inbox, days, amount, confidence, score):
    """Money times urgency times confidence, whether the totals are found with the exception or with its troubles."""
    later = None if days is None else NOW + timedelta(days=days)
    inbox.now = NOW - HOUR
    inbox.take(finding(amount=amount, confidence=confidence, deadline=later))
    for workflows in (None, frozenset({"staffing"})):
        eyes = Eyes(InboxSight(workflows, failures=True, own=None), frozenset(), True, "pavel", frozenset())
        (item,) = listed(inbox.connection, eyes, Filters(["open"]), TRIAGE, limit=9, offset=0, now=NOW)
        assert (item.score, item.unpriced) == (pytest.approx(score), int(amount is None))


def test_a_new_trouble_in_the_place_of_one_that_was_decided_on_is_seen_and_the_same_one_is_not(inbox):
    inbox.take(finding("RR-1"), finding("RR-2", amount=100.0))
    inbox.decided(Status.ACCEPTED)
    assert inbox.take(finding("RR-1", band="low")) == [Change.MERGED]
    assert inbox.take(finding("RR-1")) == [Change.MERGED]
    assert inbox.take(finding("RR-1", band="low")) == [Change.MERGED]
    assert inbox.take(finding("RR-3")) == [Change.RAISED]


SUBJECTS = st.sampled_from([(f"RR-{n}", f"P-{n % 3}") for n in range(7)])
FOUND = st.tuples(SUBJECTS, st.sampled_from(["low", "medium", "high"]), st.sampled_from([None, 0.0, 10.0, 3_000.0]))
STEPS = st.lists(st.one_of(st.lists(FOUND, min_size=1, max_size=6), st.sampled_from([*Status])), min_size=1, max_size=8)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_laws_of_the_inbox(shared, steps):
    """At most one whole exception a cause; its money is that of its troubles; every change moves the version by one."""
    with shared.connect() as connection:
        inbox, changes, found = Inbox(connection), Counter(), 0
        for step in steps:
            if isinstance(step, Status):
                if step is not Status.RESOLVED:
                    connection.execute(
                        update(exceptions).where(exceptions.c.status != "resolved").values(
                            status=step, settled_amount=exceptions.c.amount, settled_band=exceptions.c.band
                        )
                    )  # fmt: skip
                continue
            given_ = {one[0]: finding(*one[0], band=one[1], amount=one[2]) for one in step}
            found += len({each.cause for each in given_.values() if each.troubled})
            changes.update(inbox.take(*given_.values()))
        stored = connection.execute(text(_SUMS)).mappings().all()
        unresolved = [row for row in stored if row["status"] != "resolved"]
        assert len({row["cause_key"] for row in unresolved}) == len(unresolved)
        assert all(row["amount"] == row["summed"] for row in stored)
        assert all((row["troubles"] == 0) == (row["status"] == "resolved") for row in stored)
        assert changes[Change.OPENED] == len(stored)
        assert sum(changes.values()) == sum(row["version"] for row in stored)
        assert changes[Change.RAISED] == sum(row["times_raised"] - 1 for row in stored)
        assert changes[Change.OPENED] + changes[Change.MERGED] + changes[Change.RAISED] >= found


_SUMS = """
    SELECT status, cause_key, version, times_raised, exceptions.amount, count(trouble_id) AS troubles,
        sum(troubles.amount) AS summed
    FROM exceptions LEFT JOIN troubles ON troubles.exception_id = exceptions.exception_id AND resolved_at IS NULL
    GROUP BY exceptions.exception_id
"""
