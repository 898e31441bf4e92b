"""The parts that the routes work with, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from models.predictor import Predictor
from service.chains.chain import Chain
from service.champions import Champions
from service.gate_in_force import GateInForce
from service.inbox.deciding import Inbox
from service.known_keys import KnownKeys
from service.metrics import Metrics
from service.outgoing.outbox import Outbox
from service.outgoing.subscribing import Subscriptions
from service.pipeline.pipeline import Pipeline
from service.readiness import Check
from service.settings import Settings
from service.signing_keys_in_force import SigningKeysInForce
from service.triage.deciding import Decisions
from service.triage.desk import Desk
from service.triage.sow_desk import Sows
from service.triage.summarising import Summaries


@dataclass(frozen=True)
class Services:
    """Everything a route may use. ``checks`` and ``task_checks`` are what ``/readyz`` asks, by the name of the part."""

    settings: Settings
    engine: Engine
    keys: KnownKeys
    gate: GateInForce
    signing_keys: SigningKeysInForce
    champions: Champions[Predictor]
    metrics: Metrics
    desk: Desk
    summaries: Summaries
    sows: Sows
    decisions: Decisions
    pipeline: Pipeline
    outbox: Outbox
    subscriptions: Subscriptions
    chain: Chain
    inbox: Inbox
    checks: Mapping[str, Check]
    task_checks: Mapping[str, Check]
