"""A statement of work that waits in the inbox, as HTTP shows it."""

from collections.abc import Mapping
from typing import Any, Literal

from models.sensitivity import Sensitivity
from models.sow.field_names import FieldName
from models.text_flags import TextFlag
from service.api.inbox_shown import Shown
from service.api.prediction_answer import PolicyShown, WithheldShown
from service.api.sow_answer import PlacedShown, RedFlagShown, found_shown
from service.api.standing_shown import StandingShown, standing_shown
from service.inbox.documents import SOW
from service.inbox.sow_document import KeptSow
from service.triage.standing import Found


class SowModelShown(Shown):
    """The classifier that answered: ``text`` learnt the firm's own documents, ``descriptions`` the taxonomy alone."""

    name: str
    version: str
    kind: str


class SowFactsShown(Shown):
    """What was understood of it when it was read last, as far as the reader may see it; see ``POST /v1/sows``.

    ``contradicted`` are the fields of which it says two different things.
    """

    kind: Literal["statement_of_work"]
    model: SowModelShown
    policy: PolicyShown
    service_line: str | None
    confidence: float
    calibrated: bool
    template: str | None
    why: str
    fields: dict[FieldName, PlacedShown | None]
    red_flags: list[RedFlagShown]
    contradicted: list[FieldName]
    language: str | None
    route: str
    flags: list[TextFlag]
    needs_review: bool
    recommendations: list[StandingShown]
    withheld: list[WithheldShown]


def sow_facts(
    said: KeptSow, sees: frozenset[Sensitivity], stands: Mapping[str, Found], *, acts: bool
) -> dict[str, Any]:
    """To somebody who sees these kinds of values; client, rates and quotes are hidden as in an answer."""
    return {
        "kind": SOW,
        "model": said.model,
        "policy": {"version": said.policy_version},
        **said.facts,
        **found_shown(said.fields, said.red_flags, sees),
        "recommendations": standing_shown(said.recommendations, sees, stands, acts=acts),
        "withheld": said.withheld,
    }
