"""Records that may be learnt from: read, checked, and refused or cleaned."""

from dataclasses import dataclass
from pathlib import Path

from models.checks import check, set_aside
from models.findings import Severity
from models.reading import read_folder
from models.records import Records


class RecordsRefusedError(Exception):
    """The records have errors, and nobody said to leave those rows out."""


@dataclass(frozen=True)
class FitRecords:
    """Records without errors, and how many rows of each table were set aside to get there."""

    records: Records
    set_aside: dict[str, int]


def fit_records(folder: Path, *, leave_out: bool) -> FitRecords:
    """Reads a folder of records. With ``leave_out`` the rows with errors are set aside and counted.

    Raises RecordsRefusedError where there are errors and they may not be left out.
    """
    reading = read_folder(folder)
    report = check(reading)
    if report.ok:
        return FitRecords(reading.records, {})
    if not leave_out:
        raise RecordsRefusedError(
            f"{report.errors:,} errors in {folder}: look at them with bellwether-lab check {folder}, "
            "or leave those rows out with --set-aside"
        )
    cleaned = set_aside(reading.records, report)
    beyond = [finding for finding in report.findings if finding.severity is Severity.ERROR and finding.cells.is_empty()]
    if beyond:
        raise RecordsRefusedError(f"{beyond[0].code} in {folder}: expected {beyond[0].expected}; no row to set aside")
    return FitRecords(cleaned.records, dict(cleaned.counts))
