"""``bellwether-lab simulate --out DIR``: a firm to learn from, and the truth about it."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

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
    console = Console(stderr=True, highlight=False)
    bar = Progress(
        TextColumn("{task.description:<40}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
    )
    with bar:
        step = bar.add_task("", total=STEPS)

        def tell(message: str) -> None:
            bar.update(step, description=message, advance=1)

        try:
            rows = run_simulate(out, people, months, seed, tell)
        except (OutFolderRefusedError, OSError) as refused:
            raise click.ClickException(str(refused)) from refused
    click.echo(
        f"{out}: {people} people, {months} months, {rows['time_entries']:,} time entries, {rows['projects']:,} projects"
    )
