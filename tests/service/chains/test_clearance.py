"""Which route may see a document, by the gate's own policies."""

from dataclasses import replace

import pytest

from prompts.prompt import Prompt
from service.chains.clearance import Clearance
from service.chains.question import Route
from service.gate.gate import Gate
from service.gate.gate_files import load_gate
from service.language_settings import LanguageModel


@pytest.fixture(scope="module")
def gate():
    """The shipped gate, but that texts from DE may go to models in the EU."""
    shipped = load_gate()
    tables = replace(shipped.tables, residency={"DE": frozenset({"EU"})})
    return Gate(shipped.policies, shipped.workflows, tables)


def prompt(task="sow", about_persons=False):
    return Prompt(
        name="any", version=1, sha="0", task=task, about_persons=about_persons, variables=(), system="s", user="u"
    )


@pytest.mark.parametrize(
    ("asked", "model", "codes"),
    [
        ({}, {}, None),
        ({"region": "FR"}, {}, "region_not_allowed"),
        ({"region": None}, {}, "text_region_unknown"),
        ({}, {"region": "US"}, "region_not_allowed"),
        ({}, {"region": None}, "route_region_unknown"),
        ({"region": None}, {"region": None, "inside": True}, None),
        ({"prompt": prompt(about_persons=True)}, {}, "personal_text_unrecorded"),
        ({"prompt": prompt(about_persons=True)}, {"inside": True}, None),
        ({"prompt": prompt("approval_summary", about_persons=True)}, {}, None),
        ({"prompt": prompt("approval_summary", about_persons=True), "workflow": "approvals"}, {}, None),
        (
            {"prompt": prompt("approval_summary", about_persons=True), "workflow": "project_initiation"},
            {},
            "personal_text_unrecorded",
        ),
        ({"prompt": prompt("held")}, {}, "route_task_stopped"),
        ({"workflow": "held"}, {}, "route_task_stopped"),
        ({"prompt": prompt("held")}, {"inside": True}, None),
    ],
)
def test_the_gate_is_asked_with_what_the_settings_and_the_prompt_say(gate, asked, model, codes):
    clears = Clearance(lambda: gate, lambda task, workflow: "held" in (task, workflow), frozenset({"approvals"}))
    given = {"prompt": prompt(), "region": "DE", "workflow": None, "route": Route.PRIMARY, **asked}
    route = LanguageModel(provider="openai", model="m", api_key="k", **{"region": "EU", **model})
    assert clears(**given, model=route) == codes


def test_without_a_table_of_residency_nothing_leaves(gate):
    clears = Clearance(load_gate, lambda *_: False, frozenset())
    route = LanguageModel(provider="openai", model="m", api_key="k", region="EU")
    assert clears(prompt(), "DE", None, Route.PRIMARY, route) == "region_not_allowed"
