"""A chain over routes that the double serves, with a prompt of the tests' own."""

from enum import StrEnum

import pytest
from pydantic import BaseModel

from prompts.prompt import read_prompts
from service.chains.breaker import Breaker
from service.chains.chain import Chain
from service.chains.clients import LangChainClient
from service.chains.link import Link
from service.chains.question import Question, Route
from service.language_settings import LanguageModel, LanguageSettings
from service.metrics import Metrics

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
    NONE = "none_of_these"


class Said(BaseModel):
    line: Line
    client: str | None
    why: str


def question(document="We audit the books of Acme.", *, wrong=lambda _: [], region="DE", key=None):
    return Question(
        prompt="classify",
        variables={"document": document},
        reply=Said,
        wrong=wrong,
        region=region,
        document=key or document,
    )


@pytest.fixture(scope="session")
def prompts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prompts")
    (folder / "classify").mkdir()
    (folder / "classify" / "v1.yaml").write_text(PROMPT)
    return read_prompts(folder)


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def chain_over(fake_llm, prompts, metrics):
    """A chain whose routes meet these scenarios, in their order; their models run inside, unless said otherwise."""
    opened = []

    def make(*scenarios, clears=lambda *_: None, failures=5, traced=None, **model):
        given = {"provider": "openai", "model": "double", "inside": True, **model}
        models = {
            route: LanguageModel(base_url=fake_llm.url(scenario), **given)
            for route, scenario in zip((Route.PRIMARY, Route.SECONDARY), scenarios, strict=False)
        }
        settings = LanguageSettings(**{route.value: each for route, each in models.items()})

        def links():
            return [
                Link(route, each, LangChainClient(route, each), Breaker(failures=failures), metrics)
                for route, each in models.items()
            ]

        chain = Chain(settings, prompts, clears, links, **({"traced": traced} if traced else {}))
        opened.append(chain)
        return chain.__enter__()

    yield make
    for chain in opened:
        chain.__exit__(None, None, None)
