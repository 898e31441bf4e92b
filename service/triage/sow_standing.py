"""Who classifies statements of work now: the firm's champion where one serves, else the taxonomy's own descriptions."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from models.sow.artifact import TASK, digest_of
from models.sow.classifier import Classifier, of_descriptions
from models.sow.taxonomy import Taxonomy, read_taxonomy
from service.champions import Champion
from service.gate.case import ModelStanding


class SowChampions(Protocol):
    """Where the champion is looked up."""

    def get(self, task: str) -> Champion[Classifier] | None: ...


class NoSowChampions:
    """Where there is no registry."""

    def get(self, task: str) -> None:  # noqa: ARG002 - as a registry is asked
        return None


@dataclass(frozen=True)
class Reading:
    """The classifier that answers, what is on record about it, its kind, and the digest that names it."""

    classifier: Classifier
    model: ModelStanding
    kind: str
    digest: str | None


class SowReaders:
    """Gives the classifier of the moment. ``taxonomy_file`` is the firm's own; the shipped one where None.

    The classifier of descriptions is made when it is first needed: that takes some tenths of a second.
    """

    def __init__(self, champions: SowChampions, taxonomy_file: Path | None) -> None:
        self._champions = champions
        self.taxonomy: Taxonomy = read_taxonomy(taxonomy_file)

    def now(self) -> Reading:
        """The champion's reading, or that of the descriptions, which may inform and not recommend."""
        champion = self._champions.get(TASK)
        return self._described if champion is None else _of(champion)

    @cached_property
    def _described(self) -> Reading:
        classifier = of_descriptions(self.taxonomy)
        standing = ModelStanding(
            name=TASK,
            version=f"taxonomy-{self.taxonomy.digest[:12]}",
            promoted=False,
            calibrated=False,
            drifted=False,
            trainer=None,
            promoter=None,
        )
        return Reading(classifier, standing, "descriptions", digest_of(classifier))


def _of(champion: Champion[Classifier]) -> Reading:
    standing = ModelStanding(
        name=TASK,
        version=champion.version,
        promoted=True,
        calibrated=champion.tags.get("calibrated") == "true",
        drifted=champion.tags.get("drifted") == "true",
        trainer=champion.trainer,
        promoter=champion.promoter,
    )
    return Reading(champion.predictor, standing, "text", champion.digest)
