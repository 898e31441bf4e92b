"""The chain: the primary language model, then the secondary, then nobody; whoever asks has its own answer ready.

An answer counts only when it has the shape, and when whoever asked finds nothing wrong with it. One budget bounds the
time, the calls and the tokens of all questions of one answer. Callers wait; the calls themselves run on a thread of
their own, so that connections are kept and several questions are under way at once.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from pydantic import BaseModel

from prompts.prompt import Prompt
from service.chains.budget import Budget
from service.chains.cache import Cache, Key
from service.chains.clearance import Clears
from service.chains.faults import Fault
from service.chains.link import Asked, Link, Spent, found_wrong
from service.chains.question import PromptRef, Question, Reply, Route, Tried
from service.chains.running import run
from service.language_settings import LanguageSettings

Value = TypeVar("Value", bound=BaseModel)
Traced = Callable[[Prompt, Reply[Any], float], None]
"""Told of each reply: the prompt, the reply, and the seconds that it took. It must not wait for anything."""

CONCURRENCY = 4
"""Questions of one answer that are asked at the same time."""

SHARE = 2 / 3
"""The most of the time that is left which a route may use up before the last one."""

_GRACE_SECONDS, _CLOSE_SECONDS = 0.25, 5.0


def told_to_nobody(_prompt: Prompt, _reply: Reply[Any], _seconds: float) -> None:
    """Where replies are not traced."""


class Chain:
    """Asks the routes in order. Safe to share between threads.

    ``links`` makes the routes, and imports what they need, when the chain is entered or first asked: a chain of
    ``settings`` without a model makes nothing and costs nothing. ``traced`` is told of each reply.
    """

    def __init__(
        self,
        settings: LanguageSettings,
        prompts: Mapping[str, Sequence[Prompt]],
        clears: Clears,
        links: Callable[[], Sequence[Link]],
        *,
        cache: Cache | None = None,
        traced: Traced = told_to_nobody,
    ) -> None:
        self._settings = settings
        self._prompts = prompts
        self._clears = clears
        self._make_links = links
        self._cache = cache or Cache()
        self._traced = traced
        self._links: Sequence[Link] | None = None
        self._making = threading.Lock()

    @property
    def configured(self) -> bool:
        """Whether there is a language model to ask. Where not, every reply is without a value, at once."""
        return self._settings.primary is not None

    def budget(self) -> Budget:
        """What one answer may spend by the settings, from now on."""
        return Budget(self._settings.deadline_seconds, self._settings.calls, self._settings.tokens)

    def ask(self, question: Question[Value], budget: Budget) -> Reply[Value]:
        """The first reply that counts, or a reply without a value. Raises as `ask_all`."""
        return self.ask_all([question], budget)[0]

    def ask_all(self, questions: Sequence[Question[Value]], budget: Budget) -> list[Reply[Value]]:
        """A reply for each question, in their order; several are asked at the same time.

        Nothing that a provider does or fails to do is raised.

        Raises:
            ValueError: no such prompt, or other variables than it takes.
            LanguageModelRefused: a model that cannot be asked from here, where the chain was not entered before.
        """
        if not self.configured or not questions:
            return [Reply(None, Route.EMBEDDED, None) for _ in questions]
        links = self._made()
        asked = [Asked.of(question, self._prompt(question.prompt)) for question in questions]
        kept = [self._kept_from(each, links) for each in asked]
        work = self._all(asked, kept, links, budget)
        replies = run(work, seconds=budget.seconds_left + _GRACE_SECONDS)
        if replies is None:  # a client that does not let go: what it was asked for cannot come any more
            late = (Tried(links[0].route, Fault.DEADLINE_PASSED),)
            replies = [Reply(None, Route.EMBEDDED, None, late) for _ in questions]
        return replies

    def __enter__(self) -> Self:
        if self.configured:
            self._made()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._making:
            links, self._links = self._links, None
        if links:
            run(_closed(links), seconds=_CLOSE_SECONDS)

    def _prompt(self, name: str) -> Prompt:
        if name not in self._prompts:
            raise ValueError(f"no prompt {name!r}; expected one of {', '.join(sorted(self._prompts))}")
        return self._prompts[name][-1]

    def _made(self) -> Sequence[Link]:
        with self._making:
            if self._links is None:
                self._links = self._make_links()
            return self._links

    def _kept_from(self, asked: Asked[Any], links: Sequence[Link]) -> dict[Route, str]:
        """Why each route that may not see the text may not; found out on the caller's thread, for that may wait."""
        question = asked.question
        said = {
            link.route: self._clears(asked.prompt, question.region, question.workflow, link.route, link.model)
            for link in links
        }
        return {route: codes for route, codes in said.items() if codes is not None}

    async def _all(
        self, asked: Sequence[Asked[Value]], kept: Sequence[Mapping[Route, str]], links: Sequence[Link], budget: Budget
    ) -> list[Reply[Value]]:
        free = asyncio.Semaphore(CONCURRENCY)

        async def one(each: Asked[Value], why: Mapping[Route, str]) -> Reply[Value]:
            async with free:
                began = time.monotonic()
                reply = await self._one(each, why, links, budget)
                self._traced(each.prompt, reply, time.monotonic() - began)
                return reply

        return await asyncio.gather(*(one(each, why) for each, why in zip(asked, kept, strict=True)))

    async def _one(
        self, asked: Asked[Value], kept: Mapping[Route, str], links: Sequence[Link], budget: Budget
    ) -> Reply[Value]:
        tried: list[Tried] = []
        spent = Spent()
        last = next((link for link in reversed(links) if link.route not in kept), None)
        for link in links:
            if link.route in kept:
                tried.append(Tried(link.route, kept[link.route]))
                continue
            key = _key(asked, link)
            if (known := self._known(key, asked.question)) is not None:
                return _reply(known, link.route, asked.prompt, [*tried, Tried(link.route, None)], spent)
            came = await link.ask(asked, budget, seconds=budget.seconds_left * (1 if link is last else SHARE))
            spent = spent.and_also(came.spent)
            tried.append(Tried(link.route, came.fault))
            if came.value is not None:
                self._cache.put(key, came.value)
                return _reply(came.value, link.route, asked.prompt, tried, spent)
        return _reply(None, Route.EMBEDDED, None, tried, spent)

    def _known(self, key: Key, question: Question[Value]) -> Value | None:
        """What counted before, where it counts for this question too."""
        found = cast("Value | None", self._cache.get(key))
        return None if found is None or found_wrong(question, found) else found


async def _closed(links: Sequence[Link]) -> None:
    await asyncio.gather(*(link.client.close() for link in links), return_exceptions=True)


def _key(asked: Asked[Any], link: Link) -> Key:
    question, model = asked.question, link.model
    return Key(asked.prompt.sha, model.endpoint, model.model, asked.shape, question.document, question.region)


def _reply(
    value: Value | None, route: Route, prompt: Prompt | None, tried: Sequence[Tried], spent: Spent
) -> Reply[Value]:
    return Reply(
        value=value,
        route=route,
        prompt=PromptRef(prompt.name, prompt.version, prompt.sha) if prompt else None,
        tried=tuple(tried),
        calls=spent.calls,
        tokens_in=spent.tokens_in,
        tokens_out=spent.tokens_out,
        cost=spent.cost,
    )
