"""Training a challenger of the classifier: fit, measure on the last window, register with the evidence.

The evidence holds numbers and no text: statements of work are a client's, and the registry is out of erasure's reach.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import BaseModel, Field

from models import artifact as artifacts
from models.sow import artifact
from models.sow.classifier import Classifier
from training import gates
from training.fit import Progress
from training.registry import Registry, Version, workspace
from training.sows.documents import Documents
from training.sows.figures import Measured, measured
from training.sows.fit import fit
from training.splits import TooFewRowsError

SOW = artifact.TASK
WINDOW_SHARE = 0.2
"""The last window: the latest fifth of the documents, by when they came."""
UNVERIFIED = ""
"""The trainer of a version that was trained without a key; nobody may promote it."""


class SowText(BaseModel):
    """What a registered classifier reads."""

    text: Annotated[str, Field(description="the whole text of a document", json_schema_extra={"unit": "category"})]


@dataclass(frozen=True)
class Trained:
    """A registered challenger and its figures on the last window."""

    version: Version
    report: dict[str, Any]


def train(
    documents: Documents, registry: Registry, *, until: dt.datetime | None, trainer: str | None, progress: Progress
) -> Trained:
    """Fits on all documents received before ``until`` and registers the result as the challenger.

    The figures are those of a *twin* that was fitted on what came before the last window. Raises TooFewRowsError.
    """
    known = documents if until is None else documents.before(until)
    start = _window_start(known)
    earlier, window = known.before(start), known.between(start)
    unseen = window.unlike(earlier)
    if not len(unseen):
        raise TooFewRowsError("the last fifth of the documents has no text that was not seen before")
    progress(f"measuring on the last window, {len(unseen):,} documents")
    twin = measured(fit(earlier), earlier, unseen)
    calibrated = is_calibrated(twin)
    progress(f"learning from {len(known):,} documents")
    classifier = fit(known)
    return _registered(classifier, twin, known, start, unseen, registry, calibrated, trainer, progress)


def is_calibrated(twin: Measured) -> bool:
    """Whether the confidence can be read as a frequency: what the gate asks about."""
    return gates.is_calibrated(window_of(frame_of(twin))).answer is gates.Answer.PASSED


def frame_of(twin: Measured, champion: Measured | None = None) -> pl.DataFrame:
    """The window as numbers: a row a document, none of its words."""
    frame = pl.DataFrame(
        {"confidence": twin.confidence, "right": twin.right, "of_truth": twin.of_truth, "rule_right": twin.rule_right}
    )
    return frame if champion is None else frame.with_columns(champion_of_truth=pl.Series(champion.of_truth))


def window_of(frame: pl.DataFrame) -> gates.Window:
    """The window as the checks take it: was the likeliest label right, and how likely was it?"""
    each = pl.int_range(frame.height, eager=True).to_numpy()
    confidence = frame["confidence"].to_numpy()
    return gates.Window(
        frame["right"].to_numpy(), each, each, confidence, frame["rule_right"].cast(pl.Float64).to_numpy()
    )


def _registered(  # noqa: PLR0917 - one parameter a fact of the version
    classifier: Classifier,
    twin: Measured,
    known: Documents,
    start: dt.datetime,
    unseen: Documents,
    registry: Registry,
    calibrated: bool,  # noqa: FBT001
    trainer: str | None,
    progress: Progress,
) -> Trained:
    report = {"window": {"from": start.isoformat(), "n": len(unseen)}, "calibrated": calibrated, **twin.report}
    progress("registering")
    with workspace() as folder:
        model, evidence = Path(folder, "predictor"), Path(folder, "evidence")
        model.mkdir()
        evidence.mkdir()
        artifact.save(_marked(classifier, calibrated=calibrated), model)
        champion, compared = _champion(registry, start, unseen, Path(folder))
        frame_of(twin, champion).write_parquet(evidence / "window.parquet")
        (evidence / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
        version = registry.register(
            SOW,
            SowText,
            model,
            evidence,
            params={"documents": len(known), "labels": len(classifier.labels)},
            metrics={f"window_{name}": float(value) for name, value in report.items() if isinstance(value, float)},
            tags={
                "trainer": trainer or UNVERIFIED,
                "kind": "text",
                "digest": artifacts.digest(model),
                "until": known.received[-1].isoformat(),
                "window_from": start.isoformat(),
                "rows": str(len(known)),
                "calibrated": "true" if calibrated else "false",
                "compared_with": compared,
            },
            served_by="served_sow.py",
        )
    return Trained(version, report)


def _champion(registry: Registry, start: dt.datetime, unseen: Documents, folder: Path) -> tuple[Measured | None, str]:
    """The champion on the same window, and its number; nothing where it has learnt from the window."""
    champion = registry.champion(SOW)
    if champion is None:
        return None, "none"
    if dt.datetime.fromisoformat(champion.tags["until"]) >= start:
        return None, f"{champion.number} has seen the window"
    try:
        classifier = artifact.load(registry.predictor_files(champion, folder / "champion"))
    except artifacts.ArtifactRefused:
        return None, f"{champion.number} cannot be loaded"
    return measured(classifier, unseen, unseen), str(champion.number)


def _marked(classifier: Classifier, *, calibrated: bool) -> Classifier:
    return Classifier(**{**vars(classifier), "calibrated": calibrated})


def _window_start(known: Documents) -> dt.datetime:
    return known.received[int((1 - WINDOW_SHARE) * (len(known) - 1))]
