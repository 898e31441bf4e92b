"""The chain over real HTTP: what comes of each thing that a provider may do."""

from dataclasses import replace

import pytest

from service.chains.budget import Budget
from service.chains.question import Route, Tried
from tests.service.chains.conftest import Line, Said, question

METHODS = ("json_schema", "function_calling", "json_mode")

FAULTS = {
    "429": "rate_limited",
    "500": "server_failed",
    "slow": "timed_out",
    "dripping": "timed_out",
    "html": "unreadable",
    "malformed": "malformed",
    "truncated": "truncated",
    "refusal": "refused",
    "filtered": "filtered",
    "empty": "empty",
    "no-call": "malformed",
    "wrong-shape": "wrong_shape",
    "streaming": "unreadable",
    "reset": "not_reached",
    "401": "not_authorised",
    "redirect": "unreadable",
}
OF_CALLS = FAULTS | {"empty": "no_call", "no-call": "no_call"}
"""Where a function is to be called and none is, LangChain itself says nothing at all."""
IN_THE_REPLY = ("malformed", "truncated", "refusal", "filtered", "empty", "no-call", "wrong-shape")


def budget(seconds=20, calls=6, tokens=100_000):
    return Budget(seconds, calls, tokens)


@pytest.mark.parametrize("method", METHODS)
def test_a_reply_that_counts_comes_with_its_route_its_prompt_and_what_it_cost(chain_over, prompts, metrics, method):
    chain = chain_over("good", method=method, price_in=1, price_out=10)
    reply = chain.ask(question(), budget())
    assert reply.value == Said(line=Line.AUDIT, client=None, why="We audit the books of Acme.")
    assert (reply.route, reply.tried, reply.calls) == (Route.PRIMARY, (Tried(Route.PRIMARY, None),), 1)
    assert (reply.prompt.name, reply.prompt.version, reply.prompt.sha) == ("classify", 1, prompts["classify"][0].sha)
    assert reply.cost == pytest.approx((reply.tokens_in + 10 * reply.tokens_out) / 1e6)
    told = metrics.exposition().decode()
    assert 'call_seconds_count{outcome="counted",prompt="classify",route="primary"} 1.0' in told
    assert f'language_tokens_total{{direction="out",route="primary"}} {float(reply.tokens_out)}' in told


@pytest.mark.parametrize(
    ("method", "scenario", "why"),
    [
        *(("json_schema", scenario, why) for scenario, why in FAULTS.items()),
        *(("json_mode", scenario, FAULTS[scenario]) for scenario in IN_THE_REPLY),
        *(("function_calling", scenario, OF_CALLS[scenario]) for scenario in IN_THE_REPLY),
    ],
)
def test_each_thing_that_goes_wrong_has_its_name_and_the_next_route_answers(chain_over, log, method, scenario, why):
    late = {"timeout_seconds": 0.4} if scenario == "slow" else {"timeout_seconds": 2}
    reply = chain_over(scenario, "good", method=method, **late).ask(question(), budget(12))
    assert reply.tried == (Tried(Route.PRIMARY, why), Tried(Route.SECONDARY, None))
    assert reply.value.line is Line.AUDIT
    assert "Acme" not in log.getvalue()


def test_where_no_route_answers_nobody_has_and_nothing_is_raised(chain_over):
    reply = chain_over("html", "refusal").ask(question(), budget())
    assert (reply.value, reply.route, reply.prompt) == (None, Route.EMBEDDED, None)
    assert reply.tried == (Tried(Route.PRIMARY, "unreadable"), Tried(Route.SECONDARY, "refused"))


def test_a_redirect_is_not_followed(chain_over, fake_llm):
    chain_over("redirect").ask(question(), budget())
    assert fake_llm.scenarios == ["redirect"], "the other address never sees the document"


@pytest.mark.parametrize(
    ("scenario", "calls", "counts"),
    [("500+good", 2, True), ("reset+good", 2, True), ("429+429+good", 3, True), ("malformed+good", 1, False),
     ("401+good", 1, False), ("wrong-shape+good", 1, False)],
)  # fmt: skip
def test_a_call_is_repeated_only_where_that_can_help(chain_over, fake_llm, scenario, calls, counts):
    reply = chain_over(scenario).ask(question(), budget())
    assert (reply.calls, len(fake_llm.calls), reply.value is not None) == (calls, calls, counts)


def test_a_server_that_asks_to_wait_longer_than_there_is_time_is_left_at_once(chain_over, fake_llm):
    fake_llm.retry_after = 60
    reply = chain_over("429+good", "good").ask(question(), budget())
    assert (reply.route, fake_llm.scenarios) == (Route.SECONDARY, ["429", "good"])


def test_one_budget_of_calls_and_tokens_holds_for_all_questions(chain_over, fake_llm):
    chain = chain_over("html")
    questions = [question(f"document {number}") for number in range(6)]
    shared = budget(calls=4)
    replies = chain.ask_all(questions, shared)
    assert (len(fake_llm.calls), sum(reply.calls for reply in replies), shared.calls_left) == (4, 4, 0)
    whys = [reply.tried[0].why for reply in replies]
    assert (whys.count("unreadable"), whys.count("budget_spent")) == (4, 2)
    assert chain.ask(question("one more"), budget(tokens=100)).tried[0].why == "budget_spent"
    assert len(fake_llm.calls) == 4


def test_a_deadline_that_has_passed_costs_no_call(chain_over, fake_llm):
    reply = chain_over("good", "good").ask(question(), budget(0))
    assert [tried.why for tried in reply.tried] == ["deadline_passed", "deadline_passed"]
    assert fake_llm.calls == []


def test_a_slow_route_leaves_time_for_the_next(chain_over):
    reply = chain_over("slow", "good", timeout_seconds=60).ask(question(), budget(3))
    assert (reply.route, reply.tried[0].why) == (Route.SECONDARY, "timed_out")


def test_questions_are_answered_in_their_order(chain_over, fake_llm):
    fake_llm.script = lambda request: {"line": "audit", "client": None, "why": request.user}
    documents = [f"document {number}" for number in range(9)]
    replies = chain_over("good").ask_all([question(each) for each in documents], budget(calls=20))
    assert [reply.value.why for reply in replies] == documents


def test_an_endpoint_that_keeps_failing_is_left_in_peace(chain_over, fake_llm, metrics):
    chain = chain_over("401", "good", failures=2)
    whys = [chain.ask(question(f"document {each}"), budget()).tried[0].why for each in range(4)]
    assert whys == ["not_authorised", "not_authorised", "endpoint_resting", "endpoint_resting"]
    assert fake_llm.scenarios.count("401") == 2


def test_what_whoever_asks_finds_wrong_does_not_count_and_neither_does_what_breaks_the_check(chain_over, log):
    def breaks(said):
        raise KeyError(said.why)

    chain = chain_over("good")
    for wrong in (lambda _: ["the quote does not stand there"], breaks):
        assert chain.ask(question(wrong=wrong), budget()).tried == (Tried(Route.PRIMARY, "wrong"),)
    assert "Acme" not in log.getvalue()


def test_only_what_counted_is_cached_and_it_is_checked_again(chain_over, fake_llm):
    chain = chain_over("malformed+good", "html")
    asked = [chain.ask(question(key="the same"), budget()) for _ in range(3)]
    assert [reply.value is not None for reply in asked] == [False, True, True]
    assert (asked[2].calls, asked[2].tokens_in, asked[2].cost, asked[2].route) == (0, 0, 0, Route.PRIMARY)
    assert fake_llm.scenarios == ["malformed", "html", "good"]
    chain.ask(question(key="the same", wrong=lambda _: ["not beside this evidence"]), budget())
    assert fake_llm.scenarios.count("good") == 2
    chain.ask(question(key="the same", region="FR"), budget())
    assert fake_llm.scenarios.count("good") == 3, "what may be seen in one region is no answer in another"


def test_a_route_that_may_not_see_the_document_never_does(chain_over, fake_llm):
    def clears(prompt, region, workflow, route, model):
        return "region_not_allowed" if route is Route.PRIMARY else None

    reply = chain_over("good", "wrong-label", clears=clears).ask(question(), budget())
    assert reply.tried == (Tried(Route.PRIMARY, "region_not_allowed"), Tried(Route.SECONDARY, None))
    assert fake_llm.scenarios == ["wrong-label"]


def test_each_reply_is_traced_with_its_prompt(chain_over):
    traced = []
    chain = chain_over("good", traced=lambda prompt, reply, _: traced.append((prompt.name, reply)))
    reply = chain.ask(question(), budget())
    assert traced == [("classify", reply)]


@pytest.mark.parametrize("changed", [{"prompt": "no_such"}, {"variables": {"document": "a", "more": "b"}}])
def test_a_question_that_does_not_fit_its_prompt_is_a_mistake_of_whoever_asks(chain_over, changed):
    with pytest.raises(ValueError, match=r"no prompt|takes the variables"):
        chain_over("good").ask(replace(question(), **changed), budget())


def test_without_a_model_every_reply_is_without_a_value_at_once(chain_over):
    chain = chain_over()
    assert not chain.configured
    reply = chain.ask(question(), chain.budget())
    assert (reply.value, reply.route, reply.tried, reply.calls) == (None, Route.EMBEDDED, (), 0)
