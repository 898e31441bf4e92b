"""Records to a folder, whole or not at all: into a folder beside it, which then takes its place."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from models.reading import SUFFIXES
from models.records import TABLES, Records
from training.importing.problems import TargetRefused

SET_ASIDE = "set_aside"


def check_target(folder: Path, *, force: bool) -> None:
    """Raises `TargetRefused` where writing would take something else's place."""
    if folder.exists() and not folder.is_dir():
        raise TargetRefused("expected a folder; this is a file", folder)
    if not force and (foreign := _foreign(folder)):
        names = ", ".join(path.name for path in foreign[:3])
        raise TargetRefused(
            f"expected an empty folder or records; it holds {names}. --force writes beside them", folder
        )


def write_folder(folder: Path, records: Records, aside: Mapping[str, pl.DataFrame]) -> None:
    """Writes ``<table>.parquet`` and ``set_aside/<table>.csv``; earlier records in the folder are replaced.

    Other files stay where they are; the tables are then moved in one by one, each whole.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write(new, records, aside)
        new.chmod(0o755)
        if _foreign(folder):
            _move_into(new, folder)
        else:
            _take_place(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write(folder: Path, records: Records, aside: Mapping[str, pl.DataFrame]) -> None:
    for name, frame in records.items():
        frame.write_parquet(folder / f"{name}.parquet")
    if aside:
        (folder / SET_ASIDE).mkdir()
    for name, frame in aside.items():
        frame.write_csv(folder / SET_ASIDE / f"{name}.csv")


def _is_ours(path: Path) -> bool:
    return (path.name == SET_ASIDE and path.is_dir()) or (path.suffix in SUFFIXES and path.stem in TABLES)


def _foreign(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not _is_ours(path)) if folder.is_dir() else []


def _take_place(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    folder.rename(old / folder.name)
    new.rename(folder)
    shutil.rmtree(old)


def _move_into(new: Path, folder: Path) -> None:
    for path in folder.iterdir():
        if not _is_ours(path) or (new / path.name).is_file():
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in new.iterdir():
        path.replace(folder / path.name)
