"""An ask of an event is answered as far as it can be, and says what was left out."""

import re
from datetime import UTC, datetime
from uuid import uuid4

from service.events.answering import answered
from service.events.event import Ask, Event, EventType
from service.events.left_out import LeftOut
from service.triage.desk import Place
from tests.service.predictions.conftest import AS_OF, TASK


def test_the_good_ids_are_answered_as_of_the_receipt_and_the_others_are_told_by_why(services, champion):
    place = Place("time_and_expense", "TE-1", "open", "rita")
    event = Event(
        uuid4(), "urn:test", "1", EventType.WINDOW_CLOSING, None, None, AS_OF, "engine-1", place, {"person_ids": ["p"]}
    )
    good = ("p-13/2025-10-15", "p-17/2025-10-15")
    closed, unknown, malformed = "p-13/2025-10-03", "nobody/2025-10-15", "p-13/yesterday"
    ask = Ask(TASK.name, (good[0], closed, unknown, malformed, good[1]))
    now = datetime.now(UTC)
    answer, left_out = answered(services.desk, TASK, champion, event, ask, now=now)
    assert [each.subject_id for each in answer.predictions] == list(good)
    assert (answer.event_id, answer.as_of, answer.received_at) == (event.event_id, AS_OF, now)
    why = "the week was already closed at as_of"
    assert left_out == LeftOut({why: 1}, unknown=1, malformed=1, over=(closed,))
    assert re.match(r"1 of the ids .* in no record", left_out.failure[1])
    nothing, left_out = answered(services.desk, TASK, champion, event, Ask(TASK.name, (closed,)), now=now)
    assert nothing is None
    assert (left_out.why, left_out.failure) == (f"For 1 of them, {why}.", None)
