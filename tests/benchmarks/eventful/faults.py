"""What goes wrong: a worker is killed, PostgreSQL is killed, the database is stopped for a while."""

import os
import signal
import time
from collections.abc import Callable, Mapping

from eventful.programs import Program
from ledger import embedded

STOPPED_SECONDS = 10.0
Fault = Callable[[Program], None]


def kill_worker(worker: Program) -> None:
    """As a machine dies. Another process starts in its place."""
    worker.kill()
    worker.start()


def kill_postgres(worker: Program) -> None:
    """The server with all its sessions, by SIGKILL to its first process; it recovers from its log."""
    home = worker.deployment.home
    os.kill(_postmaster(worker), signal.SIGKILL)
    embedded.start(home)


def stop_database(worker: Program) -> None:
    """Shut down in order, and back ten seconds later."""
    pid_file = worker.deployment.home / "postgres" / "postmaster.pid"
    os.kill(_postmaster(worker), signal.SIGINT)
    while pid_file.exists():
        time.sleep(0.05)
    time.sleep(STOPPED_SECONDS)
    embedded.start(worker.deployment.home)


FAULTS: Mapping[str, Fault] = {
    "a worker killed": kill_worker,
    "PostgreSQL killed": kill_postgres,
    "the database stopped for 10 s": stop_database,
}


def _postmaster(worker: Program) -> int:
    return int((worker.deployment.home / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
