"""What every task is made of: one value that says how to find, build, label, word and propose."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from pydantic import BaseModel

from models.actions import Proposal
from models.cause import Cause
from models.forecast import Forecast
from models.neighbourhood import Fetch
from models.records import Records
from models.sensitivity import Sensitivity

UNKNOWN = "no record names it"
"""What `Task.why_not` says of a subject whose id is well formed and in no record."""

Row = Mapping[str, Any]
"""One snapshot as plain values."""


@dataclass(frozen=True)
class Task:
    """One thing that Bellwether predicts. The functions are those of the task's own folder.

    *Subjects* are frames with ``subject_id``, ``as_of`` and whatever the task's builder needs; *snapshots* are frames
    with ``subject_id``, ``as_of`` and the fields of ``snapshot``.

    ``owner`` is the snapshot field (no feature) whose rows share what happens, such as a project; None is the subject's
    id up to its last slash. ``segments`` are the fields by which calibration is reported. ``expected`` is the unit of
    the amount that the task also predicts, such as days, None where it predicts none: then ``outcome`` returns, beside
    ``outcome`` and ``resolved_at``, ``amount`` (null where unknown) and ``amount_known_at``, and ``money`` is given the
    expected amounts, columns `models.forecast.AMOUNTS`.

    ``unsupervised`` tasks have an answer where no outcome was ever recorded, too: a score of what is unusual, a band,
    and no probability. ``groups`` names, by field, the cause that some fields tell of together, such as shares over
    several windows: reasons add their effects up and word one of them.

    ``sensitive`` marks the snapshot fields that not every reader may see; words and levers of the other fields take
    null in these. ``expected_is`` and ``money_is`` mark the expected amount and the money where they tell the same.

    ``cause`` says what a subject's trouble lies with, so that what has one cause is looked into once, and ``deadline``
    until when it can still be turned, None where nobody can say. Both are given the snapshot with ``as_of`` and
    ``client_id`` (of its project, None where the records name none) beside its fields.
    """

    name: str
    subject: str
    person_level: bool
    owner: str | None
    expected: str | None
    segments: tuple[str, ...]
    snapshot: type[BaseModel]
    settings: type[BaseModel]
    no_features: frozenset[str]
    sensitive: Mapping[str, Sensitivity]
    parse: Callable[[Sequence[str], Sequence[dt.datetime]], pl.DataFrame]
    malformed: Callable[[Sequence[str]], pl.Series]
    why_not: Callable[[Records, pl.DataFrame], pl.Series]
    person_of: Callable[[str, Row | None], str | None]
    open_at: Callable[[Records, dt.datetime], pl.DataFrame]
    scheduled: Callable[[Records, Any], pl.DataFrame]
    records_end: Callable[[Records], dt.datetime | None]
    build: Callable[[Records, pl.DataFrame, Any], pl.DataFrame]
    neighbourhood: Callable[[pl.DataFrame, Fetch], Records]
    outcome: Callable[[Records, pl.DataFrame, Any], pl.DataFrame]
    rules: Mapping[str, str]
    rule_score: Callable[[pl.DataFrame, str], pl.Series]
    words: Mapping[str, Callable[[Row], str]]
    levers: Mapping[str, Callable[[Row], Sequence[float]]]
    money: Callable[[pl.DataFrame, pl.Series, pl.DataFrame | None], pl.DataFrame]
    propose: Callable[[str, Row, Forecast], Sequence[Proposal]]
    cause: Callable[[str, Row], Cause]
    deadline: Callable[[str, Row], dt.datetime | None]
    unsupervised: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)
    expected_is: Sensitivity | None = None
    money_is: Sensitivity | None = None

    derive: Callable[[pl.DataFrame], pl.DataFrame] | None = None

    def settings_of(self, kept: Mapping[str, Any]) -> BaseModel:
        """The outcome settings that a model keeps with it."""
        return self.settings.model_validate(kept)
