"""Which days are asked about, whatever day of the week it is."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.demo.asking import curl, question

FIRM = Path(__file__).parents[3] / "fixtures" / "firm"


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        ("2025-10-20T08:00", "2025-10-13", "2025-10-20"),  # Monday before noon: last week is still open
        ("2025-10-20T18:00", "2025-10-20", "2025-10-20"),
        ("2025-10-22T18:00", "2025-10-20", "2025-10-22"),
        ("2025-10-25T18:00", "2025-10-20", "2025-10-25"),  # Saturday
        ("2025-10-26T18:00", "2025-10-20", "2025-10-26"),  # Sunday
    ],
)
def test_the_days_that_have_begun_in_a_week_that_is_open_are_asked_about(now, first, last):
    body = question(FIRM, now=datetime.fromisoformat(now).replace(tzinfo=UTC))
    days = {subject_id.rpartition("/")[2] for subject_id in body["ids"]}
    assert (min(days), max(days)) == (first, last)


def test_everybody_is_asked_about():
    body = question(FIRM, now=datetime(2025, 10, 22, 18, tzinfo=UTC))
    assert len({subject_id.rpartition("/")[0] for subject_id in body["ids"]}) == 26


def test_the_curl_is_one_shell_command_with_the_key_and_the_subject():
    body = question(FIRM, now=datetime(2025, 10, 22, 18, tzinfo=UTC))
    words = shlex.split(curl("http://127.0.0.1:8080", "bw_key", body, "p-02/2025-10-20"))
    assert words[0] == "curl"
    assert "Authorization: Bearer bw_key" in words
    assert '"ids": ["p-02/2025-10-20"]' in words[-1]
