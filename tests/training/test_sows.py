"""The classifier of statements of work: learnt from labelled texts, measured on later ones, promoted by another."""

import datetime as dt
import json
import random

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from models.reading import read_folder
from models.sow.artifact import load
from training.cli import main
from training.promote import PromotionRefusedError, promote
from training.sows.backtest import backtest
from training.sows.documents import Documents, labelled_documents
from training.sows.fit import floor_for
from training.sows.keyword_rule import KeywordRule
from training.sows.train import train
from training.splits import TooFewRowsError

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
WORDS = {
    "audit": ["audit", "accounts", "ledger", "statements", "controls", "opinion", "tax", "return", "closing"],
    "build": ["software", "portal", "interface", "release", "sprint", "backlog", "defect", "deploy", "code"],
    "train": ["course", "seminar", "participants", "coaching", "curriculum", "trainer", "workshop", "learning", "exam"],
}


def written(count, seed=0):
    """Texts of four of their label's words and three of anybody's, no two alike."""
    luck = random.Random(seed)
    labels = [luck.choice(list(WORDS)) for _ in range(count)]
    common = [word for words in WORDS.values() for word in words]
    texts = [
        " ".join([*luck.sample(WORDS[label], 4), *luck.sample(common, 3), f"no{place}"])
        for place, label in enumerate(labels)
    ]
    return Documents(tuple(texts), tuple(labels), tuple(START + dt.timedelta(days=place) for place in range(count)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of records with a table of 240 labelled texts; one of them lies in a file, one nowhere."""
    folder, documents = tmp_path_factory.mktemp("records"), written(240)
    (folder / "one.txt").write_text(documents.texts[0], encoding="utf-8")
    texts = [None, *documents.texts[1:-1], None]
    paths = ["one.txt", *[None] * 238, "../outside.txt"]
    pl.DataFrame({
        "sow_id": [f"S{place}" for place in range(240)], "text": texts, "path": paths,
        "service_line": documents.labels, "received_at": documents.received,
    }).write_parquet(folder / "sows.parquet")  # fmt: skip
    return folder


def test_a_backtest_says_how_often_it_is_right_on_later_texts_and_beside_the_rule(folder):
    result = CliRunner().invoke(main, ["backtest", "sow", "--records", str(folder), "--cut", "2024-06-01", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {"accuracy", "macro_f1", "top3", "kept_share", "kept_accuracy", "n", "rule"} <= told.keys()
    assert (told["n"], told["learnt_from"]["n"], told["learnt_from"]["left_out"]) == (87, 152, 1)
    assert told["accuracy"] > told["rule"]["accuracy"]
    assert told["kept_accuracy"] >= told["accuracy"] > 0.85


def test_only_what_came_before_is_learnt_from_and_what_was_seen_is_no_test(folder):
    documents = labelled_documents(read_folder(folder).records, folder)
    cut = documents.received[150]
    twice = Documents(
        (*documents.texts, documents.texts[3].upper()), (*documents.labels, "audit"), (*documents.received, NOW)
    )
    assert len(twice.between(cut).unlike(twice.before(cut))) == len(documents.between(cut))
    later = Documents(
        documents.texts,
        tuple("build" if at >= cut else label for at, label in zip(documents.received, documents.labels, strict=True)),
        documents.received,
    )
    assert later.before(cut).labels == documents.before(cut).labels


def test_a_floor_is_the_lowest_confidence_above_which_answers_are_right_often_enough():
    confidence, right = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([True, True, False, True, False])
    assert floor_for(confidence, right) == 0.8
    assert floor_for(confidence, np.ones(5, dtype=bool)) == 0.5
    assert floor_for(confidence, np.zeros(5, dtype=bool)) == 0.9


def test_the_rule_looks_for_the_most_telling_word():
    rule = KeywordRule(["tax audit"] * 6 + ["tax course"] * 7, ["audit"] * 6 + ["train"] * 7)
    assert [rule.label(text) for text in ("an audit of tax", "a course", "tax", "nothing known")] == [
        "audit",
        "train",
        "train",
        "train",
    ]


@pytest.mark.parametrize(("documents", "told"), [
    (written(10), "expected at least 40 of two"), (Documents(("a b",) * 60, ("x",) * 60, (START,) * 60), "1 labels"),
])  # fmt: skip
def test_too_little_is_not_learnt_from(documents, told, tmp_path):
    pl.DataFrame({"sow_id": map(str, range(len(documents))), "text": documents.texts, "service_line": documents.labels,
                  "received_at": documents.received}).write_parquet(tmp_path / "sows.parquet")  # fmt: skip
    with pytest.raises(TooFewRowsError, match=told):
        backtest(read_folder(tmp_path).records, tmp_path, NOW, str)


def test_a_version_is_registered_with_numbers_only_and_promoted_by_somebody_else(lab, tmp_path):
    documents = written(240)
    with lab.at_work("ada") as here:
        first = train(documents, here.registry, until=None, trainer="ada", progress=str).version
        with pytest.raises(PromotionRefusedError) as refused:
            promote(here, "sow", first.number, now=NOW)
        assert refused.value.why == "separation_of_duties"
    with lab.at_work("bo") as here:
        checks = {check.code: check.answer.value for check in promote(here, "sow", first.number, now=NOW).checks}
        assert checks == {
            "beats_rule": "passed",
            "is_calibrated": "passed",
            "not_worse_than_champion": "not_applicable",
        }
        stale = train(documents, here.registry, until=None, trainer="ada", progress=str).version
        with pytest.raises(PromotionRefusedError, match="has seen the window"):
            promote(here, "sow", stale.number, now=NOW)
        later = _with_later(documents, written(120, seed=1))
        fresh = train(later, here.registry, until=None, trainer="ada", progress=str).version
        assert promote(here, "sow", fresh.number, now=NOW).checks[-1].answer.value == "passed"
        assert here.registry.champion("sow").number == fresh.number
        classifier = load(here.registry.predictor_files(fresh, tmp_path))
        assert classifier.guess("audit of the accounts, ledger and statements").label == "audit"
        evidence = here.registry.evidence_files(fresh, tmp_path / "evidence")
        kept = pl.read_parquet(evidence / "window.parquet")
        assert set(kept.dtypes) <= {pl.Float64, pl.Boolean}


def _with_later(documents, more):
    """Documents, and others that came after them, with texts of their own."""
    last = documents.received[-1]
    return Documents(
        (*documents.texts, *(f"{text} later" for text in more.texts)),
        (*documents.labels, *more.labels),
        (*documents.received, *(last + dt.timedelta(days=place + 1) for place in range(len(more)))),
    )
