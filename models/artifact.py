"""A predictor as files: one JSON document and the text of each booster. No pickle, so loading runs no code.

The document carries a stamp of the environment; a predictor made with another LightGBM, another snapshot contract or
another format is refused rather than trusted to mean the same.
"""

import hashlib
import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import lightgbm as lgb
from pydantic import BaseModel

from models.amounts import Amounts
from models.calibration import Bands, Calibration, ScoreBands
from models.catalog import TASKS
from models.features import Features
from models.predictor import Predictor
from models.scorers import Kind, Scorer
from models.scorers.additive import Additive
from models.scorers.linear_trees import LinearTrees
from models.scorers.trees import Trees

FORMAT = 3
BOOSTER_FILE = "booster.txt"
AMOUNT_FILE = "expected-{}.txt"
"""The booster of one of the expected amounts, by its name."""
DOCUMENT_FILE = "predictor.json"
WORDS = frozenset({"description", "title"})
IN_MODEL = Path("artifacts", "predictor")
"""Where the files of a predictor lie in the folder of a registered model."""
_ON: dict[type[Bands | ScoreBands], str] = {Bands: "probability", ScoreBands: "score"}
_BANDS: dict[str, type[Bands | ScoreBands]] = {on: bands for bands, on in _ON.items()}


class ArtifactRefused(Exception):
    """An artifact does not fit this environment, or is not what was registered. ``field`` names what differs."""

    def __init__(self, folder: Path, field: str, found: object, expected: object) -> None:
        super().__init__(f"the predictor in {folder} has {field} {found!r}; expected {expected!r}")
        self.field = field


def save(predictor: Predictor, folder: Path) -> None:
    """Writes the predictor's files into an existing folder: the document, and a text a booster."""
    amounts = predictor.amounts
    document = {
        "task": predictor.task,
        "settings": predictor.settings,
        "features": asdict(predictor.features),
        "scorer": predictor.scorer.document(),
        "calibration": asdict(predictor.calibration),
        "bands": {"on": _ON[type(predictor.bands)]} | asdict(predictor.bands),
        "amounts": None if amounts is None else {"constant": dict(amounts.constant), "trees": sorted(amounts.trees)},
        "environment": environment(TASKS[predictor.task].snapshot),
    }
    (folder / DOCUMENT_FILE).write_text(json.dumps(document, indent=1, sort_keys=True), encoding="utf-8")
    if isinstance(predictor.scorer, Trees | LinearTrees):
        (folder / BOOSTER_FILE).write_text(predictor.scorer.text(), encoding="utf-8")
    for name, text in ({} if amounts is None else amounts.texts).items():
        (folder / AMOUNT_FILE.format(name)).write_text(text, encoding="utf-8")


def load(folder: Path) -> Predictor:
    """Reads a predictor. Raises ArtifactRefused where it was made for another environment."""
    document: dict[str, Any] = json.loads((folder / DOCUMENT_FILE).read_text(encoding="utf-8"))
    stamp, task = document.get("environment", {}), document.get("task", "")
    if stamp.get("format") != FORMAT:
        raise ArtifactRefused(folder, "format", stamp.get("format"), FORMAT)
    if task not in TASKS:
        raise ArtifactRefused(folder, "task", task, list(TASKS))
    _refuse_foreign(folder, stamp, environment(TASKS[task].snapshot))
    kind = document["scorer"]["kind"]
    if kind not in get_args(Kind):
        raise ArtifactRefused(folder, "kind", kind, list(get_args(Kind)))
    features, bands = document["features"], document["bands"]
    return Predictor(
        task=task,
        settings=document["settings"],
        features=Features(
            tuple(features["names"]), {name: tuple(known) for name, known in features["categories"].items()}
        ),
        scorer=_scorer(folder, document["scorer"]),
        calibration=Calibration(**document["calibration"]),
        bands=_BANDS[bands["on"]](bands["medium"], bands["high"]),
        amounts=_amounts(folder, document["amounts"]),
    )


def digest(folder: Path) -> str:
    """SHA-256 in hex that names a predictor's files to the byte, whatever reads them.

    By hand, in the folder: ``(LC_ALL=C; sha256sum * | sha256sum)``. Raises OSError where they cannot be read.
    """
    files = sorted((file for file in folder.iterdir() if file.is_file()), key=lambda file: file.name.encode())
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _scorer(folder: Path, document: dict[str, Any]) -> Scorer:
    match document["kind"]:
        case "trees":
            return _trees(folder, BOOSTER_FILE)
        case "linear_trees":
            line = Additive.read(document["linear"])
            return LinearTrees(line, _trees(folder, BOOSTER_FILE), document["weight"])
    return Additive.read(document)


def _trees(folder: Path, file: str) -> Trees:
    return Trees(lgb.Booster(model_str=(folder / file).read_text(encoding="utf-8")))


def _amounts(folder: Path, kept: dict[str, Any] | None) -> Amounts | None:
    if kept is None:
        return None
    return Amounts(kept["constant"], {name: _trees(folder, AMOUNT_FILE.format(name)) for name in kept["trees"]})


def environment(snapshot: type[BaseModel]) -> dict[str, Any]:
    """What a predictor depends on. Python's and numpy's versions are recorded, the others must match."""
    contract = json.dumps(_unworded(snapshot.model_json_schema()), sort_keys=True).encode()
    return {
        "format": FORMAT,
        "lightgbm": _minor(version("lightgbm")),
        "snapshot": hashlib.sha256(contract).hexdigest()[:16],
        "python": platform.python_version(),
        "numpy": version("numpy"),
    }


def _unworded(schema: Any) -> Any:
    """A schema without its words: a better description of a field makes no other field of it."""
    if isinstance(schema, dict):
        said = {name for name, value in schema.items() if name in WORDS and isinstance(value, str)}
        return {name: _unworded(value) for name, value in schema.items() if name not in said}
    return [_unworded(value) for value in schema] if isinstance(schema, list) else schema


def _refuse_foreign(folder: Path, found: dict[str, Any], expected: dict[str, Any]) -> None:
    for field in ("lightgbm", "snapshot"):
        if found.get(field) != expected[field]:
            raise ArtifactRefused(folder, field, found.get(field), expected[field])


def _minor(release: str) -> str:
    return ".".join(release.split(".")[:2])
