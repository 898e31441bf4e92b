"""Every shared field has words, whatever its value, and none is its column's name."""

from functools import cache

import pytest

from models.project_signals import NO_FEATURES, WORDS, ProjectFields

FIELDS = ProjectFields.model_fields


@cache
def _schema_of(snapshot):
    return snapshot.model_json_schema()["properties"]


def values_of(snapshot, field: str) -> list[object]:
    """The bounds of a field, something between, and null where it may be."""
    schema = _schema_of(snapshot)[field]
    kinds = schema.get("anyOf", [schema])
    numbers = [kind.get(bound) for kind in kinds for bound in ("minimum", "maximum")]
    whole = any(kind.get("type") == "integer" for kind in kinds)
    found = [int(number) if whole else float(number) for number in numbers if number is not None]
    found = sorted({*found, 0, 1, *([2] if whole else [0.375])}) if found else ["G3", " ", "x" * 200]
    low = min(number for number in numbers if number is not None) if numbers and numbers[0] is not None else None
    found = [value for value in found if low is None or value >= low]
    return found + [None] * any(kind.get("type") == "null" for kind in kinds)


def test_all_shared_fields_that_a_predictor_reads_have_words_and_no_others():
    assert WORDS.keys() == FIELDS.keys() - NO_FEATURES


@pytest.mark.parametrize("field", WORDS)
def test_words_say_something_for_every_value_and_name_no_column(field):
    for value in values_of(ProjectFields, field):
        text = WORDS[field]({field: value})
        assert text == text.strip() != ""
        assert "None" not in text
        assert "-0" not in text
        assert not [name for name in FIELDS if "_" in name and name in text]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"billing": "fixed_price"}, "billed as fixed price"),
        ({"project_days_to_end": -12}, "the project's planned end passed 12 days ago"),
        ({"team_released_share": 0.25}, "25% of the team was released in the last 8 weeks"),
        ({"team_rate_change": -0.08}, "the team's bill rate is 8% below that so far"),
        ({"burnt_ahead_of_time": 0.12}, "the budget burns 12 points ahead of the time gone"),
        ({"late_entry_share": 0.4}, "40% of the team's recent time came after its week had closed"),
        ({"open_changes": 1}, "one change request is undecided"),
        ({"longest_undecided_days": 33}, "a change request has waited for a decision for 33 days"),
        ({"client_acceptance_days": 8.7}, "this client usually accepts after 9 days"),
        ({"manager_forecast_fall": -0.5}, "this manager's margins rise by 0.5 points from one forecast to the next"),
        (
            {"manager_follow_through": 0.4},
            "40% of a change of this manager's forecasts usually follows with the next one",
        ),
        (
            {"worked_of_booked_change": 0.12},
            "against its bookings the team works 12 points longer than over the last 12 weeks",
        ),
        ({"worked_of_booked_14": 0.9}, "the team worked 10% less than it is booked in the last 2 weeks"),
        ({"forecast_margin_change": -0.031}, "the last forecast lowered the margin by 3.1 points"),
        ({"forecast_slip_days": None}, "no end is forecast"),
        ({"forecast_above_3_months": 0.08}, "the forecast is 8.0 points above what the last three months earned"),
        (
            {"forecast_above_3_months": 0.08, "margin_3_months": 0.14, "forecast_margin": 0.22},
            "the last three months earned 14%, the forecast still says 22%",
        ),
    ],
)
def test_the_words_of_a_manager(cells, text):
    assert WORDS[next(iter(cells))](cells) == text
