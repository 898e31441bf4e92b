"""Every field has words, whatever its value, and none is its column's name."""

import pytest

from models.staffing_risk.reasons import LEVERS, WORDS
from models.staffing_risk.snapshot import NO_FEATURES, StaffingRiskSnapshot

FIELDS = StaffingRiskSnapshot.model_fields
NOTHING = dict.fromkeys(FIELDS)


def values_of(field: str) -> list[object]:
    """The bounds of a field, some values between, and null where it may be."""
    schema = StaffingRiskSnapshot.model_json_schema()["properties"][field]
    kinds = schema.get("anyOf", [schema])
    numbers = [kind.get(bound) for kind in kinds for bound in ("minimum", "maximum")]
    whole = any(kind.get("type") == "integer" for kind in kinds)
    found = [int(number) if whole else float(number) for number in numbers if number is not None]
    if not found:
        found = ["G3"]
    elif len([number for number in numbers if number is not None]) == 1:
        found += [1, 2, 40] if whole else [0.5, 1.0, 3.3]
    return found + [None] * any(kind.get("type") == "null" for kind in kinds)


def test_all_fields_that_a_predictor_reads_have_words_and_no_others():
    assert WORDS.keys() == FIELDS.keys() - NO_FEATURES
    assert LEVERS.keys() <= WORDS.keys()


@pytest.mark.parametrize("field", WORDS)
def test_words_say_something_for_every_value_and_name_no_column(field):
    for value in values_of(field):
        for others in (NOTHING, dict.fromkeys(FIELDS, 3)):
            text = WORDS[field](others | {field: value})
            assert text == text.strip() != ""
            assert "None" not in text
            assert "nan" not in text.split()
            assert not [name for name in FIELDS if "_" in name and name in text]


@pytest.mark.parametrize(
    ("field", "cells", "text"),
    [
        ("days_open", {"days_open": 21.0}, "open for 21 days"),
        (
            "days_open",
            {"days_open": 21.0, "usual_days_to_fill": 9.0},
            "open for 21 days; such requests are usually filled within 9 days",
        ),
        ("days_open", {"days_open": 0.01}, "open for less than a day"),
        (
            "days_to_needed_by",
            {"days_to_needed_by": 3.4, "usual_days_to_fill": 12.0},
            "3.4 days left until it is needed; finding somebody usually takes 12 days from the opening",
        ),
        ("notice_used", {"notice_used": 0.25}, "25% of the notice has passed"),
        ("needed_by_moves", {"needed_by_moves": 1}, "its date was moved one time"),
        ("needed_by_moved_days", {"needed_by_moved_days": 14}, "its date was moved back by 14 days"),
        ("needed_by_moved_days", {"needed_by_moved_days": -1}, "its date was moved forward by one day"),
        ("remote_ok", {"remote_ok": 0}, "the work may not be done remotely"),
        ("rate_to_usual", {"rate_to_usual": 0.8}, "the bill rate is 20% below what is usual for the job role"),
        ("open_role", {"open_role": 0}, "no other similar requests open"),
        (
            "in_time_skill",
            {"in_time_skill": 0.4, "in_time_role": 0.71},
            "40% of the last year's requests for its scarcest skill were filled in time, of all for the job role 71%",
        ),
        (
            "chance_within_7",
            {"chance_within_7": 0.3},
            "of similar requests open for as long, 30% were filled within 7 days",
        ),
        (
            "pace_lately",
            {"pace_lately": 0.6},
            "similar requests were filled in the last 4 weeks at 60% of the usual pace for the job role",
        ),
        (
            "pace_skills",
            {"pace_skills": 1.5},
            "requests for its skills are filled 1.5 times as fast as usual for the job role",
        ),
        (
            "skill_requests_per_person",
            {"skill_requests_per_person": 2.5, "scarcest_skill": "spark"},
            "2.5 open requests want spark for each person with the job role who holds it",
        ),
        (
            "skill_requests_per_person",
            {"scarcest_skill": "spark"},
            "nobody on record with the job role holds spark",
        ),
        (
            "free_role_14",
            {"free_role_14": 3, "people_role": 20},
            "about 3 of 20 people with the job role are free in 2 weeks",
        ),
        ("reachable_free", {"reachable_free": 1.4}, "about one person within reach is free by the date"),
        ("days_to_project_start", {"days_to_project_start": -7}, "the project started 7 days ago"),
        ("days_to_project_end", {"days_to_project_end": 30}, "the project ends in 30 days"),
        ("days_since_kickoff", {}, "the project is not kicked off yet"),
        ("job_role", {"job_role": "data engineer"}, "job role: data engineer"),
    ],
)  # fmt: skip
def test_the_words_of_a_manager(field, cells, text):
    assert WORDS[field](NOTHING | cells) == text


@pytest.mark.parametrize(("remote_ok", "levers"), [(0, [1]), (None, [1]), (1, [])])
def test_remote_work_may_be_allowed_where_it_is_not(remote_ok, levers):
    assert LEVERS["remote_ok"]({"remote_ok": remote_ok}) == levers


def test_the_date_may_be_moved_by_whole_weeks_nearest_first():
    assert LEVERS["days_to_needed_by"]({"days_to_needed_by": 2.5}) == [9.5, 16.5, 23.5, 30.5, 44.5]
