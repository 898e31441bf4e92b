"""The commands of bellwether-lab as users meet them: documents on stdout, progress on stderr, files as promised."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from training.cli import main

TASK = "missing_time"
FIRM = Path(__file__).parents[2] / "fixtures" / "firm"
RECORDS = ["--records", str(FIRM)]
QUICK = ["--set", "trees=60", "--set", "moment=friday"]
AS_OF = "2025-10-24T11:00:00Z"
INSTANT = pl.Datetime("us", "UTC")
FORECASTS = {
    "subject_id": pl.String,
    "as_of": INSTANT,
    "probability": pl.Float64,
    "band": pl.String,
    "expected_loss": pl.Float64,
    "deferred_amount": pl.Float64,
    "currency": pl.String,
    "model_version": pl.String,
}
"""Section 7 of the design."""

pytestmark = pytest.mark.usefixtures("few_draws")


def run(*options, environ=None):
    return CliRunner().invoke(main, [str(option) for option in options], env=environ)


def document(stdout):
    """The one JSON document on stdout, in which NaN is no number."""
    assert stdout.count("\n") == 1

    def refuse(constant):
        raise ValueError(f"{constant} is not JSON")

    return json.loads(stdout, parse_constant=refuse)


@pytest.fixture(scope="module")
def backtested(tmp_path_factory):
    """One backtest of the firm by the command: its result and its forecasts."""
    file = tmp_path_factory.mktemp("backtest") / "predictions.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.intervals.DRAWS", 20)
        result = run("backtest", TASK, *RECORDS, "--cut", "2025-09-01", *QUICK, "--json", "--predictions", file)
    assert result.exit_code == 0, result.output
    return result, pl.read_parquet(file)


def test_backtest_prints_one_document_with_the_keys_of_the_contract(backtested):
    report = document(backtested[0].stdout)
    assert {"task", "cut", "n", "base_rate", "unresolved", "predictor", "rule", "logistic"} <= set(report)
    assert (report["task"], report["cut"], report["set_aside"]) == (TASK, "2025-09-01", {})
    for forecaster in ("predictor", "rule", "logistic"):
        assert {"auc", "ap", "brier", "ece", "lead_time_days"} <= set(report[forecaster])
    assert report["predictor"]["auc"] > report["rule"]["auc"] > 0.5
    assert report["rule"]["name"] in report["rules"]
    assert {"segments", "money", "rows"} <= set(report)
    assert {each["field"] for each in report["segments"]} <= {"region", "practice", "job_role"}
    assert all(each["n"] >= 500 for each in report["segments"])
    assert 0 < report["money"]["captured"]["predictor"] <= report["money"]["captured"]["hindsight"]
    assert report["money"]["currency"] == "GBP"


def test_progress_is_told_on_stderr_only(backtested):
    result = backtested[0]
    assert "… building snapshots" in result.stderr
    assert "…" not in result.stdout


def test_backtest_writes_a_row_for_every_row_measured_with_the_columns_of_the_contract(backtested):
    result, predictions = backtested
    report = document(result.stdout)
    assert dict(predictions.schema) == FORECASTS | {"outcome": pl.Boolean}
    assert predictions.height == report["n"]
    assert predictions["outcome"].mean() == pytest.approx(report["base_rate"])
    assert predictions["as_of"].min() >= dt.datetime(2025, 9, 1, tzinfo=dt.UTC)
    assert predictions["model_version"].unique().to_list() == ["backtest-2025-09-01"]
    assert predictions["probability"].is_between(0, 1).all()
    assert set(predictions["band"]) <= {"low", "medium", "high"}
    assert predictions["subject_id"].str.contains(r"^p-\d\d/\d{4}-\d\d-\d\d$").all()
    assert not predictions.select("subject_id", "as_of").is_duplicated().any()


def test_the_figures_are_those_of_the_written_forecasts(backtested):
    result, predictions = backtested
    figures = document(result.stdout)["predictor"]
    outcome, probability = predictions["outcome"].to_numpy(), predictions["probability"].to_numpy()
    assert figures["auc"] == pytest.approx(roc_auc_score(outcome, probability))
    assert figures["ap"] == pytest.approx(average_precision_score(outcome, probability))
    assert figures["brier"] == pytest.approx(brier_score_loss(outcome, probability))


def test_backtest_shows_people_a_table():
    result = run("backtest", TASK, *RECORDS, "--cut", "2025-09-01", "--set", "trees=5", "--set", "moment=friday",
                 environ={"COLUMNS": "140"})  # fmt: skip
    assert result.exit_code == 0, result.output
    for words in (
        "predictor",
        "rule: missed share 5",
        "logistic regression",
        "AUC",
        "unresolved were left out",
        "that came to the outcome, the first 20 of each day",
    ):
        assert words in result.stdout


def test_train_prints_one_document_and_registers_a_challenger_of_the_keys_principal(lab):
    result = run(
        "train", TASK, *RECORDS, "--set", "trees=5", "--set", "moment=friday", "--json", environ=lab.as_("ada")
    )
    assert result.exit_code == 0, result.output
    report = document(result.stdout)
    assert (report["task"], report["alias"], report["trainer"]) == (TASK, "challenger", "ada")
    with lab.at_work(None) as here:
        assert here.registry.version(TASK, report["version"]).run_id == report["run_id"]
    assert report["version"] > max(lab.numbers.values())


def test_promote_prints_who_and_what_was_checked(lab):
    options = ["promote", TASK, "--version", lab.numbers["good"]]
    result = run(*options, "--json", environ=lab.as_("bo"))
    assert result.exit_code == 0, result.output
    promotion = document(result.stdout)
    assert (promotion["trainer"], promotion["promoter"], promotion["alias"]) == ("ada", "bo", "champion")
    assert [check["code"] for check in promotion["checks"]] == [
        "beats_rule",
        "is_calibrated",
        "not_worse_than_champion",
    ]
    shown = run(*options, environ=lab.as_("bo"))
    assert "was promoted to champion by bo" in shown.stdout


def test_promote_refuses_the_trainers_own_key_with_one_sentence(lab):
    result = run("promote", TASK, "--version", lab.numbers["good"], "--json", environ=lab.as_("ada"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Error: ada trained version" in result.stderr
    assert lab.champion() is None


def test_an_unknown_key_is_refused_and_not_taken_for_nobody(lab):
    for options in (["promote", TASK, "--version", "1"], ["train", TASK, *RECORDS]):
        result = run(*options, environ=lab.environ | {"BELLWETHER_KEY": lab.keys["bo"][:-1] + "x"})
        assert result.exit_code == 1
        assert "the key in BELLWETHER_KEY is unknown or revoked" in result.stderr
        assert lab.keys["bo"][3:19] not in result.output


def test_score_writes_the_columns_of_the_contract_for_all_open_subjects(lab, tmp_path):
    lab.crown(lab.numbers["good"])
    out = tmp_path / "scores.parquet"
    result = run("score", TASK, *RECORDS, "--as-of", AS_OF, "--as-of", "2025-10-17T13:00:00+02:00", "--out", out,
                 environ=lab.environ)  # fmt: skip
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    scores = pl.read_parquet(out)
    assert dict(scores.schema) == FORECASTS
    assert scores["as_of"].unique().sort().to_list() == [
        dt.datetime(2025, 10, day, 11, tzinfo=dt.UTC) for day in (17, 24)
    ]
    assert scores["model_version"].unique().to_list() == [str(lab.numbers["good"])]


def test_score_of_given_subjects_keeps_their_order_and_says_the_same(lab, tmp_path):
    everybody, some = tmp_path / "all.parquet", tmp_path / "some.parquet"
    version = ["--version", lab.numbers["as good"]]
    run("score", TASK, *RECORDS, "--as-of", AS_OF, "--out", everybody, *version, environ=lab.environ)
    scores = pl.read_parquet(everybody)
    asked = scores.reverse().head(5)
    asked.select("subject_id", pl.col("as_of").dt.convert_time_zone("America/New_York")).write_parquet(
        tmp_path / "in.parquet"
    )
    result = run("score", TASK, *RECORDS, "--subjects", tmp_path / "in.parquet", "--out", some, *version,
                 environ=lab.environ)  # fmt: skip
    assert result.exit_code == 0, result.output
    assert pl.read_parquet(some).equals(asked)


def test_without_a_champion_score_says_what_to_do(lab, tmp_path):
    result = run("score", TASK, *RECORDS, "--as-of", AS_OF, "--out", tmp_path / "o.parquet", environ=lab.environ)
    assert result.exit_code == 1
    assert "missing_time has no champion; promote a version, or name one with --version" in result.stderr


def test_a_line_of_ndjson_is_what_the_service_takes(task, tmp_path):
    lines, frame = tmp_path / "s.ndjson", tmp_path / "s.parquet"
    for out in (lines, frame):
        result = run("snapshot", TASK, *RECORDS, "--as-of", AS_OF, "--out", out)
        assert (result.exit_code, result.stdout) == (0, ""), result.output
    snapshots = pl.read_parquet(frame)
    subjects = [json.loads(line) for line in lines.read_text().splitlines()]
    assert len(subjects) == snapshots.height > 100
    for subject, row in zip(subjects, snapshots.iter_rows(named=True), strict=True):
        assert set(subject) == {"subject_id", "snapshot"}
        taken = task.snapshot.model_validate_json(json.dumps(subject["snapshot"]))
        assert taken.model_dump() == {name: row[name] for name in task.snapshot.model_fields}


def test_rows_with_errors_stop_training_and_are_set_aside_and_counted_elsewhere(tmp_path, lab):
    records = broken(tmp_path)
    refused = run("train", TASK, "--records", records, environ=lab.as_("ada"))
    assert refused.exit_code == 1
    assert f"1 errors in {records}: look at them with bellwether-lab check" in refused.stderr
    result = run("snapshot", TASK, "--records", records, "--as-of", AS_OF, "--out", tmp_path / "s.parquet")
    assert result.exit_code == 0, result.output
    assert "1 rows of time_entries with errors were set aside" in result.stderr


def broken(tmp_path):
    """The firm with one day of 30 hours less than none."""
    folder = tmp_path / "records"
    folder.mkdir()
    for name in ("people", "assignments", "projects", "holidays"):
        (folder / f"{name}.csv").write_bytes((FIRM / f"{name}.csv").read_bytes())
    entries = (FIRM / "time_entries.csv").read_text()
    assert ",2025-03-31,7,false," in entries
    (folder / "time_entries.csv").write_text(entries.replace(",2025-03-31,7,false,", ",2025-03-31,-30,false,", 1))
    return folder


EXECUTABLE = Path(sys.executable).with_name("bellwether-lab")


@pytest.mark.skipif(not EXECUTABLE.exists(), reason="bellwether-lab is not installed beside this Python")
class TestTheRealExecutable:
    def call(self, *options, **environ):
        return subprocess.run(
            [EXECUTABLE, *map(str, options)], capture_output=True, text=True, timeout=120, check=False,
            env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"} | environ,
        )  # fmt: skip

    def test_train_prints_its_document_and_nothing_else_on_stdout(self, lab):
        done = self.call(
            "train", TASK, *RECORDS, "--set", "trees=2", "--set", "moment=friday", "--json", **lab.as_("ada")
        )
        assert done.returncode == 0, done.stderr
        assert document(done.stdout)["trainer"] == "ada"
        assert "Traceback" not in done.stderr
        assert "Warning" not in done.stderr

    def test_a_mistake_is_a_sentence_and_no_trace(self):
        done = self.call("backtest", TASK, "--records", "/nowhere", "--cut", "2025-09-01", "--json")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.strip().splitlines()[-1].startswith("Error: ")
        assert "Traceback" not in done.stderr
