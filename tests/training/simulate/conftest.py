"""One small firm with all that is hidden of it, and the folder that it wrote; and a larger one, only as a folder."""

import datetime as dt

import polars as pl
import pytest

from models.reading import read_folder
from training.simulate.calendar import START
from training.simulate.firm import firm
from training.simulate.simulate import simulate

PEOPLE, MONTHS, SEED = 60, 8, 5
HISTORY = dt.datetime.combine(START, dt.time(), dt.UTC)
"""What lies before is the time in which the firm comes into full swing."""


def unheard(message):
    """Progress that nobody listens to."""


class Written:
    """A folder that a simulation wrote, read back."""

    def __init__(self, folder, people, months, seed):
        self.folder, self.months = folder, months
        self.rows = simulate(folder, people, months, seed, unheard)
        self.reading = read_folder(folder)
        self.records = self.reading.records

    def truth(self, task):
        return pl.read_parquet(self.folder / "truth" / f"{task}.parquet")


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """The small firm's folder."""
    return Written(tmp_path_factory.mktemp("small") / "firm", PEOPLE, MONTHS, SEED)


@pytest.fixture(scope="session")
def lived():
    """The small firm with all that is hidden of it."""
    return firm(PEOPLE, MONTHS, SEED, unheard)


@pytest.fixture(scope="session")
def larger(tmp_path_factory):
    """The folder of a firm that lives on beyond the month in which much changes."""
    return Written(tmp_path_factory.mktemp("larger") / "firm", 250, 14, 1)
