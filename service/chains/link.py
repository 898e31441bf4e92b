"""One route of the chain: called, repeated where that can help, and left in peace where it cannot."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import structlog
from pydantic import BaseModel

from prompts.prompt import Prompt
from service.chains.breaker import Breaker
from service.chains.budget import Budget
from service.chains.cache import digest
from service.chains.clients import Client
from service.chains.faults import OF_ENDPOINT, RETRIED, Failure, Fault, read_error
from service.chains.question import Question, Route
from service.chains.replies import read_reply, usage
from service.chains.shapes import schema_of
from service.language_settings import LanguageModel
from service.logs import places_of
from service.metrics import Metrics

Value = TypeVar("Value", bound=BaseModel)

MOST_TRIES = 3
LEAST_SECONDS = 0.05
"""A call that has less time than this is not made: it would spend a call and tokens on an answer that cannot come."""

_FIRST_WAIT, _GROWTH, _JITTER = 0.25, 2.0, 0.5
_BYTES_A_TOKEN = 3
_READ_IT = frozenset({Fault.TIMED_OUT, Fault.UNREADABLE})
"""Faults behind which a reply may have been made, and will be charged for."""

_FRAME_TOKENS = 64
_log = structlog.get_logger("bellwether.chains")


@dataclass(frozen=True)
class Asked(Generic[Value]):
    """A question as it is sent. ``most_in`` is an upper estimate of its tokens."""

    question: Question[Value]
    prompt: Prompt
    system: str
    user: str
    shape: str
    most_in: int

    @classmethod
    def of(cls, question: Question[Value], prompt: Prompt) -> "Asked[Value]":
        """Raises ValueError where the variables are not those of the prompt."""
        system, user = prompt.filled(question.variables)
        schema = repr(schema_of(question.reply))
        weight = sum(len(text.encode("utf-8", "replace")) for text in (system, user, schema))
        most_in = weight // _BYTES_A_TOKEN + _FRAME_TOKENS
        return cls(question, prompt, system, user, digest(schema), most_in)


@dataclass(frozen=True)
class Spent:
    """Calls made and tokens used, and their cost; ``cost`` is None where a price is not known."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = 0.0

    def and_also(self, other: "Spent") -> "Spent":
        """Both together."""
        cost = None if self.cost is None or other.cost is None else self.cost + other.cost
        calls, tokens_in = self.calls + other.calls, self.tokens_in + other.tokens_in
        return Spent(calls, tokens_in, self.tokens_out + other.tokens_out, cost)


@dataclass(frozen=True)
class Came(Generic[Value]):
    """What came of a route: a value that counts or a fault, what it has cost, and when a server asked to come again."""

    value: Value | None
    fault: Fault | None
    spent: Spent = field(default_factory=Spent)
    retry_after: float | None = None


@dataclass(frozen=True)
class Link:
    """One route. All of its calls run on the chain's own thread."""

    route: Route
    model: LanguageModel
    client: Client
    breaker: Breaker
    metrics: Metrics

    async def ask(self, asked: Asked[Value], budget: Budget, *, seconds: float) -> Came[Value]:
        """Asks until a reply counts, until another try cannot help, or until ``seconds`` or the budget are spent."""
        ends = time.monotonic() + min(seconds, budget.seconds_left)
        spent = Spent()
        for tries in range(1, MOST_TRIES + 1):
            latest = await self._once(asked, budget, ends - time.monotonic())
            if tries > 1 and latest.spent.calls == 0:  # no other call was made: what the last one came to stands
                break
            came = latest
            spent = spent.and_also(came.spent)
            wait = _wait(came, tries)
            left = min(ends - time.monotonic(), budget.seconds_left)
            if came.fault not in RETRIED or tries == MOST_TRIES or wait > left / 2:
                break
            await asyncio.sleep(wait)
        return replace(came, spent=spent)

    async def _once(self, asked: Asked[Value], budget: Budget, left: float) -> Came[Value]:
        most = asked.most_in + self.model.reply_tokens
        if not self.breaker.ready():
            return Came(None, Fault.ENDPOINT_RESTING)
        if left < LEAST_SECONDS:
            return Came(None, Fault.DEADLINE_PASSED)
        if not budget.take(most):
            return Came(None, Fault.BUDGET_SPENT)
        seconds = min(left, self.model.timeout_seconds)
        began = time.monotonic()
        message, failure = await self._called(asked, seconds)
        took = time.monotonic() - began
        counted = usage(message) if message is not None else _of(failure)
        tokens_in, tokens_out = counted or self._guessed(asked, failure)
        budget.give_back(most - tokens_in - tokens_out)
        spent = Spent(1, tokens_in, tokens_out, self.model.cost(tokens_in, tokens_out))
        value = failure.fault if failure else _valid(message, asked.question, self)
        fault = value if isinstance(value, Fault) else None
        self._tell(asked, fault, spent, took)
        if isinstance(value, Fault):
            return Came(None, value, spent, failure.retry_after if failure else None)
        return Came(value, None, spent)

    async def _called(self, asked: Asked[Value], seconds: float) -> tuple[Any, Failure | None]:
        self.breaker.begin()
        ended = False
        try:
            async with asyncio.timeout(seconds):
                message = await self.client.say(asked.system, asked.user, asked.question.reply)
        except Exception as error:  # noqa: BLE001 - five packages raise whatever they like, and none may end an answer
            ended = True
            failure = read_error(error)
            if failure.fault in OF_ENDPOINT and not self._hurried(failure.fault, seconds):
                self.breaker.failed()
            else:
                self.breaker.abandoned()
            _log.warning("language model failed", route=self.route, why=failure.fault, error=type(error).__qualname__)
            return None, failure
        else:
            ended = True
            self.breaker.succeeded()
            return message, None
        finally:
            if not ended:  # nobody waits any more
                self.breaker.abandoned()

    def _guessed(self, asked: Asked[Value], failure: Failure | None) -> tuple[int, int]:
        """Tokens, where the endpoint does not count them: none where it never read the question, else the most."""
        if failure is None or failure.fault in _READ_IT:
            return asked.most_in, self.model.reply_tokens
        return 0, 0

    def _hurried(self, fault: Fault, seconds: float) -> bool:
        """Whether a call timed out that had much less time than the settings grant: the endpoint may be well."""
        return fault is Fault.TIMED_OUT and seconds < self.model.timeout_seconds / 4

    def _tell(self, asked: Asked[Value], fault: Fault | None, spent: Spent, took: float) -> None:
        self.metrics.language_call(self.route, asked.prompt.name, fault or "counted", took)
        self.metrics.language_use(self.route, spent.tokens_in, spent.tokens_out, spent.cost)


def _valid(message: Any, question: Question[Value], link: Link) -> Value | Fault:
    try:
        value = read_reply(message, link.model.shape_by, question.reply)
    except Exception as error:  # noqa: BLE001 - a message of a form that its package does not promise
        _log.warning("reply cannot be read", route=link.route, error=type(error).__qualname__)
        return Fault.UNREADABLE
    return Fault.WRONG if not isinstance(value, Fault) and found_wrong(question, value) else value


def found_wrong(question: Question[Value], value: Value) -> Sequence[str]:
    """What the question finds wrong with a value; a check that itself fails has found something."""
    try:
        return question.wrong(value)
    except Exception as error:  # noqa: BLE001 - a reply that breaks the check of it does not count either
        _log.error("check of a reply failed", prompt=question.prompt, places=places_of(error))
        return ["the check failed"]


def _of(failure: Failure | None) -> tuple[int, int] | None:
    return (failure.tokens_in, failure.tokens_out) if failure and failure.tokens_in else None


def _wait(came: Came[Value], tries: int) -> float:
    """Seconds until the next try: as long as the server says, else longer each time, and not all at once."""
    if came.retry_after is not None:
        return came.retry_after
    return _FIRST_WAIT * _GROWTH ** (tries - 1) * (1 + _JITTER * random.random())  # noqa: S311 - no secret
