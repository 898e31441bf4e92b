"""How long an event takes until its exception is in the inbox, what it costs, and how much more two processes do.

    python tests/benchmarks/events.py [--seconds N] [--rate N] [--saturated N] [--home DIR] [--out DIR]

A simulated firm, a champion of each task, the service with a worker beside it as one process, and an engine that sends
events at a rate. Then the same events all at once to one worker, and to two on the same database. Writes ``events.md``
and ``events.json``. Exits 1 where an aim is missed.
"""

import argparse
import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import quantiles

import psutil
from eventful.deployment import Deployment, deployed
from eventful.engine import Engine, events
from eventful.programs import Program, serving, working
from eventful.watching import Watcher, await_settled
from figures import Figure, at_least, at_most, reported, say, write

ROOT = Path(__file__).parents[2]
RATE, SECONDS, SATURATED = 20, 300, 3_000
WARM_SECONDS = 10
MOST_P95_SECONDS, LEAST_RATIO = 1.5, 1.6
TOLD = """
An engine sends events about one project, request or milestone each, the three in turn, at {rate} a second for {seconds}
seconds, to one process that serves HTTP and works (`bellwether serve`), without a language model. From the POST to
where a reader of the inbox sees what came of it. CPU is that of the process and of PostgreSQL together.

Saturated: {saturated:,} events that wait, for one `bellwether worker` and for two on the same database.
"""


def at_rate(deployment: Deployment, rate: float, seconds: float) -> Iterator[Figure]:
    """Events at a steady rate through one process."""
    stop = threading.Event()
    with (
        deployment.connected() as own,
        serving(deployment, worker=True) as (program, url),
        Watcher(own) as watcher,
        Engine(deployment, url) as engine,
    ):
        sender = threading.Thread(target=engine.at_rate, args=(events(deployment), rate, stop))
        sender.start()
        time.sleep(WARM_SECONDS)
        begun, used, warm = time.time(), _cpu(program, deployment), len(watcher.seen_at)
        time.sleep(seconds)
        spent, done = _cpu(program, deployment) - used, len(watcher.seen_at) - warm
        stop.set()
        sender.join()
        await_settled(own, within_seconds=120)
        time.sleep(0.2)
        sent = {event: at for event, at in engine.sent.sent_at.items() if begun <= at <= begun + seconds}
        took = [watcher.seen_at[event] - at for event, at in sent.items() if event in watcher.seen_at]
        lost = len(sent) - len(took)
    cuts = quantiles(took, n=100)
    yield reported("median from POST to visible outcome", cuts[49], len(took), "s")
    yield at_most("95th percentile", cuts[94], MOST_P95_SECONDS, "s", len(took))
    yield reported("99th percentile", cuts[98], len(took), "s")
    yield at_most("acknowledged events not seen settled", lost, 0, "", len(sent))
    yield reported("events settled a second", done / seconds, done)
    yield reported("CPU an event, process and PostgreSQL", spent / done * 1000, done, "ms")


def saturated(deployment: Deployment, count: int) -> Iterator[Figure]:
    """All at once, to one worker and to two."""
    rates = {}
    for workers in (1, 2):
        say(f"{count:,} events to {workers} worker{'s' if workers > 1 else ''}")
        with deployment.connected() as own, _idle(deployment, workers), serving(deployment, worker=False) as (_, url):
            with Engine(deployment, url) as engine:
                engine.batch(list(itertools.islice(events(deployment), 200)))
                await_settled(own, within_seconds=300)  # every process has loaded and compiled what it needs
                many = list(itertools.islice(events(deployment), count))
                for at in range(0, count, 1_000):
                    engine.batch(many[at : at + 1_000])
            begun = time.monotonic()
            if not await_settled(own, within_seconds=1_800):
                sys.exit("events are left over")
            rates[workers] = count / (time.monotonic() - begun)
    yield reported("events a second, one process", rates[1], count)
    yield reported("events a second, two processes", rates[2], count)
    yield at_least("two processes against one", rates[2] / rates[1], LEAST_RATIO, count)


@contextmanager
def _idle(deployment: Deployment, workers: int) -> Iterator[None]:
    with ExitStack() as stack:
        for number in range(workers):
            stack.enter_context(working(deployment, number + 1))
        yield


def _cpu(program: Program, deployment: Deployment) -> float:
    """Seconds of CPU of the process and of PostgreSQL."""
    folder = str(deployment.home / "postgres")
    used = program.cpu_seconds
    for process in psutil.process_iter(["name", "cwd", "cpu_times"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == folder:
            used += process.info["cpu_times"].user + process.info["cpu_times"].system
    return used


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rate", type=float, default=RATE, help="events a second")
    parser.add_argument("--saturated", type=int, default=SATURATED, help="events all at once; 0 leaves that out")
    parser.add_argument("--home", type=Path, help="where a firm that was learnt from is kept for the next run")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bw-", dir="/tmp") as folder:
        with deployed(given.home or Path(folder)) as deployment:
            say(f"{given.rate:g} events a second for {given.seconds:g} s")
            figures = list(at_rate(deployment, given.rate, given.seconds))
        if given.saturated:
            with deployed(given.home or Path(folder)) as deployment:
                figures += saturated(deployment, given.saturated)
    told = TOLD.format(rate=f"{given.rate:g}", seconds=f"{given.seconds:g}", saturated=given.saturated)
    return write("events", "From an event to an exception", told, figures, given.out)


if __name__ == "__main__":
    sys.exit(main())
