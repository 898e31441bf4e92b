"""Each shipped mapping imports its sample, and what it makes checks clean."""

import json
import os
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from training.cli import main

REPOSITORY = Path(__file__).parents[3]
MAPPINGS = REPOSITORY / "fixtures" / "mappings"
REAL_DATA = Path(os.environ.get("BELLWETHER_REAL_DATA", REPOSITORY.parent / "shared" / "real"))


def imported(name, source, out):
    result = CliRunner().invoke(
        main, ["import", str(MAPPINGS / f"{name}.yaml"), "--source", str(source), "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    return {path.stem: pl.read_parquet(path) for path in out.glob("*.parquet")}


def report(out):
    return json.loads(CliRunner().invoke(main, ["check", str(out), "--json"]).stdout)


SAMPLES = [
    ("harvest", 11, 55.85, "ines moreau/larch & sons/erp rollout"),
    ("toggl_track", 11, 42.9217, "ines@example.com/larch & sons/erp rollout"),
    ("clockify", 10, 42.67, "ines@example.com/larch & sons/erp rollout"),
    ("jira_tempo", 10, 42.83, "tnovak/LARCH"),
]


@pytest.mark.parametrize(("name", "entries", "hours", "ids"), SAMPLES)
def test_the_sample_of_a_product_becomes_clean_records(tmp_path, name, entries, hours, ids):
    tables = imported(name, MAPPINGS / "samples" / name, tmp_path / "records")
    assert report(tmp_path / "records")["ok"]
    assert tables["time_entries"].height == entries
    assert tables["time_entries"]["hours"].sum() == pytest.approx(hours, abs=1e-3)
    person, _, project = ids.partition("/")
    assert person in tables["people"]["person_id"]
    assert project in tables["projects"]["project_id"]


def test_twelve_hour_clocks_and_nights_become_the_right_instants(tmp_path):
    entries = imported("toggl_track", MAPPINGS / "samples" / "toggl_track", tmp_path / "records")["time_entries"]
    night = entries.filter(pl.col("note") == "Cut-over, at night").row(0, named=True)
    assert (night["worked_on"].isoformat(), night["entered_at"].isoformat()) == (
        "2026-03-03",
        "2026-03-04T00:15:00+00:00",
    )
    afternoon = entries.filter(pl.col("hours").is_close(4.508333, abs_tol=1e-5)).row(0, named=True)
    assert afternoon["entered_at"].isoformat() == "2026-03-03T16:45:30+00:00"


def test_the_real_time_log_is_imported_whole_and_its_known_faults_are_found(tmp_path):
    log = REAL_DATA / "time_log"
    if not log.is_dir():
        pytest.skip(f"the real time log is not at {log}; set BELLWETHER_REAL_DATA")
    tables = imported("time_log", log, tmp_path / "records")
    assert {name: frame.height for name, frame in tables.items()} == {
        "people": 210, "projects": 36, "time_entries": 132_906,
    }  # fmt: skip
    found = report(tmp_path / "records")
    counts = {(count["code"], count["column"]): count["count"] for count in found["counts"]}
    assert counts == {
        ("too_high", "hours"): 12, ("too_many_hours", "hours"): 205,
        ("impossible_date", "worked_on"): 1, ("impossible_date", "entered_at"): 1,
    }  # fmt: skip
    assert any("(22 days have more)" in issue["message"] for issue in found["issues"])
    assert "0016-01-11" in [issue["value"] for issue in found["issues"]]
