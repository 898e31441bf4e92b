"""Folders of records: what is read, what is refused, and where the user is told to look."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from models.reading import normalise, read_folder
from models.records import TABLES


def written(folder, **files):
    """A folder with files named ``people_csv=…``: text, bytes or a frame."""
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        path = folder / f"{stem}.{suffix}"
        if isinstance(content, pl.DataFrame):
            content.write_parquet(path)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    return folder


def issues(found, rows=None):
    return [(issue.code, issue.row, issue.column, issue.value) for one in found for issue in one.issues(rows, 20)]


def read_issues(reading):
    return [
        (issue.code, issue.row, issue.column, issue.value)
        for one in reading.findings
        for issue in one.issues(reading.rows.get(one.table), 20)
    ]


def one_cell(table, column, value, dtype=None):
    return normalise(table, pl.DataFrame({column: pl.Series([value], dtype=dtype)}))


GOOD_CELLS = [
    ("time_entries", "hours", " 7.5 ", 7.5),
    ("time_entries", "hours", "1e1", 10.0),
    ("time_entries", "hours", 8, 8.0),
    ("time_entries", "hours", Decimal("1.25"), 1.25),
    ("time_entries", "hours", float("nan"), None),
    ("time_entries", "hours", "", None),
    ("time_entries", "billable", "Yes", True),
    ("time_entries", "billable", "0", False),
    ("time_entries", "billable", 1, True),
    ("time_entries", "billable", False, False),
    ("time_entries", "worked_on", "2026-03-02", date(2026, 3, 2)),
    ("time_entries", "worked_on", date(2026, 3, 2), date(2026, 3, 2)),
    ("time_entries", "worked_on", datetime(2026, 3, 2), date(2026, 3, 2)),
    ("time_entries", "worked_on", "0016-04-01", date(16, 4, 1)),
    ("time_entries", "entry_id", 17, "17"),
    ("time_entries", "entry_id", 17.0, "17"),
    ("time_entries", "note", "  two words ", "two words"),
    ("time_entries", "entered_at", "2026-03-02T17:00:00Z", datetime(2026, 3, 2, 17, tzinfo=UTC)),
    ("time_entries", "entered_at", "2026-03-02T17:00:00+02:00", datetime(2026, 3, 2, 15, tzinfo=UTC)),
    ("time_entries", "entered_at", "2026-03-02 17:00+0200", datetime(2026, 3, 2, 15, tzinfo=UTC)),
    ("time_entries", "entered_at", "2026-03-02t17:00:00,5z", datetime(2026, 3, 2, 17, 0, 0, 500_000, tzinfo=UTC)),
    ("time_entries", "entered_at", "2026-03-02 17:00:00.25 UTC", datetime(2026, 3, 2, 17, 0, 0, 250_000, tzinfo=UTC)),
    ("time_entries", "entered_at", datetime(2026, 3, 2, 17, tzinfo=UTC), datetime(2026, 3, 2, 17, tzinfo=UTC)),
    ("time_entries", "entered_at", "2026-03-02", datetime(2026, 3, 2, 23, 59, 59, 999_999, tzinfo=UTC)),
    ("time_entries", "entered_at", date(2026, 3, 2), datetime(2026, 3, 2, 23, 59, 59, 999_999, tzinfo=UTC)),
    ("resource_requests", "headcount", "2", 2),
    ("resource_requests", "headcount", 2.0, 2),
    ("resource_requests", "headcount", None, None),
]


@pytest.mark.parametrize(("table", "column", "given", "expected"), GOOD_CELLS)
def test_a_cell_may_be_written_in_every_usual_way(table, column, given, expected):
    result = one_cell(table, column, given)
    assert result.frame[column].to_list() == [expected]
    assert result.frame.schema == pl.Schema(TABLES[table].schema)
    assert [found.code for found in result.findings if found.column == column] == []


BAD_CELLS = [
    ("time_entries.hours", "8,5", "not_a_number", "8,5", "expected a number with a decimal point"),
    ("time_entries.hours", "7:30", "not_a_number", "7:30", "expected a number with a decimal point"),
    ("time_entries.hours", "nan", "not_a_number", "nan", "expected a number with a decimal point"),
    ("time_entries.hours", float("inf"), "not_a_number", "inf", "expected a number with a decimal point"),
    ("projects.contract_value", "1,234.50", "not_a_number", "1,234.50", "no thousands separator"),
    ("time_entries.billable", "oui", "not_a_flag", "oui", "expected true or false"),
    ("time_entries.billable", 2, "not_a_flag", "2", "expected true or false"),
    ("time_entries.worked_on", "02/03/2026", "not_a_date", "02/03/2026", "expected a date written YYYY-MM-DD"),
    ("time_entries.worked_on", "2026-02-30", "not_a_date", "2026-02-30", "expected a date written YYYY-MM-DD"),
    ("time_entries.worked_on", "2026-3-2", "not_a_date", "2026-3-2", "expected a date written YYYY-MM-DD"),
    ("time_entries.worked_on", "2026-03-02T09:00:00Z", "instant_in_a_day", "2026-03-02T09:00:00Z", "without a time"),
    ("time_entries.entered_at", "2026-03-02T17:00:00", "instant_without_zone", "2026-03-02T17:00:00", "with its zone"),
    ("time_entries.entered_at", "2026-03-02 17:00", "instant_without_zone", "2026-03-02 17:00", "with its zone"),
    ("time_entries.entered_at", "2026-02-30", "not_an_instant", "2026-02-30", "expected an instant in ISO 8601"),
    ("time_entries.entered_at", "yesterday", "not_an_instant", "yesterday", "expected an instant in ISO 8601"),
    ("time_entries.entered_at", "3/2/2026 17:00", "not_an_instant", "3/2/2026 17:00", "expected an instant"),
    ("resource_requests.headcount", "1.5", "not_an_integer", "1.5", "expected a whole number"),
    ("resource_requests.headcount", "two", "not_an_integer", "two", "expected a whole number"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "given", "code", "value", "message"), BAD_CELLS)
def test_a_cell_that_does_not_parse_is_named_with_what_was_expected(where, given, code, value, message):
    table, column = where.split(".")
    result = one_cell(table, column, given)
    (found,) = [found for found in result.findings if found.column == column]
    (issue,) = found.issues(None, 20)
    assert (issue.severity, issue.code, issue.table, issue.row, issue.value) == ("error", code, table, 1, value)
    assert message in issue.message
    assert result.frame[column].to_list() == [None]


BAD_COLUMNS = [
    ("time_entries", "entered_at", datetime(2026, 3, 2, 17), "instant_without_zone"),
    ("time_entries", "entered_at", 1_772_470_800, "not_an_instant"),
    ("time_entries", "worked_on", datetime(2026, 3, 2, 17, tzinfo=UTC), "instant_in_a_day"),
    ("time_entries", "worked_on", 20260302, "not_a_date"),
    ("time_entries", "hours", True, "not_a_number"),
    ("people", "skills", ["sap", "abap"], "not_text"),
]


@pytest.mark.parametrize(("table", "column", "value", "code"), BAD_COLUMNS)
def test_a_column_of_the_wrong_type_is_one_finding_that_counts_its_rows(table, column, value, code):
    result = normalise(table, pl.DataFrame({column: [value, None, value]}))
    (found,) = [found for found in result.findings if found.column == column]
    assert (found.code, found.count, found.whole_column) == (code, 2, True)
    assert [issue.row for issue in found.issues(None, 20)] == [None]


def test_good_and_bad_cells_of_one_column_are_told_apart():
    cells = ["2026-03-02T17:00:00Z", "2026-03-02", "soon", None, "2026-03-02T17:00"]
    result = normalise("time_entries", pl.DataFrame({"entered_at": cells}))
    assert result.frame["entered_at"].is_null().to_list() == [False, False, True, True, True]
    entered = [found for found in result.findings if found.column == "entered_at"]
    assert issues(entered) == [
        ("instant_without_zone", 5, "entered_at", "2026-03-02T17:00"),
        ("not_an_instant", 3, "entered_at", "soon"),
    ]


def test_a_happening_given_as_a_date_ends_with_the_day_of_the_person():
    people = pl.DataFrame({"person_id": ["ana", "bo"], "timezone": ["America/New_York", None]})
    entries = pl.DataFrame({"person_id": ["ana", "bo", "cy"], "submitted_at": ["2026-03-02"] * 3})
    submitted = normalise("time_entries", entries, people).frame["submitted_at"]
    assert [instant.isoformat() for instant in submitted] == [
        "2026-03-03T04:59:59.999999+00:00", "2026-03-02T23:59:59.999999+00:00", "2026-03-02T23:59:59.999999+00:00",
    ]  # fmt: skip


def test_people_are_read_before_the_tables_that_need_their_zones(tmp_path):
    reading = read_folder(
        written(
            tmp_path,
            people_csv="person_id,job_role,timezone\nana,engineer,Asia/Tokyo\n",
            assignments_csv="assignment_id,project_id,person_id,starts_on,booked_at\n1,P,ana,2026-03-02,2026-02-01\n",
        )
    )
    assert reading.records["assignments"]["booked_at"][0] == datetime(2026, 2, 1, 14, 59, 59, 999_999, tzinfo=UTC)


def test_rows_of_a_csv_file_are_named_by_their_line(tmp_path):
    text = 'entry_id,person_id,worked_on,hours,note\n1,ana,2026-03-02,8,"two\nlines"\n\n2,ana,2026-03-03,x,\n'
    reading = read_folder(written(tmp_path, time_entries_csv=text))
    assert reading.records["time_entries"].height == 2
    assert read_issues(reading) == [("not_a_number", 5, "hours", "x")]


def test_rows_of_a_parquet_file_are_numbered_from_one(tmp_path):
    frame = pl.DataFrame({"region": ["DE", "DE"], "on": ["2026-01-01", "New Year"]})
    reading = read_folder(written(tmp_path, holidays_parquet=frame))
    assert read_issues(reading) == [("not_a_date", 2, "on", "New Year")]


def test_missing_tables_and_optional_columns_are_no_trouble(tmp_path):
    reading = read_folder(written(tmp_path, people_csv="person_id,job_role\nana,engineer\n"))
    assert reading.findings == ()
    assert reading.records["people"].schema == pl.Schema(TABLES["people"].schema)
    assert reading.records["people"]["timezone"].to_list() == [None]


def test_an_unknown_column_is_kept_out_with_a_warning(tmp_path):
    reading = read_folder(written(tmp_path, people_csv="person_id,job_role,salary\nana,engineer,90\n"))
    (found,) = reading.findings
    assert (found.severity, found.code, found.column) == ("warning", "unknown_column", "salary")
    assert "salary" not in reading.records["people"].columns


def test_notes_and_texts_are_never_shown():
    frame = pl.DataFrame({"note": [["a", "secret"]]})
    assert "secret" not in str(issues(normalise("time_entries", frame).findings))


PEOPLE = "person_id,job_role\nana,engineer\n"
MISTAKES = [
    ({"people_csv": PEOPLE, "people_parquet": pl.DataFrame({"person_id": ["ana"]})}, "table_twice", "both"),
    ({"people_csv": PEOPLE, "persons_csv": PEOPLE}, "unknown_file", "persons.csv was not read"),
    ({"people_csv": ""}, "empty_file", "header line"),
    ({"people_csv": "\n"}, "empty_file", "header line"),
    ({"people_csv": "person_id;job_role\nana;engineer\n"}, "wrong_separator", "separated by commas"),
    ({"people_csv": "Name,Job\nana,engineer\n"}, "no_known_column", "person_id, job_role"),
    ({"people_csv": "person_id,job_role,job_role\nana,a,b\n"}, "column_twice", "job_role"),
    ({"people_csv": "person_id\nana\n"}, "missing_column", "a column job_role"),
    ({"people_csv": PEOPLE + "bo,engineer,DE\n"}, "too_many_cells", "line 3 has 3"),
    ({"people_csv": PEOPLE.encode() + b"J\xfcrg,engineer\n"}, "not_utf8", "line 3 holds other bytes"),
    ({"people_csv": PEOPLE.encode("utf-16")}, "not_utf8", "CSV UTF-8"),
    ({"people_csv": PEOPLE + '"bo,engineer\n'}, "open_quote", "closing double quote"),
    ({"people_parquet": b"PAR1 not really"}, "unreadable_file", "whole Parquet file"),
    ({"notes_txt": "hello"}, "no_tables", "files such as people"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "code", "message"), MISTAKES)
def test_a_typical_mistake_gets_a_clear_answer(tmp_path, files, code, message):
    reading = read_folder(written(tmp_path, **files))
    expected = {found.code: found.expected for found in reading.findings}
    assert message in expected[code]


def test_a_missing_folder_is_said_and_not_raised(tmp_path):
    (found,) = read_folder(tmp_path / "nowhere").findings
    assert (found.severity, found.code) == ("error", "no_folder")


def test_a_byte_order_mark_and_spaces_in_the_header_do_no_harm(tmp_path):
    reading = read_folder(written(tmp_path, people_csv="\ufeffperson_id, job_role\nana,engineer\n"))
    assert reading.findings == ()
    assert reading.records["people"]["person_id"].to_list() == ["ana"]


def test_folders_hidden_files_and_a_readme_are_passed_over(tmp_path):
    (tmp_path / "set_aside").mkdir()
    reading = read_folder(written(tmp_path, people_csv=PEOPLE, README_md="# Ours", **{".DS_Store_x": "x"}))
    assert reading.findings == ()
