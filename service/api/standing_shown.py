"""A recommendation that the inbox keeps, as HTTP shows it: what is asked for, and how it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from models.sensitivity import Sensitivity
from service.api.prediction_answer import RecommendationShown
from service.gate.redaction import asked_for
from service.inbox.documents import KeptRecommendation
from service.triage.standing import Found, Status


class StandingShown(RecommendationShown):
    """A recommendation and how it stands. ``token`` is shown to the engine alone, and where nothing of it is hidden."""

    status: Status | None = Field(description="null where it is kept no longer")
    why: str | None


def standing_shown(
    said: Sequence[KeptRecommendation], sees: frozenset[Sensitivity], stands: Mapping[str, Found], *, acts: bool
) -> list[dict[str, Any]]:
    """Recommendations to somebody who sees these kinds of values, and ``acts`` or not; ``stands`` by ``jti``."""
    return [_standing(each, sees, stands.get(each.jti), acts=acts) for each in said]


def _standing(
    said: KeptRecommendation, sees: frozenset[Sensitivity], found: Found | None, *, acts: bool
) -> dict[str, Any]:
    asked, whole = asked_for(said.action, said.params, said.template, sees)
    return {
        "jti": said.jti,
        **asked,
        "requires": said.requires,
        "expires_at": said.expires_at,
        "token": said.token if acts and whole else None,
        "status": found.status if found else None,
        "why": found.why if found else None,
    }
