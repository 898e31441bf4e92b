"""Every task says which of its fields not everybody may see, and has words that do without them."""

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.catalog import TASKS
from models.sensitivity import HIDDEN_AS, Sensitivity, marked
from tests.models.snapshots import snapshots

TELLING = re.compile(r"rate|margin|cost|client|manager|requester|person")
NOT_SENSITIVE = {
    "client_project": "whether the project has a client at all tells nothing of a client",
    "person_id": "whose entry it is must be known to whoever looks at it; no feature",
    "skill_requests_per_person": "a count of requests and people",
    "requests_per_free_person": "a count of requests and people",
    "changes_a_person_84": "a count of change requests and people",
    "in_time_requester": "how requests of somebody are filled tells of staffing, not of them",
    "pace_requester": "how requests of somebody are filled tells of staffing, not of them",
    "requester_open": "how many requests of somebody are open tells of staffing, not of them",
}
"""Fields whose names look as if they told something sensitive, and why they do not."""
CALENDAR, CONTRACT = "the calendar", "what the contract or a booking says, not what the person does"
ENTRY, PROJECT, EMPLOYMENT = "the entry that is looked at, and its day", "of the project", "a fact of employment"
NO_HABITS = {
    "missing_time": {
        CALENDAR: "weekday month days_to_month_end hours_since_day_start hours_to_cutoff",
        CONTRACT: "expected_hours booked_hours weekly_hours booked_projects other_region project_id currency",
        EMPLOYMENT: "days_since_joined job_role grade practice region employment",
    },
    "unusual_time": {
        CALENDAR: "weekday days_to_month_end on_holiday",
        CONTRACT: "weekly_hours booked_hours project_booked_hours",
        ENTRY: (
            "hours submitted billable whole_hours day_hours day_entries project_day_hours same_entries category "
            "person_id project_id worked_on"
        ),
        PROJECT: (
            "category_share_project project_billable_share client_project days_after_project_start other_region "
            "days_after_project_end project_closed budget_used_share project_questioned_share service_line billing "
            "currency"
        ),
        EMPLOYMENT: "days_since_joined job_role grade practice region employment",
    },
}
"""Of the tasks about people: what is no habit, with its reason."""


@pytest.mark.parametrize("name", TASKS)
def test_every_field_that_sounds_sensitive_is_marked_or_has_its_reason(name):
    task = TASKS[name]
    told = {field for field in task.snapshot.model_fields if TELLING.search(field)}
    assert told - set(task.sensitive) - set(NOT_SENSITIVE) == set()
    assert set(task.sensitive) & set(NOT_SENSITIVE) == set()


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.person_level])
def test_every_field_about_a_person_is_marked_or_has_its_reason(name):
    excused = {field for fields in NO_HABITS[name].values() for field in fields.split()}
    fields = set(TASKS[name].snapshot.model_fields)
    assert fields - excused == set(TASKS[name].sensitive)
    assert excused <= fields


@pytest.mark.parametrize("name", TASKS)
def test_only_fields_of_the_snapshot_are_marked(name):
    assert set(TASKS[name].sensitive) <= set(TASKS[name].snapshot.model_fields)


def test_an_amount_in_points_of_margin_is_marked_with_the_money_made_of_it():
    task = TASKS["margin_erosion"]
    assert (task.expected_is, task.money_is) == (Sensitivity.MARGIN, Sensitivity.MARGIN)
    assert all(task.money_is is None for name, task in TASKS.items() if name != "margin_erosion")


def test_every_kind_has_words_without_a_figure():
    assert set(HIDDEN_AS) == set(Sensitivity)
    assert not any(re.search(r"\d", words) for words in HIDDEN_AS.values())


def test_a_field_has_one_kind():
    with pytest.raises(ValueError, match="pay is marked as rate and as margin"):
        marked({Sensitivity.RATE: ["pay"], Sensitivity.MARGIN: ["pay"]})


EVERY_SIGHT = [frozenset(seen) for size in range(5) for seen in combinations(Sensitivity, size)]


@pytest.mark.parametrize("name", TASKS)
@settings(max_examples=25)
@given(data=st.data())
def test_words_and_levers_of_what_is_seen_do_without_what_is_hidden(name, data):
    task = TASKS[name]
    row = data.draw(snapshots(task))
    sees = data.draw(st.sampled_from(EVERY_SIGHT))
    hidden = {field for field, kind in task.sensitive.items() if kind not in sees}
    visible = {field: None if field in hidden else value for field, value in row.items()}
    for field in set(task.words) - hidden:
        assert isinstance(task.words[field](visible), str)
    for field in set(task.levers) - hidden:
        task.levers[field](visible)
