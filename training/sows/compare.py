"""What a challenger of the classifier must show before it may become champion."""

from pathlib import Path

import numpy as np
import polars as pl

from models.arrays import Floats
from training import gates
from training.gates import Answer, Check, Window
from training.registry import Registry, Version, workspace
from training.sows.train import SOW, window_of

_LEAST_LIKELY = 1e-3
"""A label that was not known was not impossible."""
_TWO_SIDED = 1.96
"""Standard errors to either side of a 95% interval."""


def compare(registry: Registry, version: Version) -> list[Check]:
    """The checks of a version on its last window: against the keyword rule, calibration, and the champion."""
    with workspace() as folder:
        frame = pl.read_parquet(registry.evidence_files(version, Path(folder, "evidence")) / "window.parquet")
    return [beats_rule(frame), gates.is_calibrated(window_of(frame)), _against_champion(registry, version, frame)]


def beats_rule(frame: pl.DataFrame) -> Check:
    """Is right more often than the keyword rule: the 95% interval of the gain in accuracy lies above 0."""
    gain = frame["right"].cast(pl.Int8).to_numpy() - frame["rule_right"].cast(pl.Int8).to_numpy()
    value, off = float(gain.mean()), _TWO_SIDED * float(gain.std()) / max(1.0, float(np.sqrt(len(gain))))
    return Check(
        "beats_rule",
        Answer.PASSED if value - off > 0 else Answer.FAILED,
        f"accuracy above the keyword rule by {value:.3f} ({value - off:.3f} to {value + off:.3f}); expected > 0",
    )


def _against_champion(registry: Registry, version: Version, frame: pl.DataFrame) -> Check:
    """On the same documents, by how likely each held the label that came.

    They were compared when the challenger was trained, for its evidence holds no text. Where another version has become
    champion since, or the champion has learnt from the window, there is no fair comparison.
    """
    champion, compared = registry.champion(SOW), version.tags.get("compared_with", "none")
    each = np.arange(frame.height)
    came = Window(np.ones(frame.height, dtype=bool), each, each, _likely(frame["of_truth"]), _likely(frame["of_truth"]))
    if champion is None:
        return gates.not_worse_than_champion(came, None, "there is no champion yet")
    if champion.number == version.number:
        return gates.not_worse_than_champion(came, None, "the version is the champion itself")
    if compared != str(champion.number):
        text = (
            f"compared with {compared}, and the champion is version {champion.number}; expected a version trained since"
        )
        seen = compared == f"{champion.number} has seen the window"
        if seen:
            text = f"the champion, version {compared}; expected a version trained on documents that reach further"
        return Check("not_worse_than_champion", Answer.FAILED, text)
    return gates.not_worse_than_champion(came, _likely(frame["champion_of_truth"]), "")


def _likely(values: pl.Series) -> Floats:
    """Probabilities that a logarithm can be taken of."""
    return np.asarray(np.clip(values.to_numpy(), _LEAST_LIKELY, 1.0))
