"""Margin forecasts: what each forecast said when it was made, and which one stood at an instant.

The margin of a forecast is 1 - cost at completion / revenue at completion; `models.project_signals.forecasts` prices
forecasts that leave the revenue open. A revenue that is not positive has no margin.

A worked example. On 3 March the manager forecasts cost 80 of revenue 100: margin 20%. On 7 April the cost is 90, and
the revenue is left out; the contract is worth 100, a change of 20 was accepted on 1 April: margin 1 - 90/120, 25%.
"""

import polars as pl

from models.project_signals import Past
from models.project_signals.timeline import latest

POINTS = 100
"""Percentage points in a margin of 1."""
EXACT_DIGITS = 6
"""Differences of margins are rounded to a millionth of a point, so that 25% less 22% is three points and not less."""
SAID = ("cost_cents", "revenue_cents", "margin", "forecast_ends_on")


class Margins:
    """The firm's forecasts with their margins: made once, asked for many subjects.

    ``made`` has a row a forecast, as it was first known: ``project_id``, ``made_at``, ``cost_cents``, ``revenue_cents``
    (null where nothing tells), ``margin`` (share, null where there is none) and ``forecast_ends_on``, ordered by
    project and time.
    """

    def __init__(self, past: Past) -> None:
        said = past.forecasts.select("project_id", "made_at", "known_at", *SAID)
        said = said.sort("project_id", "known_at", "made_at")
        self.made = said.sort("project_id", "made_at", "known_at").unique(
            ["project_id", "made_at"], keep="first", maintain_order=True
        )
        newest = pl.col("made_at") == pl.col("made_at").cum_max().over("project_id")
        self._latest = said.filter(newest).unique(["project_id", "known_at"], keep="last", maintain_order=True)

    def at(self, subjects: pl.DataFrame) -> pl.DataFrame:
        """The latest forecast known at ``as_of`` of each of ``subjects`` (``project_id``), in their order; or nulls.

        Returns ``known_at`` and the columns of ``made`` but the project.
        """
        return latest(subjects, self._latest, "project_id")

    def first_within(self, subjects: pl.DataFrame, from_days: int, to_days: int) -> pl.DataFrame:
        """The first forecast made ``from_days`` to ``to_days`` after ``as_of``: ``made_at``, ``margin``; or nulls."""
        opens, closes = (pl.col("as_of").dt.offset_by(f"{days}d") for days in (from_days, to_days))
        found = (
            subjects.select("project_id", opens=opens, closes=closes)
            .with_row_index("row")
            .sort("opens", maintain_order=True)
            .join_asof(
                self.made.select("project_id", "made_at", "margin").sort("made_at", "project_id"),
                left_on="opens", right_on="made_at", by="project_id", strategy="forward", coalesce=False,
                check_sortedness=False,
            )
            .sort("row")
        )  # fmt: skip
        inside = pl.col("made_at") <= pl.col("closes")
        return found.select(pl.when(inside).then("made_at"), pl.when(inside).then("margin"))


def points(higher: pl.Expr, lower: pl.Expr) -> pl.Expr:
    """By how many percentage points one margin lies above another."""
    return ((higher - lower) * POINTS).round(EXACT_DIGITS)
