"""What is lost or done twice while workers and the database are killed under load.

    python tests/benchmarks/faults.py [--rounds N] [--rate N] [--copies N] [--home DIR] [--out DIR]

Two workers and an HTTP service without one, events at a rate, a subscriber, and in each round one fault: a worker
killed, PostgreSQL killed, the database stopped for ten seconds. Then a thousand events, each sent five times at once.
Writes ``faults.md`` and ``faults.json``. Exits 1 where an aim is missed.
"""

import argparse
import itertools
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from eventful import accounts
from eventful.deployment import Deployment, deployed
from eventful.engine import Engine, events
from eventful.faults import FAULTS
from eventful.programs import Program, serving, working
from eventful.receiver import receiving
from eventful.watching import await_settled
from figures import Figure, at_most, reported, say, write
from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

ROOT = Path(__file__).parents[2]
ROUNDS, RATE, EVENTS, COPIES = 20, 20, 1_000, 5
BETWEEN_SECONDS = 5.0
SETTLED_WITHIN_SECONDS = 600.0
SEED = 7
WEBHOOKS = {
    "BELLWETHER_WEBHOOKS__ALLOW_PRIVATE": '["127.0.0.0/8"]',
    "BELLWETHER_WEBHOOKS__RETRY_SECONDS": "[1, 1, 2, 2, 5, 5, 10, 10, 10, 10]",
}
TYPES = ["bellwether.exception.opened", "bellwether.exception.updated"]
TOLD = """
{rate} events a second to `bellwether serve --no-worker`, two `bellwether worker`s, and a subscriber of every change.
{rounds} rounds, the faults in turn: {faults}. An engine sends an event again until it is acknowledged.

*Accounted for* is an event with an exception, or with a stated reason why there is none. *Twice* counts causes with two
open exceptions, subjects with two open troubles, and events answered twice. A webhook is lost where a change has no
delivery, or its id never came; one that comes again carries the same `webhook-id`.

Then {events:,} events, each sent {copies} times at once by as many senders.
"""


def under_load(deployment: Deployment, rounds: int, rate: float) -> Iterator[Figure]:
    """Faults under load, and what adds up afterwards."""
    stop = threading.Event()
    with (
        deployment.connected() as own,
        receiving() as (to, came),
        serving(deployment, worker=False) as (_, url),
        working(deployment, 1) as first,
        working(deployment, 2) as second,
        Engine(deployment, url) as engine,
    ):
        _subscribe(deployment, url, to)
        sender = threading.Thread(target=engine.at_rate, args=(events(deployment), rate, stop))
        sender.start()
        happened = _rounds(rounds, (first, second))
        time.sleep(BETWEEN_SECONDS)
        stop.set()
        sender.join()
        await_settled(own, within_seconds=SETTLED_WITHIN_SECONDS)
        _await_delivered(own)
        acknowledged = list(engine.sent.sent_at)
        with own.connect() as connection:
            deliveries = accounts.to_deliver(connection)
            untold = accounts.changes(connection) - len(deliveries)
            lost = sum(1 for each in deliveries if each not in came) + max(0, untold)
            yield from (reported(name, count, count) for name, count in happened.items())
            n = len(acknowledged)
            yield at_most(
                "acknowledged events not accounted for", accounts.unaccounted(connection, acknowledged), 0, "", n
            )
            yield at_most("exceptions, troubles or answers twice", accounts.twice(connection), 0, "", n)
            yield at_most("webhooks lost", lost, 0, "", len(deliveries))
            yield reported("webhooks that came more than once, by the same id", _again(came), len(came))
            yield reported("events that ended as a failure", accounts.failed(connection), n)
            yield reported("calls that were not acknowledged and sent again", engine.sent.refused, n)


def many_times(deployment: Deployment, count: int, copies: int) -> Iterator[Figure]:
    """The same events from several senders at once."""
    say(f"{count:,} events, each {copies} times at once")
    given = list(itertools.islice(events(deployment), count))
    never = threading.Event()
    with deployment.connected() as own, serving(deployment, worker=True) as (_, url), Engine(deployment, url) as engine:
        with ThreadPoolExecutor(copies * 2) as pool:
            known = list(pool.map(lambda event: engine.send(event, never), _shuffled(given, copies)))
        await_settled(own, within_seconds=SETTLED_WITHIN_SECONDS)
        with own.connect() as connection:
            outcomes = len(set(known)) - accounts.unaccounted(connection, {each for each in known if each})
            twice = accounts.twice(connection)
    yield Figure(
        "outcomes of events that were sent several times", outcomes, f"= {count:,}", "", len(known), outcomes == count
    )
    yield at_most("exceptions, troubles or answers twice, of these", twice, 0, "", count)


def _shuffled(given: list[dict[str, object]], copies: int) -> list[dict[str, object]]:
    """Each event's copies near each other, so that they meet, and in no order."""
    drawn = random.Random(SEED)
    return sorted(
        (event for event in given for _ in range(copies)), key=lambda event: (str(event["id"])[:2], drawn.random())
    )


def _rounds(rounds: int, workers: tuple[Program, Program]) -> Counter[str]:
    happened: Counter[str] = Counter()
    for number, (name, fault) in zip(range(rounds), itertools.cycle(FAULTS.items()), strict=False):
        time.sleep(BETWEEN_SECONDS)
        say(f"round {number + 1} of {rounds}: {name}")
        fault(workers[number // len(FAULTS) % 2])
        happened[name] += 1
    return happened


def _subscribe(deployment: Deployment, url: str, to: str) -> None:
    answer = httpx.post(
        f"{url}/v1/subscriptions",
        json={"url": to, "types": TYPES},
        headers={"Authorization": f"Bearer {deployment.key}", "Idempotency-Key": os.urandom(8).hex()},
        timeout=30, verify=False,
    )  # fmt: skip
    answer.raise_for_status()


def _await_delivered(own: Database) -> None:
    deadline = time.monotonic() + SETTLED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            with own.connect() as connection:
                if accounts.undelivered(connection) == 0:
                    return
        except SQLAlchemyError:
            pass
        time.sleep(0.2)


def _again(came: Counter[str]) -> int:
    return sum(1 for times in came.values() if times > 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--rate", type=float, default=RATE, help="events a second")
    parser.add_argument("--events", type=int, default=EVENTS, help="that are sent several times")
    parser.add_argument("--copies", type=int, default=COPIES)
    parser.add_argument("--home", type=Path, help="where a firm that was learnt from is kept for the next run")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bw-", dir="/tmp") as folder:
        with deployed(given.home or Path(folder), **WEBHOOKS) as deployment:
            figures = list(under_load(deployment, given.rounds, given.rate))
        with deployed(given.home or Path(folder)) as deployment:
            figures += many_times(deployment, given.events, given.copies)
    told = TOLD.format(
        rate=f"{given.rate:g}", rounds=given.rounds, faults=", ".join(FAULTS), events=given.events, copies=given.copies
    )
    return write("faults", "Faults under load", told, figures, given.out)


if __name__ == "__main__":
    sys.exit(main())
