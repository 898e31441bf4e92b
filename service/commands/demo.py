"""``bellwether demo``: from the invented firm in ``fixtures/`` to a served answer."""

import os
import signal
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from service.commands.exit import Refused
from service.demo.home import chosen, emptied
from service.demo.story import told
from service.demo.telling import Telling

_NARROWEST = 100
_ROOT = Path(__file__).parents[2]


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the answer instead of serving on.")
def command(*, once: bool) -> None:
    """Import the firm in fixtures/, train, promote, serve and ask; then keep serving until Ctrl-C.

    Everything is kept in BELLWETHER_HOME, else in .bellwether/demo here, and made anew by each run.
    """
    fixtures = _ROOT / "fixtures"
    if not (fixtures / "firm").is_dir():
        raise Refused(f"{fixtures / 'firm'} is not there; the demo runs in a clone of the repository: make demo")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started it in the background
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _leave)
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = _NARROWEST
    home = chosen(os.environ, Path.cwd())
    with emptied(home):
        try:
            told(Telling(console), home, fixtures, os.environ, once=once)
        finally:
            signal.signal(
                signal.SIGINT, signal.SIG_IGN
            )  # what was started is being ended; a second Ctrl-C changes nothing


def _leave(number: int, _frame: FrameType | None) -> None:
    """End by unwinding, so that nothing that was started stays behind."""
    raise SystemExit(128 + number)
