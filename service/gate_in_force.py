"""The gate that judges now, and the looking again at its files: a good change takes its place, a bad one is refused."""

import threading
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Self

import structlog

from ledger.principals import API_ROLES
from service.gate.gate import Gate
from service.gate.gate_files import files_of, load_gate
from service.gate.mistakes import GateFilesRefused, Mistake
from service.gate.tables import other_roles
from service.readiness import Finding
from service.repeating import Repeating

ComesIntoForce = Callable[[Gate], None]

_LAST_LOOK_SECONDS = 5
_MOST_LOGGED = 20
_log = structlog.get_logger("bellwether.gate")


def read_gate(own: Path | None) -> Gate:
    """The gate of the files, its tables being about the api_roles that there are. Raises GateFilesRefused."""
    gate = load_gate(own)
    if mistakes := other_roles(gate.tables, API_ROLES):
        raise GateFilesRefused(mistakes)
    return gate


class GateInForce(Repeating):
    """Holds the gate in force. Whoever answers a call takes it once, so that one call is judged by one gate.

    As a context manager it looks at the files again every ``refresh_seconds``, by a thread of its own. ``own`` is the
    firm's folder. ``comes_into_force`` is told of a new gate before that takes its place; where it raises, as where the
    files are refused, the old one keeps serving and ``finding`` says why.
    """

    def __init__(
        self,
        gate: Gate,
        *,
        own: Path | None = None,
        comes_into_force: ComesIntoForce = lambda gate: None,  # noqa: ARG005 - nobody has to know
        refresh_seconds: float = 10,
    ) -> None:
        super().__init__("gate", self.refresh, every_seconds=refresh_seconds, patience_seconds=_LAST_LOOK_SECONDS)
        self._gate = gate
        self._own = own
        self._comes_into_force = comes_into_force
        self._seen: Mapping[str, str] | None = None
        self._remark: str | None = None
        self._one_refresh = threading.Lock()

    @classmethod
    def read(cls, own: Path | None, *, comes_into_force: ComesIntoForce, refresh_seconds: float) -> Self:
        """The gate of the files as they are now. Raises GateFilesRefused, and what ``comes_into_force`` raises."""
        gate = read_gate(own)
        comes_into_force(gate)
        return cls(gate, own=own, comes_into_force=comes_into_force, refresh_seconds=refresh_seconds)

    @property
    def current(self) -> Gate:
        """The gate that judges now; it never changes, another one takes its place."""
        return self._gate

    def finding(self) -> Finding:
        """That a gate serves; with a remark where its files say something else that was refused."""
        return Finding(ok=bool(self._gate.workflows.by_name), why=self._remark)

    def refresh(self) -> None:
        """Look at the files now, and put the gate that they make into force where their texts have changed."""
        with self._one_refresh:
            texts = _digests(self._own)
            if texts == self._seen:
                return
            try:
                gate = read_gate(self._own)
            except GateFilesRefused as refused:
                if _digests(self._own) == texts:
                    self._refused(refused.mistakes, texts)
                return
            except Exception as error:  # noqa: BLE001 - nor may anything else about files end the looking at them
                self._remarked(f"the changed files cannot be read ({type(error).__name__})")
                return
            if _digests(self._own) == texts:  # else somebody is still writing, and the next look finds whole files
                self._replace(gate, texts)

    def _replace(self, gate: Gate, texts: Mapping[str, str]) -> None:
        if gate.policy_version != self._gate.policy_version:
            try:
                self._comes_into_force(gate)
            except GateFilesRefused as refused:
                self._refused(refused.mistakes, texts)
                return
            except Exception as error:  # noqa: BLE001 - whatever keeps it from the record keeps it from force
                self._remarked(f"a new gate could not be put on record ({type(error).__name__}) and waits")
                return
            self._gate = gate
            _log.info("gate in force", policy_version=gate.policy_version)
        self._seen, self._remark = texts, None

    def _refused(self, mistakes: Sequence[Mistake], texts: Mapping[str, str]) -> None:
        self._seen = texts
        told = [f"{self._named(mistake.file)}:{mistake.line}: {mistake.reason}" for mistake in mistakes]
        more = f" (and {len(told) - 1} more, see the log)" if len(told) > 1 else ""
        self._remarked(f"the changed files are refused: {told[0]}{more}", told[:_MOST_LOGGED])

    def _remarked(self, why: str, mistakes: Sequence[str] = ()) -> None:
        remark = f"{why}; the gate of policy version {self._gate.policy_version} keeps serving"
        if remark != self._remark:
            _log.warning("gate refused", why=why, mistakes=list(mistakes))
        self._remark = remark

    def _named(self, file: Path) -> str:
        """The file below its folder: where that lies is no reader's business."""
        for folder in (self._own, Path(__file__).parent):
            if folder is not None and file.is_relative_to(folder):
                return str(file.relative_to(folder))
        return file.name


def _digests(own: Path | None) -> dict[str, str]:
    return {name: _digest(file) for name, file in files_of(own).items()}


def _digest(file: Path) -> str:
    try:
        return sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        return type(error).__name__
