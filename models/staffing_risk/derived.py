"""Fields of a snapshot that follow from others of it, so that a changed date or place changes all that hangs on it."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.arrays import Flags, Floats
from models.staffing_risk.bench import AHEAD
from models.staffing_risk.waiting import HORIZONS

PACES = ("pace_lately", "pace_skills", "pace_requester")
"""The region's own life table is in the chances already."""


def derive(snapshots: pl.DataFrame) -> pl.DataFrame:
    """Snapshots with the fields worked out again that follow from ``days_to_needed_by`` and ``remote_ok``.

    Where that moves the needed-by date (``needed_by_moved_days`` was another), it is one more move. A column that is
    not there yet is added; deriving twice changes nothing.
    """
    left = _numbers(snapshots, "days_to_needed_by")
    notice = _numbers(snapshots, "days_open") + left
    moved = np.round(notice - _numbers(snapshots, "first_notice_days"))
    moves = _numbers(snapshots, "needed_by_moves")
    if "needed_by_moved_days" in snapshots.columns:
        before = _numbers(snapshots, "needed_by_moved_days")
        moves = np.where(np.isnan(moved) | np.isnan(before) | (moved == before), moves, moves + 1)
    anywhere = (_numbers(snapshots, "remote_ok") == 1) | snapshots["region"].is_null().to_numpy()
    reach = {name: _reachable(snapshots, name, anywhere) for name in ("people", "open")}
    free = _until(left, AHEAD, [_reachable(snapshots, "free", anywhere, f"_{days}") for days in AHEAD])
    whole = {"needed_by_moves": moves, "needed_by_moved_days": moved, "reachable_people": reach["people"]}
    chances = [np.zeros(len(left)), *(_numbers(snapshots, f"chance_within_{days}") for days in HORIZONS)]
    chance = _until(left, (0, *HORIZONS), chances)
    shares = {
        "notice_days": notice,
        "notice_used": _share(_numbers(snapshots, "days_open"), notice),
        "chance_by_needed_by": chance,
        "chance_at_pace": _at_pace(snapshots, chance),
        "reachable_free": free,
        "skilled_free": _until(left, AHEAD, [_numbers(snapshots, f"free_skill_{days}") for days in AHEAD]),
        "requests_per_free_person": (reach["open"] + 1.0) / (free + 1.0),
    }
    return snapshots.with_columns(
        *(pl.Series(name, values, nan_to_null=True).cast(pl.Int64) for name, values in whole.items()),
        *(pl.Series(name, values, nan_to_null=True) for name, values in shares.items()),
    )


def _numbers(snapshots: pl.DataFrame, name: str) -> Floats:
    return snapshots[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _reachable(snapshots: pl.DataFrame, name: str, anywhere: Flags, suffix: str = "") -> Floats:
    role, region = (_numbers(snapshots, f"{name}_{where}{suffix}") for where in ("role", "region"))
    found: Floats = np.where(anywhere, role, region)
    return found


def _share(part: Floats, whole: Floats) -> Floats:
    share: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return np.minimum(share, 1.0)


def _at_pace(snapshots: pl.DataFrame, chance: Floats) -> Floats:
    """The chance where each day counts as so many days; an unknown pace is the usual one."""
    pace = pl.lit(1.0)
    for name in PACES:
        pace *= pl.col(name).fill_null(1.0)
    still = snapshots.select(*PACES, still=pl.Series(1.0 - chance)).select(still=pl.col("still").pow(pace))["still"]
    return 1.0 - still.to_numpy()


def _until(days: Floats, known: Sequence[int], values: Sequence[Floats]) -> Floats:
    """What is told for some numbers of days, for any: on the straight line between, and beyond the last as there."""
    found: Floats = values[-1]
    for low, high, first, second in reversed(list(zip(known[:-1], known[1:], values[:-1], values[1:], strict=True))):
        between = first + (second - first) * ((days - low) / (high - low))
        found = np.where(days < high, between, found)
    return found
