"""Which requests are asked about: those that are open, at their opening and each week until their date."""

import datetime as dt

import pytest

from models.staffing_risk import STAFFING_RISK
from models.staffing_risk.settings import StaffingRiskSettings
from tests.models.future import frames, revision, row

SETTINGS = StaffingRiskSettings()
OPENED = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def request(**cells):
    given = {"request_id": "R", "job_role": "dev", "opened_at": OPENED, "needed_by": dt.date(2025, 3, 31)} | cells
    return row("resource_requests", **given)


def weeks(*asked, revisions=(), end=OPENED + 300 * DAY) -> list[float]:
    """At which weeks after the opening R is scheduled, in records that end at ``end``."""
    other = request(request_id="Z", opened_at=end, needed_by=dt.date(2020, 1, 1))
    records = frames({"resource_requests": [*asked, other], "revisions": list(revisions)})
    found = STAFFING_RISK.scheduled(records, SETTINGS)
    return [
        (as_of - OPENED) / (7 * DAY) for subject, as_of in found.select("subject_id", "as_of").rows() if subject == "R"
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"needed_by": dt.date(2025, 3, 30)}, [0, 1, 2, 3]),
        ({"needed_by": dt.date(2025, 3, 3)}, [0]),
        ({"needed_by": dt.date(2025, 3, 2)}, []),
        ({"filled_at": OPENED + 10 * DAY}, [0, 1]),
        ({"filled_at": OPENED + 14 * DAY}, [0, 1]),
        ({"filled_at": OPENED + 14 * DAY + dt.timedelta(microseconds=1)}, [0, 1, 2]),
        ({"filled_at": OPENED}, []),
        ({"cancelled_at": OPENED + 8 * DAY}, [0, 1]),
    ],
)
def test_a_request_is_asked_about_at_its_opening_and_weekly_while_open_and_before_its_date(cells, expected):
    assert weeks(request(**cells)) == expected


def test_nothing_is_asked_after_the_records_end():
    assert weeks(request(), end=OPENED + 10 * DAY) == [0, 1]


def test_the_date_known_at_each_week_counts():
    asked = request(needed_by=dt.date(2025, 3, 31))
    brought_forward = [
        revision("resource_requests", asked, "needed_by", dt.date(2025, 4, 30), OPENED),
        revision("resource_requests", asked, "needed_by", dt.date(2025, 3, 12), OPENED + 15 * DAY),
    ]
    assert weeks(asked, revisions=brought_forward) == [0, 1, 2]


WHY = [
    ({}, "nobody", 1, "no record names it"),
    ({}, "R", -1, "the request was not yet open at as_of"),
    ({"filled_at": OPENED + DAY}, "R", 1, "the request was already filled at as_of"),
    ({"cancelled_at": OPENED + DAY}, "R", 1, "the request was already ended at as_of"),
    ({}, "R", 29, "the date it is needed by had passed at as_of"),
    ({}, "R", 28, None),
    ({"filled_at": OPENED + 2 * DAY}, "R", 1, None),
]


@pytest.mark.parametrize(("cells", "request_id", "days", "why"), WHY)
def test_who_asks_about_another_is_told_why_not(cells, request_id, days, why):
    records = frames({"resource_requests": [request(**cells)]})
    subjects = STAFFING_RISK.parse([request_id], [OPENED + days * DAY])
    assert STAFFING_RISK.why_not(records, subjects).to_list() == [why]
    assert STAFFING_RISK.build(records, subjects, SETTINGS).height == (why is None)


@pytest.mark.parametrize(
    ("subject_id", "fine"),
    [
        ("RR-17", True),
        ("a/b c", True),
        ("请求", True),
        ("x" * 128, True),
        ("", False),
        ("x" * 129, False),
        ("a\nb", False),
    ],
)
def test_an_id_is_visible_and_not_too_long(subject_id, fine):
    (why,) = STAFFING_RISK.malformed([subject_id]).to_list()
    assert (why is None) == fine
    assert (STAFFING_RISK.parse([subject_id], [OPENED])["request_id"][0] is not None) == fine


def test_a_request_is_about_no_person():
    assert STAFFING_RISK.person_of("RR-17", None) is None


def test_the_records_end_with_the_last_that_is_told_of_a_request():
    asked = request(filled_at=OPENED + 3 * DAY)
    assert STAFFING_RISK.records_end(frames({"resource_requests": [asked]})) == OPENED + 3 * DAY
    said = revision("resource_requests", asked, "region", "GB", OPENED + 9 * DAY)
    assert STAFFING_RISK.records_end(frames({"resource_requests": [asked], "revisions": [said]})) == OPENED + 9 * DAY
    assert STAFFING_RISK.records_end({}) is None
