"""From a mapping and its sources to a folder of records, or to the reasons why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from models.findings import Finding, rows_of
from models.reading import normalise
from models.records import TABLES
from training.importing.last_day import Moved, move_to
from training.importing.mapping import LoadedMapping, load_mapping
from training.importing.problems import StatementRefused, TargetRefused
from training.importing.selecting import select_tables
from training.importing.sources import is_url, load_sources
from training.importing.writing import check_target, write_folder


@dataclass(frozen=True)
class Imported:
    """What came of an import. ``written`` is false where bad cells stopped it; the counts are by table."""

    written: bool
    rows: Mapping[str, int]
    aside: Mapping[str, int]
    findings: tuple[Finding, ...]
    moved: Moved | None = None


def import_records(
    mapping_file: Path,
    source: str,
    out: Path,
    *,
    last_day: date | None = None,
    set_aside: bool = False,
    force: bool = False,
) -> Imported:
    """Raises `ImportRefused`; cells that do not parse are findings, and nothing is written unless set aside."""
    mapping = load_mapping(mapping_file)
    check_target(out, force=force)
    _check_apart(source, out)
    selected = select_tables(mapping, load_sources(mapping.sources, source))
    records, findings = _normalised(mapping, selected)
    bad = {name: [found for found in findings if found.table == name and found.is_error] for name in records}
    bad = {name: found for name, found in bad.items() if found}
    rows = {name: frame.height for name, frame in records.items()}
    if bad and (not set_aside or any(found.cells.is_empty() for ones in bad.values() for found in ones)):
        return Imported(written=False, rows=rows, aside={}, findings=findings)
    aside = {name: _with_reasons(selected[name], ones) for name, ones in bad.items()}
    kept = {
        name: frame.filter(~rows_of(bad[name], frame.height)) if name in bad else frame
        for name, frame in records.items()
    }
    moved = move_to(kept, last_day) if last_day else None
    if moved:
        kept = dict(moved.records)
    write_folder(out, kept, aside)
    return Imported(
        written=True,
        rows={name: frame.height for name, frame in kept.items()},
        aside={name: frame.height for name, frame in aside.items()},
        findings=findings,
        moved=moved,
    )


def _check_apart(source: str, out: Path) -> None:
    """The folder that is written must not take the place of the one that is read, nor hold it."""
    if is_url(source):
        return
    read, written = Path(source).resolve(), out.resolve()
    if read.is_relative_to(written):
        raise TargetRefused("expected another folder than --source, and not one that holds it", out)


def _normalised(
    mapping: LoadedMapping, selected: Mapping[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], tuple[Finding, ...]]:
    records: dict[str, pl.DataFrame] = {}
    findings: list[Finding] = []
    for name in sorted(selected, key=lambda name: name != "people"):
        unknown = [column for column in selected[name].columns if column not in TABLES[name].by_name]
        if unknown:
            what = f"{', '.join(unknown)}: expected columns {', '.join(TABLES[name].by_name)}"
            raise StatementRefused(what, mapping.file, mapping.lines[name], name)
        normalised = normalise(name, selected[name], records.get("people"))
        records[name] = normalised.frame
        findings.extend(normalised.findings)
    return {name: records[name] for name in TABLES if name in records}, tuple(findings)


def _with_reasons(selected: pl.DataFrame, findings: list[Finding]) -> pl.DataFrame:
    """The bad rows as they were selected, with the reasons in a last column."""
    told = pl.concat(
        found.cells.select("position", reason=pl.lit(f"{found.column}: expected {found.expected}"))
        for found in findings
    )
    reasons = told.group_by("position").agg(pl.col("reason").sort().str.join("; "))
    rows = selected.select(pl.all().cast(pl.String, strict=False)).with_row_index("position")
    return rows.join(reasons, on="position", how="inner", maintain_order="left").drop("position")
