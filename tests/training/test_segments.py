"""Calibration by segment: only where there are rows enough, beside what luck would show."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from training.segments import if_calibrated, segments

pytestmark = pytest.mark.usefixtures("few_draws")

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def measured():
    """600 rows in the north that come true as forecast, 500 in no known region and 499 in the south that never do."""
    generator = np.random.default_rng(3)
    region = ["north"] * 600 + [None] * 500 + ["south"] * 499
    probability = generator.uniform(0.2, 0.6, len(region))
    outcome = (generator.random(len(region)) < probability) & (np.arange(len(region)) < 600)
    frame = pl.DataFrame({"region": region, "outcome": outcome, "practice": ["one"] * len(region)}).with_columns(
        subject_id=pl.format("s-{}", pl.int_range(pl.len())), resolved_at=pl.lit(NOW)
    )
    return frame, probability


@pytest.fixture
def by_region(task):
    return replace(task, segments=("region", "practice"), person_level=False)


def test_each_segment_of_500_rows_has_its_error_beside_that_of_luck(by_region, measured):
    frame, probability = measured
    (north, unknown, everywhere), suppressed = segments(by_region, frame, probability)
    assert suppressed == 0
    assert [(each["field"], each["value"], each["n"]) for each in (north, unknown, everywhere)] == [
        ("region", "north", 600),
        ("region", None, 500),
        ("practice", "one", 1599),
    ]
    assert north["ece"] <= north["ece_if_calibrated"]["high"]
    assert unknown["ece"] == pytest.approx(unknown["forecast"]) == pytest.approx(probability[600:1100].mean())
    assert unknown["base_rate"] == 0
    assert unknown["ece"] > unknown["ece_if_calibrated"]["high"] > unknown["ece_if_calibrated"]["low"] > 0


def test_the_order_of_the_rows_does_not_matter(by_region, measured):
    frame, probability = measured
    shuffled = np.random.default_rng(1).permutation(len(probability))
    for one, other in zip(
        segments(by_region, frame, probability).shown,
        segments(by_region, frame[shuffled], probability[shuffled]).shown,
        strict=True,
    ):
        assert one["ece"] == pytest.approx(other["ece"])
        assert one["value"] == other["value"]


def test_rows_that_share_an_event_leave_more_to_luck():
    probability = np.full(600, 0.3)
    alone, shared = (if_calibrated(probability, event) for event in (np.arange(600), np.repeat(np.arange(60), 10)))
    assert alone["high"] < shared["high"]


def test_a_task_without_segments_has_none(task, measured):
    assert segments(replace(task, segments=()), *measured) == ([], 0)


@pytest.mark.parametrize(
    ("persons", "shown", "suppressed"),
    [
        ({"north": 5, "south": 5, "west": 9}, ["north", "south", "west"], 0),
        ({"north": 4, "south": 6, "west": 9}, ["west"], 2),
        ({"north": 4, "south": 4, "west": 9}, ["west"], 2),
        ({"north": 1, "south": 1, "west": 1}, [], 3),
        ({"north": 4, "south": 9}, [], 2),
    ],
)
def test_a_segment_of_fewer_than_five_persons_is_counted_and_not_shown(task, persons, shown, suppressed):
    rows = [(region, f"{region}-{row % count}/2026-01-01") for region, count in persons.items() for row in range(600)]
    frame = pl.DataFrame(rows, schema=["region", "subject_id"], orient="row").with_columns(
        outcome=pl.int_range(pl.len()) % 3 == 0, resolved_at=pl.lit(NOW)
    )
    of_people = replace(task, segments=("region",), person_level=True, owner=None)
    found = segments(of_people, frame, np.full(frame.height, 0.3))
    assert ([each["value"] for each in found.shown], found.suppressed) == (shown, suppressed)
    of_work = replace(of_people, person_level=False)
    assert len(segments(of_work, frame, np.full(frame.height, 0.3)).shown) == len(persons)


def test_a_few_persons_in_segments_without_rows_enough_keep_the_smallest_out(task):
    counts = {"north": (600, 6), "south": (700, 8), "west": (20, 2)}
    rows = [(of, f"{of}-{row % many}/d") for of, (count, many) in counts.items() for row in range(count)]
    frame = pl.DataFrame(rows, schema=["region", "subject_id"], orient="row").with_columns(
        outcome=pl.int_range(pl.len()) % 3 == 0, resolved_at=pl.lit(NOW)
    )
    of_people = replace(task, segments=("region",), person_level=True, owner=None)
    found = segments(of_people, frame, np.full(frame.height, 0.3))
    assert ([each["value"] for each in found.shown], found.suppressed) == (["south"], 1)
