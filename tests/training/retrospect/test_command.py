"""``bellwether-lab retrospect`` as its users meet it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from training.cli import main

FIRM = Path(__file__).parents[3] / "fixtures" / "firm"
PERIOD = ["--from", "2025-09-01", "--to", "2025-10-15"]
QUICK = ["--set", "trees=5", "--set", "moment=friday"]

pytestmark = pytest.mark.usefixtures("few_draws")


def run(*options):
    return CliRunner().invoke(main, ["retrospect", "--records", str(FIRM), *map(str, options)])


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retrospect") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.intervals.DRAWS", 20)
        return run("missing_time", *PERIOD, *QUICK, "--json", "--out", folder), folder


def test_one_document_on_stdout_and_progress_on_stderr(told):
    result, folder = told
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["from"], document["to"]) == ("2025-09-01", "2025-10-15")
    (task,) = document["tasks"]
    assert task["task"] == "missing_time"
    assert [month["from"] for month in task["months"]] == ["2025-09-01", "2025-10-01"]
    assert {"troubles", "predictor", "rule", "more_than_rule", "money", "ece", "months"} <= set(task)
    assert not {"expensive", "missed", "false_alarms"} & set(task), "about persons: counts only"
    assert "… missing_time: October 2025" in result.stderr
    assert (folder / "retrospect.md").is_file()


def test_tasks_about_peoples_time_are_off_until_they_are_asked_for(tmp_path):
    result = run(*PERIOD, "--set", "trees=5", "--out", tmp_path)
    assert "Missing time: it is about people's time, and off until it is asked for" in result.stdout
    assert "missing_time-timeline.png" not in (tmp_path / "retrospect.md").read_text()
    assert not (tmp_path / "missing_time-timeline.png").exists()


MISTAKES = [
    (["missing_tim", *PERIOD], 2, "unknown task missing_tim; expected one of"),
    (["--from", "2025-10-01", "--to", "2025-10-01"], 2, "--from 2025-10-01 is not before --to 2025-10-01"),
    (["--from", "yesterday", "--to", "2025-10-01"], 2, "expected a date written YYYY-MM-DD"),
    (["missing_time", *PERIOD, "--set", "colour=blue"], 1, "unknown setting colour"),
    (["missing_time", "--from", "2031-01-01", "--to", "2031-02-01", "--json"], 1, "enough history in this time"),
]


@pytest.mark.parametrize(("options", "code", "words"), MISTAKES, ids=[case[2][:25] for case in MISTAKES])
def test_a_mistake_is_one_sentence(options, code, words):
    result = run(*options)
    assert result.exit_code == code
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_that_cannot_be_written_to_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    result = run("missing_time", *PERIOD, *QUICK, "--out", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert "cannot be written to" in result.stderr
