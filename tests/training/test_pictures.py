"""Pictures: small, the same twice, drawn from the right numbers, and without a trace in matplotlib's settings."""

import datetime as dt
import struct

import matplotlib as mpl
import numpy as np
import polars as pl
import pytest

from training.pictures import Line, binned, reliability, timeline

pytestmark = pytest.mark.usefixtures("few_draws")
LARGEST = 60_000


@pytest.fixture(scope="module")
def measured():
    generator = np.random.default_rng(1)
    probability = generator.beta(1, 4, 4000)
    return generator.random(4000) < probability, probability, generator.random(4000)


@pytest.fixture(scope="module")
def weeks():
    monday, flags = dt.date(2025, 7, 7), [3, 0, 2, 5]
    return pl.DataFrame(
        {"week": [monday + dt.timedelta(weeks=number) for number in range(4)], "caught": flags, "missed": flags[::-1]}
        | {"false_alarms": [0, 1, 1, 0]}
    )


def draws(folder, measured, weeks):
    outcome, ours, other = measured
    lines = [Line("predictor", ours), Line("rule", other), Line("logistic regression", ours**1.3)]
    reliability("missing_time", outcome, np.arange(len(outcome)) // 2, lines, folder / "reliability.png")
    timeline("missing_time", weeks, folder / "timeline.png")
    return [(folder / f"{name}.png").read_bytes() for name in ("reliability", "timeline")]


def test_each_picture_is_a_small_png_and_the_same_twice(measured, weeks, tmp_path):
    before = dict(mpl.rcParams)
    pictures = draws(tmp_path, measured, weeks)
    for picture in pictures:
        assert picture.startswith(b"\x89PNG")
        assert 2_000 < len(picture) < LARGEST
        width, height = struct.unpack(">II", picture[16:24])
        assert 600 < width < 1_000
        assert 300 < height < 700
    assert draws(tmp_path, measured, weeks) == pictures
    assert dict(mpl.rcParams) == before


def test_points_are_of_equally_many_rows_and_tell_forecast_and_frequency():
    probability = np.linspace(0, 1, 200, endpoint=False)
    forecast, came, rows = binned(probability >= 0.5, probability)
    assert rows.tolist() == [20] * 10
    assert came.tolist() == [0] * 5 + [1] * 5
    np.testing.assert_allclose(forecast, probability.reshape(10, 20).mean(axis=1))


def test_equal_forecasts_are_one_point_whatever_the_order_of_the_rows():
    probability, outcome = np.array([0.1] * 150 + [0.7] * 50), np.array([True] * 15 + [False] * 135 + [True] * 50)
    for order in (np.arange(200), np.random.default_rng(2).permutation(200)):
        forecast, came, rows = binned(outcome[order], probability[order])
        np.testing.assert_allclose(forecast, [0.1, 0.7])
        np.testing.assert_allclose(came, [0.1, 1.0])
        assert rows.tolist() == [150, 50]


@pytest.mark.parametrize("rows", [1, 3, 25])
def test_a_few_rows_can_be_drawn_too(rows, tmp_path):
    outcome = np.arange(rows) % 2 == 0
    reliability("few", outcome, np.arange(rows), [Line("predictor", np.full(rows, 0.4))], tmp_path / "few.png")
    assert (tmp_path / "few.png").stat().st_size > 2_000
