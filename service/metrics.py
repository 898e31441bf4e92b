"""What the service counts, in a registry of its own, for ``/metrics``."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from service.gate.verdict import Verdict

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LONG_SECONDS = (*_SECONDS[5:], 30.0, 60.0)


class Metrics:
    """Counters of one process. Labels hold templates, names and codes only: no ids."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._serving: dict[str, str] = {}
        self._requests = Histogram(
            "bellwether_request_seconds",
            "Seconds from the first byte of a request to the end of its response",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._predictions = Counter("bellwether_predictions", "Subjects predicted", ("task",), registry=self._registry)
        self._verdicts = Counter(
            "bellwether_verdicts",
            "Verdicts of the gate; code is empty where permitted",
            ("task", "outcome", "code"),
            registry=self._registry,
        )
        self._champion = Gauge(
            "bellwether_champion_info", "1 for the version that serves", ("task", "version"), registry=self._registry
        )

        self._events = Counter(
            "bellwether_events",
            "Events that this process has settled; failed ones are in the inbox",
            ("type", "status"),
            registry=self._registry,
        )
        self._waiting = Gauge(
            "bellwether_waiting", "Events and webhooks that are due and wait, for all processes", ("what",),
            registry=self._registry,
        )  # fmt: skip
        self._oldest = Gauge(
            "bellwether_oldest_waiting_seconds", "How long the oldest of these has waited", ("what",),
            registry=self._registry,
        )  # fmt: skip
        self._language_calls = Histogram(
            "bellwether_language_call_seconds",
            "Seconds of one call of a language model; outcome is counted, or why its reply was not",
            ("route", "prompt", "outcome"),
            buckets=_LONG_SECONDS,
            registry=self._registry,
        )
        self._language_tokens = Counter(
            "bellwether_language_tokens",
            "Tokens of language models, asked and replied",
            ("route", "direction"),
            registry=self._registry,
        )
        self._language_cost = Counter(
            "bellwether_language_cost",
            "What that has cost, by the prices of the settings",
            ("route",),
            registry=self._registry,
        )
        self._breakers = Gauge(
            "bellwether_language_breaker_open",
            "1 while the route's endpoint is left in peace, 0.5 while one call tries it, 0 otherwise",
            ("route",),
            registry=self._registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request is answered."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).observe(seconds)

    def predicted(self, task: str, subjects: int) -> None:
        """So many subjects were predicted in one answer."""
        self._predictions.labels(task).inc(subjects)

    def verdict(self, task: str, outcome: str, codes: tuple[str, ...] = ()) -> None:
        """The gate has judged one proposal; a verdict of several codes counts under each."""
        for code in codes or ("",):
            self._verdicts.labels(task, outcome, code).inc()

    def answered(self, task: str, subjects: int, verdicts: Iterable[Verdict]) -> None:
        """An answer about so many subjects was kept, with these verdicts on what was proposed."""
        self.predicted(task, subjects)
        for verdict in verdicts:
            self.verdict(task, verdict.outcome, verdict.codes)

    def serves(self, task: str, version: str) -> None:
        """This version of the task's champion serves from now on."""
        before = self._serving.get(task)
        if before is not None and before != version:
            self._champion.remove(task, before)
        self._serving[task] = version
        self._champion.labels(task, version).set(1)

    def event(self, kind: str, status: str) -> None:
        """An event of this type was settled with this status."""
        self._events.labels(kind, status).inc()

    def waiting(self, what: str, count: int, oldest_seconds: float) -> None:
        """So many of these are due and wait, the oldest for so long."""
        self._waiting.labels(what).set(count)
        self._oldest.labels(what).set(oldest_seconds)

    def language_call(self, route: str, prompt: str, outcome: str, seconds: float) -> None:
        """One call of a language model has ended."""
        self._language_calls.labels(route, prompt, outcome).observe(seconds)

    def language_use(self, route: str, tokens_in: int, tokens_out: int, cost: float | None) -> None:
        """So many tokens were used; ``cost`` is None where the settings name no price."""
        self._language_tokens.labels(route, "in").inc(tokens_in)
        self._language_tokens.labels(route, "out").inc(tokens_out)
        if cost is not None:
            self._language_cost.labels(route).inc(cost)

    def language_breaker(self, route: str, how_open: float) -> None:
        """The circuit breaker of a route has turned: 1 open, 0.5 half open, 0 closed."""
        self._breakers.labels(route).set(how_open)

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
