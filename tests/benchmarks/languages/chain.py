"""Every fault of a provider, on every pair of routes: time, calls and exceptions, over real HTTP to the double.

Each pair is asked several questions at once, which share one budget, through LangChain and a socket. The aims are the
chain's promises: an answer (or nobody's) within the deadline and half a second, never a call more than granted, and
nothing raised. A pair with one good route is then asked one question, and has to answer it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from figures import Figure, at_least, at_most, reported, say
from pydantic import BaseModel

from prompts.prompt import Prompt, read_prompt
from service.chains.breaker import Breaker
from service.chains.budget import Budget
from service.chains.chain import Chain
from service.chains.clients import LangChainClient
from service.chains.link import Link
from service.chains.question import Question, Route
from service.fake_llm.scenarios import Scenario
from service.fake_llm.server import FakeLlm
from service.language_settings import LanguageModel, LanguageSettings
from service.metrics import Metrics

DEADLINE, GRACE = 0.8, 0.5
"""Seconds that an answer may take, and the most by which it may be late."""

CALLS, TOKENS, QUESTIONS = 5, 100_000, 5
TIMEOUT = 0.4
PATIENT = 6.0
"""Seconds for the pairs with a good route: the machine may be busy, and this is about who answers."""

ANSWERING = frozenset({Scenario.GOOD, Scenario.OBEDIENT, Scenario.WRONG_LABEL})
"""Whose replies are valid by their shape; that they are wrong is for whoever asks to find out."""

PROMPT = """\
task: sow
about_persons: false
variables: [document]
system: Which line is it?
user: "{document}"
"""


class Line(StrEnum):
    TAX = "tax_advice"
    AUDIT = "audit"


class Said(BaseModel):
    line: Line
    client: str | None


@dataclass(frozen=True)
class Run:
    """What came of one pair. ``raised`` is the type of an exception; seconds are of the whole answer."""

    pair: tuple[Scenario, Scenario]
    seconds: float
    calls: int
    seen: int
    raised: str | None
    answered: bool | None


def measured() -> list[Figure]:
    """The figures of the chain."""
    pairs = list(product(Scenario, repeat=2))
    with TemporaryDirectory() as folder, FakeLlm(retry_after=0, drip_seconds=0.02) as double:
        prompt = _prompt(Path(folder))
        _asked(prompt, double, (Scenario.GOOD, Scenario.GOOD), PATIENT)  # what is imported at the first call
        runs = []
        for nth, pair in enumerate(pairs):
            if nth % len(Scenario) == 0:
                say(f"{nth} of {len(pairs)} pairs of routes")
            runs.append(_asked(prompt, double, pair, DEADLINE))
    in_time = [run.seconds <= DEADLINE + GRACE for run in runs]
    kept = [max(run.calls, run.seen) <= CALLS for run in runs]
    raised = [run for run in runs if run.raised is not None]
    answered = [run.answered for run in runs if run.answered is not None]
    for run in raised:
        say(f"{run.pair} raised {run.raised}")
    return [
        at_least("chain: answers within deadline + .5 s", sum(in_time) / len(runs), 1.0, len(runs)),
        at_least("chain: call budget kept", sum(kept) / len(runs), 1.0, len(runs)),
        at_most("chain: unhandled exceptions", len(raised), 0, "", len(runs)),
        at_least(
            "chain: a route that can answer does, whatever the other one is", _share(answered), 1.0, len(answered)
        ),
        reported(
            "chain: latest answer, after its deadline", max(run.seconds for run in runs) - DEADLINE, len(runs), "s"
        ),
    ]


def _share(answered: list[bool]) -> float:
    return sum(answered) / len(answered) if answered else float("nan")


def _asked(prompt: Prompt, double: FakeLlm, pair: tuple[Scenario, Scenario], deadline: float) -> Run:
    before, began, raised, calls = len(double.calls), time.perf_counter(), None, 0
    with _chain(prompt, double, pair) as chain:
        began = time.perf_counter()
        try:
            replies = chain.ask_all([_question(f"{pair} {nth}") for nth in range(QUESTIONS)], _budget(deadline))
            calls = sum(reply.calls for reply in replies)
        except Exception as error:  # noqa: BLE001 - to be counted
            raised = type(error).__qualname__
        seconds = time.perf_counter() - began
        seen = len(double.calls) - before
    answered = _answered(prompt, double, pair) if set(pair) & ANSWERING else None
    return Run(pair, seconds, calls, seen, raised, answered)


def _answered(prompt: Prompt, double: FakeLlm, pair: tuple[Scenario, Scenario]) -> bool:
    with _chain(prompt, double, pair) as chain:
        return chain.ask(_question("one"), _budget(PATIENT)).value is not None


@contextmanager
def _chain(prompt: Prompt, double: FakeLlm, pair: tuple[Scenario, Scenario]) -> Iterator[Chain]:
    models = {
        route: LanguageModel(
            provider="openai", model="double", base_url=double.url(scenario), inside=True, timeout_seconds=TIMEOUT
        )
        for route, scenario in zip((Route.PRIMARY, Route.SECONDARY), pair, strict=True)
    }
    metrics = Metrics()
    settings = LanguageSettings(primary=models[Route.PRIMARY], secondary=models[Route.SECONDARY])
    links = [Link(route, model, LangChainClient(route, model), Breaker(), metrics) for route, model in models.items()]
    with Chain(settings, {prompt.name: [prompt]}, lambda *_: None, lambda: links) as chain:
        yield chain


def _budget(deadline: float) -> Budget:
    return Budget(deadline, CALLS, TOKENS)


def _question(document: str) -> Question[Said]:
    return Question(
        prompt="classify",
        variables={"document": f"We audit the books: {document}."},
        reply=Said,
        wrong=lambda _: [],
        region=None,
        document=document,
    )


def _prompt(folder: Path) -> Prompt:
    file = folder / "classify" / "v1.yaml"
    file.parent.mkdir()
    file.write_text(PROMPT, encoding="utf-8")
    return read_prompt(file)
