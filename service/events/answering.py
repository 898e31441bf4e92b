"""One ask of an event, answered as far as it can be."""

import datetime as dt

from models.predictor import Predictor
from models.task import Task
from service.champions import Champion
from service.events.event import Ask, Event
from service.events.left_out import LeftOut, sorted_out
from service.triage.answering import Answer, Explain
from service.triage.asking import SubjectsRefused
from service.triage.desk import Asking, Desk


def answered(
    desk: Desk,
    task: Task,
    champion: Champion[Predictor],
    event: Event,
    ask: Ask,
    *,
    now: dt.datetime,
    explain: Explain = "reasons",
) -> tuple[Answer | None, LeftOut]:
    """The answer about the subjects that can be asked about, as of the event's receipt, and what was left out.

    None where no subject is left. Nothing is kept yet.
    """
    left_out, rest = LeftOut(), ask
    while True:
        asking = Asking(event.place, event.received_at, rest.ids, (), explain, event.event_id)
        try:
            return desk.answer(task, champion, asking, now=now), left_out
        except SubjectsRefused as refused:
            left, more = sorted_out(task, rest, refused)
            left_out += more
            if left is None:
                return None, left_out
            rest = left
