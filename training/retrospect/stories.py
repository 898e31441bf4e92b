"""Single cases told: when Bellwether first spoke, why, and what then happened. Never of tasks about persons."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from models.explanation import REST, reasons
from models.records import Records, table_of
from training.retrospect.walk import Walk

MOST_EXPENSIVE = 10
OTHERS = 5
REASONS = 3


@dataclass(frozen=True)
class Story:
    """One case. ``said_at`` and ``probability`` are those of the first high band, or of the highest where it never was.

    ``money`` is what it cost, of a false alarm the money at risk that it was said to be. ``amount`` is what it came to,
    in the task's unit; ``why`` are the drivers that raised the risk most, in words.
    """

    subject_id: str
    named: str | None
    money: float | None
    currency: str | None
    flagged: bool
    came: bool
    said_at: dt.datetime
    probability: float
    resolved_at: dt.datetime
    rule_flagged_at: dt.datetime | None
    amount: float | None
    why: list[str]


@dataclass(frozen=True)
class Stories:
    """The most expensive troubles, the most expensive that were not flagged, and the dearest false alarms."""

    expensive: list[Story]
    missed: list[Story]
    false_alarms: list[Story]


def stories(walk: Walk, records: Records, found: pl.DataFrame) -> Stories:
    """The cases worth telling. A subject is told once in a list, by its most expensive case.

    Raises ValueError for a task about persons: they are counted, and not listed (docs: people are not ranked).
    """
    if walk.task.person_level:
        raise ValueError(f"{walk.task.name} is about persons; expected a task whose cases may be listed")
    named = _names(walk, records)
    came, flagged = found.filter("came"), pl.col("flagged_at").is_not_null()
    lists = (
        _first(came, "money", MOST_EXPENSIVE),
        _first(came.filter(~flagged), "money", OTHERS),
        _first(found.filter(~pl.col("came") & flagged), "risk", OTHERS),
    )
    return Stories(*([_told(walk, case, named) for case in each.iter_rows(named=True)] for each in lists))


def _first(found: pl.DataFrame, by: str, most: int) -> pl.DataFrame:
    """In the reporting currency; what has none comes last, larger amounts of its own currency first."""
    order = [by, f"own_{by}", "resolved_at", "subject_id"]
    ranked = found.sort(order, descending=[True, True, False, False], nulls_last=True)
    return ranked.unique("subject_id", keep="first", maintain_order=True).head(most)


def _told(walk: Walk, case: dict[str, object], named: dict[str, str]) -> Story:
    rows = walk.frame.filter(pl.col("subject_id") == case["subject_id"], pl.col("resolved_at") == case["resolved_at"])
    flagged = case["flagged_at"] is not None
    chosen = pl.col("as_of") == case["flagged_at"] if flagged else pl.col("probability") == pl.col("probability").max()
    row = rows.sort("as_of").filter(chosen).head(1)
    cells = row.row(0, named=True)
    predictor = walk.months[cells["walked"]].predictor
    assert predictor is not None
    scores = predictor.score(row, explain=True)
    drivers = reasons(walk.task, predictor, scores, 0, cells, shown=REASONS + 1)
    kind = "money" if case["came"] else "risk"
    in_one = case[kind] is not None
    return Story(
        cells["subject_id"],
        named.get(cells[walk.task.owner]) if walk.task.owner else None,
        _number(case[kind if in_one else f"own_{kind}"]),
        walk.reporting_currency if in_one else cells["own_currency"],
        flagged,
        bool(case["came"]),
        cells["as_of"],
        cells["probability"],
        cells["resolved_at"],
        case["rule_flagged_at"] if isinstance(case["rule_flagged_at"], dt.datetime) else None,
        rows.sort("as_of").row(-1, named=True).get("came_to"),
        [driver.text for driver in drivers if driver.effect > 0 and driver.field != REST][:REASONS],
    )


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _names(walk: Walk, records: Records) -> dict[str, str]:
    """What the owners are called, where they are projects."""
    if walk.task.owner != "project_id":
        return {}
    return dict(table_of(records, "projects").select("project_id", "name").drop_nulls().iter_rows())
