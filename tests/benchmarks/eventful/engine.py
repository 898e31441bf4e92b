"""An orchestration engine: sends events of several types at a rate, each until it is acknowledged."""

import itertools
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from eventful.deployment import Deployment

ASKED = {
    "margin_erosion": ("bellwether.forecast.variance_crossed", "project_ids", "margin_review", "variance_crossed"),
    "staffing_risk": ("bellwether.resource_request.still_open", "request_ids", "staffing", "searching"),
    "milestone_miss": ("bellwether.milestone.due_soon", "milestone_ids", "milestone_billing", "due_soon"),
}
"""One subject an event, of these tasks in turn."""
SENDERS = 8


def events(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """Events without end, each new, in structured mode."""
    cycles = {task: itertools.cycle(ids) for task, ids in deployment.subjects.items() if ids and task in ASKED}
    for number, task in enumerate(itertools.cycle(cycles)):
        kind, field_, workflow, step = ASKED[task]
        place = {"name": workflow, "instance": f"B-{number}", "step": step, "requester": "rita"}
        yield {
            "specversion": "1.0", "id": uuid.uuid4().hex, "source": "urn:benchmark", "type": kind,
            "datacontenttype": "application/json", "data": {"workflow": place, field_: [next(cycles[task])]},
        }  # fmt: skip


@dataclass
class Sent:
    """Which events were acknowledged, when each was sent (``time.time``), and how many tries were refused."""

    sent_at: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Engine:
    """Sends to a service. Use as a context manager."""

    def __init__(self, deployment: Deployment, url: str) -> None:
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {deployment.key}"}, timeout=30, verify=False
        )
        self.sent = Sent()

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def at_rate(self, given: Iterator[Mapping[str, Any]], per_second: float, until: threading.Event) -> None:
        """Sends one after the other at this rate, on several threads so that a slow answer holds nobody up."""
        with ThreadPoolExecutor(SENDERS) as pool:
            begun = time.monotonic()
            for number, event in enumerate(given):
                if until.wait(max(0.0, begun + number / per_second - time.monotonic())):
                    return
                pool.submit(self.send, event, until)

    def send(self, event: Mapping[str, Any], until: threading.Event) -> str | None:
        """Sends one event until it is acknowledged, as an engine does; its id. Given up where ``until`` is set."""
        sent_at = time.time()
        while not until.is_set():
            try:
                answer = self._client.post(
                    "/v1/events", json=event, headers={"Content-Type": "application/cloudevents+json"}
                )
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.ACCEPTED:
                event_id = str(answer.json()["event_id"])
                with self.sent.lock:
                    self.sent.sent_at.setdefault(event_id, sent_at)
                return event_id
            with self.sent.lock:
                self.sent.refused += 1
            until.wait(0.2)
        return None

    def batch(self, given: list[Mapping[str, Any]]) -> list[str]:
        """Sends many in one call; their ids."""
        answer = self._client.post(
            "/v1/events", json=given, headers={"Content-Type": "application/cloudevents-batch+json"}
        )
        answer.raise_for_status()
        return [str(each["event_id"]) for each in answer.json()]
