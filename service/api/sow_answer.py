"""An answer about a statement of work as HTTP shows it, and as ``bellwether sow`` prints it."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.sensitivity import Sensitivity
from models.sow.field_names import FieldName
from models.sow.lines import Found
from models.sow.red_flags import RedFlag
from models.text_flags import TextFlag
from service.api.prediction_answer import RecommendationShown, WithheldShown
from service.gate.reader import Reader
from service.gate.redaction import recommendation_shown, withheld_shown
from service.gate.released import Showing
from service.triage.sow_answer import SowAnswer, SowSaid


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LabelShown(_Shown):
    """A service line, and how likely it is."""

    label: str
    probability: float = Field(ge=0, le=1)


class PlacedShown(_Shown):
    """A value, the line that it stands on (pages and lines count from 1), and words of that line, to the letter.

    Of roles, places and milestones ``value`` is a list of such values, and the place is that of the first. What the
    caller's api_role may not see is null.
    """

    value: Any
    page: int
    line: int
    quote: str | None


class RedFlagShown(_Shown):
    """A clause that somebody should read before the work begins."""

    kind: RedFlag
    page: int
    line: int
    quote: str | None


class SowPromptShown(_Shown):
    """The prompt of the language model that was asked beside the classifier."""

    name: str
    version: int
    sha: str


class SowShown(_Shown):
    """What a document is, and what it says. What it does not say is null.

    ``service_line`` is null where no label is likely enough. ``confidence`` is a frequency only where ``calibrated`` is
    true. ``needs_review``: by ``flags``, somebody has to look before anybody relies on it.
    """

    answer_id: str | None = Field(description="null from the command line, which keeps nothing")
    service_line: str | None
    confidence: float = Field(ge=0, le=1)
    calibrated: bool
    top3: list[LabelShown] = Field(max_length=3)
    template: str | None
    why: str
    fields: dict[FieldName, PlacedShown | None]
    red_flags: list[RedFlagShown]
    language: str | None
    route: str
    prompt: SowPromptShown | None
    flags: list[TextFlag]
    needs_review: bool
    recommendations: list[RecommendationShown]
    withheld: list[WithheldShown]


def showing(answer: SowAnswer, tokens: Mapping[str, str]) -> Showing:
    """The answer in plain values; ``tokens`` holds the signed token of each recommendation by ``jti``."""
    return partial(_document, answer, tokens)


def _document(answer: SowAnswer, tokens: Mapping[str, str], reader: Reader) -> dict[str, Any]:
    return said_shown(answer.said, reader.sees, answer_id=answer.answer_id) | {
        "recommendations": [
            recommendation_shown(each, tokens[each.jti], reader.sees) for each in answer.recommendations
        ],
        "withheld": [withheld_shown(each) for each in answer.withheld],
    }


def said_shown(said: SowSaid, sees: frozenset[Sensitivity], *, answer_id: str | None) -> dict[str, Any]:
    """What is said, to somebody who sees these kinds of values; no recommendation is in it."""
    understood = said.understood
    return {
        "answer_id": answer_id,
        "service_line": understood.service_line,
        "confidence": understood.confidence,
        "calibrated": understood.calibrated,
        "top3": [{"label": label, "probability": chance} for label, chance in understood.top3],
        "template": understood.template,
        "why": understood.why,
        **found_shown(understood.fields.found, understood.red_flags, sees),
        "language": understood.language,
        "route": said.route,
        "prompt": dict(said.prompts[0]) if said.prompts else None,
        "flags": list(understood.flags),
        "needs_review": understood.needs_review,
        "recommendations": [],
        "withheld": [],
    }


def found_shown(
    found: Mapping[FieldName, Found | tuple[Found, ...] | None],
    red_flags: Sequence[Found],
    sees: frozenset[Sensitivity],
) -> dict[str, Any]:
    """What was found in a document and where, to somebody who sees these kinds of values."""
    hidden = _hidden_lines(found, sees)
    quote: Callable[[Found], str | None] = lambda found: None if (found.page, found.line) in hidden else found.quote  # noqa: E731
    return {
        "fields": {name: _field(name, held, sees, quote) for name, held in found.items()},
        "red_flags": [
            {"kind": each.value, "page": each.page, "line": each.line, "quote": quote(each)} for each in red_flags
        ],
    }


def _field(
    name: FieldName,
    found: Found | tuple[Found, ...] | None,
    sees: frozenset[Sensitivity],
    quote: Callable[[Found], str | None],
) -> dict[str, Any] | None:
    if found is None:
        return None
    first = found[0] if isinstance(found, tuple) else found
    place = {"page": first.page, "line": first.line, "quote": quote(first)}
    if not isinstance(found, tuple):
        return {"value": _value(name, found, sees), **place}
    return {"value": [_listed(name, each, sees, quote) for each in found], **place}


def _listed(
    name: FieldName, found: Found, sees: frozenset[Sensitivity], quote: Callable[[Found], str | None]
) -> dict[str, Any]:
    value = _value(name, found, sees)
    held = value if isinstance(value, dict) else {"value": value}
    return held | {"page": found.page, "line": found.line, "quote": quote(found)}


def _value(name: FieldName, found: Found, sees: frozenset[Sensitivity]) -> Any:
    """A value in JSON's own kinds, null where it is hidden."""
    value = found.value
    if name == "client" and Sensitivity.CLIENT not in sees:
        return None
    if name == "roles" and Sensitivity.RATE not in sees:
        return {**value, "rate": None, "currency": None}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return _plain(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _hidden_lines(
    found: Mapping[FieldName, Found | tuple[Found, ...] | None], sees: frozenset[Sensitivity]
) -> frozenset[tuple[int, int]]:
    """The lines on which something stands that is hidden: no quote of them is shown, whatever it is about."""
    return frozenset((each.page, each.line) for name, each in _each(found) if _is_hidden(name, each, sees))


def _each(
    found: Mapping[FieldName, Found | tuple[Found, ...] | None],
) -> Iterator[tuple[FieldName, Found]]:
    for name, held in found.items():
        several: Sequence[Found] = held if isinstance(held, tuple) else () if held is None else (held,)
        for each in several:
            yield name, each


def _is_hidden(name: FieldName, found: Found, sees: frozenset[Sensitivity]) -> bool:
    if name == "client":
        return Sensitivity.CLIENT not in sees
    return name == "roles" and found.value["rate"] is not None and Sensitivity.RATE not in sees
