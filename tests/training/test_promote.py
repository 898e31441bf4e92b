"""Promotion: who may, what a version must show, and what the audit chain keeps of it."""

import datetime as dt
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import heads
from ledger.errors import ChainBrokenError
from ledger.verify import Verified, verify
from training.promote import _ONE_PROMOTER, PromotionRefusedError, promote
from training.registry import RegistryUnavailableError, UnknownVersionError

NOW = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
TASK = "missing_time"


def promotes(lab, who, name):
    with lab.at_work(who) as here:
        return promote(here, TASK, lab.numbers[name], now=NOW)


def answers(checks):
    return {check.code: check.answer.value for check in checks}


def last(lab):
    kind, payload = lab.audited()[-1]
    return kind, json.loads(payload)


def test_another_principal_than_the_trainer_promotes_and_the_chain_keeps_it_under_pseudonyms(lab):
    promotion = promotes(lab, "bo", "good")
    assert (promotion.trainer, promotion.promoter) == ("ada", "bo")
    assert lab.champion() == lab.numbers["good"]
    kind, payload = last(lab)
    assert kind == "promotion"
    assert payload["version"] == lab.numbers["good"]
    assert payload["refused"] is None
    assert {check["code"]: check["answer"] for check in payload["checks"]} == {
        "beats_rule": "passed",
        "is_calibrated": "passed",
        "not_worse_than_champion": "not_applicable",
    }
    assert len({payload["trainer"], payload["promoter"]}) == 2
    for name in (payload["trainer"], payload["promoter"]):
        assert len(name) == 64
    assert not [row for row in lab.audited() if '"ada"' in row[1] or '"bo"' in row[1]]


def test_the_registry_says_who_promoted(lab):
    promotes(lab, "bo", "good")
    with lab.at_work(None) as here:
        champion = here.registry.champion(TASK)
    assert (champion.tags["trainer"], champion.tags["promoter"]) == ("ada", "bo")


REFUSED = [
    ("ada", "good", "separation_of_duties", "ada trained version"),
    ("ada_as_admin", "good", "separation_of_duties", "may not promote it; another principal must"),
    (None, "good", "promoter_unknown", "BELLWETHER_KEY"),
    ("cy", "good", "api_role", "cy holds a key of consultant; expected one of admin, data_scientist, pmo"),
    ("bo", "keyless", "trainer_unknown", "trained without a key"),
    ("bo", "worse", "checks_failed", "may not serve"),
]


@pytest.mark.parametrize(("who", "name", "why", "sentence"), REFUSED)
def test_a_refused_promotion_changes_nothing_and_is_audited(lab, who, name, why, sentence):
    lab.crown(lab.numbers["as good"])
    before = len(lab.audited())
    with pytest.raises(PromotionRefusedError, match=sentence) as refused:
        promotes(lab, who, name)
    assert refused.value.why == why
    assert lab.champion() == lab.numbers["as good"]
    assert len(lab.audited()) == before + 1
    kind, payload = last(lab)
    assert (kind, payload["refused"], payload["version"]) == ("promotion_refused", why, lab.numbers[name])
    assert (payload["promoter"] is None) == (who is None)
    assert (payload["trainer"] is None) == (name == "keyless")


def test_an_unknown_version_is_said_to_be_unknown(lab):
    with lab.at_work("bo") as here, pytest.raises(UnknownVersionError, match="no version 99 of missing_time"):
        promote(here, TASK, 99, now=NOW)


def test_a_second_promotion_compares_with_the_champion_on_the_same_rows(lab):
    lab.crown(lab.numbers["good"])
    promotion = promotes(lab, "bo", "as good")
    assert answers(promotion.checks)["not_worse_than_champion"] == "passed"
    assert lab.champion() == lab.numbers["as good"]


def test_a_challenger_that_is_worse_than_the_champion_stays_one(lab):
    lab.crown(lab.numbers["good"])
    with pytest.raises(PromotionRefusedError, match="log loss better than the champion's by -"):
        promotes(lab, "bo", "worse")


def test_a_champion_that_was_fitted_before_the_window_is_measured_itself_and_not_by_its_twin(lab):
    with lab.at_work(None) as here:
        older, good = (here.registry.version(TASK, lab.numbers[name]) for name in ("older", "good"))
    assert older.tags["until"] <= good.tags["window_from"], "so the whole of it has not seen the window"
    lab.crown(older.number)
    assert answers(promotes(lab, "bo", "good").checks)["not_worse_than_champion"] == "passed"


def test_records_that_end_earlier_do_not_get_a_challenger_past_the_champion(lab):
    lab.crown(lab.numbers["good"])
    with pytest.raises(PromotionRefusedError, match="was fitted on rows of this window") as refused:
        promotes(lab, "bo", "older")
    assert refused.value.why == "checks_failed"


def test_a_champion_of_another_outcome_cannot_be_compared_and_says_so(lab):
    lab.crown(lab.numbers["of another outcome"])
    promotion = promotes(lab, "bo", "good")
    check = promotion.checks[-1]
    assert (check.code, check.answer.value) == ("not_worse_than_champion", "not_applicable")
    assert "predicts another outcome" in check.text


@pytest.fixture
def champion_of_another_lightgbm(lab):
    """The champion's files as an older environment would have written them."""
    number = lab.numbers["as good"]
    lab.crown(number)
    with lab.at_work(None) as here:
        run_id = here.registry.version(TASK, number).run_id
    stamped = [path for path in Path(lab.environ["BELLWETHER_HOME"]).rglob("predictor.json") if run_id in str(path)]
    before = {path: path.read_text() for path in stamped}
    for path, document in before.items():
        path.write_text(document.replace('"lightgbm": "', '"lightgbm": "0'))
    yield number
    for path, document in before.items():
        path.write_text(document)


def test_a_champion_that_this_environment_refuses_does_not_bar_all_others_for_ever(lab, champion_of_another_lightgbm):
    promotion = promotes(lab, "bo", "good")
    assert answers(promotion.checks)["not_worse_than_champion"] == "not_applicable"
    assert "another lightgbm" in promotion.checks[-1].text
    assert lab.champion() == lab.numbers["good"]


def test_without_a_commit_there_is_no_champion(lab):
    """The signed head says more than the table, as after a restored database: nothing is appended, nobody promoted."""
    with lab.at_work("bo") as here:
        with here.engine.begin() as connection:
            connection.execute(
                text("CREATE TABLE kept AS SELECT * FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
            )
            connection.execute(text("UPDATE audit SET hash = repeat('0', 64) WHERE seq = (SELECT max(seq) FROM audit)"))
        try:
            with pytest.raises(ChainBrokenError):
                promote(here, TASK, lab.numbers["good"], now=NOW)
            assert here.registry.champion(TASK) is None
        finally:
            with here.engine.begin() as connection:
                connection.execute(text("UPDATE audit SET hash = kept.hash FROM kept WHERE audit.seq = kept.seq"))
                connection.execute(text("DROP TABLE kept"))


def test_a_registry_that_stays_away_promotes_nobody_and_claims_nothing(lab):
    before = len(lab.audited())
    with lab.at_work("bo") as here, lab.registry_out_of_reach(), pytest.raises(RegistryUnavailableError):
        promote(here, TASK, lab.numbers["good"], now=NOW)
    assert len(lab.audited()) == before
    assert lab.champion() is None


def test_a_registry_that_fails_at_the_alias_leaves_a_row_that_says_so(lab, monkeypatch):
    with lab.at_work("bo") as here:
        monkeypatch.setattr(type(here.registry._client), "set_registered_model_alias", _fails)
        with pytest.raises(RegistryUnavailableError):
            promote(here, TASK, lab.numbers["good"], now=NOW)
        assert here.registry.champion(TASK) is None
    monkeypatch.undo()
    assert [kind for kind, _ in lab.audited()[-2:]] == ["promotion", "promotion_failed"]
    promotes(lab, "bo", "good")
    assert lab.champion() == lab.numbers["good"]


def _fails(*_given):
    raise ConnectionResetError("the server went away")


def test_one_promotion_at_a_time(lab):
    """Two beside each other would both be compared with the champion before them."""
    with lab.at_work("bo") as here, here.engine.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_PROMOTER})
        with pytest.raises(PromotionRefusedError, match="another promotion is under way") as refused:
            promote(here, TASK, lab.numbers["good"], now=NOW)
    assert refused.value.why == "another_promotion"
    assert promotes(lab, "bo", "good").promoter == "bo"


def test_after_all_of_it_the_chain_is_whole(lab):
    with lab.at_work("bo") as here:
        with pytest.raises(PromotionRefusedError):
            promote(here, TASK, lab.numbers["keyless"], now=NOW)
        signed = heads.load(here.home)
        with here.engine.connect() as connection:
            found = verify(connection, signed)
    assert isinstance(found, Verified)
    assert found.rows == len(lab.audited())
