"""Real data: `missing_time` on a time log, and proxies, so named. Where the data is absent it says so and skips it."""

import datetime as dt
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np
from figures import Figure, at_least, reported, say, table

from learned.parts import Part
from learned.walk import ROUNDS, UNCONSTRAINED
from models.arrays import Floats
from models.catalog import TASKS
from models.checks import check, set_aside
from models.features import Features
from models.reading import read_folder
from models.records import Records
from models.task import Task
from training.dataset import Dataset
from training.evaluate import backtest
from training.importing.importer import import_records
from training.intervals import auc_gain, clusters, events
from training.metrics import METRICS
from training.pictures import Line, reliability
from training.settings import parse_settings
from training.splits import Split, split_at

ROOT = Path(__file__).parents[3]
MAPPINGS = ROOT / "fixtures" / "mappings"
REAL_DATA = Path(os.environ.get("BELLWETHER_REAL_DATA", ROOT.parent / "shared" / "real"))
LOST_TO_PLAIN = -0.005
TIME_LOG = "time_log"
WHOLE = str(5_000_000)


@dataclass(frozen=True)
class Proxy:
    """Another firm's trouble in our tables: which mapping makes it, which task learns from it, and from when on."""

    name: str
    title: str
    folder: str
    mapping: str
    task: str
    cut: dt.datetime
    settings: Mapping[str, str]


PROXIES = (
    Proxy("proxy_incidents", "an IT service desk's queue as requests", "incidents", "incidents.yaml", "staffing_risk",
          dt.datetime(2016, 5, 3, tzinfo=dt.UTC), {}),
    Proxy("proxy_task_log", "a software team's tasks as requests, late against plan", "time_log", "task_log.yaml",
          "staffing_risk", dt.datetime(2013, 10, 1, tzinfo=dt.UTC), {}),
    Proxy("proxy_service_contracts", "a city's contracts as projects, spent against amount", "service_contracts",
          "service_contracts.yaml", "margin_erosion", dt.datetime(2015, 10, 15, tzinfo=dt.UTC),
          {"label": "below_floor", "floor_margin": "0.02", "window_from_days": "30", "window_to_days": "120"}),
)  # fmt: skip


def time_log(real: Path, pictures: Path) -> Part:
    """`missing_time` on the real time log: above the best rule, and beside an unconstrained LightGBM."""
    source = real / "time_log"
    if not source.is_dir():
        return _absent(TIME_LOG, "Real: the time log, missing_time", source)
    task, cut = TASKS["missing_time"], dt.datetime(2013, 10, 1, tzinfo=dt.UTC)
    records = _imported(MAPPINGS / "time_log.yaml", source)
    figures: list[Figure] = []
    for called, given in (
        ("no entry, at the day's start", {"label": "no_entry", "moment": "day_start"}),
        ("default label", {}),
    ):
        say(f"real time log, {called}")
        settings = parse_settings(task, dict(given) | {"most_rows": WHOLE})
        split = split_at(Dataset.of(task, records, settings.outcome), cut)
        measured = backtest(task, records, cut, settings, lambda _: None)
        forecast, report = measured.predictions["probability"].to_numpy(), measured.report
        gain = report["predictor"]["auc_above_rule"]
        outcome, n = split.measure.outcome, report["n"]
        plain = _unconstrained(task, split)
        loss = auc_gain(outcome, forecast, plain, clusters(split.measure.frame, task.owner))
        figures += [
            reported(f"time log, {called}: AUC", report["predictor"]["auc"], n),
            reported(f"time log, {called}: AUC of the best rule", report["rule"]["auc"], n),
            at_least(f"time log, {called}: AUC above it, lower end of the 95% interval", gain["low"], 0.0, n),
            reported(f"time log, {called}: AUC of an unconstrained LightGBM", METRICS["auc"].of(outcome, plain), n),
            at_least(f"time log, {called}: AUC against it", loss.value, LOST_TO_PLAIN, n),
            reported(f"time log, {called}: expected calibration error", report["predictor"]["ece"], n),
        ]
    lines = [Line("predictor", forecast), Line("unconstrained", plain)]
    reliability(
        "missing time, real time log",
        outcome,
        events(split.measure.frame, task.owner),
        lines,
        pictures / "time_log.png",
    )
    picture = f"![how often it came, where it was forecast]({pictures.name}/time_log.png)"
    return Part(TIME_LOG, figures, f"## Real: the time log, missing_time\n\n{table(figures)}\n{picture}")


def proxy(proxy: Proxy, real: Path) -> Part:
    """A proxy beside its rule and a logistic regression; no aim, for it is not the task."""
    source = real / proxy.folder
    if not source.is_dir():
        return _absent(proxy.name, f"Proxy: {proxy.title}", source)
    say(f"proxy: {proxy.title}")
    task = TASKS[proxy.task]
    records = _imported(MAPPINGS / proxy.mapping, source)
    report = backtest(task, records, proxy.cut, parse_settings(task, dict(proxy.settings)), lambda _: None).report
    figures = list(_of_proxy(proxy, report))
    learnt = f"learnt from what was known by {proxy.cut:%Y-%m-%d}; {report['kind']} answered"
    said = f"By `fixtures/mappings/{proxy.mapping}`, {learnt}."
    return Part(proxy.name, figures, f"## Proxy: {proxy.title} ({proxy.task})\n\n{said}\n\n{table(figures)}")


def _of_proxy(proxy: Proxy, report: dict) -> Iterator[Figure]:
    name, n = f"proxy, {proxy.folder} ({proxy.mapping.removesuffix('.yaml')})", report["n"]
    yield reported(f"{name}: AUC", report["predictor"]["auc"], n)
    yield reported(f"{name}: AUC of the best rule", report["rule"]["auc"], n)
    yield reported(
        f"{name}: AUC above it, lower end of the 95% interval", report["predictor"]["auc_above_rule"]["low"], n
    )
    yield reported(f"{name}: AUC of a logistic regression", report["logistic"]["auc"], n)
    yield reported(f"{name}: expected calibration error", report["predictor"]["ece"], n)
    yield reported(f"{name}: base rate", report["base_rate"], n)


def _imported(mapping: Path, source: Path) -> Records:
    """The records of a mapping, rows with errors set aside."""
    with tempfile.TemporaryDirectory(prefix="bellwether-real-") as folder:
        import_records(mapping, str(source), Path(folder))
        reading = read_folder(Path(folder))
        return set_aside(reading.records, check(reading)).records


def _unconstrained(task: Task, split: Split) -> Floats:
    features = Features.learn(task.snapshot, task.no_features, split.learn.frame)
    data = lgb.Dataset(
        features.matrix(split.learn.frame),
        split.learn.outcome.astype(np.float64),
        categorical_feature=features.categorical,
    )
    return np.asarray(
        lgb.train(UNCONSTRAINED, data, ROUNDS).predict(features.matrix(split.measure.frame), num_threads=1)
    )


def _absent(name: str, title: str, source: Path) -> Part:
    say(f"SKIPPED: {title}: no data in {source.name}; set BELLWETHER_REAL_DATA to the folder that holds it")
    return Part(name, [], f"## {title}\n\nNot measured: the data was absent.")
