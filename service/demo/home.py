"""The demo's own home: emptied at the start of each run, and used by one run at a time."""

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from platformdirs.unix import Unix

from ledger import embedded
from ledger.home import home, private_folder
from service.commands.exit import Refused

LOCK = "demo.lock"
"""Held while a demo runs; afterwards it marks the folder as one that the next demo may empty."""


def chosen(environ: Mapping[str, str], here: Path) -> Path:
    """``BELLWETHER_HOME``, else ``.bellwether/demo`` under ``here``, else a folder of the user's where that is no place
    for the embedded PostgreSQL."""
    if environ.get("BELLWETHER_HOME", "").strip():
        return home(environ)
    beside = here.resolve() / ".bellwether" / "demo"
    if embedded.why_unusable(beside) is None:
        return private_folder(beside)
    return private_folder(Unix("bellwether-demo").user_data_path.resolve())


@contextmanager
def emptied(folder: Path) -> Iterator[None]:
    """``folder`` with nothing in it, and nobody else's demo beside this one.

    Raises:
        Refused: it holds what no demo made, a demo runs in it, or something uses the database that one left.
    """
    if not (folder / LOCK).exists() and any(folder.iterdir()):
        raise Refused(f"{folder} holds something that no demo made; name an empty folder with BELLWETHER_HOME")
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"another demo runs in {folder}; end it first, or name another folder with BELLWETHER_HOME"
            ) from None
        _stop_what_was_left(folder)
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != LOCK:
                entry.unlink()
        try:
            yield
        finally:
            embedded.leave(folder)


def _stop_what_was_left(folder: Path) -> None:
    """End the database server of a demo that was killed; whoever joins a server and leaves it last, stops it."""
    running = folder / "postgres" / "postmaster.pid"
    if running.exists():
        embedded.start(folder)
        embedded.leave(folder)
    if running.exists():
        raise Refused(f"another program uses the database in {folder}; end it first")
