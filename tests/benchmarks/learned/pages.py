"""The page of the learning benchmark: for each task its figures, its reliability diagram, and who answered."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from figures import Figure, table

from learned.walk import Walk
from training.pictures import Line, reliability

HEAD = """
`make bench-learning`. A [simulated firm](../simulated-firm.md) of {people:,} people, 24 months (seed {seed}): at the
start of each of its last six months each predictor learns from the outcomes known by then, and is asked about the
month. The oracle is the chance that the firm's hidden state implies: no model can pass it. Where the oracle's own
calibration error lies above an aim, rows that share their fate cannot show less. The commit that fixed the firm
precedes every figure here.

Real data follows, where it is present. What is called a *proxy* is another firm's trouble put into our tables: it says
that the predictor learns on a real queue, and nothing about how well it does a task on your records.
"""


def told(people: int, seed: int, sections: Sequence[str]) -> str:
    """What was done, and every section."""
    return "\n\n".join([HEAD.format(people=people, seed=seed).strip(), *sections, "## All figures"])


def section(walk: Walk, figures: Sequence[Figure], pictures: Path) -> str:
    """One task: a table, and the picture, which is drawn here."""
    name = walk.task.name
    picture = pictures / f"{name}.png"
    lines = [
        Line("predictor", walk.of("probability")),
        Line("rule", walk.of("rule")),
        Line("logistic", walk.of("logistic")),
    ]
    reliability(name.replace("_", " "), walk.outcome, walk.event, lines, picture)
    kinds = Counter(month.predictor.kind for month in walk.months)
    by = ", ".join(f"{kind} in {count} of {len(walk.months)} months" for kind, count in kinds.items())
    learnt = walk.months[-1].learnt.height
    sampled = (
        "" if walk.built == walk.scheduled else f" A sample of {walk.built:,} of {walk.scheduled:,} rows was built."
    )
    return (
        f"## {name}\n\nAnswered by {by}; the last learnt from {learnt:,} rows.{sampled}\n\n"
        f"{table(figures)}\n![how often it came, where it was forecast]({pictures.name}/{picture.name})"
    )
