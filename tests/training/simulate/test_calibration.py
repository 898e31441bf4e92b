"""The truth answers what the tasks ask, and is right on average about what became of it."""

import numpy as np
import polars as pl
import pytest

from models.catalog import TASKS
from tests.training.simulate.conftest import HISTORY
from training.dataset import Dataset
from training.simulate.truth import TRUTHS

MOST_ROWS = 12_000
ERRORS = 4.0
END_OF_DAY_MICROSECONDS = 999_999
"""Entries are asked about once more, at any moment, when they are handed in: the truth tells of the first time."""
MOST_UNTOLD = {"unusual_time": 0.006}
"""Shares of rows without a truth: entries whose moment was lost are asked about when they were handed in."""


@pytest.fixture(scope="module", params=TRUTHS)
def answered(request, larger):
    """Labelled snapshots of the history, with the truth where it tells of them: task and rows."""
    task = TASKS[request.param]
    rows = Dataset.of(task, larger.records, task.settings(), most_rows=MOST_ROWS).frame
    rows = rows.filter(pl.col("as_of") >= HISTORY)
    if task.name == "unusual_time":
        rows = rows.filter(pl.col("as_of").dt.microsecond() == END_OF_DAY_MICROSECONDS)
    return task, rows.join(larger.truth(task.name), on=["subject_id", "as_of"], how="left", maintain_order="left")


def test_nearly_every_labelled_subject_of_the_history_has_its_truth(answered):
    task, rows = answered
    assert rows.height > 1500
    assert rows["probability"].null_count() <= MOST_UNTOLD.get(task.name, 0.001) * rows.height


def test_the_truth_is_right_on_average(answered):
    """The mean gap between outcome and truth, in standard errors by owner: whose rows share what happens."""
    task, rows = answered
    rows = rows.drop_nulls("probability")
    owner = rows[task.owner] if task.owner else rows["subject_id"].str.replace("/[^/]*$", "")
    gap = rows["outcome"].cast(pl.Float64) - rows["probability"]
    by_owner = pl.DataFrame({"owner": owner, "gap": gap}).group_by("owner").agg(pl.col("gap").sum())["gap"].to_numpy()
    assert abs(by_owner.sum()) <= ERRORS * np.sqrt((by_owner**2).sum())


def test_the_truth_tells_apart_what_happens_from_what_does_not(answered):
    _, rows = answered
    means = rows.group_by("outcome").agg(pl.col("probability").mean()).sort("outcome")["probability"]
    assert means[1] > 1.25 * means[0]


def test_the_truth_is_right_where_it_is_low_and_where_it_is_high(answered):
    """In each fifth of the rows, ordered by the truth; an owner's rows may all go together, so far as chances allow."""
    task, rows = answered
    rows = rows.drop_nulls("probability").sort("probability").with_row_index()
    owner = rows[task.owner] if task.owner else rows["subject_id"].str.replace("/[^/]*$", "")
    gaps = rows.select(
        fifth=pl.col("index") * 5 // rows.height, owner=owner,
        gap=pl.col("outcome").cast(pl.Float64) - pl.col("probability"),
        spread=(pl.col("probability") * (1 - pl.col("probability"))).sqrt(),
    ).group_by("fifth", "owner").agg(pl.col("gap", "spread").sum())  # fmt: skip
    fifths = gaps.group_by("fifth").agg(total=pl.col("gap").sum(), error=(pl.col("spread") ** 2).sum().sqrt())
    assert fifths.height == 5
    assert (fifths["total"].abs() <= 3 * fifths["error"]).all(), fifths
