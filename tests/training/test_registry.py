"""What stands in MLflow after training, and that MLflow's own interface says the same as ours."""

import datetime as dt
import json

import mlflow
import numpy as np
import polars as pl
import pytest
from mlflow.types.schema import AnyType

from ledger.database import sibling
from models import artifact
from training.registry import RegistryUnavailableError, UnknownVersionError
from training.scoring import open_subjects

TASK = "missing_time"


def test_training_registers_a_challenger_with_its_trainer_and_no_champion(lab, tmp_path):
    with lab.at_work(None) as here:
        number = lab.numbers["of another outcome"]
        latest = here.registry._client.get_model_version_by_alias(TASK, "challenger")
        assert int(latest.version) >= number, "the one that was trained last"
        assert here.registry.champion(TASK) is None
        version = here.registry.version(TASK, number)
        files = here.registry.predictor_files(version, tmp_path)
    assert version.tags["digest"] == artifact.digest(files), "of the files as they are served"
    assert version.tags["trainer"] == "ada"
    assert json.loads(version.tags["outcome_settings"])["label"] == "no_entry"
    assert {"until", "window_from", "rows", "calibrated"} <= set(version.tags)
    assert dt.datetime.fromisoformat(version.tags["window_from"]) < dt.datetime.fromisoformat(version.tags["until"])


def test_the_signature_is_the_snapshot_contract(lab, task):
    with lab.at_work(None) as here:
        uri = f"models:/{TASK}/{lab.numbers['good']}"
        columns = {column.name: column for column in mlflow.models.get_model_info(uri).signature.inputs.inputs}
        assert here.registry.version(TASK, 1).number == 1
    assert list(columns) == list(task.snapshot.model_fields)
    assert columns["weekday"].type.name == "long"
    assert columns["weekday"].required
    assert columns["region"].type.name == "string"
    assert not columns["region"].required
    assert columns["days_since_last_entry"].type == AnyType(), "pandas has whole numbers there, or floats with nulls"


def test_mlflow_predicts_what_the_predictor_predicts(lab, task, firm, tmp_path):
    subjects = open_subjects(task, firm, [dt.datetime(2025, 10, 24, 11, tzinfo=dt.UTC)])
    snapshots = task.build(firm, subjects, task.settings())
    with_nulls = snapshots.with_columns(
        days_since_last_entry=pl.when(pl.int_range(pl.len()) % 2 == 0).then("days_since_last_entry"),
        region=pl.when(pl.int_range(pl.len()) % 3 == 0).then("region"),
        grade=pl.lit(None, dtype=pl.String),
    )
    with lab.at_work(None) as here:
        version = here.registry.version(TASK, lab.numbers["good"])
        predictor = artifact.load(here.registry.predictor_files(version, tmp_path))
        served = mlflow.pyfunc.load_model(f"models:/{TASK}/{version.number}")
        for frame in (snapshots, with_nulls):
            answer = served.predict(frame.select(*task.snapshot.model_fields).to_pandas())
            scores = predictor.score(frame)
            np.testing.assert_allclose(answer["probability"], scores.probability, rtol=0, atol=1e-9)
            assert answer["band"].tolist() == scores.bands
            effects = answer[[name for name in answer.columns if name.startswith("effect_")]].sum(axis=1)
            np.testing.assert_allclose(answer["base"] + effects, scores.log_odds, atol=1e-9)


def test_a_version_holds_no_pickle_and_its_evidence_no_person(lab, tmp_path):
    with lab.at_work(None) as here:
        version = here.registry.version(TASK, lab.numbers["good"])
        files = list(here.registry.predictor_files(version, tmp_path / "m").parents[1].rglob("*"))
        evidence = here.registry.evidence_files(version, tmp_path / "e")
        window = pl.read_parquet(evidence / "window.parquet")
        report = json.loads((evidence / "report.json").read_text())
    assert not [path.name for path in files if path.suffix in {".pkl", ".pickle", ".joblib"}]
    assert "subject_id" not in window.columns
    assert not [name for name in window.columns if window[name].cast(pl.String).str.contains(r"\bp-\d\d\b").any()]
    assert report["window"]["n"] == window.height


def test_an_unknown_version_is_not_an_unreachable_registry(lab):
    with lab.at_work(None) as here, pytest.raises(UnknownVersionError, match="no version 99 of missing_time"):
        here.registry.version(TASK, 99)


def test_a_registry_that_does_not_answer_is_not_one_without_a_champion(lab):
    with lab.at_work(None) as here:
        assert here.registry.champion(TASK) is None
        with lab.registry_out_of_reach():
            with pytest.raises(RegistryUnavailableError, match=r"^the model registry does not answer: .+$"):
                here.registry.champion(TASK)
            with pytest.raises(RegistryUnavailableError):
                here.registry.version(TASK, lab.numbers["good"])


def test_the_environment_names_the_registry_beside_its_own_database(lab):
    with lab.at_work(None) as here:
        assert mlflow.get_tracking_uri() == sibling(lab.environ["BELLWETHER_DATABASE_URL"], "mlflow")
        assert here.principal is None
