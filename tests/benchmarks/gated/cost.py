"""What the gate costs a subject, beside a bare Cedar decision about the same facts in the same run."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from cedarpy import Entities, is_authorized
from figures import Figure, at_most, reported
from gated.asked import call_of, case_of

from models.actions import Proposal
from models.money import MoneyAtRisk
from service.gate.case import Case, Facts
from service.gate.entities import entities
from service.gate.gate import Gate
from service.gate.gate_files import load_gate

SUBJECTS = 100
BATCHES = 30
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday; nothing depends on it."""
