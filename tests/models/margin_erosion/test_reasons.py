"""Every field has words, whatever its value, and none is its column's name."""

import pytest

from models.margin_erosion.reasons import LEVERS, WORDS
from models.margin_erosion.snapshot import NO_FEATURES, MarginErosionSnapshot

FIELDS = MarginErosionSnapshot.model_fields
PROPERTIES = MarginErosionSnapshot.model_json_schema()["properties"]


def values_of(field: str) -> list[object]:
    """The bounds of a field, zero and one, and null where it may be."""
    schema = PROPERTIES[field]
    kinds = schema.get("anyOf", [schema])
    if any(kind.get("type") == "string" for kind in kinds):
        found: list[object] = ["fixed_price", ""]
    else:
        whole = any(kind.get("type") == "integer" for kind in kinds)
        low, high = (next(kind[bound] for kind in kinds if bound in kind) for bound in ("minimum", "maximum"))
        found = [(int if whole else float)(number) for number in (low, high, 0, 1)]
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
    ("cells", "text"),
    [
        ({"forecast_above_3_months": 0.08, "margin_3_months": 0.14, "forecast_margin": 0.22},
         "the last three months earned 14%, the forecast still says 22%"),
        ({"rest_above_3_months": 0.19, "margin_3_months": 0.14, "rest_margin": 0.33},
         "the last three months earned 14%, the rest must earn 33% for the forecast to hold"),
        ({"forecast_above_last_month": 0.1, "margin_last_month": 0.12, "forecast_margin": 0.22},
         "the last month earned 12%, the forecast still says 22%"),
        ({"forecast_above_last_month": -0.1, "margin_last_month": 0.32, "forecast_margin": 0.22},
         "the last month earned 32%, the forecast says 22%"),
        ({"forecast_end_moved_84": 21}, "the forecast end moved out by 21 days in 12 weeks"),
        ({"milestones_moved_84": 1}, "a milestone was moved in 12 weeks"),
        ({"forecast_above_lately": 0.08, "margin_lately": 0.14, "forecast_margin": 0.22},
         "lately the project earned 14%, the forecast still says 22%"),
        ({"forecast_above_lately": -0.08, "margin_lately": 0.3, "forecast_margin": 0.22},
         "lately the project earned 30%, the forecast says 22%"),
        ({"forecast_above_estimate": 0.04},
         "4.0 points of the margin forecast are probably gone and not admitted yet"),
        ({"change_to_follow": -0.012}, "by this manager's habit 1.2 more points of the last fall are to follow"),
        ({"rest_above_3_months": -0.05}, "the rest may earn 5.0 points less than the last three months did"),
        ({"rest_above_3_months": None}, "what the rest must earn cannot be compared with the last three months"),
        ({"rest_margin": -0.1}, "the forecast holds if the rest of the work loses 10%"),
        ({"forecast_margin_change_2": -0.045}, "the last two forecasts lowered the margin by 4.5 points"),
        ({"forecast_below_best": 0.06}, "the forecast is 6.0 points below the best one so far"),
        ({"forecast_below_best": 0.0}, "no forecast was better than the last one"),
        ({"forecasts_fallen_share": 0.75}, "75% of the forecasts lay below the one before"),
        ({"uncontracted_share": 0.123}, "12.3% of the revenue forecast is in no contract and no accepted change"),
        ({"unbilled_share": -0.2}, "20% of the revenue forecast is invoiced ahead of the work"),
        ({"cost_ahead_of_time": 0.18}, "cost runs 18 points ahead of the time gone"),
        ({"forecast_above_team": 0.07}, "the forecast is 7.0 points above what the team's rates earn"),
    ],
)  # fmt: skip
def test_the_words_of_a_manager(cells, text):
    assert WORDS[next(iter(cells))](cells) == text


@pytest.mark.parametrize(
    ("field", "value", "levers"),
    [
        ("open_changes", 5, [2, 0]),
        ("open_changes", 1, [0]),
        ("open_changes", 0, []),
        ("unpriced_change_hours", 80.0, [40.0, 0.0]),
        ("unpriced_change_hours", -4.0, []),
        ("unpriced_change_hours", None, []),
        ("lost_hours_share", 0.1, [0.05, 0.0]),
        ("lost_hours_share", None, []),
        ("team_contractor_share", 0.5, [0.25, 0.0]),
        ("team_rate_change", -0.08, [-0.04, 0.0]),
        ("team_rate_change", 0.08, []),
        ("team_rate_change", None, []),
        ("forecast_age_days", 30, [0]),
        ("forecast_age_days", 0, []),
    ],
)
def test_what_somebody_can_still_change_goes_half_the_way_and_then_all_of_it(field, value, levers):
    assert LEVERS[field]({field: value}) == levers
