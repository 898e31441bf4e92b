"""A mapping file is checked before anything is read, and each mistake is named with its line."""

import pytest

from training.importing.mapping import load_mapping
from training.importing.problems import MappingInvalid

GOOD = "sources:\n  log: {file: log.csv}\ntables:\n  people: SELECT 1\n"

MISTAKES = [
    ("", 1, "the file is empty"),
    ("sources: [", 1, "expected YAML"),
    ("just a text", 1, "valid dictionary"),
    ("sources:\n  log: {file: log.csv}\n", 1, "tables: Field required"),
    (GOOD + "extra: 1\n", 5, "extra: Extra inputs are not permitted"),
    (GOOD.replace("people", "persons"), 3, "persons: expected one of people, projects"),
    (GOOD + "  people: SELECT 2\n", 5, "people: each key once"),
    (GOOD.replace("log.csv", "../log.csv"), 2, "expected a path within --source"),
    (GOOD.replace("log.csv", "/etc/passwd"), 2, "expected a path within --source"),
    (GOOD.replace("{file: log.csv}", "{file: log.csv, table: log}"), 2, "exactly one of file, table, query"),
    (GOOD.replace("{file: log.csv}", "{}"), 2, "exactly one of file, table, query"),
    (GOOD.replace("{file: log.csv}", "{table: log, format: csv}"), 2, "format, options and name_column are for"),
    (GOOD.replace("{file: log.csv}", "{table: log, name_column: f}"), 2, "format, options and name_column are for"),
    (GOOD.replace("log.csv}", "log.csv, options: {delim: ;}}"), 2, "delim: Extra inputs are not permitted"),
    (GOOD.replace("log.csv}", "log.csv, options: {delimiter: ;;}}"), 2, "at most 1 character"),
    (GOOD.replace("log:", "My Log:"), 2, "String should match pattern"),
    (GOOD.replace("SELECT 1", "[1]"), 4, "valid string"),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_line(tmp_path, text, line, message):
    file = tmp_path / "firm.yaml"
    file.write_text(text)
    with pytest.raises(MappingInvalid) as refused:
        load_mapping(file)
    assert refused.value.mistakes[0][0] == line
    assert message in str(refused.value)
    assert str(refused.value).startswith(f"{file}:{line}: ")


def test_a_missing_mapping_is_said(tmp_path):
    with pytest.raises(MappingInvalid, match="expected a mapping file: No such file"):
        load_mapping(tmp_path / "none.yaml")


def test_a_good_mapping_knows_the_line_of_each_select(tmp_path):
    file = tmp_path / "firm.yaml"
    file.write_text(GOOD)
    assert load_mapping(file).lines == {"people": 4}
