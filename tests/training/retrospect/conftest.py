"""A walk made by hand: rows of subjects of March 2026, and a firm looked back on once for all tests."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from models.catalog import TASKS
from models.point_in_time import INSTANT
from models.reading import read_folder
from training import intervals
from training.retrospect.run import retrospect
from training.retrospect.walk import Month, Walk
from training.settings import parse_settings

FIRM = Path(__file__).parents[3] / "fixtures" / "firm"
START, END = dt.datetime(2025, 8, 1, tzinfo=dt.UTC), dt.datetime(2025, 11, 1, tzinfo=dt.UTC)
ROW = {
    "subject_id": pl.String,
    "as_of": INSTANT,
    "resolved_at": INSTANT,
    "outcome": pl.Boolean,
    "band": pl.String,
    "rule_score": pl.Float64,
    "walked": pl.Int32,
    "project_id": pl.String,
    "own_money": pl.Float64,
    "own_currency": pl.String,
}


def march(day):
    return dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(days=day - 1)


@pytest.fixture
def walked(task):
    """A maker of walks from ``(subject, asked, resolved, outcome, band, rule_score)`` and cells by name."""
    project_task = replace(task, owner="project_id", person_level=False)

    def make(*given, **cells):
        rows = [
            dict(zip(ROW, (*row[:1], march(row[1]), march(row[2]), *row[3:6]), strict=False))
            | {"walked": int(row[1] > 15), "project_id": "P", "own_money": 100.0, "own_currency": "GBP"}
            | {name: values[number] for name, values in cells.items()}
            for number, row in enumerate(given)
        ]
        frame = pl.DataFrame(rows, schema=ROW).with_columns(
            probability=pl.col("band").replace_strict(
                {"low": 0.1, "medium": 0.3, "high": 0.7}, return_dtype=pl.Float64
            ),
            money=pl.when(pl.col("own_currency") == "GBP").then("own_money"),
            risk=pl.col("own_money") / 2,
            own_risk=pl.col("own_money") / 2,
        )
        months = [Month(march(1), march(16), 40, 0.5, None, "", ""), Month(march(16), march(32), 50, 0.4, None, "", "")]
        return Walk(project_task, frame, months, "GBP", 3)

    return make


@pytest.fixture(scope="session")
def looked_back():
    """The firm of fixtures/ looked back on from August: all its Fridays, and its requests."""
    tasks = [TASKS["missing_time"], TASKS["staffing_risk"]]
    settings = {
        "missing_time": parse_settings(tasks[0], {"trees": "20", "moment": "friday"}),
        "staffing_risk": parse_settings(tasks[1], {"trees": "20"}),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intervals, "DRAWS", 20)
        records = read_folder(FIRM).records
        return retrospect(tasks, records, (START, END), lambda task: settings[task.name], lambda _: None)
