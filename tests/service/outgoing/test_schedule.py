"""When a delivery is tried again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis.strategies import integers, none, timedeltas, uuids

from service.outgoing.schedule import AS_ADVISED, LONGEST_WAIT, next_attempt

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@given(uuids(), integers(1, len(AS_ADVISED)), none() | timedeltas(timedelta(days=-9), timedelta(days=999)))
def test_it_waits_at_least_as_advised_and_as_asked_and_little_longer(delivery_id, made, asked):
    wait = next_attempt(delivery_id, made, AS_ADVISED, asked=asked, now=NOW) - NOW
    least = timedelta(seconds=AS_ADVISED[made - 1])
    polite = min(asked or timedelta(), LONGEST_WAIT)
    assert max(least, polite) <= wait <= max(least * 1.2, polite)


def test_the_tenth_is_the_last_and_comes_after_about_three_days():
    assert next_attempt(uuid4(), 10, AS_ADVISED, asked=timedelta(hours=1), now=NOW) is None
    assert timedelta(days=3) < timedelta(seconds=sum(AS_ADVISED)) < timedelta(days=3.5)


def test_what_failed_together_comes_back_at_different_moments_and_each_at_its_own():
    ids = [UUID(int=number) for number in range(50)]
    due = [next_attempt(each, 3, AS_ADVISED, asked=None, now=NOW) for each in ids]
    assert len(set(due)) == 50
    assert due == [next_attempt(each, 3, AS_ADVISED, asked=None, now=NOW) for each in ids]
