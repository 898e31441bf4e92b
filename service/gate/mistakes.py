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


class GateFilesRefused(Exception):
    """The files do not make a gate; nothing of them is in use. ``mistakes`` is never empty and is in file order."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def read_gate_file(file: Path) -> str:
    """The text of a file. Raises GateFilesRefused where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GateFilesRefused([Mistake(file, 1, f"not readable as UTF-8 text: {type(error).__name__}")]) from error
