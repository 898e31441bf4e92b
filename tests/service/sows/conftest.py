"""Statements of work asked about, in a deployment with a champion or without."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.sow.classifier import of_descriptions
from models.sow.taxonomy import read_taxonomy
from service.champions import Champion
from service.triage.sow_standing import SowReaders
from tests.service.predictions.conftest import Standing

SOWS = Path(__file__).parents[3] / "fixtures" / "sows"
ROUTE = "/v1/sows"
PLACE = {"name": "project_initiation", "instance": "PI-14", "step": "delivery_review", "requester": "rita"}


def text_of(name):
    return (SOWS / f"{name}.txt").read_text(encoding="utf-8")


def with_champion(services, *, confident=True, **tags):
    """The services with a champion that was promoted and calibrated; its documents are the taxonomy's own."""
    described = of_descriptions(read_taxonomy())
    sharp = replace(described, calibrated=True, sharpness=40.0 if confident else described.sharpness)
    known = {"trainer": "tara", "promoter": "paul", "calibrated": "true"} | tags
    champion = Champion("sow", "3", known, sharp, "d1")
    return replace(services, sows=replace(services.sows, readers=SowReaders(Standing(sow=champion), None)))


@pytest.fixture
def headers(new_key):
    """The headers of somebody of a role."""

    def of(api_role="orchestrator", **more):
        return {"Authorization": f"Bearer {new_key(api_role, api_role)}", **more}

    return of
