"""Whether answers can be given now, part by part.

An orchestrator's probe takes an instance that is not ready out of its rotation. So only what every answer needs keeps
one from being ready; what some answers need is a part that is reported and not needed, or one task without a champion
would silence the tasks that have one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Self

import structlog
from pydantic import BaseModel, ConfigDict, Field

_log = structlog.get_logger("bellwether.readiness")


class Finding(NamedTuple):
    """Whether a part is there, and what there is to say of it: how to put it right, or a remark where it is."""

    ok: bool
    why: str | None = None


Check = Callable[[], Finding]


class Part(BaseModel):
    """One part, without which no answer is given (``needed``) or only some are."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(examples=["database"])
    ok: bool
    needed: bool = Field(description="whether no answer at all is given without it")
    why: str | None = Field(description="what is wrong and how to put it right, or a remark; null where all is well")


class Readiness(BaseModel):
    """All parts; ready when every needed one is."""

    model_config = ConfigDict(frozen=True)

    ready: bool
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, needed: Mapping[str, Check], reported: Mapping[str, Check]) -> Self:
        """Ask every part now, by its name. One that cannot even say what is wrong is not there."""
        parts = (*_asked(needed, needed=True), *_asked(reported, needed=False))
        return cls(ready=all(part.ok for part in parts if part.needed), parts=parts)


def _asked(checks: Mapping[str, Check], *, needed: bool) -> Iterator[Part]:
    for name, check in checks.items():
        finding = _finding(name, check)
        yield Part(name=name, ok=finding.ok, needed=needed, why=finding.why)


def _finding(name: str, check: Check) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever one part fails with, the others are still reported
        _log.exception("part does not answer", part=name)
        return Finding(ok=False, why=f"does not answer ({type(error).__name__}, see the log)")
