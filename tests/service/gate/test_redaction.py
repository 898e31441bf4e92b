"""What is hidden keeps its shape and its effect, and only the gate says who sees and what leaves."""

import ast
import json
from pathlib import Path

import pytest

from models.catalog import TASKS
from models.explanation import REST, Change, Reason
from models.forecast import Expected
from models.money import MoneyAtRisk
from models.sensitivity import HIDDEN_AS, Sensitivity
from models.what_if import EffectChange
from service.gate.reader import Reader
from service.gate.redaction import Redaction
from service.gate.release import UNSHOWN
from service.gate.released import Released, release, released_again

NOTHING, ALL = frozenset(), frozenset(Sensitivity)
MARGIN_ROW = dict.fromkeys(TASKS["margin_erosion"].snapshot.model_fields) | {"margin_3_months": 0.11, "open_changes": 3}
UNUSUAL_ROW = dict.fromkeys(TASKS["unusual_time"].snapshot.model_fields) | {"hours": 12.0, "usual_project_hours": 6.5}


def test_hidden_reasons_of_one_kind_are_one_with_the_effect_of_all():
    said = [
        Reason("margin_3_months", 0.11, 0.9, "the last three months earned 11%"),
        Reason("open_changes", 3, -0.5, "3 change requests are undecided"),
        Reason("forecast_margin", 0.3, 0.25, "the forecast says a margin of 30%"),
        Reason("team_rate_change", -0.1, 0.125, "the team's bill rate is 10% below that so far"),
        Reason(REST, None, 0.5, "40 other fields together"),
    ]
    shown = Redaction(TASKS["margin_erosion"], NOTHING).reasons(said, MARGIN_ROW)
    assert shown == [
        {"field": "margin", "value": None, "effect": 1.15, "text": HIDDEN_AS[Sensitivity.MARGIN]},
        {"field": "open_changes", "value": 3, "effect": -0.5, "text": "3 change requests are undecided"},
        {"field": "rate", "value": None, "effect": 0.125, "text": "a cost driver"},
        {"field": REST, "value": None, "effect": 0.5, "text": "40 other fields together"},
    ]


def test_a_sentence_about_a_field_that_is_seen_does_without_what_is_hidden_beside_it():
    said = [Reason("hours", 12.0, 1.0, "12.0 hours in this entry; 6.5 are usual")]
    task = TASKS["unusual_time"]
    assert Redaction(task, NOTHING).reasons(said, UNUSUAL_ROW)[0]["text"] == "12.0 hours in this entry"
    assert Redaction(task, ALL).reasons(said, UNUSUAL_ROW)[0]["text"] == said[0].text


CHANGES = [
    ("a field that is seen", "open_changes", 3, 1, NOTHING, ("open_changes", 3, 1)),
    ("a hidden field", "team_rate_change", -0.1, 0.0, NOTHING, ("rate", None, None)),
    ("a hidden field, for who sees it", "team_rate_change", -0.1, 0.0, ALL, ("team_rate_change", -0.1, 0.0)),
]


@pytest.mark.parametrize(("field", "from_", "to", "sees", "shown"), [case[1:] for case in CHANGES])
def test_a_change_of_a_hidden_field_tells_its_kind_and_the_probability(field, from_, to, sees, shown):
    redaction = Redaction(TASKS["margin_erosion"], sees)
    (one,) = redaction.turns_green([Change(field, from_, to, 0.4)], MARGIN_ROW)
    assert (one["field"], one["from"], one["to"], one["probability"]) == (*shown, 0.4)


@pytest.mark.parametrize(("sees", "to"), [(NOTHING, None), (ALL, 6.5)])
def test_a_value_that_was_worked_out_from_a_hidden_field_is_hidden(sees, to):
    change = Change("hours", 12.0, 6.5, 0.1)
    (one,) = Redaction(TASKS["unusual_time"], sees).turns_green([change], UNUSUAL_ROW)
    assert one == {"field": "hours", "from": 12.0, "to": to, "probability": 0.1}


def test_effects_of_a_what_if_still_account_for_the_difference():
    said = [
        EffectChange("margin_3_months", 0.11, 0.11, 0.5, 0.25, "the last three months earned 11%"),
        EffectChange("open_changes", 5, 3, 1.0, 0.5, "3 change requests are undecided"),
        EffectChange("forecast_margin", 0.3, 0.3, 0.125, 0.25, "the forecast says a margin of 30%"),
    ]
    shown = Redaction(TASKS["margin_erosion"], NOTHING).effects(said, MARGIN_ROW)
    assert [(one["field"], one["from"], one["to"]) for one in shown] == [("margin", None, None), ("open_changes", 5, 3)]
    moved = sum(one["effect_after"] - one["effect_before"] for one in shown)
    assert moved == sum(each.after - each.before for each in said)


def test_amounts_are_hidden_where_the_task_says_what_they_tell():
    money, expected = MoneyAtRisk(100.0, 0.0, "EUR"), Expected(4.0, 1.0, 4.0, 9.0)
    hidden, seen = (Redaction(TASKS["margin_erosion"], sees) for sees in (NOTHING, {Sensitivity.MARGIN}))
    assert hidden.money(money) == dict.fromkeys(("expected_loss", "deferred_amount", "currency"))
    assert hidden.expected(expected) is None
    assert seen.money(money)["expected_loss"] == 100
    assert seen.expected(expected)["p50"] == 4
    other = Redaction(TASKS["milestone_miss"], NOTHING)
    assert (other.money(money)["currency"], other.expected(expected)["p90"]) == ("EUR", 9.0)


def test_a_recommendation_hides_its_parameter_in_the_text_too_and_then_has_no_token(gate, make_case, now):
    made = gate.recommend(make_case(), given={}, now=now)
    task = TASKS["missing_time"]
    seen = Redaction(task, ALL).recommendation(made, "head.claims.signature")
    hidden = Redaction(task, NOTHING).recommendation(made, "head.claims.signature")
    assert (seen["text"], seen["token"]) == (made.text, "head.claims.signature")
    assert seen["params"] == {"person_id": "P1", "day": "2026-03-02", "missing_hours": 8.0}
    assert hidden["params"] == {"person_id": "P1", "day": "2026-03-02", "missing_hours": None}
    assert hidden["text"] == f"Remind P1 that {UNSHOWN} hours of 2026-03-02 are not entered yet."
    assert hidden["token"] is None
    assert {name for name in seen if seen[name] != hidden[name]} == {"params", "text", "token"}


def test_a_recommendation_without_a_hidden_parameter_keeps_its_token(gate, make_case, now):
    made = gate.recommend(make_case(action="ask_consultant_to_check_entry"), given={}, now=now)
    assert Redaction(TASKS["unusual_time"], NOTHING).recommendation(made, "a.b.c")["token"] == "a.b.c"


@pytest.mark.parametrize("api_role", ["consultant", "pmo", "nobody_knows_this_role"])
def test_a_reader_sees_what_the_table_says_and_of_themselves_their_own_time(gate, api_role):
    reader = gate.reader("ann", api_role)
    assert reader.sees_of(None) == reader.sees_of("bob") == gate.tables.visible.get(api_role, frozenset())
    own = {Sensitivity.PERSONAL_TIME} if api_role in gate.tables.visible else set()
    assert reader.sees_of("ann") == reader.sees | own


def test_an_answer_is_given_again_only_to_the_same_eyes(gate):
    then = gate.reader("ann", "pmo")
    released = release(lambda reader: {"for": reader.principal_id}, then)
    assert json.loads(released.content) == {"for": "ann"}
    assert released_again(released.content, then.mark, gate.reader("ann", "pmo")) == released
    for mark in (gate.reader("ann", "finance").mark, "pmo", None):
        assert released_again(released.content, mark, then) is None


FORGERIES = [
    lambda: Reader(principal_id="ann", api_role="pmo", sees=ALL, sees_own=ALL, seal=object()),
    lambda: Released(b"{}", None, None),
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_nobody_else_makes_a_reader_or_a_released_answer(forge):
    with pytest.raises(TypeError, match="only the gate makes"):
        forge()


def test_no_module_outside_of_the_gate_imports_the_seal():
    service = Path(__file__).parents[3] / "service"
    outside = [file for file in service.rglob("*.py") if "gate" not in file.relative_to(service).parts[:1]]
    for file in outside:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom | ast.Import):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                assert not any(name.startswith("service.gate.seal") for name in names), file
                assert not (getattr(node, "module", "") == "service.gate" and "seal" in names), file
