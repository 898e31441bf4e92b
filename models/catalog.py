"""The tasks there are. A predictor is a folder beside this file and one line here."""

from collections.abc import Mapping

from models.margin_erosion import MARGIN_EROSION
from models.missing_time import MISSING_TIME
from models.staffing_risk import STAFFING_RISK
from models.task import Task
from models.unusual_time import UNUSUAL_TIME

TASKS: Mapping[str, Task] = {
    task.name: task
    for task in (
        MISSING_TIME,
        UNUSUAL_TIME,
        STAFFING_RISK,
        MARGIN_EROSION,
    )
}
