"""Promotion: challenger and champion on the same rows, not by the trainer, and a row in the audit chain."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, text

from ledger import record
from ledger.audit import Entry, append
from ledger.principals import Principal
from ledger.pseudonyms import pseudonym, references
from training import gates
from training.comparison import compare
from training.deployment import Deployment
from training.gates import Check
from training.registry import RegistryUnavailableError, Version
from training.sows.compare import compare as compare_sows
from training.sows.train import SOW

PROMOTERS = frozenset({"data_scientist", "pmo", "admin"})
"""The api_roles that may promote. None of them, admin included, may promote what they trained."""

_ONE_PROMOTER = 0x70726F6D
"""The advisory lock of whoever promotes ("prom" in ASCII)."""


class PromotionRefusedError(Exception):
    """This version may not become champion; ``why`` is a code and the message a sentence."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Promotion:
    """A version that became champion, by whom, and what it showed."""

    version: Version
    trainer: str
    promoter: str
    checks: list[Check]


def promote(deployment: Deployment, task: str, number: int, *, now: dt.datetime) -> Promotion:
    """Makes a version the champion if its checks pass and the promoter is not its trainer.

    The decision, a refusal too, is a row of the audit chain. The row comes before the alias: a process that dies
    between them leaves a row without effect, never a champion without a row. To promote again puts it right.

    Raises PromotionRefusedError, UnknownVersionError, RegistryUnavailableError.
    """
    version = deployment.registry.version(task, number)
    promoter = deployment.principal
    with _alone(deployment.engine):
        refusal = _refusal(version, promoter)
        checks = [] if refusal else _checks(deployment, version)
        refusal = refusal or _failure(version, checks)
        _record(deployment, "promotion_refused" if refusal else "promotion", version, checks, refusal, now=now)
        if refusal is not None:
            raise refusal
        assert promoter is not None
        try:
            deployment.registry.promote(version, promoter=promoter.principal_id)
        except RegistryUnavailableError:
            _record(deployment, "promotion_failed", version, checks, None, now=now)
            raise
    return Promotion(version, version.tags["trainer"], promoter.principal_id, checks)


def _checks(deployment: Deployment, version: Version) -> list[Check]:
    return (compare_sows if version.task == SOW else compare)(deployment.registry, version)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """One promotion at a time: two that run beside each other would both be compared with the champion before them."""
    with engine.begin() as connection:
        free = connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _ONE_PROMOTER}).scalar_one()
        if not free:
            raise PromotionRefusedError(
                "another_promotion", "another promotion is under way; try again when it is done"
            )
        yield


def _refusal(version: Version, promoter: Principal | None) -> PromotionRefusedError | None:
    """Who may not promote this version, whatever it shows."""
    trainer = version.tags.get("trainer", "")
    if promoter is None:
        return PromotionRefusedError(
            "promoter_unknown", "set BELLWETHER_KEY to the promoter's key: a promotion has a principal"
        )
    if promoter.api_role not in PROMOTERS:
        roles = ", ".join(sorted(PROMOTERS))
        return PromotionRefusedError(
            "api_role", f"{promoter.principal_id} holds a key of {promoter.api_role}; expected one of {roles}"
        )
    if not trainer:
        return PromotionRefusedError(
            "trainer_unknown",
            f"version {version.number} was trained without a key, so nobody can tell that {promoter.principal_id} is "
            "not its trainer; train it again with BELLWETHER_KEY set",
        )
    if trainer == promoter.principal_id:
        return PromotionRefusedError(
            "separation_of_duties",
            f"{trainer} trained version {version.number} and may not promote it; another principal must",
        )
    return None


def _failure(version: Version, checks: list[Check]) -> PromotionRefusedError | None:
    if gates.permits(checks):
        return None
    failed = "; ".join(check.text for check in checks if check.answer is gates.Answer.FAILED)
    return PromotionRefusedError("checks_failed", f"version {version.number} of {version.task} may not serve: {failed}")


def _record(
    deployment: Deployment,
    kind: str,
    version: Version,
    checks: list[Check],
    refusal: PromotionRefusedError | None,
    *,
    now: dt.datetime,
) -> None:
    """Appends a row to the audit chain. Principals are in it by their pseudonyms."""
    trainer = version.tags.get("trainer", "")
    promoter = deployment.principal.principal_id if deployment.principal else ""
    with record.transaction(deployment.engine, deployment.home) as connection:
        keys = references(connection, [name for name in (trainer, promoter) if name])
        payload = {
            "task": version.task,
            "version": version.number,
            "trainer": pseudonym(keys[trainer], trainer) if trainer else None,
            "promoter": pseudonym(keys[promoter], promoter) if promoter else None,
            "checks": [{"code": check.code, "answer": check.answer.value, "text": check.text} for check in checks],
            "refused": refusal.why if refusal else None,
        }
        append(connection, [Entry(kind, payload)], now=now)
