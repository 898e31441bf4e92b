"""The chain of a deployment, from its settings."""

from collections.abc import Callable, Sequence

import structlog

from prompts.prompt import read_prompts
from service.chains.breaker import Breaker, State
from service.chains.chain import Chain, Traced, told_to_nobody
from service.chains.clearance import Clears
from service.chains.clients import LangChainClient
from service.chains.link import Link
from service.chains.question import Route
from service.language_settings import LanguageModel, LanguageSettings
from service.metrics import Metrics

_HOW_OPEN = {State.CLOSED: 0.0, State.HALF_OPEN: 0.5, State.OPEN: 1.0}
_log = structlog.get_logger("bellwether.chains")


def chain_of(settings: LanguageSettings, clears: Clears, metrics: Metrics, traced: Traced = told_to_nobody) -> Chain:
    """The chain of these settings. Raises PromptRefused; nothing is read or imported where no model is set."""
    models = {Route.PRIMARY: settings.primary, Route.SECONDARY: settings.secondary}
    prompts = read_prompts() if settings.primary else {}

    def links() -> Sequence[Link]:
        return [_link(route, model, metrics) for route, model in models.items() if model is not None]

    return Chain(settings, prompts, clears, links, traced=traced)


def _link(route: Route, model: LanguageModel, metrics: Metrics) -> Link:
    client = LangChainClient(route, model)
    breaker = Breaker(turns=_turns(route, metrics))
    metrics.language_breaker(route, 0.0)
    _log.info(
        "language model set up",
        route=route,
        provider=model.provider,
        model=model.model,
        endpoint=model.endpoint,
        region=model.region,
        inside=model.inside,
        method=model.shape_by,
    )
    return Link(route, model, client, breaker, metrics)


def _turns(route: Route, metrics: Metrics) -> Callable[[State], None]:
    def turned(state: State) -> None:
        metrics.language_breaker(route, _HOW_OPEN[state])
        if state is not State.HALF_OPEN:
            _log.warning("breaker turned", route=route, state=state)

    return turned
