"""The chain as the service holds it: by its settings, its gate and its kill switches."""

from datetime import UTC, datetime

import pytest

from service.gate.switch import Scope, Turn
from service.settings import Settings
from service.store.switches import turn
from tests.service.chains.conftest import question

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def settings(home, database, fake_llm, monkeypatch, prompts):
    monkeypatch.setattr("service.chains.building.read_prompts", lambda: prompts)
    hosted = {"provider": "openai", "model": "double", "base_url": fake_llm.url(), "region": "EU"}
    inside = {**hosted, "base_url": fake_llm.url("500+good"), "inside": True}
    return Settings(home=home, database_url=database, llm={"primary": hosted, "secondary": inside})


def test_a_document_stays_inside_where_the_gate_says_so_and_metrics_tell_the_rest(services, engine, fake_llm, log):
    with services.chain as chain:
        first = chain.ask(question(), chain.budget())
        with engine.begin() as connection:
            turn(connection, Scope.TASK, "sow", Turn.STOP, principal_id="ada", reason="wrong labels", now=NOW)
        second = chain.ask(question("Another document of Acme."), chain.budget())
    assert [tried.why for tried in first.tried] == ["region_not_allowed", None]
    assert [tried.why for tried in second.tried] == ["route_task_stopped", None]
    assert fake_llm.scenarios == ["500", "good", "good"], "the hosted route never saw any"
    told = services.metrics.exposition().decode()
    assert 'outcome="server_failed",prompt="classify",route="secondary"} 1.0' in told
    assert 'bellwether_language_breaker_open{route="secondary"} 0.0' in told
    assert "language model set up" in log.getvalue()
    assert "Acme" not in told + log.getvalue()
