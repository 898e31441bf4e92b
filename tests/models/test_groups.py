"""Fields that tell of one cause are one reason; a group names only fields that there are."""

import pytest

from models.catalog import TASKS
from models.project_signals.groups import THEMES


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_groups_hold_features_of_the_task(task):
    features = set(task.snapshot.model_fields) - task.no_features
    assert set(task.groups) <= features


def test_a_field_of_a_project_has_one_theme():
    fields = [field for fields in THEMES.values() for field in fields]
    assert len(fields) == len(set(fields))
