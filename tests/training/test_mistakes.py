"""What users type wrong: one sentence that says what was expected, exit code 1 or 2, and never a stack trace."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from training.cli import main

TASK = "missing_time"
FIRM = Path(__file__).parents[2] / "fixtures" / "firm"
RECORDS = ["--records", str(FIRM)]
CUT = ["--cut", "2025-09-01"]
AS_OF = ["--as-of", "2025-10-24T11:00:00Z"]
OUT = ["--out", "{tmp}/out.parquet"]

MISTAKES = [
    ("unknown command", ["forecast"], 2, "No such command 'forecast'"),
    ("unknown task", ["backtest", "missing_tine", *RECORDS, *CUT], 2, "unknown task missing_tine; expected one of"),
    ("no records", ["backtest", TASK, *CUT], 2, "Missing option '--records'"),
    ("a folder that is not there", ["backtest", TASK, "--records", "{tmp}/no", *CUT], 1, "a folder of records"),
    ("an empty folder", ["backtest", TASK, "--records", "{tmp}", *CUT], 1, "expected"),
    ("no date", ["backtest", TASK, *RECORDS, "--cut", "September"], 2, "expected a date written YYYY-MM-DD; got"),
    ("a date that is none", ["backtest", TASK, *RECORDS, "--cut", "2025-02-30"], 2, "expected a date written"),
    ("unknown setting", ["backtest", TASK, *RECORDS, *CUT, "--set", "tree=1"], 1, "unknown setting tree; expected"),
    ("a setting without value", ["backtest", TASK, *RECORDS, *CUT, "--set", "trees"], 2, "expected name=value; got"),
    ("a setting out of range", ["backtest", TASK, *RECORDS, *CUT, "--set", "trees=0"], 1, "setting trees: Input"),
    ("a cut in the future", ["backtest", TASK, *RECORDS, "--cut", "2031-01-01"], 1, "0 rows to measure on after"),
    ("a cut before everything", ["backtest", TASK, *RECORDS, "--cut", "2001-01-01"], 1, "0 rows to learn from"),
    ("forecasts into no folder", ["backtest", TASK, *RECORDS, *CUT, "--predictions", "{tmp}/no/p.parquet"], 2,
     "expected an existing folder to write into"),
    ("forecasts of another format", ["backtest", TASK, *RECORDS, *CUT, "--predictions", "{tmp}/p.csv"], 2,
     "expected a name that ends in .parquet; got p.csv"),
    ("an instant without zone", ["snapshot", TASK, *RECORDS, "--as-of", "2025-10-24T11:00:00", *OUT], 2,
     "2025-10-24T11:00:00 has no zone; expected one, such as 2025-10-24T11:00:00Z"),
    ("a date for an instant", ["snapshot", TASK, *RECORDS, "--as-of", "2025-10-24", *OUT], 2,
     "2025-10-24 has no zone; expected one, such as 2025-10-24T00:00:00Z"),
    ("no instant", ["snapshot", TASK, *RECORDS, "--as-of", "noon", *OUT], 2, "expected an instant such as"),
    ("the first instant of all", ["snapshot", TASK, *RECORDS, "--as-of", "0001-01-01T00:00:00+14:00", *OUT], 2,
     "lies outside the years 1 to 9999"),
    ("snapshots of another format", ["snapshot", TASK, *RECORDS, *AS_OF, "--out", "{tmp}/s.json"], 2,
     "expected a name that ends in .parquet or .ndjson; got s.json"),
    ("a folder for a file", ["snapshot", TASK, *RECORDS, *AS_OF, "--out", "{tmp}/folder.parquet"], 2,
     "expected a file that may be written"),
    ("neither instants nor subjects", ["score", TASK, *RECORDS, *OUT], 2, "expected either --as-of or --subjects"),
    ("both", ["score", TASK, *RECORDS, *AS_OF, "--subjects", "{tmp}/good.parquet", *OUT], 2,
     "expected either --as-of or --subjects"),
    ("no file of subjects", ["score", TASK, *RECORDS, "--subjects", "{tmp}/no.parquet", *OUT], 2, "does not exist"),
    ("no number", ["promote", TASK, "--version", "one"], 2, "'one' is not a valid int"),
]  # fmt: skip


def run(options, tmp_path, environ=None):
    result = CliRunner().invoke(main, [str(option).replace("{tmp}", str(tmp_path)) for option in options], env=environ)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert result.stdout == ""
    return result


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "folder.parquet").mkdir()
    pl.DataFrame({"subject_id": ["p-01/2025-10-24"]}).write_parquet(tmp_path / "good.parquet")
    return tmp_path


@pytest.mark.parametrize(
    ("options", "code", "sentence"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_a_mistake_is_one_sentence(folder, options, code, sentence):
    result = run(options, folder)
    assert result.exit_code == code, result.output
    assert sentence in " ".join(result.stderr.split())


FRIDAY = dt.datetime(2025, 10, 24, 11, tzinfo=dt.UTC)
GOOD = "p-01/2025-10-24"
SUBJECTS = [
    (
        "no column subject_id",
        {"person": [GOOD], "as_of": [FRIDAY]},
        "has no column subject_id; expected subject_id and as_of",
    ),
    ("no column as_of", {"subject_id": [GOOD]}, "has no column as_of; expected subject_id and as_of"),
    (
        "instants as text",
        {"subject_id": [GOOD], "as_of": [FRIDAY.isoformat()]},
        "is String; expected instants with a zone",
    ),
    (
        "instants without zone",
        {"subject_id": [GOOD], "as_of": [FRIDAY.replace(tzinfo=None)]},
        "expected instants with a zone",
    ),
    ("an instant that is null", {"subject_id": [GOOD, GOOD], "as_of": [FRIDAY, None]}, "row 2 of"),
    ("no id", {"subject_id": [GOOD, None], "as_of": [FRIDAY] * 2}, "expected person_id/YYYY-MM-DD"),
    ("a malformed id", {"subject_id": [GOOD, "p-01"], "as_of": [FRIDAY] * 2}, "row 2 of"),
    (
        "a person nobody knows",
        {"subject_id": [GOOD, "p-99/2025-10-24"], "as_of": [FRIDAY] * 2},
        "no record names it",
    ),
    ("a day not begun", {"subject_id": ["p-01/2025-10-25"], "as_of": [FRIDAY]}, "the day has not begun at as_of"),
    ("a week closed", {"subject_id": ["p-01/2025-10-10"], "as_of": [FRIDAY]}, "the week was already closed at as_of"),
]


@pytest.mark.parametrize(("columns", "sentence"), [case[1:] for case in SUBJECTS], ids=[case[0] for case in SUBJECTS])
def test_a_file_of_subjects_is_refused_by_its_row(lab, tmp_path, columns, sentence):
    pl.DataFrame(columns).write_parquet(tmp_path / "subjects.parquet")
    options = ["score", TASK, *RECORDS, "--subjects", "{tmp}/subjects.parquet", *OUT, "--version", lab.numbers["good"]]
    result = run(options, tmp_path, lab.environ)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_file_that_is_no_parquet_is_refused(lab, tmp_path):
    (tmp_path / "subjects.parquet").write_text("subject_id,as_of\n")
    options = ["score", TASK, *RECORDS, "--subjects", "{tmp}/subjects.parquet", *OUT, "--version", lab.numbers["good"]]
    result = run(options, tmp_path, lab.environ)
    assert result.exit_code == 1
    assert "cannot be read as Parquet" in result.stderr


def test_an_unknown_version_is_named(lab, tmp_path):
    for options in (["promote", TASK, "--version", "99"], ["score", TASK, *RECORDS, *AS_OF, *OUT, "--version", "99"]):
        result = run(options, tmp_path, lab.as_("bo"))
        assert result.exit_code == 1
        assert "the registry has no version 99 of missing_time" in result.stderr


def test_a_database_that_is_not_there_is_a_sentence(home, tmp_path):
    environ = {
        "BELLWETHER_HOME": str(home),
        "BELLWETHER_DATABASE_URL": "postgresql://nobody:hidden@127.0.0.1:1/none",
        "BELLWETHER_KEY": "",
    }
    result = run(["promote", TASK, "--version", "1"], tmp_path, environ)
    assert result.exit_code == 1
    assert "cannot be used" in result.stderr
    assert "hidden" not in result.output
