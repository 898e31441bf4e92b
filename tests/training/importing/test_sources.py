"""Sources: files within the folder, every cell as text, and databases by their URL."""

import gzip
import sqlite3

import polars as pl
import pytest
from sqlalchemy import create_engine, make_url, text

from training.importing.mapping import Source
from training.importing.problems import ImportRefused, SourceRefused
from training.importing.sources import load_sources


def loaded(folder, **source):
    return load_sources({"log": Source(**source)}, str(folder))["log"]


def test_csv_cells_are_text_and_empty_ones_null(tmp_path):
    (tmp_path / "a.csv").write_text('id, when\n007,\n"",2026-01-01\n')
    assert loaded(tmp_path, file="a.csv").to_dicts() == [
        {"id": "007", "when": None},
        {"id": None, "when": "2026-01-01"},
    ]


def test_files_of_one_glob_are_put_together_by_column_name(tmp_path):
    (tmp_path / "2025.csv").write_text("id,hours\n1,8\n")
    (tmp_path / "2026.csv.gz").write_bytes(gzip.compress(b"hours,id,note\n7,2,x\n"))
    assert loaded(tmp_path, file="20*.csv*").to_dicts() == [
        {"id": "1", "hours": "8", "note": None},
        {"id": "2", "hours": "7", "note": "x"},
    ]


def test_each_row_tells_of_which_file_it_is_where_the_mapping_asks(tmp_path):
    (tmp_path / "FY-2025-Q1.csv").write_text("id\n1\n")
    (tmp_path / "FY-2025-Q2.csv.gz").write_bytes(gzip.compress(b"id\n1\n"))
    pl.DataFrame({"id": ["1"]}).write_parquet(tmp_path / "a.parquet")
    assert loaded(tmp_path, file="FY-*.csv*", name_column="report").to_dicts() == [
        {"id": "1", "report": "FY-2025-Q1.csv"},
        {"id": "1", "report": "FY-2025-Q2.csv.gz"},
    ]
    assert loaded(tmp_path, file="a.parquet", name_column="report").to_dicts() == [{"id": "1", "report": "a.parquet"}]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_any_spreadsheet_ends_them(tmp_path, packed, encoding, ends):
    content = ends.join(["name,note", "Jürg,a", 'Zoë,"b, c"', ""]).encode(encoding)
    (tmp_path / ("a.csv.gz" if packed else "a.csv")).write_bytes(gzip.compress(content) if packed else content)
    assert loaded(tmp_path, file="a.csv*", options={"encoding": encoding}).to_dicts() == [
        {"name": "Jürg", "note": "a"},
        {"name": "Zoë", "note": "b, c"},
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_other_encodings_and_separators_are_options(tmp_path, packed):
    content = "exported 1 May\nname;hours\nJürg;7,5\n".encode("cp1252")
    (tmp_path / ("a.csv.gz" if packed else "a.csv")).write_bytes(gzip.compress(content) if packed else content)
    options = {"delimiter": ";", "encoding": "cp1252", "skip_lines": 1}
    assert loaded(tmp_path, file="a.csv*", options=options).to_dicts() == [{"name": "Jürg", "hours": "7,5"}]


def test_parquet_keeps_its_types(tmp_path):
    pl.DataFrame({"n": [1]}).write_parquet(tmp_path / "a.parquet")
    assert loaded(tmp_path, file="a.parquet").schema == {"n": pl.Int64}


MISTAKES = [
    ({"file": "none.csv"}, "no file matches none.csv"),
    ({"file": "latin.csv"}, "latin.csv cannot be read as CSV"),
    ({"file": "latin.csv", "options": {"encoding": "klingon"}}, "no encoding is called klingon"),
    ({"file": "latin.csv", "format": "parquet"}, "not a whole Parquet file"),
    ({"file": "outside.csv"}, "outside.csv leads outside"),
    ({"file": "ok.csv", "name_column": "id"}, "ok.csv has a column id already: choose another name_column"),
    ({"file": "cut.csv.gz"}, "cut.csv.gz cannot be read as CSV"),
    ({"table": "people"}, "expected --source to be a database URL"),
]


@pytest.mark.parametrize(("source", "message"), MISTAKES)
def test_a_source_that_cannot_be_had_is_refused_by_name(tmp_path, source, message):
    folder = tmp_path / "exports"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (folder / "outside.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "latin.csv").write_bytes(b"name\nJ\xfcrg\n")
    (folder / "ok.csv").write_text("id\n1\n")
    (folder / "cut.csv.gz").write_bytes(gzip.compress(b"id\n1\n")[:-9])
    with pytest.raises(SourceRefused, match=message) as refused:
        loaded(folder, **source)
    assert str(refused.value).startswith("source log: ")


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "firm.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE staff (id INTEGER, name TEXT)")
        connection.executemany("INSERT INTO staff VALUES (?, ?)", [(1, "ana"), (2, None)])
    connection.close()
    return f"sqlite:///{path}"


@pytest.mark.parametrize("source", [{"table": "staff"}, {"query": "SELECT id, name FROM staff"}])
def test_a_database_gives_tables_and_queries(database, source):
    assert loaded(database, **source).to_dicts() == [{"id": 1, "name": "ana"}, {"id": 2, "name": None}]


@pytest.mark.parametrize(
    ("url", "source", "message"),
    [
        (None, {"table": "nobody"}, "the database refused it: no such table: nobody"),
        (None, {"file": "a.csv"}, "expected --source to be a folder"),
        ("nosuch://host/db", {"table": "staff"}, "SQLAlchemy has a driver for"),
        ("sqlite:////no/such/place/firm.db", {"table": "staff"}, "does not answer"),
    ],
)
def test_a_database_that_cannot_be_read_is_said(database, url, source, message):
    with pytest.raises(ImportRefused, match=message):
        loaded(url or database, **source)


def test_a_password_is_never_shown(tmp_path):
    with pytest.raises(ImportRefused) as refused:
        loaded("postgresql+psycopg://ana:hunter2@127.0.0.1:1/firm", table="staff")
    assert "hunter2" not in str(refused.value)


def test_a_source_that_is_no_folder_is_said(tmp_path):
    with pytest.raises(ImportRefused, match="expected a folder or a database URL"):
        loaded(tmp_path / "nowhere", file="a.csv")


def test_a_real_postgresql_keeps_its_types_and_is_only_read(bare_database):
    url = make_url(bare_database)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA firm"))
        connection.execute(text("CREATE TABLE firm.log (id uuid, at timestamptz, hours numeric(5, 2), day date)"))
        connection.execute(
            text("INSERT INTO firm.log VALUES (gen_random_uuid(), '2026-03-02 17:00+02', 7.5, '2026-03-02')")
        )
    engine.dispose()
    given = url.render_as_string(hide_password=False)
    (row,) = loaded(given, table="firm.log").iter_rows(named=True)
    assert (row["at"].isoformat(), float(row["hours"]), row["day"].isoformat()) == (
        "2026-03-02T15:00:00+00:00",
        7.5,
        "2026-03-02",
    )
    assert isinstance(row["id"], str)
    with pytest.raises(SourceRefused, match="read-only transaction"):
        loaded(given, query="DROP TABLE firm.log")
