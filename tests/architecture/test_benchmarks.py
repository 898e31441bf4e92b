"""What the benchmarks share: figures with an answer, a page for people, rows for machines."""

import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
BENCHMARKS = REPOSITORY / "tests" / "benchmarks"


@pytest.fixture(scope="module")
def figures():
    """The module as a benchmark imports it."""
    spec = importlib.util.spec_from_file_location("figures", BENCHMARKS / "figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_make_bench_runs_every_benchmark_and_nothing_else():
    lines = subprocess.run(
        ["make", "-n", "bench"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    run = {word.rpartition("/")[2] for line in lines for word in line.split() if word.startswith("tests/benchmarks/")}
    assert run == {file.name for file in BENCHMARKS.glob("*.py")} - {"figures.py"}


def test_an_aim_is_met_at_its_limit_and_missed_by_what_could_not_be_measured(figures):
    assert [figures.at_least("a", value, 0.5, 1).met for value in (0.5, 0.4, float("nan"))] == [True, False, False]
    assert [figures.at_most("a", value, 0.5, "s", 1).met for value in (0.5, 0.6, float("nan"))] == [True, False, False]
    assert [figures.between("a", value, (0.1, 0.5), 1).met for value in (0.1, 0.5, 0.6)] == [True, True, False]
    assert figures.reported("a", 3, 1).met is None


def test_a_benchmark_writes_a_page_and_rows_and_fails_where_an_aim_is_missed(figures, tmp_path, capsys):
    good, bad = figures.at_least("AUC", 0.87, 0.86, 11_041), figures.at_most("seconds", 120.4, 60, "s", 5)
    nothing = figures.reported("lead time", float("nan"), 0, "days")
    assert figures.write("some", "Some figures", "What was done.", [good, nothing], tmp_path / "out") == 0
    assert figures.write("some", "Some figures", "What was done.", [good, bad, nothing], tmp_path / "out") == 1
    page = (tmp_path / "out" / "some.md").read_text()
    assert page.startswith("# Some figures\n\nWhat was done.\n\n| figure |")
    for line in ("| AUC | 0.870 | >= 0.86 | 11,041 | yes |", "| seconds | 120 s | <= 60 | 5 | no |",
                 "| lead time | none |  | 0 |  |"):  # fmt: skip
        assert line in page
    assert capsys.readouterr().out.endswith(page)
    rows = json.loads((tmp_path / "out" / "some.json").read_text())
    assert [set(row) for row in rows] == [{"figure", "value", "aim", "unit", "n", "met"}] * 3
    assert rows[2]["value"] is None
