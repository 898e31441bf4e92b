"""Pictures for reports: can the probabilities be read as frequencies, and what was flagged when.

Each function writes one small PNG and touches no global state of matplotlib, so that pictures can be drawn anywhere.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from PIL import Image

from models.arrays import Flags, Floats, Ints
from training import intervals

BINS = 10
FEWEST_A_BIN = 20
DPI = 110
INK, PALE, GRID = "#22313f", "#9fb3c2", "#e6eaed"
COLOURS = ("#1464a5", "#c8692a", "#6b7b58", "#8a5a9e")
COLOURS_OF_A_FILE = 64
MARKERS = ("o", "s", "^", "D")
"""Lines are told apart by form as well as by colour."""


@dataclass(frozen=True)
class Line:
    """The forecasts of one forecaster on the measured rows."""

    name: str
    probability: Floats


def reliability(title: str, outcome: Flags, event: Ints, lines: Sequence[Line], file: Path) -> None:
    """A reliability diagram (DeGroot and Fienberg, 1983): how often it came, where it was forecast.

    Bins hold equally many rows. The band is where the first line's points lie 95 times in 100 if it is perfectly
    calibrated, rows of one ``event`` (see `training.intervals.events`) coming together. Below, how many rows it
    forecasts what for. The axes end at the tenth above the highest point; the last bar holds all beyond.
    """
    figure = Figure(figsize=(6.4, 5.6), dpi=DPI, layout="constrained", facecolor="white")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    low, high, at = _band(lines[0].probability, event)
    above.plot([0, 1], [0, 1], color=PALE, linewidth=1, zorder=1)
    above.fill_between(at, low, high, color=COLOURS[0], alpha=0.13, linewidth=0, label="95% if calibrated")
    points = [binned(outcome, line.probability)[:2] for line in lines]
    reach = _up_to_a_tenth(max(float(np.max(each)) for pair in points for each in pair))
    for number, (line, (forecast, came)) in enumerate(zip(lines, points, strict=True)):
        above.plot(
            forecast, came, color=COLOURS[number], marker=MARKERS[number], markersize=5, linewidth=1 if number else 1.8,
            label=line.name, zorder=9 - number, clip_on=False,
        )  # fmt: skip
    below.hist(
        np.minimum(lines[0].probability, reach),
        bins=np.linspace(0, reach, 26).tolist(),
        color=COLOURS[0],
        alpha=0.75,
        rwidth=0.9,
    )
    _quiet(above, title)
    _quiet(below, "")
    above.set_ylabel(f"came to it (about {len(outcome) // len(at):,} rows a point)")
    above.set(xlim=(0, reach), ylim=(0, reach))
    below.set_xlabel("forecast")
    below.set_ylabel("rows")
    for axis in (above.xaxis, above.yaxis, below.xaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    below.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    below.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    above.legend(loc="upper left", frameon=False, fontsize=9, labelcolor=INK)
    _save(figure, file)


def _up_to_a_tenth(highest: float) -> float:
    """How far the axes reach: rare outcomes would otherwise all lie in a corner."""
    return min(1.0, max(1, ceil(highest * 10)) / 10)


def timeline(title: str, weeks: pl.DataFrame, file: Path) -> None:
    """What came and what was flagged, week by week: ``week`` (a Monday), ``caught``, ``missed``, ``false_alarms``.

    Upwards what came to trouble in the week, downwards the flags of the week after which nothing came.
    """
    figure = Figure(figsize=(8.4, 3.4), dpi=DPI, layout="constrained", facecolor="white")
    axes = figure.subplots()
    at = weeks["week"].dt.offset_by("3d").to_list()
    width = dt.timedelta(days=5)
    caught, missed, idle = (weeks[name].to_numpy() for name in ("caught", "missed", "false_alarms"))
    bars: list[tuple[Ints, Ints | int, str, str]] = [
        (caught, 0, COLOURS[0], "came, flagged before"),
        (missed, caught, PALE, "came, not flagged"),
        (-idle, 0, COLOURS[1], "flagged, did not come"),
    ]
    for height, bottom, colour, label in bars:
        axes.bar(at, height, width, bottom, color=colour, label=f"{label} ({abs(int(height.sum())):,})", linewidth=0)  # type: ignore[arg-type]
    axes.axhline(0, color=INK, linewidth=0.8)
    _quiet(axes, title)
    locator = AutoDateLocator(minticks=3, maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):,.0f}"))
    axes.set_ylabel("a week")
    axes.margins(y=0.08)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9, labelcolor=INK)
    _save(figure, file)


def binned(outcome: Flags, probability: Floats) -> tuple[Floats, Floats, Ints]:
    """Mean forecast, frequency and number of rows of bins of equally many rows, lowest forecast first.

    Rows of one forecast are not torn apart: they are in the bin in which the first of them falls.
    """
    bin_of = _bins(probability)
    count = np.bincount(bin_of)
    return np.bincount(bin_of, probability) / count, np.bincount(bin_of, outcome) / count, count


def _bins(probability: Floats) -> Ints:
    """The bin of each row, numbered without gaps."""
    bins = max(1, min(BINS, len(probability) // FEWEST_A_BIN))
    _, group, rows = np.unique(probability, return_inverse=True, return_counts=True)
    first = np.cumsum(rows) - rows
    numbered: Ints = np.unique((first * bins // len(probability))[group], return_inverse=True)[1]
    return numbered


def _band(probability: Floats, event: Ints) -> tuple[Floats, Floats, Floats]:
    """Between which frequencies each bin's lies where the forecasts are right; and where the bins are."""
    generator = np.random.default_rng(intervals.SEED)
    bin_of = _bins(probability)
    count = np.bincount(bin_of)
    events = int(event.max()) + 1
    drawn = [
        np.bincount(bin_of, generator.random(events)[event] < probability, len(count)) / count
        for _ in range(intervals.DRAWS)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return low, high, np.bincount(bin_of, probability) / count


def _quiet(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=11, color=INK)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=9, length=0)
    for place in ("top", "right", "left"):
        axes.spines[place].set_visible(False)
    axes.spines["bottom"].set_color(PALE)
    axes.xaxis.label.set(color=INK, fontsize=9)
    axes.yaxis.label.set(color=INK, fontsize=9)


def _save(figure: Figure, file: Path) -> None:
    """As a PNG of few colours: a quarter of the size of matplotlib's own."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    Image.fromarray(pixels).convert("RGB").quantize(COLOURS_OF_A_FILE).save(file, format="png", optimize=True)
