"""Whoever may call, for whatever task: no answer holds a value that the table of visible values hides from them."""

import json
import os
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.database import engine as new_engine
from ledger.home import private_folder
from ledger.principals import API_ROLES, create_key
from models.catalog import TASKS
from models.sensitivity import HIDDEN_AS, Sensitivity
from service.api.access import ACCESS, Judged
from service.champions import Champion
from service.gate.key_folder import KeyFolder
from service.gate.tables import SHIPPED_TABLES
from service.metrics import Metrics
from service.settings import Settings
from service.signing_keys_in_force import SigningKeysInForce
from service.store.commit import GroupCommitter
from service.store.loading import load_folder
from service.wiring import assembled
from tests.models.snapshots import telling_snapshots
from tests.service.conftest import served
from tests.service.predictions.conftest import AS_OF, FIRM, PURPOSE, Standing
from tests.service.predictions.leaks import Hidden, leaks
from tests.service.predictions.telling import EXPECTED, telling_predictor

TAGS = {"trainer": "dana", "promoter": "paul", "calibrated": "true"}
EVERYBODY = {route: Judged(API_ROLES) if isinstance(roles, Judged) else roles for route, roles in ACCESS.items()}
SUBJECT = {
    "missing_time": "olga/2025-10-15", "unusual_time": "T-x", "staffing_risk": "R-x", "margin_erosion": "J-x",
    "milestone_miss": "M-x",
}  # fmt: skip
PERSON = {"missing_time": "olga", "unusual_time": "amber"}
A_FEW = settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""An example is dozens of calls; whatever leaks, leaks of each."""
TABLE = yaml.safe_load(SHIPPED_TABLES.read_text(encoding="utf-8"))["visible"]


@pytest.fixture(scope="module")
def deployment(module_database, gate):
    """A service whose predictors let every field speak, which every role may ask, and a key for each."""
    home = private_folder(Path(tempfile.mkdtemp(prefix="h", dir=os.environ["BELLWETHER_TEST_RUN"])))
    own, now = new_engine(module_database), datetime.now(UTC)
    config = Settings(home=home, database_url=module_database, person_level=PURPOSE)
    load_folder(own, home, FIRM, setting_aside=False, clock=lambda: now)
    names = {role: f"{role}-1" for role in API_ROLES} | {person: person for person in PERSON.values()}
    with own.begin() as connection:
        keys = {
            name: create_key(connection, principal_id=name, api_role=names_role(role), now=now)
            for role, name in names.items()
        }
    champions = Standing(**{name: Champion(name, "7", TAGS, telling_predictor(task)) for name, task in TASKS.items()})
    with GroupCommitter(own, home, clock=lambda: datetime.now(UTC)) as committer:
        signing_keys = SigningKeysInForce(KeyFolder(home / "signing-keys"), now=now)
        services = assembled(config, own, gate, signing_keys, committer, champions, Metrics())
        with served(services, access=EVERYBODY) as client:
            yield Deployment(client, keys, gate.current)
    own.dispose()


def names_role(role):
    return role if role in API_ROLES else "consultant"


class Deployment:
    """Asks as any principal; every question comes from the step in which most is recommended."""

    def __init__(self, client, keys, gate):
        self._client, self._keys, self._gate = client, keys, gate

    def place(self, name):
        found = [each for each in self._gate.workflows.by_name.values() if name in each.tasks]
        workflow, step = max(
            ((each, step) for each in found for step in each.steps if not task_is_uncovered(name, each)),
            key=lambda place: len(place[0].steps[place[1]].actions),
        )
        return {"name": workflow.name, "instance": "I-x", "step": step, "requester": "rita"}

    def ask(self, principal, name, path="", **body):
        given = {"workflow": self.place(name), "as_of": AS_OF.isoformat()} | body
        headers = {"Authorization": f"Bearer {self._keys[principal]}"}
        return self._client.post(f"/v1/predictions/{name}{path}", json=given, headers=headers)


def task_is_uncovered(name, workflow):
    return TASKS[name].person_level and workflow.name not in PURPOSE.workflows


def hidden_of(name, snapshot, sees):
    """All that must not be told of a subject to whom sees no more than this."""
    task = TASKS[name]
    fields = {field for field, kind in task.sensitive.items() if kind not in sees}
    seen = {task.words[field](snapshot) for field in set(task.words) - fields}
    said = {field: task.words[field](snapshot) for field in fields & set(task.words)}
    hidden = [
        Hidden(field, snapshot[field], None if said.get(field, "") in {*seen, ""} else said[field]) for field in fields
    ]
    if task.expected_is is not None and task.expected_is not in sees:
        hidden += [Hidden(amount, value) for amount, value in EXPECTED.items()]
        hidden.append(Hidden("expected_points", round(EXPECTED["mean"], 1)))
    if name == "missing_time" and Sensitivity.PERSONAL_TIME not in sees:
        hidden.append(Hidden("missing hours", snapshot["expected_hours"] - snapshot["known_hours"]))
    return hidden


def sees_of(role, *, own=False):
    """What the table shows, read by the test itself."""
    return {*map(Sensitivity, TABLE[role]), *([Sensitivity.PERSONAL_TIME] if own else [])}


def told(response, hidden):
    """What a response tells of the hidden values; names of parameters are there whatever their value."""
    assert response.status_code == 200, response.text
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return [leak for leak in leaks(hidden, response.text, headers) if leak[1] != "by its name" or leak[0] not in SHAPE]


ROLE_OF_SIGHT = {frozenset(sees_of(role)): role for role in API_ROLES}
ASKED = [*product(API_ROLES, ["full"]), *product(ROLE_OF_SIGHT.values(), ["none", "reasons"])]
"""Every role asks for all; for less, one of those who see the same."""

SHAPE = frozenset({"p10", "p50", "p90", "mean", "expected_points"})
"""Members that an answer has for every reader."""


@pytest.mark.parametrize("name", TASKS)
@A_FEW
@given(data=st.data())
def test_no_role_is_told_what_it_may_not_see(name, data, deployment):
    snapshot = data.draw(telling_snapshots(TASKS[name]))
    subject = {"subject_id": SUBJECT[name], "snapshot": snapshot}
    for role, explain in ASKED:
        hidden = hidden_of(name, snapshot, sees_of(role))
        answer = deployment.ask(f"{role}-1", name, f"?explain={explain}", subjects=[subject])
        assert told(answer, hidden) == [], (role, explain)
        (one,) = answer.json()["predictions"]
        if explain != "none":
            total = one["base"] + sum(reason["effect"] for reason in one["reasons"])
            assert total == pytest.approx(one["log_odds"], abs=1e-9)
        money = TASKS[name].money_is
        if money is not None and money not in sees_of(role):
            assert set(one["money_at_risk"].values()) == {None}


@pytest.mark.parametrize("name", TASKS)
@A_FEW
@given(data=st.data())
def test_nor_by_asking_what_another_value_would_change(name, data, deployment):
    snapshot = data.draw(telling_snapshots(TASKS[name]))
    subject = {"subject_id": SUBJECT[name], "snapshot": snapshot}
    changed = data.draw(st.sampled_from(sorted(TASKS[name].words)))
    for role in ROLE_OF_SIGHT.values():
        sees = sees_of(role)
        answer = deployment.ask(f"{role}-1", name, "/what-if", subject=subject, changes={changed: snapshot[changed]})
        if TASKS[name].sensitive.get(changed, None) not in {None, *sees}:
            assert answer.status_code == 403
            assert answer.json()["type"] == "urn:bellwether:problem:not-visible"
            assert answer.json()["hidden"] == [{"field": changed, "kind": TASKS[name].sensitive[changed]}]
            hidden = [replace(each, name="") for each in hidden_of(name, snapshot, sees)]
            assert leaks(hidden, answer.text) == []
        else:
            assert told(answer, hidden_of(name, snapshot, sees)) == [], role


@pytest.mark.parametrize("name", TASKS)
def test_nor_of_what_is_built_from_the_records(name, deployment, records):
    task = TASKS[name]
    subjects = task.open_at(records, AS_OF)
    built = task.build(records, subjects, task.settings()).head(3)
    assert built.height, "the firm has nothing open of this task"
    for role in ROLE_OF_SIGHT.values():
        answer = deployment.ask(f"{role}-1", name, "?explain=full", ids=built["subject_id"].to_list())
        predictions = answer.json()["predictions"]
        assert len(predictions) == built.height
        for row, one in zip(built.iter_rows(named=True), predictions, strict=True):
            hidden = [
                replace(each, value=None) if isinstance(each.value, int | float) else each
                for each in hidden_of(name, row, sees_of(role))
                if each.name in task.sensitive
            ]
            assert leaks(hidden, json.dumps(one)) == [], role


def example(name):
    """One snapshot, always the same."""
    found = []

    @settings(max_examples=1, derandomize=True, database=None)
    @given(snapshot=telling_snapshots(TASKS[name]))
    def draw(snapshot):
        found.append(snapshot)

    draw()
    return found[0]


@pytest.mark.parametrize("name", TASKS)
def test_the_search_finds_each_kind_in_an_answer_that_hides_nothing(name, deployment, monkeypatch):
    snapshot = example(name)
    monkeypatch.setattr("service.gate.reader.Reader.sees_of", lambda *_: frozenset(Sensitivity))
    subject = {"subject_id": SUBJECT[name], "snapshot": snapshot}
    answer = deployment.ask("admin-1", name, "?explain=full", subjects=[subject])
    sensitive = TASKS[name].sensitive
    found = told(answer, hidden_of(name, snapshot, frozenset()))
    reasons = {reason["field"] for reason in answer.json()["predictions"][0]["reasons"]}
    assert {field for field, way in found if way == "by its name"} >= reasons & set(sensitive) != set()
    ways = {way for field, way in found if field in sensitive}
    assert {"by its name", "as it is", "in a sentence", "as a number in a sentence", "as a number"} <= ways


@pytest.mark.parametrize(("name", "param"), [("margin_erosion", "expected_points"), ("missing_time", "missing_hours")])
def test_a_token_whose_claims_hold_what_a_reader_may_not_see_is_withheld_from_them(name, param, deployment):
    empty = {"known_hours": 0.0} if name == "missing_time" else {}
    subject = {"subject_id": SUBJECT[name], "snapshot": example(name) | empty}
    seen = deployment.ask("orchestrator-1", name, subjects=[subject]).json()["predictions"][0]["recommendations"]
    unseen = deployment.ask("resource_manager-1", name, subjects=[subject]).json()["predictions"][0]["recommendations"]
    assert seen
    assert [each["action"] for each in seen] == [each["action"] for each in unseen]
    assert all(each["token"] and each["params"][param] is not None for each in seen)
    assert all(each["token"] is None and each["params"][param] is None for each in unseen)
    assert all("{" not in each["text"] for each in unseen)


@pytest.mark.parametrize("name", PERSON)
def test_a_consultant_sees_how_their_own_time_is_kept_and_not_that_of_others(name, deployment):
    snapshot = example(name)
    subject = {"subject_id": SUBJECT[name], "snapshot": snapshot}
    ask = partial(deployment.ask, name=name, path="?explain=full", subjects=[subject])
    mine, theirs = ask(PERSON[name]), ask("consultant-1")
    kinds = {TASKS[name].sensitive.get(each["field"]) for each in mine.json()["predictions"][0]["reasons"]}
    assert Sensitivity.PERSONAL_TIME in kinds
    assert told(mine, hidden_of(name, snapshot, sees_of("consultant", own=True))) == []
    said = {each["text"] for each in theirs.json()["predictions"][0]["reasons"]}
    assert HIDDEN_AS[Sensitivity.PERSONAL_TIME] in said
    assert told(theirs, hidden_of(name, snapshot, sees_of("consultant"))) == []


def without_clocks(log):
    """What the lines say but for when and how long, whose digits may happen to be those of a hidden value."""
    told = [json.loads(line) for line in log.splitlines()]
    return "\n".join(json.dumps({key: each[key] for key in each.keys() - {"timestamp", "ms"}}) for each in told)


@pytest.mark.parametrize("name", TASKS)
def test_no_error_and_no_log_line_tells_what_was_sent(name, deployment, log):
    snapshot = example(name)
    hidden = [replace(each, name="") for each in hidden_of(name, snapshot, frozenset())]
    wrong = [
        {"subjects": [{"subject_id": SUBJECT[name], "snapshot": snapshot | {"no_such_field": 1}}]},
        {"subjects": [{"subject_id": SUBJECT[name], "snapshot": snapshot}] * 2},
        {"subjects": [{"subject_id": "", "snapshot": snapshot}]},
        {"subjects": [{"subject_id": SUBJECT[name], "snapshot": snapshot}], "as_of": "2999-01-01T00:00:00Z"},
    ]
    for body in wrong:
        refused = deployment.ask("orchestrator-1", name, **body)
        assert refused.status_code == 422
        assert leaks(hidden, refused.text) == []
    assert deployment.ask("orchestrator-1", name, subjects=wrong[1]["subjects"][:1]).status_code == 200
    lines = without_clocks(log.getvalue())
    assert '"request"' in lines
    for each in hidden:
        assert each.sentence is None or each.sentence not in lines
        assert not isinstance(each.value, float) or repr(each.value) not in lines or each.value == round(each.value)
