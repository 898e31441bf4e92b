"""One step in a process of its own, so that its peak memory is nobody else's.

    python step.py simulate PEOPLE DIR
    python step.py train DIR

Writes to stdout a JSON object from the name of each part to ``{seconds, cpu_seconds, peak_gb, rows}``, in the order in
which they ran. ``peak_gb`` is the most memory that the process has held up to the part's end.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from models.catalog import TASKS
from training.dataset import Dataset
from training.fit import fit
from training.fit_records import fit_records
from training.settings import parse_settings
from training.simulate.simulate import simulate

MONTHS, SEED = 24, 1
GIGABYTE = 1e9
BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024
"""The unit of ``ru_maxrss``: bytes on macOS, kilobytes on Linux."""


@dataclass
class Part:
    """What one part took. ``rows`` is the number of rows that it is about; whoever measures writes it in."""

    rows: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_gb: float = 0.0


@contextmanager
def timed(parts: dict[str, Part], name: str) -> Iterator[Part]:
    """Fills in what the block takes, under its name."""
    part = parts[name] = Part()
    wall, cpu = time.perf_counter(), time.process_time()
    yield part
    part.seconds, part.cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    part.peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_MAXRSS / GIGABYTE
    sys.stderr.write(f"… {name}: {part.rows:,} rows, {part.seconds:.1f} s, {part.peak_gb:.2f} GB\n")


def simulated(people: int, folder: Path) -> dict[str, Part]:
    """A firm written into ``folder``."""
    parts: dict[str, Part] = {}
    with timed(parts, "simulate") as part:
        part.rows = simulate(folder, people, MONTHS, SEED, lambda _: None)["time_entries"]
    return parts


def trained(folder: Path) -> dict[str, Part]:
    """Reads and checks the records once, as ``train`` does, and fits all tasks with their default settings."""
    parts: dict[str, Part] = {}
    with timed(parts, "read and check") as part:
        records = fit_records(folder, leave_out=True).records
        part.rows = records["time_entries"].height
    for name, task in TASKS.items():
        settings = parse_settings(task, {})
        with timed(parts, f"{name}: build snapshots") as part:
            dataset = Dataset.of(task, records, settings.outcome, settings.fit.most_rows)
            part.rows = len(dataset)
        with timed(parts, f"{name}: fit") as part:
            fit(task, dataset, settings, lambda _: None)
            part.rows = len(dataset)
        del dataset
    return parts


def main(step: str, *given: str) -> None:
    parts = simulated(int(given[0]), Path(given[1])) if step == "simulate" else trained(Path(given[0]))
    json.dump({name: asdict(part) for name, part in parts.items()}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
