"""`bellwether-lab check`: an exit code for machines, reasons for people."""

import json

import pytest
from click.testing import CliRunner

from training.cli import main

PEOPLE = "person_id,job_role\nana,engineer\n"
ENTRIES = "entry_id,person_id,worked_on,hours,note,entered_at\n"


def run(folder, entries, *options):
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "time_entries.csv").write_text(ENTRIES + entries)
    return CliRunner().invoke(main, ["check", str(folder), *options])


def test_good_records_exit_0(tmp_path):
    result = run(tmp_path, "1,ana,2026-03-02,8,,2026-03-02T17:00:00Z\n")
    assert result.exit_code == 0
    assert "Records are fit to learn from." in result.stdout


def test_warnings_alone_exit_0(tmp_path):
    result = run(tmp_path, "1,ana,2026-03-02,8,,\n")
    assert result.exit_code == 0
    assert "warning time_entries.entered_at known_by_assumption" in result.stdout
    assert "1 warning" in result.stdout


def test_errors_exit_1_with_table_line_column_and_value(tmp_path):
    result = run(tmp_path, "1,ana,2026-03-02,-8,my secret,2026-03-02T17:00:00\n")
    assert result.exit_code == 1
    assert "error time_entries.hours too_low" in result.stdout
    assert "row 2: -8.0" in result.stdout
    assert "error time_entries.entered_at instant_without_zone" in result.stdout
    assert "secret" not in result.stdout


def test_people_see_twenty_rows_of_a_code_and_machines_all(tmp_path):
    entries = "".join(f"{number},ana,2026-03-{number % 28 + 1:02},-1,,2026-03-30T17:00:00Z\n" for number in range(50))
    result = run(tmp_path, entries)
    assert result.stdout.count("  row ") == 20
    assert "… and 30 more" in result.stdout
    document = json.loads(run(tmp_path, entries, "--json").stdout)
    assert (document["errors"], len(document["issues"])) == (50, 50)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_folder_that_is_not_there_is_an_error_and_no_trace(tmp_path, options):
    result = CliRunner().invoke(main, ["check", str(tmp_path / "nowhere"), *options])
    assert result.exit_code == 1
    assert "a folder of records" in result.stdout
    assert result.exception is None or isinstance(result.exception, SystemExit)
