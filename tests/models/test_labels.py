"""What was done about a subject, out of its labels."""

from datetime import UTC, datetime

import polars as pl
import pytest

from models.labels import LABELS, Done, what_was_done

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def label(action="remind", decision=None, work=None, probability=0.5, subject_id="S1"):
    said = {"action": action, "decision": decision, "work": work, "probability": probability}
    return dict.fromkeys(LABELS) | {"task": "t", "subject_id": subject_id, "as_of": NOW} | said


@pytest.mark.parametrize(
    ("labels", "done"),
    [
        ([label(None)], "no_recommendation"),
        ([label(None, "dismiss")], "no_recommendation"),
        ([label()], "not_acted"),
        ([label(decision="accept")], "not_acted"),
        ([label(decision="accept", work="not_done")], "not_acted"),
        ([label(decision="accept", work="failed")], "not_acted"),
        ([label(decision="accept", work="done")], "acted"),
        ([label(work="partly")], "acted"),
        ([label(decision="dismiss")], "dismissed"),
        ([label(decision="dismiss", work="done")], "acted"),
        ([label(decision="contest")], "not_acted"),
        ([label(decision="dismiss"), label()], "not_acted"),
        ([label(decision="dismiss"), label(decision="dismiss")], "dismissed"),
        ([label(decision="dismiss"), label(decision="accept", work="done")], "acted"),
    ],
)
def test_what_was_done_is_told_by_what_was_recommended_decided_and_reported(labels, done):
    found = what_was_done(pl.DataFrame(labels, schema=dict(LABELS)))
    assert found["done"].to_list() == [Done(done)]


def test_subjects_are_told_apart_and_a_forecast_is_kept_where_one_label_has_it():
    labels = [label(probability=None), label(probability=0.7), label(subject_id="S2", probability=None)]
    found = what_was_done(pl.DataFrame(labels, schema=dict(LABELS)))
    assert found.select("subject_id", "probability").rows() == [("S1", 0.7), ("S2", None)]
