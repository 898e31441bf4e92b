"""The clients of the providers: made by LangChain, from our settings and from nothing else.

LangChain is imported here, when the first client is made, and nowhere else: that costs seconds which nobody should pay
who has no language model.
"""

import json
import os
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Protocol

from pydantic import BaseModel

from service.chains.shapes import schema_of
from service.chains.silence import silence
from service.language_settings import LanguageModel, Method, Provider

_EXTRAS = {Provider.ANTHROPIC: "anthropic", Provider.AZURE_AI: "azure", Provider.BEDROCK: "bedrock"}
_OPENAI = frozenset({Provider.OPENAI, Provider.AZURE_OPENAI, Provider.AZURE_AI})
_NO_KEY = "none"


class LanguageModelRefused(Exception):
    """A language model of the settings cannot be asked from here: one sentence that says what to do."""


class Client(Protocol):
    """One endpoint, as it is called."""

    async def say(self, system: str, user: str, shape: type[BaseModel]) -> Any:
        """The model's message (LangChain's AIMessage), whatever is in it. Raises what the client raises."""
        ...

    async def close(self) -> None:
        """Lets go of its connections."""
        ...


class LangChainClient:
    """One endpoint through LangChain. It repeats nothing by itself, and it reports to nobody."""

    def __init__(self, route: str, model: LanguageModel) -> None:
        self._method = model.shape_by
        self._strict = {"strict": True} if model.provider in _OPENAI and self._method is not Method.JSON_MODE else {}
        self._http: Any = None
        self._chat = self._made(route, model)
        self._shaped: dict[type[BaseModel], Any] = {}

    async def say(self, system: str, user: str, shape: type[BaseModel]) -> Any:
        from langchain_core.messages import HumanMessage, SystemMessage  # noqa: PLC0415

        if self._method is Method.JSON_MODE:
            system = f"{system}\n\n{shape_told(shape)}"
        if shape not in self._shaped:
            self._shaped[shape] = self._chat.with_structured_output(
                schema_of(shape), method=self._method.value, include_raw=True, **self._strict
            )
        with _unobserved():
            said = await self._shaped[shape].ainvoke([SystemMessage(system), HumanMessage(user)])
        return said["raw"]

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()

    def _made(self, route: str, model: LanguageModel) -> Any:
        silence(os.environ)
        from langchain.chat_models import init_chat_model  # noqa: PLC0415

        try:
            arguments = _arguments(model)
            self._http = arguments.get("http_async_client")
            return init_chat_model(model.model, **arguments)
        except ImportError as error:
            extra = _EXTRAS.get(model.provider, "")
            raise LanguageModelRefused(
                f"the {route} language model, of {model.provider}, needs a package that is not installed; "
                f"install Bellwether with its extra: pip install 'bellwether[{extra}]'"
            ) from error
        except Exception as error:
            raise LanguageModelRefused(
                f"the {route} language model, of {model.provider}, cannot be set up ({type(error).__name__}); "
                f"see BELLWETHER_LLM__{route.upper()}__*"
            ) from error


def _http_clients(endpoint: str) -> dict[str, Any]:
    """Clients of this endpoint's own that follow no redirect: a document goes where the settings say, or nowhere.

    Over plain HTTP, which then stays plain, there are no certificates to load. The second one is never used.
    """
    from openai import DefaultAsyncHttpxClient, DefaultHttpxClient  # noqa: PLC0415

    options: dict[str, Any] = {"follow_redirects": False, "verify": not endpoint.startswith("http://")}
    return {"http_async_client": DefaultAsyncHttpxClient(**options), "http_client": DefaultHttpxClient(**options)}


def _aws_config(seconds: float) -> Any:
    """Of a client that by default tries five times, and waits a minute each time."""
    config = import_module("botocore.config").Config
    return config(retries={"total_max_attempts": 1}, read_timeout=seconds, connect_timeout=seconds)


def shape_told(shape: type[BaseModel]) -> str:
    """The shape in words, for models that can be held to JSON but not to a schema."""
    return f"Answer with one JSON document and nothing else. Its schema: {json.dumps(schema_of(shape))}"


def _unobserved() -> AbstractContextManager[Any]:
    from langsmith import tracing_context  # noqa: PLC0415

    return tracing_context(enabled=False)


def _arguments(model: LanguageModel) -> dict[str, Any]:
    key = model.api_key.get_secret_value() if model.api_key else _NO_KEY
    given: dict[str, Any] = {"max_tokens": model.reply_tokens}
    if model.temperature is not None:
        given["temperature"] = model.temperature
    if model.provider in _OPENAI:
        given |= {"max_retries": 0, "timeout": model.timeout_seconds, "use_responses_api": False}
        given |= _http_clients(model.endpoint)
    match model.provider:
        case Provider.OPENAI:
            return given | {"model_provider": "openai", "base_url": model.endpoint, "api_key": key}
        case Provider.AZURE_OPENAI:
            return given | {
                "model_provider": "azure_openai",
                "azure_deployment": model.model,
                "azure_endpoint": model.endpoint,
                "api_version": model.api_version,
                "api_key": key,
            }
        case Provider.AZURE_AI:
            return given | {"model_provider": "azure_ai", "endpoint": model.endpoint, "credential": key}
        case Provider.ANTHROPIC:
            return given | {
                "model_provider": "anthropic",
                "base_url": model.endpoint,
                "api_key": key,
                "max_retries": 0,
                "timeout": model.timeout_seconds,
            }
        case Provider.BEDROCK:
            return given | {
                "model_provider": "bedrock_converse",
                "region_name": model.aws_region,
                "config": _aws_config(model.timeout_seconds),
                **({"base_url": model.endpoint} if model.base_url else {}),
            }
