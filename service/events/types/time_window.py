"""``bellwether.time.window_closing``."""

import datetime as dt
from typing import Self

from pydantic import Field, model_validator

from service.events.types.common import EventData, Ids

LONGEST_WINDOW_DAYS = 31


class TimeWindowClosing(EventData):
    """The time in which hours may be entered for some days is running out.

    Without days it is the week, Monday to Sunday, of the day before the event is received: on a Monday morning that is
    the week which closes at noon. Without persons it is everybody whom the records know at work. Entries of these
    persons and days that finance has not closed are looked at, too, and any that are named beside.
    """

    person_ids: Ids | None = Field(None, description="whose time; everybody's where none is named", examples=[["p-13"]])
    first_day: dt.date | None = Field(None, description="of the window, as the person's local day")
    last_day: dt.date | None = Field(None, description=f"of the window; it has at most {LONGEST_WINDOW_DAYS} days")
    entry_ids: Ids | None = Field(None, description="entries to look at in any case, drafts too", examples=[["t4018"]])

    @model_validator(mode="after")
    def _a_window(self) -> Self:
        if (self.first_day is None) != (self.last_day is None):
            raise ValueError("expected both first_day and last_day, or neither")
        if self.first_day is not None and self.last_day is not None:
            days = (self.last_day - self.first_day).days + 1
            if not 1 <= days <= LONGEST_WINDOW_DAYS:
                raise ValueError(f"expected first_day to last_day to be 1 to {LONGEST_WINDOW_DAYS} days")
        return self


def window_of(first_day: dt.date | None, last_day: dt.date | None, received_at: dt.datetime) -> tuple[dt.date, dt.date]:
    """The first and the last day of a window, by default the week of the day before the event was received."""
    if first_day is not None and last_day is not None:
        return first_day, last_day
    before = received_at.astimezone(dt.UTC).date() - dt.timedelta(days=1)
    monday = before - dt.timedelta(days=before.weekday())
    return monday, monday + dt.timedelta(days=6)


EXAMPLE = {
    "workflow": {"name": "time_and_expense", "instance": "TE-2025-W43", "step": "open", "requester": "p-10"},
    "person_ids": ["p-13", "p-17"],
    "first_day": "2025-10-20",
    "last_day": "2025-10-26",
}
