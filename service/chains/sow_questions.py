"""A second opinion on a statement of work: a language model chooses a label of a closed set, and points at places.

It has no tools, and nothing that it says becomes a value, a name or an action: code reads the values where it pointed.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model

from models.sow.dates import DAY
from models.sow.lines import Document, Found, Line
from models.sow.money import AMOUNT
from models.sow.pointed import PointedName, read_at
from models.sow.second_opinion import Opinion
from models.sow.taxonomy import Taxonomy
from service.chains.chain import Chain
from service.chains.faults import Fault
from service.chains.marking import Marked, mark
from service.chains.question import PromptRef, Question, Reply, Route

CHARACTERS = 6_000
"""Of a part of the document that is asked about at a time: some two pages."""
MOST_PARTS = 6
"""Parts that are asked about: those which hold the most days, amounts and terms."""
MOST_POINTED = 30
_TERMS = re.compile(
    r"\b(?:fixed|materials|retainer|accept\w*|invoice\w*|net|renew\w*|extend\w*|term|period|price|fee|total|abnahme|"
    r"rechnung\w*|laufzeit|vergütung|festpreis)\b",
    re.IGNORECASE,
)
_MARKER = re.compile(r"[ˆˇ˘˙˚˝¦§¬¶†‡]{3}")


class Pointed(BaseModel):
    """A place where a field's value stands."""

    model_config = ConfigDict(extra="forbid")

    field: PointedName
    page: int = Field(ge=1)
    line: int = Field(ge=1)
    quote: str = Field(max_length=400)


class Places(BaseModel):
    """What a part of a document states, and where."""

    model_config = ConfigDict(extra="forbid")

    places: list[Pointed] = Field(max_length=MOST_POINTED)


@dataclass(frozen=True)
class Asked:
    """The opinion, who gave it, and the prompts behind it; ``route`` is embedded where no reply counted."""

    opinion: Opinion
    route: Route
    prompts: tuple[PromptRef, ...]


def second_opinion(
    chain: Chain,
    document: Document,
    labels: Sequence[str],
    taxonomy: Taxonomy,
    *,
    region: str | None,
    workflow: str | None,
) -> Asked | None:
    """Asks for the label and for the places, on one budget. None where no language model is configured."""
    if not chain.configured:
        return None
    budget = chain.budget()
    said = chain.ask(_which_label(document, labels, taxonomy, region, workflow), budget)
    parts = _parts(document.lines)
    pointed = chain.ask_all([_which_places(document, part, region, workflow) for part in parts], budget)
    replies: list[Reply[Any]] = [said, *pointed]
    counted = [reply for reply in replies if reply.value is not None]
    opinion = Opinion(
        label=None if said.value is None else str(said.value.model_dump()["service_line"]),
        pointed=_values(document, [reply.value for reply in pointed if reply.value is not None]),
        refused=any(tried.why == Fault.WRONG for reply in replies for tried in reply.tried),
    )
    prompts = dict.fromkeys(reply.prompt for reply in counted if reply.prompt is not None)
    return Asked(opinion, counted[0].route if counted else Route.EMBEDDED, tuple(prompts))


def _which_label(
    document: Document, labels: Sequence[str], taxonomy: Taxonomy, region: str | None, workflow: str | None
) -> Question[BaseModel]:
    marked = _marked(_beginning(document.lines))
    told = "\n".join(f"- {label}: {_described(label, taxonomy)}" for label in labels)
    return Question(
        prompt="sow_classify",
        variables={"labels": told, "marker": marked.marker, "lines": marked.text},
        reply=_one_of(tuple(labels)),
        wrong=lambda _: (),
        region=region,
        document=_digest(document.text, told),
        workflow=workflow,
    )


def _which_places(
    document: Document, part: Sequence[Line], region: str | None, workflow: str | None
) -> Question[Places]:
    marked, fields = _marked(part), ", ".join(get_args(PointedName))
    return Question(
        prompt="sow_extract",
        variables={"fields": fields, "marker": marked.marker, "lines": marked.text},
        reply=Places,
        wrong=lambda reply: [
            f"the quote of {each.field} does not stand at {each.page}:{each.line}"
            for each in reply.places
            if not document.stands(unmarked(each.quote), each.page, each.line)
        ],
        region=region,
        document=_digest(fields, *(f"{line.page}:{line.number}|{line.text}" for line in part)),
        workflow=workflow,
    )


def unmarked(quote: str) -> str:
    """A quote as it stands in the document: without markers, and without the place before the line."""
    return re.sub(r"^\d+:\d+\|", "", _MARKER.sub(" ", quote)).strip()


def _one_of(labels: tuple[str, ...]) -> type[BaseModel]:
    """The shape of a reply that names one of these labels, and nothing else."""
    closed: Any = Literal[labels]
    return create_model("ServiceLine", __config__=ConfigDict(extra="forbid"), service_line=(closed, ...))


def _described(label: str, taxonomy: Taxonomy) -> str:
    line = taxonomy.line(label)
    return label if line is None else " ".join(line.description.split())[:400]


def _marked(lines: Sequence[Line]) -> Marked:
    return mark("\n".join(f"{line.page}:{line.number}|{line.text}" for line in lines))


def _beginning(lines: Sequence[Line]) -> Sequence[Line]:
    return next(iter(_cut(lines)), ())


def _parts(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """The parts with the most to find, in the document's order."""
    parts = list(_cut(lines))
    richest = sorted(range(len(parts)), key=lambda place: (-_richness(parts[place]), place))[:MOST_PARTS]
    return [parts[place] for place in sorted(richest) if _richness(parts[place])]


def _cut(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    part: list[Line] = []
    length = 0
    for line in lines:
        if part and length + len(line.text) > CHARACTERS:
            yield part
            part, length = [], 0
        part.append(line)
        length += len(line.text)
    if part:
        yield part


def _richness(lines: Sequence[Line]) -> int:
    return sum(len(pattern.findall(line.text[:2_000])) for line in lines for pattern in (DAY, AMOUNT, _TERMS))


def _values(document: Document, replies: Sequence[Places]) -> Mapping[PointedName, Sequence[Found]]:
    found: dict[PointedName, list[Found]] = {}
    for reply in replies:
        for each in reply.places:
            value = read_at(document, each.field, each.page, each.line, unmarked(each.quote))
            if value is not None:
                found.setdefault(each.field, []).append(value)
    return found


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
