"""Records that may be learnt from: read, checked, and refused or cleaned."""

from dataclasses import dataclass
from pathlib import Path

from models.checks import check, set_aside
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
    for beyond in report.beyond_setting_aside:
        raise RecordsRefusedError(f"{beyond.code} in {folder}: expected {beyond.expected}; no row to set aside")
    cleaned = set_aside(reading.records, report)
    return FitRecords(cleaned.records, dict(cleaned.counts))
