"""A challenger beside the rule and the champion, on the same rows, none of which any of them has learnt from."""

import datetime as dt
from pathlib import Path

import polars as pl

from models import artifact
from training import gates
from training.gates import Check, Window
from training.registry import Registry, Version, workspace


def compare(registry: Registry, version: Version) -> list[Check]:
    """The checks of a version on its own last window, against the rule and, on the same rows, the champion.

    A version without outcomes has no probability to check: of it only the bands are counted.
    """
    with workspace() as folder:
        evidence = registry.evidence_files(version, Path(folder, "challenger"))
        frame = pl.read_parquet(evidence / "window.parquet")
        twin = artifact.load(evidence / "twin")
        scores = twin.score(frame)
        if twin.kind == "unsupervised":
            return [gates.bands_hold(scores.bands.count("high") / frame.height)]
        challenger = scores.probability
        window = gates.window_of(frame, challenger, frame["rule"].to_numpy())
        against_champion = _against_champion(registry, version, window, frame, Path(folder))
    beats_rule = gates.answers_like_the_rule() if twin.kind == "rule" else gates.beats_rule(window)
    return [beats_rule, gates.is_calibrated(window), against_champion]


def _against_champion(registry: Registry, version: Version, window: Window, frame: pl.DataFrame, folder: Path) -> Check:
    """The champion on the challenger's window, by whichever of its models has not seen those rows.

    Where there is nothing to compare with, the check does not apply. Where there is, and it cannot be done, it fails:
    else a challenger of old records would pass by the champion without being measured against it.
    """
    champion = registry.champion(version.task)
    why_not = _nothing_to_compare(champion, version)
    if champion is None or why_not:
        return gates.not_worse_than_champion(window, None, why_not)
    named = f"the champion, version {champion.number},"
    window_from = _instant(version.tags["window_from"])
    if _instant(champion.tags["until"]) <= window_from:
        files = registry.predictor_files(champion, folder / "champion")
    elif _instant(champion.tags["window_from"]) <= window_from:
        files = registry.evidence_files(champion, folder / "champion") / "twin"
    else:
        text = f"{named} was fitted on rows of this window; expected a version trained on records that reach as far"
        return Check("not_worse_than_champion", gates.Answer.FAILED, text)
    try:
        predictor = artifact.load(files)
    except artifact.ArtifactRefused as refused:
        return gates.not_worse_than_champion(window, None, f"{named} has another {refused.field} and cannot be loaded")
    return gates.not_worse_than_champion(window, predictor.score(frame).probability, "")


def _nothing_to_compare(champion: Version | None, version: Version) -> str:
    if champion is None:
        return "there is no champion yet"
    if champion.number == version.number:
        return "the version is the champion itself"
    if champion.tags["outcome_settings"] != version.tags["outcome_settings"]:
        return f"the champion, version {champion.number}, predicts another outcome"
    return ""


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
