"""A version of each kind: what its tags say, what it shows, and what promotion can ask of it."""

import datetime as dt
from dataclasses import replace
from typing import get_args

import polars as pl
import pytest

from models.scorers import Kind
from training.comparison import compare
from training.figures_text import ANSWERED_BY, print_trained
from training.gates import Answer, bands_hold
from training.promote import promote
from training.train import train

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def quiet(message):
    """Progress that nobody watches."""


def trained(lab, task, firm, settings):
    with lab.at_work("ada") as here:
        return train(task, firm, settings, here.registry, until=None, trainer="ada", progress=quiet)


def with_kind(quick, kind):
    return replace(quick, fit=quick.fit.model_copy(update={"kind": kind}))


def test_a_rule_has_nothing_to_beat_and_is_asked_whether_it_is_calibrated(lab, task, firm, quick, capsys):
    made = trained(lab, task, firm, with_kind(quick, "rule"))
    assert made.version.tags["kind"] == made.report["kind"] == "rule"
    with lab.at_work("bo") as here:
        answers = {check.code: check.answer for check in compare(here.registry, made.version)}
    assert answers["beats_rule"] is Answer.NOT_APPLICABLE
    assert answers["is_calibrated"] is not Answer.NOT_APPLICABLE
    print_trained(
        {"task": task.name, "version": 1, "trainer": "ada", "until": made.version.tags["until"], "set_aside": {}}
        | made.report
    )
    assert "the rule answers" in capsys.readouterr().out


def test_every_kind_is_told_in_words():
    assert set(ANSWERED_BY) == set(get_args(Kind))


def never(_records, snapshots, _settings):
    """What came of entries in a firm that records nothing of it."""
    end = pl.col("as_of").dt.offset_by("30d")
    return snapshots.select("subject_id", "as_of", outcome=pl.lit(value=False), resolved_at=end)


def test_without_outcomes_a_version_is_trained_measured_by_its_bands_and_promoted(lab, task, firm, quick, capsys):
    made = trained(lab, replace(task, unsupervised=True, outcome=never), firm, quick)
    assert made.version.tags["kind"] == "unsupervised"
    assert made.version.tags["calibrated"] == "false"
    assert 0 < made.report["bands"]["high"] < 0.05
    with lab.at_work("bo") as here:
        promotion = promote(here, task.name, made.version.number, now=NOW)
    assert [(check.code, check.answer) for check in promotion.checks] == [("bands_hold", Answer.PASSED)]
    print_trained(
        {"task": task.name, "version": 1, "trainer": "ada", "until": made.version.tags["until"], "set_aside": {}}
        | made.report
    )
    assert "there is no probability" in capsys.readouterr().out


@pytest.mark.parametrize(("share", "answer"), [(0.0, Answer.PASSED), (0.05, Answer.PASSED), (0.051, Answer.FAILED)])
def test_bands_that_take_in_too_much_tell_nothing(share, answer):
    assert bands_hold(share).answer is answer
