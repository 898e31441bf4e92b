"""Every field has words that its person may read, whatever its value, and none is its column's name."""

import pytest

from models.unusual_time.reasons import LEVERS, WORDS
from models.unusual_time.snapshot import NO_FEATURES, UnusualTimeSnapshot

FIELDS = UnusualTimeSnapshot.model_fields
BLAME = {"wrong", "suspicious", "anomaly", "violation", "fraud", "cheat", "false", "fault", "offence", "bad"}


def values_of(field: str) -> list[object]:
    """The bounds of a field, values between them, and null where it may be."""
    schema = UnusualTimeSnapshot.model_json_schema()["properties"][field]
    kinds = schema.get("anyOf", [schema])
    bounds = [kind.get(bound) for kind in kinds for bound in ("minimum", "maximum")]
    whole = any(kind.get("type") == "integer" for kind in kinds)
    numbers = [number for number in bounds if number is not None]
    between = [number for number in (1, 2) if numbers and numbers[0] <= number <= numbers[1]]
    found = [int(number) if whole else float(number) for number in [*numbers, *between]] or ["time_and_materials"]
    return found + [None] * any(kind.get("type") == "null" for kind in kinds)


def test_all_fields_that_a_predictor_reads_have_words_and_no_others():
    assert WORDS.keys() == FIELDS.keys() - NO_FEATURES
    assert LEVERS.keys() <= WORDS.keys()


@pytest.mark.parametrize("field", WORDS)
@pytest.mark.parametrize("usual", [None, 7.5])
def test_words_say_something_for_every_value_name_no_column_and_blame_nobody(field, usual):
    beside = {"usual_day_hours": usual, "usual_project_hours": usual, "weekly_hours": usual}
    for value in values_of(field):
        text = WORDS[field](beside | {field: value})
        assert text == text.strip() != ""
        assert not {"None", "nan"} & set(text.split())
        assert not [name for name in FIELDS if "_" in name and name in text]
        assert not BLAME & set(text.lower().replace(",", " ").split())


@pytest.mark.parametrize(
    ("cells", "field", "text"),
    [
        ({"day_hours": 11.5, "usual_day_hours": 8.0}, "day_hours", "11.5 hours on one day; 8.0 are usual"),
        ({"day_hours": 11.5, "usual_day_hours": None}, "day_hours", "11.5 hours on one day"),
        ({"weekday": 6}, "weekday", "work on a Saturday"),
        ({"days_after_project_end": 12}, "days_after_project_end", "12 days after the project's planned end"),
        ({"days_after_project_end": -1}, "days_after_project_end", "1 day before the project's planned end"),
        ({"days_after_project_end": 0}, "days_after_project_end", "the day of the project's planned end"),
        ({"project_booked_hours": 0.0}, "project_booked_hours", "no booking on this project that day"),
        ({"project_booked_hours": None}, "project_booked_hours", "nobody is booked on this project"),
        ({"entry_delay_days": 9.25}, "entry_delay_days", "entered 9.2 days after the day of work"),
        ({"entry_delay_days": -0.2}, "entry_delay_days", "entered by the day after the work"),
        (
            {"project_questioned_share": 0.04},
            "project_questioned_share",
            "on this project: 4% rejected, corrected or written off lately",
        ),
        ({"category_share_person": None}, "category_share_person", "no recent entries of the person"),
        ({"billing": "time_and_materials"}, "billing", "billing: time and materials"),
        ({"budget_used_share": 1.04}, "budget_used_share", "104% of the project's budgeted hours are used"),
        ({"same_entries": 1}, "same_entries", "one more entry of this day has the same project and hours"),
    ],
)
def test_the_words_of_a_colleague(cells, field, text):
    assert WORDS[field](cells) == text


@pytest.mark.parametrize(
    ("field", "cells", "levers"),
    [
        ("day_hours", {"day_hours": 11.5, "usual_day_hours": 8.0}, [8.0]),
        ("day_hours", {"day_hours": 7.0, "usual_day_hours": 8.0}, []),
        ("day_hours", {"day_hours": 7.0, "usual_day_hours": None}, []),
        ("hours", {"hours": 9.0, "usual_project_hours": 4.0}, [4.0]),
        ("hours", {"hours": 9.0, "usual_project_hours": 0.0}, []),
        ("billable", {"billable": 1, "project_billable_share": 0.1}, [0]),
        ("billable", {"billable": 0, "project_billable_share": 0.9}, [1]),
        ("billable", {"billable": 1, "project_billable_share": 0.5}, []),
        ("billable", {"billable": None, "project_billable_share": 0.5}, []),
        ("billable", {"billable": 1, "project_billable_share": None}, []),
        ("same_entries", {"same_entries": 2}, [0]),
        ("same_entries", {"same_entries": 0}, []),
    ],
)
def test_a_slip_can_be_put_right_and_nothing_else_is_offered(field, cells, levers):
    assert LEVERS[field](cells) == levers
