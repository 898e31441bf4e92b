"""A simulated firm that is small enough to learn from in seconds, and a predictor of each task that did."""

import datetime as dt
from functools import cache

import pytest

from models.catalog import TASKS
from models.reading import read_folder
from training.dataset import Dataset
from training.fit import fit
from training.settings import parse_settings
from training.simulate.simulate import simulate

PEOPLE, MONTHS, SEED = 50, 8, 7
CUT = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
"""Two of the eight months come after it."""
QUICK = {"trees": "10", "kind": "trees", "most_rows": "2000", "band_medium": "0.01"}
"""Few trees say little of what is rare: with a low band there is something to propose in every task."""


@pytest.fixture(scope="session")
def firm_folder(tmp_path_factory):
    """The folder of its records."""
    folder = tmp_path_factory.mktemp("simulated") / "firm"
    simulate(folder, PEOPLE, MONTHS, SEED, str)
    return folder


@pytest.fixture(scope="session")
def firm(firm_folder):
    """Its records."""
    return read_folder(firm_folder).records


@pytest.fixture(scope="session")
def quick_settings():
    """By task name: settings with which it is fitted in a second or so."""
    return {name: parse_settings(task, QUICK) for name, task in TASKS.items()}


@pytest.fixture(scope="session")
def predictor_of(firm, quick_settings):
    """By task name: a predictor that learnt from what was known by `CUT`."""

    @cache
    def fitted(name):
        settings = quick_settings[name]
        known = Dataset.of(TASKS[name], firm, settings.outcome, settings.fit.most_rows).resolved_by(CUT)
        return fit(TASKS[name], known, settings, str)

    return fitted
