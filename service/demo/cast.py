"""Who takes part in the demo, and the key of each."""

from dataclasses import dataclass
from datetime import datetime

from ledger.principals import create_key
from ledger.record import transaction
from service.commands.database import migrated
from service.settings import PersonLevelUse, Settings

TRAINER = "dana"
PROMOTER = "pavel"
ENGINE = "workflow-engine"
REQUESTER = "mona"

PURPOSE = PersonLevelUse(
    officer="nobody: the firm is invented",
    purpose="to show how time gets in before the week closes",
    impact_assessment="none is needed for people who do not exist",
    worker_information="none is needed for people who do not exist",
)
"""The record without which nothing is predicted about people's time. A real firm's names an officer and documents."""


@dataclass(frozen=True)
class Keys:
    """The API key of each principal."""

    trainer: str
    promoter: str
    engine: str


def keys(settings: Settings, *, now: datetime) -> Keys:
    """New keys in the database of ``settings``, each recorded in the audit chain."""
    with migrated(settings) as engine, transaction(engine, settings.home) as connection:
        return Keys(
            trainer=create_key(connection, principal_id=TRAINER, api_role="data_scientist", now=now),
            promoter=create_key(connection, principal_id=PROMOTER, api_role="pmo", now=now),
            engine=create_key(connection, principal_id=ENGINE, api_role="orchestrator", now=now),
        )
