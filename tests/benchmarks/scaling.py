"""Seconds and memory to simulate a firm and to train all five predictors on it, at 300 and at 5,000 people.

    python tests/benchmarks/scaling.py [--small DIR] [--large DIR] [--out DIR]

Simulates 24 months of both firms, each in a process of its own, and trains on them in one more each. Writes
``scaling.md`` and ``scaling.json``. Exits 1 where an aim is missed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from pathlib import Path

from figures import Figure, at_most, reported, say, write

ROOT = Path(__file__).parents[2]
STEP = Path(__file__).parent / "scaled" / "step.py"
MOST_GROWTH = 1.1
"""Of the exponent: twice the records take at most 2.14 times as long."""

Part = dict[str, float]


@dataclass(frozen=True)
class Size:
    """A firm of so many people, and what simulating it and training on it may take at most."""

    people: int
    simulate_seconds: float
    train_seconds: float
    simulate_gb: float | None
    train_gb: float | None


SMALL = Size(300, 20.0, 60.0, None, None)
LARGE = Size(5_000, 300.0, 480.0, 6.0, 8.0)


@dataclass(frozen=True)
class Total:
    """All parts of a run together."""

    rows: int
    seconds: float
    cpu_seconds: float
    peak_gb: float

    @classmethod
    def of(cls, parts: dict[str, Part]) -> "Total":
        each = list(parts.values())
        return cls(
            int(each[0]["rows"]),
            sum(part["seconds"] for part in each),
            sum(part["cpu_seconds"] for part in each),
            max(part["peak_gb"] for part in each),
        )


def step(*given: str) -> dict[str, Part]:
    """What a step of ``scaled/step.py`` says it took."""
    done = subprocess.run([sys.executable, str(STEP), *given], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def simulated(size: Size, folder: Path) -> Iterator[Figure]:
    """The figures of `simulate`, into a folder that is not there yet."""
    say(f"simulating {size.people:,} people")
    took = Total.of(step("simulate", str(size.people), str(folder)))
    yield from _limits(f"simulate {size.people:,} people", took, size.simulate_seconds, size.simulate_gb)


def trained(size: Size, parts: dict[str, Part]) -> Iterator[Figure]:
    """The figures of training: in all, and of each part."""
    called = f"train on {size.people:,} people"
    yield from _limits(called, Total.of(parts), size.train_seconds, size.train_gb)
    for name, part in parts.items():
        rows = int(part["rows"])
        yield reported(f"{called}, {name}", part["seconds"], rows, "s")
        yield reported(f"{called}, {name}: CPU", part["cpu_seconds"], rows, "s")
        yield reported(f"{called}, {name}: peak memory so far", part["peak_gb"], rows, "GB")


def _limits(called: str, took: Total, seconds: float, gigabytes: float | None) -> Iterator[Figure]:
    yield at_most(called, took.seconds, seconds, "s", took.rows)
    yield reported(f"{called}: CPU", took.cpu_seconds, took.rows, "s")
    memory = f"{called}: peak memory"
    if gigabytes is None:
        yield reported(memory, took.peak_gb, took.rows, "GB")
    else:
        yield at_most(memory, took.peak_gb, gigabytes, "GB", took.rows)


def growth(small: Total, large: Total) -> Iterator[Figure]:
    """The exponent of the time by the number of time entries: 1 is in proportion."""
    entries = log(large.rows / small.rows)
    exponent = log(large.seconds / small.seconds) / entries
    yield at_most("train: growth exponent by time entries", exponent, MOST_GROWTH, "", large.rows)
    of_cpu = log(large.cpu_seconds / small.cpu_seconds) / entries
    yield reported("train: growth exponent by time entries, of CPU seconds", of_cpu, large.rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=Path, help="a firm of 300 that is there already; it is not simulated then")
    parser.add_argument("--large", type=Path, help="the same of 5,000")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    found: list[Figure] = []
    totals = []
    with tempfile.TemporaryDirectory(prefix="bellwether-bench-") as scratch:
        for size, folder in ((SMALL, given.small), (LARGE, given.large)):
            firm = folder or Path(scratch) / str(size.people)
            if folder is None:
                found += simulated(size, firm)
            say(f"training on {size.people:,} people")
            parts = step("train", str(firm))
            found += trained(size, parts)
            totals.append(Total.of(parts))
    found += growth(*totals)
    told = (
        "`make bench-scaling`: 24 months of two simulated firms. Training reads and checks the records once and fits "
        "all five tasks with their default settings in one process, without registering them. Seconds are by the "
        "clock, those of CPU over all threads. Peak memory is the whole process's. `n` is the number of time entries, "
        "or of a part's snapshots."
    )
    return write("scaling", "What a larger firm costs", told, found, given.out)


if __name__ == "__main__":
    sys.exit(main())
