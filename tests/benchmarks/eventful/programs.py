"""The service and its workers as programs of their own, started, watched, and killed."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from eventful.deployment import Deployment

READY_WITHIN_SECONDS = 120
_GRACE_SECONDS = 30
_AT_WORK = '"event": "at work"'


@dataclass
class Program:
    """One program. ``cpu_seconds`` counts what it has used, of dead ones up to their end."""

    deployment: Deployment
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)
    starts: int = 0

    def start(self) -> None:
        self.starts = _text(self.log).count(_AT_WORK) + 1
        program = str(Path(sys.executable).with_name(self.command[0]))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [program, *self.command[1:]],
                env=self.deployment.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """As a machine dies: nothing is finished, nobody is told."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def cpu_seconds(self) -> float:
        used = psutil.Process(self.process.pid).cpu_times()
        return float(used.user + used.system)


@contextmanager
def serving(deployment: Deployment, *, worker: bool) -> Iterator[tuple[Program, str]]:
    """The service, and where it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["bellwether", "serve", "--port", str(port), *([] if worker else ["--no-worker"])]
    url = f"http://127.0.0.1:{port}"
    with running(deployment, command, "serve.log") as program:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not _ready(url):
            if program.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"the service does not answer; its log is {program.log}")
            time.sleep(0.1)
        yield program, url


@contextmanager
def running(deployment: Deployment, command: Sequence[str], log: str) -> Iterator[Program]:
    program = Program(deployment, command, deployment.home / log)
    program.start()
    try:
        yield program
    finally:
        program.stop()


@contextmanager
def working(deployment: Deployment, number: int) -> Iterator[Program]:
    """A worker, at work once it says so in its log."""
    with running(deployment, ["bellwether", "worker"], f"worker-{number}.log") as program:
        await_at_work(program)
        yield program


def await_at_work(program: Program) -> None:
    """Waits until the program says so, once more than it had said when it was started."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while _text(program.log).count(_AT_WORK) < program.starts:
        if program.process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"a worker does not start; its log is {program.log}")
        time.sleep(0.1)


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=10, verify=False).status_code == 200
    except httpx.HTTPError:
        return False
