"""What an explained prediction costs, beside LightGBM's own contributions, and what shallow trees cost in accuracy.

    python tests/benchmarks/explaining.py [--source DIR] [--out DIR]

Times are CPU time on one core, the least of some batches: they are those of this machine, their ratios are not. On the
real time log where it is there, else on the small firm of fixtures/. Writes ``explaining.md`` and ``explaining.json``;
exits 1 where an aim is missed.
"""

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import lightgbm as lgb
import numpy as np
from figures import Figure, at_least, at_most, reported, say, write
from time_log import CUT, MAPPING, REAL_DATA, ROOT

from models.arrays import Floats
from models.catalog import TASKS
from models.checks import check, set_aside
from models.features import Features
from models.reading import read_folder
from models.records import Records
from models.scorers.contribution_tables import ContributionTables
from models.scorers.trees import Trees
from training.dataset import Dataset
from training.fit import fit
from training.importing.importer import import_records
from training.kinds.trees import boost
from training.metrics import METRICS
from training.settings import parse_settings
from training.splits import Split, split_at

MOST_MS = 0.2
LEAST_RATIO = 10.0
MOST_LOST = 0.005
MOST_OFF = 1e-9
MOST_COMPILING = 2.0
ROWS = 1_000
BATCHES = 7
UNCONSTRAINED = {
    "objective": "binary", "num_leaves": 31, "learning_rate": 0.05, "num_threads": 1, "seed": 0, "verbose": -1,
}  # fmt: skip
UNCONSTRAINED_TREES = 300
FIRM_CUT = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)


def measured(records: Records, cut: dt.datetime, given: dict[str, str]) -> Iterator[Figure]:
    """All figures, on the task's rows before and after the cut."""
    task = TASKS["missing_time"]
    settings = parse_settings(task, given | {"kind": "trees"})
    split = split_at(Dataset.of(task, records, settings.outcome), cut)
    predictor = fit(task, split.learn, settings, say)
    features, trees = predictor.features, predictor.scorer
    assert isinstance(trees, Trees)
    some = split.measure.frame.sample(min(ROWS, len(split.measure)), seed=0)
    matrix, one, n = features.matrix(some), some.head(1), some.height
    say("fitting the unconstrained model")
    free = _unconstrained(features, split)
    say("timing")
    tables = trees.tables
    assert tables is not None
    whole = _ms(lambda: predictor.score(one, explain=True), 300)
    of_free = _ms(lambda: free.predict(matrix[:1], pred_contrib=True, num_threads=1), 20)
    yield reported("trees of the predictor", trees.booster.num_trees(), len(split.learn))
    yield at_most("one explained row, from a frame to scores and effects", whole, MOST_MS, "ms", 1)
    yield reported("one row, plain", _ms(lambda: predictor.score(one), 300), 1, "ms")
    yield reported("look-up alone, one row", _ms(lambda: tables.explained(matrix[:1]), 300), 1, "ms")
    yield reported("look-up alone, a row of a thousand", _ms(lambda: tables.explained(matrix), 3) / n, n, "ms")
    own = _ms(lambda: trees.booster.predict(matrix[:1], pred_contrib=True, num_threads=1), 50)
    yield reported("pred_contrib of the same trees, one row", own, 1, "ms")
    yield reported("pred_contrib of 300 trees of 31 leaves, one row", of_free, 1, "ms")
    yield at_least("of that, times one explained row", of_free / whole, LEAST_RATIO, 1)
    most = boost(features, features.matrix(split.learn.frame), split.learn.outcome, settings.fit, settings.fit.trees)
    text = most.model_to_string()
    compiling = _ms(lambda: ContributionTables.of(text, matrix.shape[1]), 1) / 1000
    yield at_most("compiling 400 trees", compiling, MOST_COMPILING, "s", 400)
    yield at_most("largest difference to pred_contrib, in billionths", 1e9 * _off(trees, matrix), 1e9 * MOST_OFF, "", n)
    later, outcome = features.matrix(split.measure.frame), split.measure.outcome
    auc = METRICS["auc"].of
    ours, theirs = auc(outcome, trees.raw(later)), auc(outcome, np.asarray(free.predict(later, raw_score=True)))
    yield reported("AUC, depth 3", ours, len(outcome))
    yield reported("AUC, unconstrained", theirs, len(outcome))
    yield at_least("AUC, depth 3 less unconstrained", ours - theirs, -MOST_LOST, len(outcome))


def _unconstrained(features: Features, split: Split) -> lgb.Booster:
    """What one would fit who need not explain: 31 leaves, no limit of depth."""
    matrix, target = features.matrix(split.learn.frame), split.learn.outcome.astype(np.float64)
    data = lgb.Dataset(matrix, target, categorical_feature=features.categorical)
    return lgb.train(UNCONSTRAINED, data, UNCONSTRAINED_TREES)


def _off(trees: Trees, matrix: Floats) -> float:
    """The largest difference between the tables and LightGBM's own contributions, in log-odds."""
    expected = np.asarray(trees.booster.predict(matrix, pred_contrib=True, num_threads=1))
    _, effects = trees.explained(matrix)
    return float(max(np.abs(effects - expected[:, :-1]).max(), np.abs(trees.base - expected[:, -1]).max()))


def _ms(work: Callable[[], object], times: int) -> float:
    """Milliseconds of CPU that one call takes: the least of some batches, for others use this machine too."""
    work()
    batches = []
    for _ in range(BATCHES):
        started = time.process_time()
        for _ in range(times):
            work()
        batches.append((time.process_time() - started) / times)
    return 1000 * min(batches)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=REAL_DATA / "time_log")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    if given.source.is_dir():
        with tempfile.TemporaryDirectory(prefix="bellwether-bench-") as folder:
            import_records(MAPPING, str(given.source), Path(folder))
            reading = read_folder(Path(folder))
            records = set_aside(reading.records, check(reading)).records
        found = measured(records, CUT, {"label": "no_entry", "moment": "day_start"})
        where = "the real time log"
    else:
        sys.stderr.write(f"no time log in {given.source}: measuring on the small firm of fixtures/ instead\n")
        found = measured(read_folder(ROOT / "fixtures" / "firm").records, FIRM_CUT, {})
        where = "the small firm of fixtures/, for the real time log is absent"
    told = (
        f"`make bench-explaining`: `missing_time` on {where}. CPU time on one core. The tables are those of "
        "[decision 6](../decisions/0006-contributions-by-looking-up.md)."
    )
    return write("explaining", "What explaining costs", told, list(found), given.out)


if __name__ == "__main__":
    raise SystemExit(main())
