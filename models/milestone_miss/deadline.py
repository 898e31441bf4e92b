"""The day by whose end a milestone must be billed: some working days after it was due.

A worked example, with 5 working days of grace. A milestone due on Thursday 17 April 2025 in a region whose holidays are
Friday the 18th and Monday the 21st must be billed by the end of Monday the 28th: the 22nd to the 25th are four working
days. Working days are Monday to Friday less the region's holidays; days are UTC's, for a project has no zone.
"""

import numpy as np
import polars as pl

from models.local_time import end_of_day
from models.records import Records, table_of


def deadline_days(records: Records, due_on: pl.Series, region: pl.Series, working_days: int) -> pl.Series:
    """The last day on which billing is in time, of each due date (Date) and region; null where there is no date."""
    calendar = table_of(records, "holidays").drop_nulls().group_by("region").agg("on")
    closed = dict(calendar.iter_rows())
    frame = pl.DataFrame({"due_on": due_on, "region": region}).with_row_index("row").drop_nulls("due_on")
    days = np.full(due_on.len(), np.datetime64("NaT", "D"))
    for (name,), part in frame.partition_by("region", as_dict=True).items():
        holidays = np.array(closed.get(name, []), dtype="datetime64[D]")
        last = np.busday_offset(part["due_on"].to_numpy(), working_days, roll="backward", holidays=holidays)
        days[part["row"].to_numpy()] = last
    return pl.Series("deadline_on", days, dtype=pl.Date)


def end_of(days: pl.Series) -> pl.Series:
    """The last instant of each day."""
    return end_of_day(days, pl.repeat(None, days.len(), dtype=pl.String, eager=True))
