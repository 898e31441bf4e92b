"""What is wrong with a file of the gate: where, and why. One loading reports every mistake that it finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One thing wrong with one line. ``reason`` says what was expected."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class GateFilesRefused(Exception):  # noqa: N818 - a fact, as the house words its errors
    """The files do not make a gate; nothing of them is in use. ``mistakes`` is never empty and is in file order."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))
