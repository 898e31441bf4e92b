"""The tasks there are. A predictor is a folder beside this file and one line here."""

from collections.abc import Mapping

from models.missing_time import MISSING_TIME
from models.task import Task

TASKS: Mapping[str, Task] = {task.name: task for task in (MISSING_TIME,)}
