"""The snippets of ``docs/verifying.md`` against a real service: what they follow, and every attack that they refuse."""

from datetime import UTC, datetime

import httpx
import pytest

from service.gate.token_claims import DECISION_TYPE
from tests.service.gate.token_attacks import token_attacks
from tests.service.recommending import Stage
from tests.service.snippets import NODE, PAGE, snippet

needs_node = pytest.mark.skipif(NODE is None, reason="the snippet in JavaScript needs node, which is not installed")


@needs_node
def test_every_attack_is_refused_by_both_snippets(services, client):
    rows = token_attacks(services, str(client.base_url))
    assert len(rows) >= 20
    assert [row for row in rows if not (row.by_python and row.by_javascript)] == []


def test_the_snippet_in_python_takes_a_decision_by_its_own_typ(services, client, new_key):
    names = {}
    exec(snippet("python"), names)
    presented = Stage(services).accepted()
    jwks = httpx.get(f"{client.base_url}/.well-known/jwks.json").json()
    claims = names["permitted"](
        presented.token, jwks, presented.here, str(client.base_url), new_key("orchestrator"), DECISION_TYPE
    )
    assert (claims["decision"], claims["decided_by"]) == ("accept", ["approver-0"])
    assert claims["iat"] <= datetime.now(UTC).timestamp()


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_a_snippet_is_about_ten_lines(language):
    lines = snippet(language).splitlines()
    start = next(number for number, line in enumerate(lines) if "permitted(" in line)
    body = [line for line in lines[start + 1 :] if line.strip() not in {"", "}"}]
    assert len(body) <= 12


def test_the_page_states_the_times_that_the_code_has():
    from service.gate.keys import JWKS_KEPT, SETTLING  # noqa: PLC0415

    text = PAGE.read_text(encoding="utf-8")
    assert f"signs {SETTLING.total_seconds() / 60:.0f} minutes later" in text
    assert f"after {JWKS_KEPT.total_seconds() / 60:.0f} minutes at the latest" in text
