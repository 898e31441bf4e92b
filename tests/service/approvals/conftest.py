"""The small firm in the database, and approvals asked about."""

from datetime import UTC, datetime

import pytest

from ledger import heads
from ledger.verify import verify
from tests.service.predictions.conftest import (  # noqa: F401 - the same firm
    database,
    firm_databases,
    firm_template,
    records,
)

AS_OF = datetime(2025, 10, 26, 12, tzinfo=UTC)
ROUTE = "/v1/approval-summaries"


def asking(**changes):
    """The body of a call that asks for nothing wrong."""
    place = {"name": "approvals", "instance": "AP-19", "step": "waiting", "requester": "rita"}
    return {"workflow": place, "as_of": AS_OF.isoformat(), **changes}


@pytest.fixture
def summarised(client, new_key):
    """Asks as somebody of a role; the answer."""

    def ask(api_role="pmo", headers=None, **body):
        key = new_key(api_role, f"{api_role}-{len(headers or {})}")
        sent = {"Authorization": f"Bearer {key}", **(headers or {})}
        return client.post(ROUTE, json=asking(**body), headers=sent)

    return ask


@pytest.fixture
def chain_holds(services):
    """Verifies the audit chain."""

    def check():
        with services.engine.connect() as connection:
            return verify(connection, heads.load(services.settings.home))

    return check
