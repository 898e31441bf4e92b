"""Learning curves: with how many outcomes a rule, a linear model or trees are best, and which one is chosen.

    python tests/benchmarks/small_firms.py [--source DIR] [--records DIR] [--out DIR]

A small firm is some persons of a larger one, drawn at random: it learns from what was known of them at a cut, and is
measured on all that was asked later. Of the firm of fixtures/, of the real time log where it is there, and of the
records of any other firm that is named. Writes ``small-firms.md`` and ``small-firms.json``; exits 1 where an aim is
missed.
"""

import argparse
import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from figures import Figure, at_most, reported, say, write
from time_log import CUT, MAPPING, REAL_DATA, ROOT

from models.catalog import TASKS
from models.checks import check, set_aside
from models.features import Features
from models.reading import read_folder
from models.records import Records
from models.scorers import Kind
from training.calibrating import losses
from training.candidates import fitted
from training.choosing import ORDER, choose
from training.dataset import Dataset
from training.fit import FEWEST_OF_EACH, FEWEST_ROWS
from training.importing.importer import import_records
from training.intervals import owners
from training.settings import Settings, parse_settings

TASK = TASKS["missing_time"]
PERSONS = (2, 3, 6, 12, 25, 50, 100)
DRAWS = 3
MOST_MEASURED = 8_000
MOST_LOST = 0.01
"""On average over all small firms, in log loss a row."""
MOST_LOST_ONCE = 0.05
"""At one size, on average over its draws."""


@dataclass(frozen=True)
class Learnt:
    """One small firm: how many outcomes it had, what each kind came to later, and which kind was chosen."""

    persons: int
    outcomes: int
    loss: dict[Kind, float]
    chosen: Kind

    @property
    def lost(self) -> float:
        """How much less likely the chosen kind was than the best one, as only hindsight knows it."""
        return self.loss[self.chosen] - min(self.loss.values())


def learnt(records: Records, cut: dt.datetime, given: dict[str, str], sizes: Sequence[int]) -> Iterator[Learnt]:
    """Small firms of growing size."""
    settings = parse_settings(TASK, given)
    dataset = Dataset.of(TASK, records, settings.outcome)
    later = dataset.asked_from(cut)
    if len(later) > MOST_MEASURED:
        later = replace(later, frame=later.frame.sample(MOST_MEASURED, seed=0).sort("as_of", "subject_id"))
    owner = owners(dataset.frame, TASK.owner)
    names = owner.unique().sort().to_list()
    generator = np.random.default_rng(0)
    for size in sorted({min(size, len(names)) for size in sizes}):
        for draw in range(DRAWS if size < len(names) else 1):
            some = generator.choice(names, size, replace=False).tolist()
            learn = replace(dataset, frame=dataset.frame.filter(owner.is_in(some))).resolved_by(cut)
            outcomes = int(learn.outcome.sum())
            if len(learn) < FEWEST_ROWS or min(outcomes, len(learn) - outcomes) < FEWEST_OF_EACH:
                continue
            say(f"{size} persons, draw {draw + 1}: {len(learn):,} rows, {outcomes:,} with the outcome")
            loss = {kind: _loss(learn, later, settings, kind) for kind in ORDER}
            yield Learnt(size, outcomes, loss, choose(TASK, learn, settings.fit).candidate.kind)


def _loss(learn: Dataset, later: Dataset, settings: Settings, kind: Kind) -> float:
    forced = settings.fit.model_copy(update={"kind": kind})
    choice = choose(TASK, learn, forced)
    features = Features.learn(TASK.snapshot, TASK.no_features, learn.frame)
    scorer = fitted(TASK, features, learn, choice.candidate, forced)
    log_odds = choice.calibration.log_odds(scorer.raw(features.matrix(later.frame)))
    return float(losses(log_odds, later.outcome).mean())


def figures(called: str, firms: list[Learnt]) -> Iterator[Figure]:
    """The curve, a figure a kind and size, and what the choice lost."""
    for persons in sorted({firm.persons for firm in firms}):
        same = [firm for firm in firms if firm.persons == persons]
        outcomes = round(np.mean([firm.outcomes for firm in same]))
        at = f"{called}, {persons} persons"
        for kind in ORDER:
            chosen = sum(firm.chosen == kind for firm in same)
            mean = float(np.mean([firm.loss[kind] for firm in same]))
            yield reported(f"{at}: log loss of {kind}, chosen {chosen} of {len(same)} times", mean, outcomes)
        lost = float(np.mean([firm.lost for firm in same]))
        yield at_most(f"{at}: lost to the best kind by choosing", lost, MOST_LOST_ONCE, "", outcomes)
    yield at_most(
        f"{called}: lost by choosing, all sizes", float(np.mean([f.lost for f in firms])), MOST_LOST, "", len(firms)
    )
    for kind in ORDER[1:]:
        used = [firm.outcomes for firm in firms if ORDER.index(firm.chosen) >= ORDER.index(kind)]
        if used:
            yield reported(f"{called}: fewest outcomes with which {kind} or more was chosen", min(used), len(firms))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--source", type=Path, default=REAL_DATA / "time_log", help="the real time log, not yet imported"
    )
    parser.add_argument(
        "--records", type=Path, action="append", default=[], help="a folder of records; --cut goes with it"
    )
    parser.add_argument("--cut", type=lambda text: dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    if given.records and given.cut is None:
        parser.error("--records goes with --cut: a day, such as 2025-09-01")
    firm = read_folder(ROOT / "fixtures" / "firm").records
    at_start = {"moment": "day_start"}
    found = list(figures("small firm", list(learnt(firm, dt.datetime(2025, 9, 1, tzinfo=dt.UTC), at_start, PERSONS))))
    if given.source.is_dir():
        with tempfile.TemporaryDirectory(prefix="bellwether-bench-") as folder:
            import_records(MAPPING, str(given.source), Path(folder))
            reading = read_folder(Path(folder))
            log = set_aside(reading.records, check(reading)).records
        found += figures("time log", list(learnt(log, CUT, at_start | {"label": "no_entry"}, PERSONS)))
    else:
        say(f"no time log in {given.source}: measuring without it")
    for folder in given.records:
        records = read_folder(folder).records
        found += figures(folder.name, list(learnt(records, given.cut, at_start, PERSONS)))
    told = (
        "`make bench-small-firms`: some persons of a larger firm, drawn three times at each size, learn from what was "
        f"known at a cut and are measured on up to {MOST_MEASURED:,} rows of everybody asked later. `n` is the mean "
        "number of outcomes that they learnt from. See [decision 7](../decisions/0007-the-simplest-kind-that-holds.md)."
    )
    return write("small-firms", "How many outcomes it takes", told, found, given.out)


if __name__ == "__main__":
    raise SystemExit(main())
