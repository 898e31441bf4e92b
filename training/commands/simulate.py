"""``bellwether-lab simulate --out DIR``: a firm to learn from, and the truth about it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from training.commands.options import say
from training.simulate.simulate import (
    FEWEST_MONTHS,
    FEWEST_PEOPLE,
    MOST_MONTHS,
    MOST_PEOPLE,
    STEPS,
    OutFolderRefusedError,
)
from training.simulate.simulate import simulate as run_simulate


@click.command()
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to write to.")
@click.option("--people", default=300, show_default=True, type=click.IntRange(FEWEST_PEOPLE, MOST_PEOPLE), metavar="N")
@click.option("--months", default=24, show_default=True, type=click.IntRange(FEWEST_MONTHS, MOST_MONTHS), metavar="M")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), metavar="S")
def simulate(out: Path, people: int, months: int, seed: int) -> None:
    """Write the records of an invented firm, and truth/<task>.parquet: the chances that its hidden state implies."""
    with _progress() as tell:
        try:
            rows = run_simulate(out, people, months, seed, tell)
        except (OutFolderRefusedError, OSError) as refused:
            raise click.ClickException(str(refused)) from refused
    click.echo(
        f"{out}: {people} people, {months} months, {rows['time_entries']:,} time entries, {rows['projects']:,} projects"
    )


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A bar on a terminal's stderr; a line a step where nobody watches."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield say
        return
    columns = (TextColumn("{task.description:<40}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        step = bar.add_task("", total=STEPS)
        yield lambda message: bar.update(step, description=message, advance=1)
