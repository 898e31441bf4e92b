"""What was known of a firm's projects: each table unrolled once, however many themes ask for it.

A firm has millions of time entries, and unrolling them is most of the work; several themes read the same rows. What is
read here is worked out at the first question, and kept for as long as snapshots are built.
"""

from functools import cached_property

import polars as pl

from models.point_in_time import versions
from models.project_signals.actuals import first_months
from models.project_signals.changes import change_versions
from models.project_signals.contract import project_versions
from models.project_signals.forecasts import falls, forecast_versions, timeline
from models.project_signals.habits import milestone_facts
from models.project_signals.hours import ENTRY_CELLS
from models.project_signals.team import BOOKING_CELLS
from models.project_signals.workload import worked_and_booked
from models.records import Records
from models.running_sums import RunningSums


class Past:
    """The records of a firm, and what was known of them by when."""

    def __init__(self, records: Records) -> None:
        self.records = records

    @cached_property
    def projects(self) -> pl.DataFrame:
        """`project_versions`."""
        return project_versions(self.records)

    @cached_property
    def changes(self) -> pl.DataFrame:
        """`change_versions`."""
        return change_versions(self.records)

    @cached_property
    def milestones(self) -> pl.DataFrame:
        """`milestone_facts`."""
        return milestone_facts(self.records)

    @cached_property
    def forecasts(self) -> pl.DataFrame:
        """`forecast_versions`."""
        return forecast_versions(self.records, self.projects, self.changes)

    @cached_property
    def line(self) -> pl.DataFrame:
        """The `timeline` of the forecasts."""
        return timeline(self.forecasts)

    @cached_property
    def falls(self) -> pl.DataFrame:
        """The `falls` from one forecast to the next."""
        return falls(self.line)

    @cached_property
    def actuals(self) -> pl.DataFrame:
        """Versions of the months of actuals: ``cost``, ``revenue_recognised``."""
        return versions(self.records, "actuals", ["cost", "revenue_recognised"])

    @cached_property
    def months(self) -> pl.DataFrame:
        """The `first_months` of actuals."""
        return first_months(self.actuals)

    @cached_property
    def bookings(self) -> pl.DataFrame:
        """Versions of the assignments, with `BOOKING_CELLS`."""
        return versions(self.records, "assignments", BOOKING_CELLS)

    @cached_property
    def entries(self) -> pl.DataFrame:
        """Versions of the time entries, with `ENTRY_CELLS`."""
        return versions(self.records, "time_entries", ENTRY_CELLS)

    @cached_property
    def first_entries(self) -> pl.DataFrame:
        """Each time entry as it was first known."""
        first = self.entries["entry_id"] != self.entries["entry_id"].shift(1)
        return self.entries.filter(first.fill_null(value=True))

    @cached_property
    def workload(self) -> RunningSums:
        """What was worked and what was booked of each project: see `worked_and_booked`."""
        return worked_and_booked(self.first_entries, self.bookings)
