"""`bellwether-lab import`: what is written, what is refused, and that nothing is half written."""

import json

import polars as pl
import pytest
from click.testing import CliRunner

from training.cli import main

LOG = "no,who,day,hours,stopped\n1,ana,2026-03-02,8,2026-03-02 17:00\n2,bo,2026-03-03,6.5,2026-03-03 16:00\n"
PEOPLE = "SELECT DISTINCT who AS person_id, 'dev' AS job_role FROM log ORDER BY 1"
ENTRIES = """
    SELECT no AS entry_id, who AS person_id, day AS worked_on, hours,
      stopped::TIMESTAMP AT TIME ZONE 'Europe/Berlin' AS entered_at
    FROM log
"""


@pytest.fixture
def firm(tmp_path):
    """A folder with an export, and the place for its mapping and its records."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "log.csv").write_text(LOG)
    return tmp_path


def run(firm, *options, people=PEOPLE, entries=ENTRIES):
    tables = "".join(
        f"  {name}: |\n    {sql.strip()}\n" for name, sql in (("people", people), ("time_entries", entries))
    )
    (firm / "firm.yaml").write_text(f"sources:\n  log: {{file: log.csv}}\ntables:\n{tables}")
    paths = [str(firm / "firm.yaml"), "--source", str(firm / "exports"), "--out", str(firm / "records")]
    return CliRunner().invoke(main, ["import", *paths, *options])


def checked(firm):
    result = CliRunner().invoke(main, ["check", str(firm / "records"), "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_an_export_becomes_records_that_check_clean(firm):
    result = run(firm)
    assert result.exit_code == 0, result.output
    assert "time_entries: 2 rows" in result.stdout
    assert sorted(path.name for path in (firm / "records").iterdir()) == ["people.parquet", "time_entries.parquet"]
    entered = pl.read_parquet(firm / "records" / "time_entries.parquet")["entered_at"]
    assert entered[0].isoformat() == "2026-03-02T16:00:00+00:00"
    assert checked(firm)[1]["ok"]


STATEMENTS = [
    ("SELECT 1; SELECT 2", "expected exactly one SELECT statement"),
    ("", "at least 1 character"),
    ("-- nothing", "expected exactly one SELECT statement"),
    ("DROP VIEW log", "expected exactly one SELECT statement"),
    ("COPY log TO '/tmp/stolen.csv'", "expected exactly one SELECT statement"),
    ("SET enable_external_access = true", "expected exactly one SELECT statement"),
    ("INSTALL httpfs", "expected exactly one SELECT statement"),
    ("ATTACH 'other.db'", "expected exactly one SELECT statement"),
    ("SELECT * FROM read_csv('/etc/passwd')", "DuckDB says: Permission Error"),
    ("SELECT * FROM read_text('log.csv')", "DuckDB says: Permission Error"),
    ("SELECT * FROM '/etc/passwd'", "DuckDB says: Catalog Error"),
    ("SELECT * FROM nosuch", "DuckDB says: Catalog Error"),
    ("SELECT whoo AS person_id FROM log", "DuckDB says: Binder Error"),
    ("SELECT who::INTEGER AS person_id FROM log", "DuckDB says: Conversion Error"),
    ("SELEKT 1", "DuckDB says: Parser Error"),
    ("SELECT who AS person_id, 'dev' AS job_rolle FROM log", "job_rolle: expected columns person_id, job_role"),
]


@pytest.mark.parametrize(("sql", "message"), STATEMENTS)
def test_only_one_select_is_run_and_it_sees_only_the_sources(firm, sql, message):
    result = run(firm, people=sql)
    assert result.exit_code == 1
    assert message in result.stderr
    assert f"{firm / 'firm.yaml'}:4: " in result.stderr
    assert "people" in result.stderr
    assert not (firm / "records").exists()


def test_cells_that_do_not_parse_stop_the_import_and_are_named(firm):
    (firm / "exports" / "log.csv").write_text(LOG.replace("6.5", '"6,5"'))
    result = run(firm)
    assert result.exit_code == 1
    assert "error time_entries.hours not_a_number" in result.stdout
    assert "row 2: 6,5" in result.stdout
    assert [path.name for path in firm.iterdir() if path.name.startswith((".", "records"))] == []


def test_an_instant_without_zone_is_refused(firm):
    result = run(firm, entries=ENTRIES.replace("AT TIME ZONE 'Europe/Berlin'", ""))
    assert result.exit_code == 1
    assert "instant_without_zone, 2 rows" in result.stdout


def test_a_missing_required_column_stops_the_import_even_when_rows_may_be_set_aside(firm):
    result = run(firm, "--set-aside", people="SELECT who AS person_id FROM log")
    assert result.exit_code == 1
    assert "missing_column" in result.stdout


def test_bad_rows_are_set_aside_with_their_reason_when_told_so(firm):
    (firm / "exports" / "log.csv").write_text(LOG.replace("6.5", "six").replace("2026-03-03,", "3 March,"))
    result = run(firm, "--set-aside")
    assert result.exit_code == 0, result.output
    assert "time_entries: 1 rows, 1 set aside in" in result.stdout
    aside = pl.read_csv(firm / "records" / "set_aside" / "time_entries.csv").to_dicts()
    assert [row["entry_id"] for row in aside] == [2]
    assert aside[0]["reason"].startswith("hours: expected a number")
    assert "; worked_on: expected a date" in aside[0]["reason"]
    assert checked(firm)[1]["tables"][1]["rows"] == 1


def test_earlier_records_are_replaced_whole(firm):
    run(firm)
    (firm / "records" / "projects.csv").write_text("project_id\nold\n")
    assert run(firm).exit_code == 0
    assert sorted(path.name for path in (firm / "records").iterdir()) == ["people.parquet", "time_entries.parquet"]


def test_a_folder_that_holds_something_else_is_left_alone(firm):
    (firm / "records").mkdir()
    (firm / "records" / "thesis.docx").write_text("years of work")
    result = run(firm)
    assert result.exit_code == 1
    assert "it holds thesis.docx" in result.stderr
    assert run(firm, "--force").exit_code == 0
    assert (firm / "records" / "thesis.docx").read_text() == "years of work"
    assert (firm / "records" / "people.parquet").exists()


@pytest.mark.parametrize("out", ["exports", "."])
def test_the_export_is_never_overwritten(firm, out):
    run(firm)
    paths = [str(firm / "firm.yaml"), "--source", str(firm / "exports"), "--out", str(firm / out), "--force"]
    result = CliRunner().invoke(main, ["import", *paths])
    assert result.exit_code == 1
    assert "expected another folder than --source" in result.stderr
    assert (firm / "exports" / "log.csv").read_text() == LOG


def test_the_last_day_moves_the_export(firm):
    result = run(firm, "--last-day", "2026-11-24")
    assert result.exit_code == 0, result.output
    assert "Moved by 38 weeks" in result.stdout
    assert checked(firm)[1]["tables"][1]["last"] == "2026-11-24"


def test_a_last_day_that_is_no_date_is_a_usage_error(firm):
    result = run(firm, "--last-day", "24.11.2026")
    assert result.exit_code == 2
    assert "expected a date written YYYY-MM-DD, or today" in result.stderr
