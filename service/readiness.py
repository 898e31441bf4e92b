"""Whether answers can be given now, part by part."""

from collections.abc import Callable, Mapping
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
    """One part without which no answer is given."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(examples=["database"])
    ok: bool
    why: str | None = Field(description="what is wrong and how to put it right, or a remark; null where all is well")


class Readiness(BaseModel):
    """All parts; ready when every one is."""

    model_config = ConfigDict(frozen=True)

    ready: bool
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, checks: Mapping[str, Check]) -> Self:
        """Ask every part now. One that cannot even say what is wrong is not ready."""
        findings = {name: _asked(name, check) for name, check in checks.items()}
        parts = tuple(Part(name=name, ok=finding.ok, why=finding.why) for name, finding in findings.items())
        return cls(ready=all(part.ok for part in parts), parts=parts)


def _asked(name: str, check: Check) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever one part fails with, the others are still reported
        _log.exception("part does not answer", part=name)
        return Finding(ok=False, why=f"does not answer ({type(error).__name__}, see the log)")
