"""Each shipped mapping imports its sample, and what it makes checks clean."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from models.margin_erosion import MARGIN_EROSION
from models.reading import read_folder
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


def quarter_ends(made_at):
    """The last day of the quarter, by the city's clock."""
    return made_at.dt.convert_time_zone("America/New_York").dt.date().cast(pl.String).to_list()


def test_reports_of_a_city_whatever_their_columns_dates_and_lines_become_forecasts(tmp_path):
    tables = imported("service_contracts", MAPPINGS / "samples" / "service_contracts", tmp_path / "records")
    assert report(tmp_path / "records")["ok"]
    forecasts = tables["forecasts"].with_columns(pl.Series("quarter", quarter_ends(tables["forecasts"]["made_at"])))
    told = forecasts.select("project_id", "quarter", "cost_at_completion", "revenue_at_completion").rows()
    assert told == [
        ("SC140001", "2013-09-30", 2_500.0, 20_000.0),
        ("SC140001", "2013-12-31", 19_000.0, 24_000.0),
        ("SC140001", "2014-03-31", 23_520.0, 24_000.0),
        ("SC140002", "2013-09-30", 0.0, 12_400.5),
        ("SC140002", "2013-12-31", 0.0, 12_400.5),
        ("SC140003", "2013-12-31", 0.0, 223_795.0),
        ("SC140003", "2014-03-31", 111_897.5, 223_795.0),
        ("SC140004", "2013-12-31", 0.0, None),
    ]
    assert forecasts["ends_on"].cast(pl.String).to_list()[:3] == ["2014-06-30", "2014-09-30", "2014-09-30"]


def test_a_contract_is_what_its_first_report_said_and_is_closed_with_its_last(tmp_path):
    tables = imported("service_contracts", MAPPINGS / "samples" / "service_contracts", tmp_path / "records")
    first = tables["projects"].row(0, named=True)
    assert (first["client_id"], first["manager_id"], first["name"]) == (
        "PARKS OFFICE", "LARCH & SONS, LLC", "Trail survey",
    )  # fmt: skip
    assert (str(first["starts_on"]), str(first["ends_on"]), first["contract_value"]) == (
        "2013-07-15", "2014-06-30", 20_000.0,
    )  # fmt: skip
    assert quarter_ends(tables["projects"]["closed_at"]) == ["2014-03-31", "2013-12-31", "2014-03-31", "2013-12-31"]
    said = tables["revisions"].filter(pl.col("key") == "SC140001", pl.col("column") == "contract_value")
    assert said["value"].to_list() == ["20000.0", "24000.0"]


def test_the_proxy_asks_which_contracts_are_spent_to_their_limit_in_the_next_report(tmp_path):
    imported("service_contracts", MAPPINGS / "samples" / "service_contracts", tmp_path / "records")
    records = read_folder(tmp_path / "records").records
    limit = {"label": "below_floor", "floor_margin": 0.02, "window_from_days": 30, "window_to_days": 120}
    settings = MARGIN_EROSION.settings.model_validate(limit)
    subjects = MARGIN_EROSION.parse(["SC140001", "SC140003", "SC140004"], [datetime(2014, 1, 6, 6, tzinfo=UTC)] * 3)
    snapshots = MARGIN_EROSION.build(records, subjects, settings)
    found = MARGIN_EROSION.outcome(records, snapshots, settings)
    assert found.select("subject_id", "outcome").rows() == [("SC140001", True), ("SC140003", False)]
    assert found["amount"].to_list() == pytest.approx([100 * (5_000 - 480) / 24_000, 50.0])


def test_the_real_service_contracts_are_imported_whole_and_check_clean(tmp_path):
    reports = REAL_DATA / "service_contracts"
    if not reports.is_dir():
        pytest.skip(f"the real service contracts are not at {reports}; set BELLWETHER_REAL_DATA")
    tables = imported("service_contracts", reports, tmp_path / "records")
    assert {name: frame.height for name, frame in tables.items()} == {
        "projects": 9_819, "forecasts": 26_049, "revisions": 20_096,
    }  # fmt: skip
    assert report(tmp_path / "records")["ok"]
    assert tables["forecasts"]["made_at"].n_unique() == 17


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
