"""The embedded answer beside that of a language model: agreement changes nothing, everything else asks for a review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.sow.fields import Fields
from models.sow.lines import Found
from models.sow.pointed import PointedName
from models.sow.taxonomy import Taxonomy
from models.sow.understanding import Understanding, why
from models.text_flags import TextFlag

DISAGREED = 0.5
"""What is left of the confidence where the language model names another service line."""


@dataclass(frozen=True)
class Opinion:
    """What a language model said: a label of the closed set, and values that code read where it pointed.

    ``label`` is None where no reply counted. ``refused``: some reply did not stand up to the checks.
    """

    label: str | None
    pointed: Mapping[PointedName, Sequence[Found]]
    refused: bool


def with_opinion(understood: Understanding, opinion: Opinion, taxonomy: Taxonomy, *, floor: float) -> Understanding:
    """The answer of both. The embedded one stands where they differ, with less confidence and a flag.

    Where the classifier abstained, a label of the language model's that is among its first three is given, flagged. A
    value that the rules did not find is added, flagged; one that contradicts them is not.
    """
    raised: list[TextFlag] = []
    label, confidence = understood.service_line, understood.confidence
    if opinion.label is not None and opinion.label != label:
        raised.append(TextFlag.DISAGREEMENT)
        if label is not None:
            confidence *= DISAGREED
        elif opinion.label in dict(understood.top3):
            label, confidence = opinion.label, dict(understood.top3)[opinion.label]
    fields, added, differs = _merged(understood.fields, opinion.pointed)
    raised += [flag for flag, is_raised in (
        (TextFlag.DISAGREEMENT, differs), (TextFlag.ADDED_BY_MODEL, added),
        (TextFlag.PROMPT_ANSWER_REFUSED, opinion.refused),
    ) if is_raised]  # fmt: skip
    line = taxonomy.line(label)
    return replace(
        understood,
        service_line=label,
        confidence=confidence,
        template=line.template if line else None,
        why=why(label, confidence, line, fields, floor=floor),
        fields=fields,
        flags=tuple(dict.fromkeys([*understood.flags, *raised])),
    )


def _merged(fields: Fields, pointed: Mapping[PointedName, Sequence[Found]]) -> tuple[Fields, bool, bool]:
    """The fields with what was added, whether anything was, and whether anything differs."""
    found, added, differs = dict(fields.found), False, False
    for name, places in pointed.items():
        values = {str(place.value) for place in places}
        ours = found[name]
        if isinstance(ours, Found):
            differs = differs or values != {str(ours.value)}
        elif len(values) == 1 and name not in fields.contradicted:
            found[name], added = places[0], True
        else:
            differs = differs or len(values) > 1
    return replace(fields, found=found), added, differs
