"""Every field has words, whatever its value, and none is its column's name."""

import pytest

from models.missing_time.reasons import LEVERS, WORDS
from models.missing_time.snapshot import NO_FEATURES, MissingTimeSnapshot

FIELDS = MissingTimeSnapshot.model_fields


def values_of(field: str) -> list[object]:
    """The bounds of a field, and null where it may be."""
    schema = MissingTimeSnapshot.model_json_schema()["properties"][field]
    kinds = schema.get("anyOf", [schema])
    numbers = [kind.get(bound) for kind in kinds for bound in ("minimum", "exclusiveMinimum", "maximum")]
    whole = any(kind.get("type") == "integer" for kind in kinds)
    found = [int(number) if whole else float(number) for number in numbers if number is not None] or ["G3"]
    return found + [None] * any(kind.get("type") == "null" for kind in kinds)


def test_all_fields_that_a_predictor_reads_have_words_and_no_others():
    assert WORDS.keys() == FIELDS.keys() - NO_FEATURES
    assert LEVERS.keys() <= WORDS.keys()


@pytest.mark.parametrize("field", WORDS)
def test_words_say_something_for_every_value_and_name_no_column(field):
    for value in values_of(field):
        text = WORDS[field]({field: value})
        assert text == text.strip() != ""
        assert "None" not in text
        assert "nan" not in text.split()
        assert not [name for name in FIELDS if "_" in name and name in text]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("missed_share_5", 0.4, "no entry on 40% of the last 5 working days"),
        ("missed_share_5", None, "no history of the last 5 working days"),
        ("weekday", 5, "the day is one of the Fridays"),
        ("month", 2, "the month is February"),
        ("known_hours", 1.5, "1.5 hours are already entered for the day"),
        ("booked_hours", None, "nothing is booked on the day"),
        ("week_open_days", None, "no record of the earlier days of the week"),
        ("job_role", "data engineer", "job role: data engineer"),
        ("grade", None, "grade is not recorded"),
        ("entry_delay_days", -0.25, "time is usually entered before the day is over"),
    ],
)
def test_the_words_of_a_manager(field, value, text):
    assert WORDS[field]({field: value}) == text


@pytest.mark.parametrize(("known", "levers"), [(0.0, [4.0, 8.0]), (4.0, [8.0]), (7.9, [8.0]), (8.0, []), (9.0, [])])
def test_hours_may_still_be_entered_half_of_them_or_all(known, levers):
    assert LEVERS["known_hours"]({"expected_hours": 8.0, "known_hours": known}) == levers


@pytest.mark.parametrize(("open_days", "levers"), [(3, [2, 1, 0]), (1, [0]), (0, []), (None, [])])
def test_open_days_of_the_week_may_be_filled_one_by_one(open_days, levers):
    assert LEVERS["week_open_days"]({"week_open_days": open_days}) == levers
