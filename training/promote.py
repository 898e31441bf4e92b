"""Promotion: challenger and champion on the same rows, not by the trainer, and a row in the audit chain."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy import Connection

from ledger import record
from ledger.audit import Entry, append
from ledger.principals import Principal
from ledger.pseudonyms import pseudonym, references
from models import artifact
from models.arrays import Floats
from training import gates
from training.deployment import Deployment
from training.gates import Check
from training.registry import Registry, Version, workspace

PROMOTERS = frozenset({"data_scientist", "pmo", "admin"})
"""The api_roles that may promote. None of them, admin included, may promote what they trained."""


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

    The decision, a refusal too, is a row of the audit chain. Raises PromotionRefusedError, UnknownVersionError.
    """
    version = deployment.registry.version(task, number)
    promoter = _allowed(deployment.principal)
    trainer = version.tags.get("trainer", "")
    refusal = _separation(version, trainer, promoter)
    checks = [] if refusal else compare(deployment.registry, version)
    refusal = refusal or _failure(version, checks)
    with record.transaction(deployment.engine, deployment.home) as connection:
        append(connection, [_entry(connection, version, promoter, checks, refusal)], now=now)
        if refusal is None:
            deployment.registry.promote(version, promoter=promoter.principal_id)
    if refusal is not None:
        raise refusal
    return Promotion(version, trainer, promoter.principal_id, checks)


def compare(registry: Registry, version: Version) -> list[Check]:
    """The checks of a version on its own last window, against the rule and, on the same rows, the champion."""
    with workspace() as folder:
        evidence = registry.evidence_files(version, Path(folder, "challenger"))
        frame = pl.read_parquet(evidence / "window.parquet")
        challenger = artifact.load(evidence / "twin").score(frame).probability
        window = gates.window_of(frame, challenger, frame["rule"].to_numpy())
        champion, why_not = _champion_forecast(registry, version, frame, Path(folder))
    return [
        gates.beats_rule(window),
        gates.is_calibrated(window),
        gates.not_worse_than_champion(window, champion, why_not),
    ]


def _champion_forecast(
    registry: Registry, version: Version, frame: pl.DataFrame, folder: Path
) -> tuple[Floats | None, str]:
    """The champion's forecasts of the challenger's window, made by whichever of its models has not seen those rows."""
    champion = registry.champion(version.task)
    if champion is None:
        return None, "there is no champion yet"
    if champion.number == version.number:
        return None, "the version is the champion itself"
    if champion.tags["outcome_settings"] != version.tags["outcome_settings"]:
        return None, f"the champion, version {champion.number}, predicts another outcome"
    window_from = _instant(version.tags["window_from"])
    if _instant(champion.tags["until"]) <= window_from:
        files = registry.predictor_files(champion, folder / "champion")
    elif _instant(champion.tags["window_from"]) <= window_from:
        files = registry.evidence_files(champion, folder / "champion") / "twin"
    else:
        return None, f"the champion, version {champion.number}, was fitted on rows of this window"
    return artifact.load(files).score(frame).probability, ""


def _allowed(principal: Principal | None) -> Principal:
    if principal is None:
        raise PromotionRefusedError(
            "promoter_unknown", "set BELLWETHER_KEY to the promoter's key: a promotion has a principal"
        )
    if principal.api_role not in PROMOTERS:
        roles = ", ".join(sorted(PROMOTERS))
        raise PromotionRefusedError(
            "api_role", f"{principal.principal_id} holds a key of {principal.api_role}; expected one of {roles}"
        )
    return principal


def _separation(version: Version, trainer: str, promoter: Principal) -> PromotionRefusedError | None:
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


def _entry(
    connection: Connection,
    version: Version,
    promoter: Principal,
    checks: list[Check],
    refusal: PromotionRefusedError | None,
) -> Entry:
    trainer = version.tags.get("trainer", "")
    named = [name for name in (trainer, promoter.principal_id) if name]
    keys = references(connection, named)
    return Entry(
        "promotion" if refusal is None else "promotion_refused",
        {
            "task": version.task,
            "version": version.number,
            "trainer": pseudonym(keys[trainer], trainer) if trainer else None,
            "promoter": pseudonym(keys[promoter.principal_id], promoter.principal_id),
            "checks": [{"code": check.code, "answer": check.answer.value, "text": check.text} for check in checks],
            "refused": refusal.why if refusal else None,
        },
    )


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
