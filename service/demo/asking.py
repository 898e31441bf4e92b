"""The question of the demo: which of this week's days will still be empty when the week closes?"""

import json
import time
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx

from models.catalog import TASKS
from models.reading import read_folder
from service.commands.exit import Refused
from service.demo.cast import REQUESTER

TASK = "missing_time"
ROUTE = f"/v1/predictions/{TASK}"
WORKFLOW, STEP = "time_and_expense", "open"
_READY_WITHIN_SECONDS = 180
_LOOK_EVERY_SECONDS = 0.1


def question(records: Path, *, now: datetime) -> dict[str, Any]:
    """The call's body: every person-day that has begun at ``now`` and whose week has not closed.

    From Monday noon to Sunday night that is this week up to today; on Monday morning it is last week, too.
    """
    days = TASKS[TASK].open_at(read_folder(records).records, now)
    year, week, _ = now.isocalendar()
    place = {"name": WORKFLOW, "instance": f"TE-{year}-W{week:02}", "step": STEP, "requester": REQUESTER}
    return {"workflow": place, "as_of": now.isoformat(), "ids": days["subject_id"].sort().to_list()}


def await_ready(url: str, service: Popen[str]) -> bool:
    """Whether the service came to answer; False where it ended. Raises Refused with what it says it lacks."""
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    lacking = "nothing answered"
    while service.poll() is None:
        if time.monotonic() > deadline:
            raise Refused(f"{url} was not ready within {_READY_WITHIN_SECONDS} seconds: {lacking}")
        try:
            ready = httpx.get(f"{url}/readyz", trust_env=False)
        except httpx.TransportError:
            pass
        else:
            if ready.status_code == httpx.codes.OK:
                return True
            lacking = ready.text
        time.sleep(_LOOK_EVERY_SECONDS)
    return False


def ask(url: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
    """The service's answer. Raises Refused with its problem document where it gives none."""
    answer = httpx.post(url + ROUTE, json=body, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False)
    if answer.status_code != httpx.codes.OK:
        raise Refused(f"POST {ROUTE} was answered with {answer.status_code}: {answer.text}")
    document: dict[str, Any] = answer.json()
    return document


def curl(url: str, key: str, body: dict[str, Any], subject_id: str) -> str:
    """The same question about one subject, for a shell. The service takes the moment of receipt as ``as_of``."""
    shorter = json.dumps({"workflow": body["workflow"], "ids": [subject_id]})
    return f"curl -s {url}{ROUTE} -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -d '{shorter}'"
