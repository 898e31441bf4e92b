"""docs/inbox.md tells the settings and the states as the house has them."""

import re
from pathlib import Path

from service.inbox.states import ALLOWED, Status
from service.triage_settings import TriageSettings

PAGE = (Path(__file__).parents[3] / "docs" / "inbox.md").read_text(encoding="utf-8")

STATES = "| status | means | what a person may do | raised again when |"


def rows(heading):
    lines = PAGE.partition(heading)[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_settings_have_the_defaults_that_the_page_says():
    told = {}
    for names, defaults, _ in rows("| setting (`BELLWETHER_TRIAGE__…`) | default | means |"):
        values = re.findall(r"`([^`]+)`", defaults) or ["{}"]
        told |= dict(zip(re.findall(r"`([^`]+)`", names), values, strict=True))
    shipped = TriageSettings().model_dump()
    assert told == {name.upper(): f"{value:g}" if value != {} else "{}" for name, value in shipped.items()}


def test_the_states_allow_what_the_page_says():
    told = {status.strip("`"): may for status, _, may, _ in rows(STATES)}
    assert set(told) == set(Status)
    for status, may in told.items():
        allowed = {kind for kind, statuses in ALLOWED.items() if status in statuses} - {"merge_back"}
        assert set(filter(None, may.split(", "))) == allowed
