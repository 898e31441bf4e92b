"""The demo, run as anybody runs it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

BELLWETHER = Path(sys.executable).with_name("bellwether")
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def demo(home):
    """Starts the demo in a home of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BELLWETHER_")}

    def start(*options):
        return subprocess.Popen(
            [BELLWETHER, "demo", *options],
            cwd=REPOSITORY,
            env=environ | {"BELLWETHER_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def still_running(home):
    """The processes whose command or folder names this home."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(home) in f"{process.cmdline()} {process.cwd()}" and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.name())
        except psutil.Error:
            continue
    return found


def test_it_goes_from_an_export_to_what_the_gate_permits_and_ends(demo, home):
    process = demo("--once")
    text, _ = process.communicate()
    assert process.returncode == 0, text
    for fact in ("trained by dana", "promoted by pavel", "time is expected", "lets the engine recommend"):
        assert fact in text
    assert still_running(home) == []


def test_an_interrupt_half_way_leaves_nothing_running(demo, home):
    process = demo()
    with process.stdout as lines:
        for line in lines:
            if line.startswith("3  "):  # PostgreSQL runs, and training is about to
                break
        process.send_signal(signal.SIGINT)
        lines.read()
    assert process.wait() != 0
    assert still_running(home) == []
