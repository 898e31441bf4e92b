"""Health never enters: why somebody is away, and what people write, are no feature of any task."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from models.catalog import TASKS
from models.reading import read_folder

FIRM = Path(__file__).parents[2] / "fixtures" / "firm"
AS_OF = dt.datetime(2025, 10, 16, 10, tzinfo=dt.UTC)

FREE_TEXT = {"time_entries": "note", "approval_events": "note", "resource_requests": "title", "time_off": "kind"}


@pytest.fixture(scope="module")
def records():
    return read_folder(FIRM).records


@pytest.mark.parametrize("name", TASKS)
def test_the_kind_of_an_absence_and_free_text_change_no_byte_of_a_snapshot(name, records):
    task = TASKS[name]
    subjects = task.open_at(records, AS_OF)
    assert not subjects.is_empty()
    told = {table: records[table].with_columns(pl.lit("ill").alias(column)) for table, column in FREE_TEXT.items()}
    before = task.build(records, subjects, task.settings())
    assert task.build({**records, **told}, subjects, task.settings()).equals(before)


@pytest.mark.parametrize("name", TASKS)
def test_no_field_is_named_after_health_or_holds_what_people_wrote(name):
    fields = set(TASKS[name].snapshot.model_fields) - TASKS[name].no_features
    forbidden = {"note", "kind", "sick", "illness", "health", "medical", "reason", "comment"}
    assert [field for field in fields if forbidden & set(field.split("_"))] == []
