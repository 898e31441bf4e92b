"""The programs that the demo runs as anybody would, and that end when it does."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.commands.exit import Refused

_GRACE_SECONDS = 15
_LINES_SHOWN = 12


def beside_python(program: str) -> str:
    """The path of a console script of this environment."""
    return str(Path(sys.executable).with_name(program))


def run(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """What the program printed on stdout. Raises Refused, with the end of what it said, where it fails."""
    with _started(command, environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        out, err = process.communicate()
    if process.returncode:
        raise Refused(f"{' '.join(command)}\nended with exit code {process.returncode}:\n{_end_of(err or out)}")
    return str(out)


@contextmanager
def running(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """The program in the background, what it says written to ``log``; ended on leaving."""
    with log.open("w") as file, _started(command, environ, stdout=file, stderr=file) as process:
        yield process


def ended(process: subprocess.Popen[str], log: Path) -> Refused:
    """What to say of a background program that ended by itself."""
    said = _end_of(log.read_text(encoding="utf-8", errors="replace"))
    return Refused(f"the service ended with exit code {process.returncode}; its log, {log}, ends with\n{said}")


@contextmanager
def _started(command: Sequence[str], environ: Mapping[str, str], **streams: object) -> Iterator[subprocess.Popen[str]]:
    process: subprocess.Popen[str] | None = None
    try:
        with _interrupts_wait():
            process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603 - our own programs
                [beside_python(command[0]), *command[1:]],
                env=dict(environ), stdin=subprocess.DEVNULL, text=True, **streams,
            )  # fmt: skip
        assert process is not None
        yield process
    finally:
        if process is not None:
            _end(process)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Ctrl-C is heard when the block is done: of a program that is half started nobody could say how to end it."""
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_of(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_LINES_SHOWN:])
