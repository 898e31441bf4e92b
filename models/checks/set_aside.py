"""Records without their bad rows, and how many of each table were set aside."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from models.checks.report import Report
from models.checks.rows import orphans
from models.findings import Finding, rows_of
from models.records import TABLES, Records


class SetAside(NamedTuple):
    """``counts`` has a number for every table that lost rows, and only for those."""

    records: Records
    counts: Mapping[str, int]


def set_aside(records: Records, report: Report) -> SetAside:
    """Drops every row that has an error, and every row that thereby loses its parent, until all that is left stands.

    ``report`` must be the check of these very records: it names rows by their position.
    """
    parents = frozenset(name for name, frame in records.items() if not frame.is_empty())
    kept = {
        name: _without(frame, [found for found in report.findings if found.table == name])
        for name, frame in records.items()
    }
    before = dict.fromkeys(kept, -1)
    while before != (before := {name: frame.height for name, frame in kept.items()}):
        for name, frame in kept.items():
            kept[name] = _without(frame, list(orphans(kept, TABLES[name], frame, parents)))
    lost = {name: records[name].height - frame.height for name, frame in kept.items()}
    return SetAside(kept, {name: count for name, count in lost.items() if count})


def _without(frame: pl.DataFrame, findings: list[Finding]) -> pl.DataFrame:
    return frame.filter(~rows_of([found for found in findings if found.is_error], frame.height))
