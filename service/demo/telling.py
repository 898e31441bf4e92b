"""How the demo tells what it does: numbered steps with their seconds, what came of each indented below."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

_INDENT = 3


class Telling:
    """Tells on ``console``. A step that is under way shows its seconds where somebody looks on."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._numbers = count(1)

    @contextmanager
    def step(self, title: str, command: str = "") -> Iterator[None]:
        """One step; its line stands once it is done. ``command`` is what it does, as one would type it."""
        head = f"{next(self._numbers)}  {title}"
        moving = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        began = time.monotonic()
        with Progress(*moving, console=self.console, transient=True, disable=not self.console.is_terminal) as progress:
            progress.add_task(head)
            yield
        seconds = f"{time.monotonic() - began:.1f} s"
        width = min(self.console.width, 100)
        self.console.print(
            f"\n[bold]{head}[/bold]{seconds:>{max(len(seconds) + 1, width - len(head))}}", soft_wrap=True
        )
        if command:
            self.console.print(f"{' ' * _INDENT}{command}", style="dim", markup=False, soft_wrap=True)

    def fact(self, text: str) -> None:
        """What came of a step; wrapped, where a command never is, so that it can be copied."""
        self.console.print(Padding(Text(text), (0, 0, 0, _INDENT), expand=False))
