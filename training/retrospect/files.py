"""A retrospect as a folder: the page and its pictures."""

from pathlib import Path

from training.intervals import events
from training.pictures import Line, reliability, timeline
from training.retrospect.page import page
from training.retrospect.run import Looked, Retrospect
from training.retrospect.words import named

PAGE = "retrospect.md"


def write(found: Retrospect, folder: Path) -> None:
    """Writes ``retrospect.md`` and two pictures a task. Raises OSError where the folder cannot be written to."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in found.looked:
        _draw(each, folder)
    (folder / PAGE).write_text(page(found), encoding="utf-8")


def _draw(each: Looked, folder: Path) -> None:
    name, frame = each.task.name, each.walk.frame
    timeline(f"{named(name)}: flags and troubles", each.weeks, folder / f"{name}-timeline.png")
    lines = [
        Line("Bellwether", frame["probability"].to_numpy()),
        Line("the PMO's rule", frame["rule_probability"].to_numpy()),
    ]
    title = f"{named(name)}: {frame.height:,} forecasts and what came"
    event = events(frame, each.task.owner)
    reliability(title, frame["outcome"].to_numpy(), event, lines, folder / f"{name}-reliability.png")
