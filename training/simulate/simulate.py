"""Writes a simulated firm: a folder of canonical tables, and beside them the truth that they do not tell."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

from models.records import TABLES
from training.simulate.firm import firm
from training.simulate.tables import tables
from training.simulate.time_table import time_entries
from training.simulate.truth import TRUTHS

FEWEST_PEOPLE, MOST_PEOPLE = 20, 20_000
FEWEST_MONTHS, MOST_MONTHS = 3, 60
TRUTH = "truth"
STEPS = 6 + len(TRUTHS)
"""How often `simulate` tells its progress."""
BEFORE = "before"
"""What the folder held before, while it is replaced."""


class OutFolderRefusedError(Exception):
    """The folder to write to is taken by something else than an earlier simulation."""


def simulate(out: Path, people: int, months: int, seed: int, progress: Callable[[str], None]) -> dict[str, int]:
    """Writes ``<table>.parquet`` and ``truth/<task>.parquet`` into ``out``; returns the rows by table.

    The same arguments write the same tables. ``people`` are those at any time, ``months`` the length of the history.
    Written beside ``out`` and moved there at the end, so that a run that is broken off leaves nothing half-made.
    ``progress`` is told `STEPS` times what comes next.

    Raises OutFolderRefusedError where ``out`` is a file, or a folder that holds anything but an earlier simulation.
    """
    _refuse_taken(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        made = Path(folder) / "firm"
        (made / TRUTH).mkdir(parents=True)
        rows = _write(made, people, months, seed, progress)
        if out.exists():
            out.rename(Path(folder) / BEFORE)
        made.rename(out)
    return rows


def _write(folder: Path, people: int, months: int, seed: int, progress: Callable[[str], None]) -> dict[str, int]:
    lived = firm(people, months, seed, progress)
    progress("writing tables")
    made = tables(lived)
    made["time_entries"], told = time_entries(lived)
    made["revisions"] = pl.concat([made["revisions"], told])
    rows = {}
    for name, table in TABLES.items():
        frame = made.pop(name)
        given = [column.name for column in table.columns if column.name in frame.columns]
        frame = frame.select(given).sort(table.key)
        frame.write_parquet(folder / f"{name}.parquet")
        rows[name] = frame.height
    for task, truth in TRUTHS.items():
        progress(f"the truth of {task}")
        truth(lived).write_parquet(folder / TRUTH / f"{task}.parquet")
    return rows


def _refuse_taken(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise OutFolderRefusedError(f"{out} is a file; expected a folder to write to")
    ours = {f"{table}.parquet" for table in TABLES} | {TRUTH} | {f"{TRUTH}/{task}.parquet" for task in TRUTHS}
    other = sorted(path.relative_to(out).as_posix() for path in out.rglob("*"))
    other = [name for name in other if name not in ours]
    if other:
        raise OutFolderRefusedError(
            f"{out} holds {other[0]}, which is no part of a simulated firm; expected a new or an empty folder"
        )
