"""What a trace tells, and that writing it costs no answer anything."""

import pytest

from service.chains.question import PromptRef, Reply, Route, Tried
from service.chains.tracing import Traces, trace_of
from tests.service.chains.conftest import Line, Said

GOOD = Reply(
    value=Said(line=Line.AUDIT, client="Acme", why="Acme says so"),
    route=Route.PRIMARY,
    prompt=PromptRef("classify", 1, "0"),
    tried=(Tried(Route.PRIMARY, None),),
)
NONE = Reply(None, Route.EMBEDDED, None, (Tried(Route.PRIMARY, "html"),))


@pytest.mark.parametrize(("reply", "counted"), [(GOOD, True), (NONE, False)])
def test_what_is_told_is_figures_and_names(prompts, reply, counted):
    told = trace_of(prompts["classify"][0], reply, 1.5)
    assert told.counted == counted
    assert "Acme" not in repr(told)


def test_a_registry_that_is_away_costs_a_trace_and_nothing_else(prompts, tmp_path, log, monkeypatch):
    def away(*_):
        raise OSError("no registry, and Acme is its password")

    monkeypatch.setattr("service.chains.tracing._Writer", away)
    with Traces("nowhere", tmp_path) as traces:
        traces(prompts["classify"][0], GOOD, 0.25)
    assert "trace not written" in log.getvalue()
    assert "Acme" not in log.getvalue()
