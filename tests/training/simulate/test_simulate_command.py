"""``bellwether-lab simulate`` as users meet it."""

import polars as pl
import pytest
from click.testing import CliRunner

from tests.training.simulate.conftest import unheard
from training.cli import main
from training.simulate import simulate as simulation


def run(*options):
    return CliRunner().invoke(main, ["simulate", *(str(option) for option in options)])


def sentences(result):
    """What stderr says beside how to use the command."""
    said = [line for line in result.stderr.splitlines() if line and not line.startswith(("Usage", "Try"))]
    return [line for line in said if not line.startswith("…")]


def test_it_writes_a_folder_and_says_in_one_line_what_is_in_it(tmp_path):
    result = run("--out", tmp_path / "deep" / "firm", "--people", 20, "--months", 3, "--seed", 4)
    assert result.exit_code == 0, result.output
    entries = pl.read_parquet(tmp_path / "deep" / "firm" / "time_entries.parquet").height
    projects = pl.read_parquet(tmp_path / "deep" / "firm" / "projects.parquet").height
    made = tmp_path / "deep" / "firm"
    assert result.stdout == f"{made}: 20 people, 3 months, {entries:,} time entries, {projects:,} projects\n"


def test_progress_is_told_on_stderr_only(tmp_path):
    result = run("--out", tmp_path / "firm", "--people", 20, "--months", 3)
    told = result.stderr.splitlines()
    assert len(told) == simulation.STEPS
    assert told[0] == "… people, clients and projects"
    assert "…" not in result.stdout


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--people", 19, "20<=x<=20000"),
        ("--people", 20_001, "20<=x<=20000"),
        ("--months", 2, "3<=x<=60"),
        ("--months", 61, "3<=x<=60"),
        ("--seed", -1, "x>=0"),
        ("--people", "many", "'many' is not a valid integer range"),
    ],
)
def test_numbers_out_of_range_are_refused_in_a_sentence(tmp_path, option, value, expected):
    result = run("--out", tmp_path / "firm", option, value)
    assert result.exit_code == 2
    assert len(sentences(result)) == 1
    assert option in sentences(result)[0]
    assert expected in sentences(result)[0]
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_refused(tmp_path):
    file = tmp_path / "firm"
    file.write_text("mine")
    result = run("--out", file)
    assert result.exit_code == 1
    assert sentences(result) == [f"Error: {file} is a file; expected a folder to write to"]
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["notes.txt", "time_entries.csv", "truth/notes.txt", "old/people.parquet"])
def test_a_folder_that_holds_anything_else_is_refused_and_left_alone(tmp_path, name):
    kept = tmp_path / "firm" / name
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    (tmp_path / "firm" / "truth").mkdir(exist_ok=True)
    result = run("--out", tmp_path / "firm")
    assert result.exit_code == 1
    assert len(sentences(result)) == 1
    assert "expected a new or an empty folder" in sentences(result)[0]
    assert kept.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("mine")
    result = run("--out", tmp_path / "file" / "firm")
    assert result.exit_code == 1
    assert len(sentences(result)) == 1


@pytest.mark.parametrize("broken_off_by", [KeyboardInterrupt, MemoryError])
def test_a_run_that_is_broken_off_leaves_nothing_half_made(tmp_path, monkeypatch, broken_off_by):
    folder = tmp_path / "firm"
    simulation.simulate(folder, 20, 3, 1, unheard)
    before = (folder / "people.parquet").read_bytes()

    def breaks_off(lived):
        raise broken_off_by

    monkeypatch.setattr(simulation, "TRUTHS", {**simulation.TRUTHS, "milestone_miss": breaks_off})
    for out in (folder, tmp_path / "other"):
        with pytest.raises(broken_off_by):
            simulation.simulate(out, 30, 3, 2, unheard)
    assert [path.name for path in tmp_path.iterdir()] == ["firm"]
    assert (folder / "people.parquet").read_bytes() == before
