"""Predictors that let every field have a say, so that whatever could be told of a snapshot is told."""

from models.amounts import Amounts
from models.calibration import Bands, Calibration
from models.features import Features, units
from models.predictor import Predictor
from models.scorers.additive import Additive, Line

EXPECTED = {"mean": 5.4371293, "p10": 3.8914627, "p50": 5.3719284, "p90": 7.9641583}
STEEP = {
    "known_hours": -0.05, "week_open_days": 0.05, "hours": 0.05, "day_hours": 0.05, "same_entries": 0.05,
    "remote_ok": -3.0, "days_to_needed_by": -0.2, "forecast_age_days": 0.05, "open_changes": 0.05,
    "unpriced_change_hours": 0.05, "lost_hours_share": 5.0, "team_contractor_share": 5.0, "team_rate_change": -5.0,
    "stage": -2.0, "hours_of_booked_28": -5.0, "project_overdue": 0.05,
}  # fmt: skip
"""By how much what people can influence raises the log-odds: enough that a change may turn a subject green."""


def telling_predictor(task):
    """A predictor of a high risk in which each field that has words has an effect."""
    unit = units(task.snapshot)
    names = tuple(name for name in task.words if unit[name] != "category")
    shapes = {
        column: Line(-100, 100, STEEP.get(name, 0.0004 + column / 1e6), 0.0, 0.0003)
        for column, name in enumerate(names)
    }
    return Predictor(
        task.name,
        task.settings().model_dump(mode="json"),
        Features(names, {}),
        Additive("linear", 2.0, len(names), shapes),
        Calibration(),
        Bands(0.2, 0.5),
        Amounts(EXPECTED, {}) if task.expected else None,
    )
