"""Short real descriptions of services: the classifier on later ones whose text it has not seen."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

from figures import Figure, at_least, reported, say

from models.reading import read_folder
from training.importing.importer import import_records
from training.sows.backtest import backtest

MAPPING = Path(__file__).parents[3] / "fixtures" / "mappings" / "service_descriptions.yaml"
CUTS = ("2014-08-01", "2014-10-15")
"""What was received before is learnt from: five and six quarterly reports of the seventeen."""


def measured(source: Path) -> Iterator[Figure]:
    """The figures at each cut."""
    with tempfile.TemporaryDirectory(prefix="bellwether-bench-") as folder:
        import_records(MAPPING, str(source), Path(folder))
        records = read_folder(Path(folder)).records
        for cut in CUTS:
            report = backtest(records, Path(folder), dt.datetime.fromisoformat(f"{cut}T00:00:00+00:00"), say)
            n = report["n"]
            yield at_least(f"service descriptions from {cut}: accuracy", report["accuracy"], 0.69, n)
            yield at_least(f"service descriptions from {cut}: macro-F1", report["macro_f1"], 0.70, n)
            yield at_least(f"service descriptions from {cut}: among the first three", report["top3"], 0.88, n)
            yield at_least(
                f"service descriptions from {cut}: accuracy on the surer half", report["half_accuracy"], 0.86, n // 2
            )
            kept = round(report["kept_share"] * n)
            yield at_least(
                f"service descriptions from {cut}: accuracy where it answers", report["kept_accuracy"], 0.86, kept
            )
            yield reported(f"service descriptions from {cut}: share that it answers", report["kept_share"], n)
            yield reported(f"service descriptions from {cut}: calibration error of the confidence", report["ece"], n)
            yield reported(
                f"service descriptions from {cut}: accuracy of the keyword rule", report["rule"]["accuracy"], n
            )
