"""What is understood of one statement of work by rules and the classifier alone: the answer that is always there."""

from dataclasses import dataclass

from models.sow.classifier import Classifier
from models.sow.fields import Fields, fields_of
from models.sow.language import Language, language_of
from models.sow.lines import Document, Found
from models.sow.passages import Passages
from models.sow.red_flags import red_flags
from models.sow.suspicion import suspicions
from models.sow.taxonomy import ServiceLine, Taxonomy
from models.text_flags import TextFlag, needs_review, suspicious

MOST_HIDDEN = 0
"""Invisible characters beyond the usual residue of word processors that a document may hold unflagged."""


@dataclass(frozen=True)
class Understanding:
    """What a document is, and what it says. ``service_line`` is None where the classifier abstains.

    ``top3`` are labels with their probabilities; ``confidence`` is that of the service line, or of the most likely
    label where none is given. ``suspected`` says where the document speaks to a machine.
    """

    service_line: str | None
    confidence: float
    calibrated: bool
    top3: tuple[tuple[str, float], ...]
    template: str | None
    why: str
    fields: Fields
    red_flags: tuple[Found, ...]
    suspected: tuple[Found, ...]
    language: Language | None
    flags: tuple[TextFlag, ...]

    @property
    def needs_review(self) -> bool:
        """Whether a person has to look before anybody relies on it."""
        return needs_review(self.flags)

    @property
    def suspicious(self) -> bool:
        """Whether the gate is told that somebody may have written the document to steer its reader."""
        return suspicious(self.flags)


def understand(document: Document, taxonomy: Taxonomy, classifier: Classifier) -> Understanding:
    """The embedded answer. Reads nothing but the document, and gives the same for the same."""
    passages = Passages(document)
    guess = classifier.guess(document.text)
    fields = fields_of(document)
    suspected = tuple(suspicions(document, passages))
    raised = {
        TextFlag.INJECTION_SUSPECTED: bool(suspected),
        TextFlag.INVISIBLE_CHARACTERS: document.hidden > MOST_HIDDEN,
        TextFlag.RESTS_ON_FEW_LINES: guess.rests_on_few,
        TextFlag.ABSTAINED: guess.label is None,
        TextFlag.CONTRADICTION: bool(fields.contradicted),
        TextFlag.TRUNCATED: fields.cut,
        TextFlag.UNCALIBRATED: not classifier.calibrated,
    }
    line = taxonomy.line(guess.label)
    return Understanding(
        service_line=guess.label,
        confidence=guess.confidence,
        calibrated=classifier.calibrated,
        top3=guess.ranked[:3],
        template=line.template if line else None,
        why=why(guess.label, guess.confidence, line, fields, floor=guess.floor),
        fields=fields,
        red_flags=tuple(red_flags(passages)),
        suspected=suspected,
        language=language_of(document.text),
        flags=tuple(flag for flag, is_raised in raised.items() if is_raised),
    )


def why(label: str | None, confidence: float, line: ServiceLine | None, fields: Fields, *, floor: float) -> str:
    """One or two sentences, of the taxonomy's words and closed lists only: nothing of the document is in them."""
    if label is None:
        below = f"of {confidence:.2f}, below the floor of {floor:.2f}"
        few = f"of {confidence:.2f}, and another would be likelier without a line or two"
        return f"The likeliest service line has a probability {below if confidence < floor else few}; none is given."
    if line is None:
        return f"It reads like {label} ({confidence:.2f}), of which the taxonomy says nothing; no template is proposed."
    if line.template is None or line.sets_up is None:
        return f"It reads like {line.title} ({confidence:.2f}), for which there is no template."
    phases = ", ".join(line.sets_up.phases)
    said = f"It reads like {line.title} ({confidence:.2f}); template {line.template} sets up {phases}."
    billing = fields.value("billing")
    if billing is not None and billing != line.sets_up.billing:
        said += f" The document says {_worded(billing)}, the template is made for {_worded(line.sets_up.billing)}."
    return said


def _worded(billing: str) -> str:
    return billing.replace("_", " ")
