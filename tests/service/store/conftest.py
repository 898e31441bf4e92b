"""Answers as the service would store them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from service.store.answers import StoredAnswer, StoredRecommendation

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def new_answer():
    def make():
        return StoredAnswer(
            uuid4(), NOW, "engine", "missing_time", NOW - timedelta(hours=1), "time_and_expense", "week-9", "open",
            "lead", "7", "p1",
        )  # fmt: skip

    return make


@pytest.fixture
def new_recommendation():
    def make(subject_id="P1/2026-03-02"):
        return StoredRecommendation(
            uuid4(), subject_id, "missing_time", "remind_consultant", {"channel": "chat", "days": 1},
            {"approver_role": "project_manager", "approvals": 1, "not": ["engine"]}, 3, NOW, NOW + timedelta(hours=24),
        )  # fmt: skip

    return make
