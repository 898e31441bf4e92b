"""How long similar requests wait until they are filled: a life table by days open, of the last year.

For each span of days since the opening it counts how many requests reached it open, and how many were filled in it.
Their quotient is the chance of being filled in that span; requests that were cancelled or are still open count as far
as they came (the life table of Kaplan and Meier, 1958, with fixed spans).
"""

import numpy as np
import polars as pl

from models.arrays import Floats
from models.running_sums import RunningSums

EDGES = (0, 1, 2, 4, 7, 10, 14, 21, 28, 42, 56, 84, 126)
"""Where the spans begin, in days since the opening; the last one has no end and is taken to be as long as the others'
sum."""
HORIZONS = (1, 3, 7, 14, 28, 56)
YEAR = 365
PRIOR = 8
"""A region's chance of few requests is drawn towards that of the job role, as if so many more had been seen."""

_REACHED = tuple(f"reached_{span}" for span in range(len(EDGES)))
_FILLED = tuple(f"filled_{span}" for span in range(len(EDGES)))
_WIDTHS: tuple[int, ...] = (*np.diff(EDGES).tolist(), EDGES[-1])
_FEWEST = 3


class Waiting:
    """The life tables of all job roles, and of their regions: made once, asked for many subjects."""

    def __init__(self, requests: pl.DataFrame) -> None:
        facts = _facts(requests)
        self._role = RunningSums(facts, "job_role", (*_REACHED, *_FILLED))
        self._region = RunningSums(facts, ("job_role", "region"), (*_REACHED, *_FILLED))

    def fields(self, subjects: pl.DataFrame) -> pl.DataFrame:
        """What the life tables say of ``subjects`` (with ``job_role``, ``region``, ``as_of``, ``days_open``).

        Returns ``usual_days_to_fill`` and ``usual_days_to_fill_region`` (medians, null below three filled) and, for
        each horizon, ``chance_within_N``: of similar requests open for as long, the share filled in the next N days.
        """
        role = self._role.within(subjects, YEAR)
        region = self._region.within(subjects, YEAR)
        hazards = _hazards(region, _hazards(role))
        age = subjects["days_open"].to_numpy()
        chances = {f"chance_within_{days}": _chance(hazards, age, float(days)) for days in HORIZONS}
        return pl.DataFrame(
            [
                pl.Series("usual_days_to_fill", _median(role), nan_to_null=True),
                pl.Series("usual_days_to_fill_region", _median(region), nan_to_null=True),
                *(pl.Series(name, values, nan_to_null=True) for name, values in chances.items()),
            ]
        )


def _facts(requests: pl.DataFrame) -> pl.DataFrame:
    """One row each time that a request reaches a span open, and when it is filled; ``known_at`` is that moment."""
    owners = ["job_role", "region"]
    edges = pl.DataFrame({"span": list(range(len(EDGES))), "edge": list(EDGES)})
    reached = (
        requests.filter("open")
        .select(*owners, "opened", "known_at", "known_until")
        .join(edges, how="cross")
        .with_columns(at=pl.col("opened") + pl.duration(days="edge"))
        .filter(
            pl.col("at") >= pl.col("known_at"),
            pl.col("known_until").is_null() | (pl.col("at") < pl.col("known_until")),
        )
        .select(*owners, "span", known_at="at", reached=pl.lit(value=True))
    )
    filled = (
        requests.filter("filled")
        .unique("request_id", keep="first", maintain_order=True)
        .filter(pl.col("known_at") > pl.col("opened"))
    )
    age = pl.col("known_at") - pl.col("opened")
    passed = pl.sum_horizontal(*((age > pl.duration(days=edge)).cast(pl.Int64) for edge in EDGES))
    filled = filled.select(*owners, (passed - 1).alias("span"), "known_at", reached=pl.lit(value=False))
    facts = pl.concat([reached, filled])
    here = {span: pl.col("span") == span for span in range(len(EDGES))}
    return facts.select(
        *owners,
        "known_at",
        *((here[span] & pl.col("reached")).cast(pl.Int64).alias(name) for span, name in enumerate(_REACHED)),
        *((here[span] & ~pl.col("reached")).cast(pl.Int64).alias(name) for span, name in enumerate(_FILLED)),
    )


def _hazards(table: pl.DataFrame, prior: list[Floats] | None = None) -> list[Floats]:
    """The chance of being filled in each span for who reached it; NaN where nobody did and there is no prior."""
    hazards = []
    for span in range(len(EDGES)):
        reached = table[_REACHED[span]].to_numpy().astype(np.float64)
        filled = table[_FILLED[span]].to_numpy().astype(np.float64)
        if prior is not None:
            filled, reached = filled + PRIOR * prior[span], reached + PRIOR
        share = np.divide(filled, reached, out=np.full(len(reached), np.nan), where=reached > 0)
        hazards.append(np.minimum(share, 1.0))
    return hazards


def _chance(hazards: list[Floats], age: Floats, days: float) -> Floats:
    """The chance of being filled in the next ``days`` for who is open for ``age`` days; part of a span counts so far.

    NaN where no span that it looks at was ever reached; one of several that was not adds nothing.
    """
    still = np.ones(len(age))
    unknown = np.ones(len(age), dtype=bool)
    for hazard, edge, width in zip(hazards, EDGES, _WIDTHS, strict=True):
        last = edge == EDGES[-1]
        end = np.inf if last else edge + width
        share = np.clip(np.minimum(age + days, end) - np.maximum(age, edge), 0, None) / width
        unknown &= ~((share > 0) & ~np.isnan(hazard))
        still = still * (1.0 - np.minimum(share, 1.0) * np.where(np.isnan(hazard), 0.0, hazard))
    return np.where(unknown, np.nan, 1.0 - still)


def _median(table: pl.DataFrame) -> Floats:
    """The median of the days until filled, evenly spread within a span; NaN below three."""
    counts = [table[name].to_numpy() for name in _FILLED]
    total = np.sum(np.stack(counts), axis=0)
    below = np.zeros(len(total), dtype=np.int64)
    median = np.full(len(total), np.nan)
    for count, edge, width in zip(counts, EDGES, _WIDTHS, strict=True):
        here = np.isnan(median) & (2 * (below + count) >= total) & (count > 0)
        inside = np.divide(total - 2 * below, 2 * count, out=np.zeros(len(total)), where=count > 0)
        median = np.where(here, edge + width * inside, median)
        below = below + count
    return np.where(total >= _FEWEST, median, np.nan)
