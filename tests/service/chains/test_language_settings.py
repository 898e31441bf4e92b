"""The settings of language models, and the clients that are made of them."""

import os
import sys

import pytest

from service.chains.clients import LangChainClient, LanguageModelRefused
from service.language_settings import LanguageModel, Method
from service.settings import SettingsRefused, read_settings, unknown_variables

OPENAI = {"PROVIDER": "openai", "MODEL": "m", "API_KEY": "sk-hunter2"}
AZURE = {**OPENAI, "PROVIDER": "azure_openai", "BASE_URL": "https://x.openai.azure.com", "API_VERSION": "2024-10-21"}


def without(given, name):
    return {key: value for key, value in given.items() if key != name}


@pytest.fixture
def reading(monkeypatch, home):
    def read(primary, **more):
        monkeypatch.setenv("BELLWETHER_HOME", str(home))
        for name, value in {**{f"PRIMARY__{name}": value for name, value in primary.items()}, **more}.items():
            monkeypatch.setenv(f"BELLWETHER_LLM__{name}", value)
        return read_settings().llm

    return read


def test_no_model_is_set_by_default_and_one_is_set_by_a_few_variables(reading):
    assert reading({}).primary is None
    read = reading(OPENAI, DEADLINE_SECONDS="12", CALLS="3", TOKENS="5000")
    assert (read.primary.endpoint, read.primary.shape_by) == ("https://api.openai.com/v1", Method.JSON_SCHEMA)
    assert (read.deadline_seconds, read.calls, read.tokens, read.traces) == (12, 3, 5000, False)
    assert "hunter2" not in repr(read)


@pytest.mark.parametrize(
    ("primary", "said"),
    [
        (without(OPENAI, "MODEL"), "LLM__PRIMARY__MODEL: "),
        (without(OPENAI, "API_KEY"), "LLM__PRIMARY: .*set API_KEY, or BASE_URL"),
        (OPENAI | {"PROVIDER": "clippy"}, "LLM__PRIMARY__PROVIDER: "),
        (OPENAI | {"BASE_URL": "ftp://x"}, "LLM__PRIMARY__BASE_URL: "),
        (OPENAI | {"BASE_URL": "https://me:pw@x/v1"}, "LLM__PRIMARY__BASE_URL: expected no user or password"),
        (OPENAI | {"PRICE_IN": "1"}, "LLM__PRIMARY: expected both of PRICE_IN and PRICE_OUT"),
        (OPENAI | {"MOOD": "good"}, "LLM__PRIMARY__MOOD: "),
        (without(AZURE, "BASE_URL"), "LLM__PRIMARY: .*set BASE_URL"),
        (without(AZURE, "API_VERSION"), "LLM__PRIMARY: azure_openai wants API_VERSION"),
        (OPENAI | {"PROVIDER": "bedrock"}, "LLM__PRIMARY: bedrock wants AWS_REGION"),
        (OPENAI | {"PROVIDER": "anthropic", "METHOD": "json_mode"}, "LLM__PRIMARY: anthropic cannot do METHOD"),
    ],
)
def test_what_is_wrong_with_a_route_is_said_in_a_sentence_that_names_it(reading, primary, said):
    with pytest.raises(SettingsRefused, match=f"BELLWETHER_{said}") as refused:
        reading(primary)
    assert "hunter2" not in str(refused.value)


def test_a_secondary_alone_is_refused(reading):
    with pytest.raises(SettingsRefused, match="BELLWETHER_LLM: expected PRIMARY"):
        reading({}, **{f"SECONDARY__{name}": value for name, value in OPENAI.items()})


def test_variables_of_routes_are_known():
    names = ["BELLWETHER_LLM__PRIMARY__MODEL", "BELLWETHER_LLM__SECONDARY__API_KEY", "BELLWETHER_LLM__TRACES"]
    assert unknown_variables(dict.fromkeys([*names, "BELLWETHER_LLM__PRIMARY__MODLE"], "x")) == [
        "BELLWETHER_LLM__PRIMARY__MODLE"
    ]


@pytest.mark.parametrize(
    ("provider", "more", "package", "extra"),
    [
        ("anthropic", {"api_key": "k"}, "langchain_anthropic", "anthropic"),
        ("azure_ai", {"base_url": "https://x"}, "langchain_azure_ai", "azure"),
        ("bedrock", {"aws_region": "eu-central-1"}, "langchain_aws", "bedrock"),
    ],
)
def test_a_provider_whose_package_is_missing_says_which_extra_to_install(monkeypatch, provider, more, package, extra):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(LanguageModelRefused, match=rf"primary .* of {provider}.* pip install 'bellwether\[{extra}\]'"):
        LangChainClient("primary", LanguageModel(provider=provider, model="m", **more))


def test_nothing_of_a_client_comes_from_an_environment_of_its_own(monkeypatch):
    elsewhere = {
        "OPENAI_API_KEY": "sk-other",
        "OPENAI_BASE_URL": "https://elsewhere/v1",
        "OPENAI_API_BASE": "https://elsewhere/v1",
        "OPENAI_PROXY": "http://elsewhere",
        "OPENAI_ORG_ID": "org-other",
        "OPENAI_LOG": "debug",
    }
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    client = LangChainClient("primary", LanguageModel(provider="openai", model="m", base_url="http://127.0.0.1:1/v1"))
    used = client._chat.root_async_client
    assert (str(used.base_url), used.api_key, used.organization) == ("http://127.0.0.1:1/v1/", "none", None)
    assert (used.max_retries, client._chat.openai_proxy) == (0, None)
    assert "OPENAI_LOG" not in os.environ


def test_azure_is_asked_at_its_deployment():
    model = LanguageModel(
        provider="azure_openai", model="gpt", base_url="http://x.test", api_version="2024-10-21", api_key="k"
    )
    used = LangChainClient("primary", model)._chat.root_async_client
    assert str(used.base_url) == "http://x.test/openai/deployments/gpt/"
