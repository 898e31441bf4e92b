"""The tasks there are. A predictor is a folder beside this file and one line here."""

from collections.abc import Mapping
from importlib import import_module

from models.task import Task

FOLDERS = (
    "missing_time",
    "unusual_time",
    "staffing_risk",
    "margin_erosion",
    "milestone_miss",
)
"""The folder of each task, which holds the task under the folder's name in capitals."""

TASKS: Mapping[str, Task] = {folder: getattr(import_module(f"models.{folder}"), folder.upper()) for folder in FOLDERS}
