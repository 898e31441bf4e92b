"""A summary as HTTP shows it: the models are the documentation, `showing` makes the values."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.approval_summary.evidence import Evidence
from models.approval_summary.missing import Missing
from models.text_flags import TextFlag
from service.api.prediction_answer import RecommendationShown, WithheldShown
from service.gate.reader import Reader
from service.gate.redaction import recommendation_shown, withheld_shown
from service.gate.released import Showing
from service.triage.summarised import Summarised


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SentenceShown(_Shown):
    """One sentence, and the ids of the evidence that it rests on. Sentences about what is hidden are not there."""

    text: str
    cites: list[str] = Field(min_length=1)


class EvidenceShown(_Shown):
    """One item. ``source`` is a cell of the records (``table/key/column``) or says what it is computed from.

    Of an item that the caller's api_role may not see, ``kind`` is ``hidden`` and all else is null.
    """

    id: str
    kind: str
    value: float | str | None
    unit: str | None
    source: str | None


class MissingShown(_Shown):
    """One kind of evidence that is not there, in words, and by which items that is known."""

    evidence: str
    text: str
    cites: list[str]


class PromptShown(_Shown):
    """The prompt of the language model whose sentences these are."""

    name: str
    version: int
    sha: str


class SummaryShown(_Shown):
    """An approval in at most six sentences. It never says what to decide.

    ``may_decide`` are approver roles, empty for what is decided. ``route`` says who wrote the sentences: ``embedded``
    is the template, which needs no language model.
    """

    answer_id: str
    sentences: list[SentenceShown] = Field(max_length=6)
    evidence: list[EvidenceShown]
    missing: list[MissingShown]
    may_decide: list[str]
    route: str
    prompt: PromptShown | None
    flags: list[TextFlag]
    recommendations: list[RecommendationShown]
    withheld: list[WithheldShown]


def showing(answer: Summarised, tokens: Mapping[str, str]) -> Showing:
    """The answer in plain values; ``tokens`` holds the signed token of each recommendation by ``jti``."""
    return partial(_document, answer, tokens)


def _document(answer: Summarised, tokens: Mapping[str, str], reader: Reader) -> dict[str, Any]:
    visible: Callable[[Evidence], bool] = lambda item: item.visible(reader.sees)  # noqa: E731
    hidden = {item.id for item in answer.said.evidence if not visible(item)}
    return {
        "answer_id": answer.answer_id,
        "sentences": [
            {"text": each.text, "cites": list(each.cites)}
            for each in answer.told.sentences
            if hidden.isdisjoint(each.cites)
        ],
        "evidence": [evidence_shown(item) if visible(item) else _hidden(item) for item in answer.said.evidence],
        "missing": [missing_shown(each) for each in answer.said.missing if hidden.isdisjoint(each.cites)],
        "may_decide": list(answer.said.may_decide),
        "route": answer.told.route,
        "prompt": None if answer.told.prompt is None else dict(answer.told.prompt),
        "flags": list(answer.told.flags),
        "recommendations": [
            recommendation_shown(each, tokens[each.jti], reader.sees) for each in answer.recommendations
        ],
        "withheld": [withheld_shown(each) for each in answer.withheld],
    }


def _hidden(item: Evidence) -> dict[str, Any]:
    return {"id": item.id, "kind": "hidden", "value": None, "unit": None, "source": None}


def evidence_shown(item: Evidence) -> dict[str, Any]:
    """An item to somebody who may see it."""
    return {"id": item.id, "kind": item.kind, "value": item.value, "unit": item.unit, "source": item.source}


def missing_shown(each: Missing) -> dict[str, Any]:
    """What is missing, to somebody who may see all that it cites."""
    return {"evidence": each.evidence, "text": each.text, "cites": list(each.cites)}
