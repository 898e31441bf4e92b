"""Every task of the catalog over HTTP, on a simulated firm: in words, with money, judged by the gate, and right.

One deployment for all: the firm's records in the database, and a champion of each task.
"""

import datetime as dt
import json
import math
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.database import engine as new_engine
from ledger.home import private_folder
from ledger.principals import create_key
from models.catalog import TASKS
from service.champions import Champion
from service.gate.gate_files import load_gate
from service.gate.key_folder import KeyFolder
from service.gate_in_force import GateInForce
from service.metrics import Metrics
from service.settings import Settings
from service.signing_keys_in_force import SigningKeysInForce
from service.store.commit import GroupCommitter
from service.store.reach import note_load
from service.store.records import fetch, load
from service.wiring import assembled
from tests.models.missing_time.test_history import same
from tests.service.conftest import served
from tests.service.predictions.conftest import PURPOSE, Standing
from training.cli import main as lab

AS_OF = dt.datetime(2024, 8, 2, 12, 30, tzinfo=dt.UTC)
"""A Friday, of which nobody has learnt."""
LONG_BEFORE = "1990-01-01T00:00:00Z"
NOBODY = "nobody/2024-08-02"
"""Well formed for every task, and in no record."""
MALFORMED = "broken\u2028"
MOST = 60
LIKELY = 0.6
"""Above the floor of any action: of what is so likely something is recommended."""
MOST_COMPARED, CALLED_WITH = 2_000, 1_000
"""Snapshots made from the database: so many of each task, by calls about so many."""
FEWEST_COMPARED = {
    "staffing_risk": 100, "missing_time": 1_000, "unusual_time": 1_000, "margin_erosion": 200, "milestone_miss": 200,
}  # fmt: skip
TAGS = {"trainer": "dana", "promoter": "paul", "calibrated": "true"}

pytestmark = [pytest.mark.xdist_group("simulated firm"), pytest.mark.parametrize("name", TASKS)]


@pytest.fixture(scope="module")
def gate():
    return load_gate()


@pytest.fixture(scope="module")
def engine_client(module_database, firm, predictor_of, gate):
    """A client, with an engine's key, of a service with the firm's records and a champion of every task."""
    home = private_folder(Path(tempfile.mkdtemp(prefix="h", dir=os.environ["BELLWETHER_TEST_RUN"])))
    settings = Settings(home=home, database_url=module_database, person_level=PURPOSE)
    own, now = new_engine(module_database), dt.datetime.now(dt.UTC)
    with own.begin() as connection:
        load(connection, firm)
        note_load(connection, firm, now=now)
        key = create_key(connection, principal_id="engine-1", api_role="orchestrator", now=now)
    champions = Standing(**{name: Champion(name, "7", TAGS, predictor_of(name)) for name in TASKS})
    signing_keys = SigningKeysInForce(KeyFolder(home / "signing-keys"), now=now)
    with GroupCommitter(own, home, clock=lambda: dt.datetime.now(dt.UTC)) as committer:
        services = assembled(settings, own, GateInForce(gate), signing_keys, committer, champions, Metrics())
        with served(services) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            yield client
    own.dispose()


@pytest.fixture
def place(name, gate):
    """The step of the task's workflow in which most may be recommended."""
    workflow = next(each for each in gate.workflows.by_name.values() if name in each.tasks)
    step = max(workflow.steps, key=lambda step: len(workflow.steps[step].actions))
    return {"name": workflow.name, "instance": "I-1", "step": step, "requester": "rita"}


@pytest.fixture
def ask(name, engine_client, place):
    """Posts a call about the task: its status and its document."""

    def post(path="", **body):
        given = {"workflow": place, "as_of": AS_OF.isoformat()} | body
        response = engine_client.post(f"/v1/predictions/{name}{path}", json=given)
        return response.status_code, response.json()

    return post


@pytest.fixture
def ids(name, firm):
    """Subjects that are open, spread over all of them."""
    everyone = TASKS[name].open_at(firm, AS_OF)["subject_id"].sort().to_list()
    return everyone[:: max(1, len(everyone) // MOST)][:MOST]


def answered(asked):
    status, document = asked
    assert status == 200, document
    return document


def test_thousands_of_snapshots_from_the_database_equal_the_batch_to_the_byte(
    name, firm, engine_client, module_database
):
    task, settings = TASKS[name], TASKS[name].settings()
    subjects = task.scheduled(firm, settings).tail(MOST_COMPARED)
    batch = task.build(firm, subjects, settings)
    calls = [subjects.slice(start, CALLED_WITH) for start in range(0, subjects.height, CALLED_WITH)]
    calls += [subjects.slice(start, 1) for start in range(0, subjects.height, subjects.height // 5)]
    own = new_engine(module_database)
    with own.connect() as connection:
        for call in calls:
            online = task.build(task.neighbourhood(call, fetch(connection)), call, settings)
            expected = batch.join(call, on=["subject_id", "as_of"], how="semi", maintain_order="left")
            assert same(online, expected)
    own.dispose()
    assert batch.height > FEWEST_COMPARED[name]


@pytest.fixture
def snapshots(name, firm, ids):
    """What the builder makes of the same subjects from all records at once."""
    task = TASKS[name]
    return task.build(firm, task.parse(ids, [AS_OF] * len(ids)), task.settings())


def test_the_answer_is_that_of_the_champion_on_all_records(name, ask, ids, snapshots, predictor_of):
    answer = answered(ask(ids=ids))
    scores = predictor_of(name).score(snapshots)
    said = {one["subject_id"]: one for one in answer["predictions"]}
    assert list(said) == snapshots["subject_id"].to_list()
    assert [one["probability"] for one in said.values()] == scores.probabilities()
    assert sorted([*said, *answer["nothing_to_predict"]]) == sorted(ids)
    assert answer["model"] == {"name": name, "version": "7", "kind": predictor_of(name).kind}
    expected = [{} if each.expected is None else asdict(each.expected) for each in scores.forecasts()]
    for one, amounts in zip(said.values(), expected, strict=True):
        assert (one["expected"] is None) == (TASKS[name].expected is None)
        assert amounts.items() >= (one["expected"] or {}).items()


def test_reasons_are_words_that_add_up(name, engine_client, ask, ids):
    for one in answered(ask(path="?explain=full", ids=ids))["predictions"]:
        assert one["reasons"]
        total = math.fsum([one["base"], *(reason["effect"] for reason in one["reasons"])])
        assert total == pytest.approx(one["log_odds"], abs=1e-9)
        for reason in one["reasons"]:
            assert reason["text"].strip()
            assert reason["field"] not in reason["text"].split() or "_" not in reason["field"]
            assert "None" not in reason["text"]
            assert "nan" not in reason["text"].lower().split()


def test_money_is_at_risk_in_a_currency(name, ask, ids):
    money = [one["money_at_risk"] for one in answered(ask(ids=ids))["predictions"]]
    for one in money:
        known = [amount for amount in (one["expected_loss"], one["deferred_amount"]) if amount is not None]
        assert all(amount >= 0 for amount in known)
        assert (one["currency"] is not None) == bool(known)
    assert sum(one["currency"] is not None for one in money) > len(money) / 2


def test_what_is_proposed_is_recommended_with_a_token_or_withheld_with_a_reason(name, ask, ids):
    predictions = answered(ask(ids=ids))["predictions"]
    recommended = [each for one in predictions for each in one["recommendations"]]
    withheld = [each for one in predictions for each in one["withheld"]]
    for each in recommended:
        assert each["token"].count(".") == 2
        assert {"dana", "paul", "rita"} >= set(each["requires"]["not"])
        assert "{" not in each["text"]
    assert recommended or withheld
    assert recommended or all(one["probability"] < LIKELY for one in predictions)
    for each in withheld:
        assert each["code"]
        assert each["reason"].endswith(".")


def test_nobody_who_asks_without_a_name_is_recommended_anything(name, ask, ids, place):
    predictions = answered(ask(ids=ids, workflow=place | {"requester": None}))["predictions"]
    codes = {each["code"] for one in predictions for each in one["withheld"]}
    assert not any(one["recommendations"] for one in predictions)
    assert "requester_unknown" in codes


def test_a_what_if_starts_from_what_was_answered(name, ask, ids):
    first = answered(ask(ids=ids))["predictions"][0]
    features = {reason["field"]: reason["value"] for reason in first["reasons"] if not isinstance(reason["value"], str)}
    field, value = next((name, value) for name, value in features.items() if value is not None)
    answer = answered(ask(path="/what-if", id=first["subject_id"], changes={field: value}))
    assert answer["before"]["probability"] == answer["after"]["probability"] == first["probability"]


MISTAKES = {
    "an unknown id": ({"ids": [NOBODY]}, "unknown-id", None),
    "a malformed id": ({"ids": [MALFORMED]}, "malformed-input", "expected"),
    "asked long before": ({"as_of": LONG_BEFORE}, "malformed-input", "as_of"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_cannot_be_asked_about_is_said_by_row(name, ask, ids, mistake):
    change, kind, said = MISTAKES[mistake]
    status, problem = ask(**{"ids": ids[:1]} | change)
    assert (status, problem["type"].rpartition(":")[2]) == (422, kind), problem
    if said is not None:
        error = problem["errors"][0]
        assert (error["field"], error["row"]) == ("ids", 0)
        assert said in error["expected"]


def test_one_bad_id_among_good_ones_is_named_by_its_row(name, ask, ids):
    status, problem = ask(ids=[*ids[:2], NOBODY])
    assert (status, problem["type"].rpartition(":")[2]) == (422, "unknown-id"), problem


@pytest.fixture
def lines(name, firm_folder, tmp_path):
    """What ``bellwether-lab snapshot`` writes of all subjects, a JSON document a line."""
    out = tmp_path / "snapshots.ndjson"
    words = ["snapshot", name, "--records", str(firm_folder), "--as-of", AS_OF.isoformat(), "--out", str(out)]
    done = CliRunner().invoke(lab, words)
    assert done.exit_code == 0, done.output
    return [json.loads(line, parse_constant=pytest.fail) for line in out.read_text(encoding="utf-8").splitlines()]


def test_snapshots_of_the_laboratory_are_taken_over_http_and_answered_alike(name, ask, ids, lines):
    wanted = set(ids)
    subjects = [each for each in lines if each["subject_id"] in wanted]
    by_id = {one["subject_id"]: one for one in answered(ask(ids=ids))["predictions"]}
    by_snapshot = {one["subject_id"]: one for one in answered(ask(subjects=subjects))["predictions"]}
    assert by_snapshot.keys() == by_id.keys()
    for subject_id, one in by_snapshot.items():
        for part in ("probability", "log_odds", "band", "expected", "money_at_risk", "base", "reasons", "turns_green"):
            assert one[part] == by_id[subject_id][part]
