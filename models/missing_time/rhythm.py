"""When in the week a person sits down to enter time: in how many weeks between this very moment and the cutoff.

A worked example. It is Thursday 18:00. Of the last eight weeks, somebody entered time between Thursday 18:00 and the
Monday noon after in six: whatever is still open may well be entered too. Who enters everything on Wednesdays is done
for this week.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from models.running_sums import RunningSums

REACHES = (3, 8)
"""Over how many weeks it is counted."""
DAYS_A_WEEK = 7


def rhythm(running: RunningSums, subjects: pl.DataFrame) -> dict[str, Floats]:
    """The fields of rhythm, in the order of ``subjects``, NaN where no week of the person's history lies far enough.

    ``running`` sums ``entries`` by ``person_id``; ``subjects`` have ``person_id``, ``as_of``, ``cutoff`` (not before
    ``as_of``) and ``days_of_history``. A week counts when it began within the history.
    """
    weeks = range(1, max(REACHES) + 1)
    sat_down = _entered(running, subjects, weeks) > 0
    history = subjects["days_of_history"].fill_null(0).to_numpy()
    counted = np.array([DAYS_A_WEEK * week <= history for week in weeks]).T.reshape(subjects.height, len(weeks))
    fields = {}
    for reach in REACHES:
        whole = counted[:, :reach].sum(axis=1)
        part = (sat_down & counted)[:, :reach].sum(axis=1)
        fields[f"sits_down_share_{reach}"] = np.divide(
            part, whole, out=np.full(len(whole), np.nan), where=whole > 0, dtype=np.float64
        )
    return fields


def _entered(running: RunningSums, subjects: pl.DataFrame, weeks: Sequence[int]) -> Ints:
    """How many entries were made between this moment of the week and the cutoff: (subjects, weeks), latest first.

    All weeks are looked up at once, and nothing after ``as_of``: on a Monday morning last week's cutoff lies ahead.
    """
    back = [pl.duration(days=DAYS_A_WEEK * week) for week in weeks]
    spans = [
        subjects.select(
            "person_id", since=pl.col("as_of") - span, until=pl.min_horizontal("as_of", pl.col("cutoff") - span)
        )
        for span in back
    ]
    asked = pl.concat(spans)
    made = running.at(asked, "until")["entries"] - running.at(asked, "since")["entries"]
    return made.to_numpy().reshape(len(weeks), subjects.height).T
