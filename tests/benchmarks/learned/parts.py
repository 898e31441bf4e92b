"""The parts of the learning benchmark, each kept in a file of its own: one can be measured again without the others."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from figures import Figure


@dataclass(frozen=True)
class Part:
    """The figures of one task or data set, and what the page says of it."""

    name: str
    figures: list[Figure]
    text: str


def keep(part: Part, folder: Path) -> None:
    """Writes a part, in place of what was measured of it before."""
    document = {"name": part.name, "figures": [asdict(each) for each in part.figures], "text": part.text}
    (folder / f"{part.name}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def kept(names: Sequence[str], folder: Path) -> list[Part]:
    """The parts that were ever measured, in the order of ``names``."""
    files = [folder / f"{name}.json" for name in names]
    documents = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    return [Part(each["name"], [Figure(**figure) for figure in each["figures"]], each["text"]) for each in documents]
