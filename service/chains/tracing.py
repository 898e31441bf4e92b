"""Replies as traces in MLflow: which prompt, which routes, what it took, and never a word of what was asked or said.

A trace is made from the figures of a reply alone; the texts never reach this module. It is written by a thread of its
own: a registry that is slow or away costs no answer anything but its trace.
"""

import json
import os
import queue
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog

from prompts.prompt import Prompt
from service.chains.question import Reply

EXPERIMENT = "bellwether-language-models"

_MOST_WAITING = 1000
_LAST_SECONDS = 5.0
_NANO = 1_000_000_000
_log = structlog.get_logger("bellwether.chains")


@dataclass(frozen=True)
class Trace:
    """What is told of one reply. ``attributes`` are names, codes and figures."""

    name: str
    ended_ns: int
    seconds: float
    counted: bool
    tokens_in: int
    tokens_out: int
    attributes: dict[str, Any]


def trace_of(prompt: Prompt, reply: Reply[Any], seconds: float) -> Trace:
    """The trace of a reply that has just come, after so many seconds."""
    return Trace(
        name=prompt.name,
        ended_ns=time.time_ns(),
        seconds=seconds,
        counted=reply.value is not None,
        tokens_in=reply.tokens_in,
        tokens_out=reply.tokens_out,
        attributes={
            "prompt": f"{prompt.name} v{prompt.version}",
            "prompt_sha": prompt.sha,
            "task": prompt.task,
            "route": reply.route.value,
            "tried": [{"route": tried.route.value, "why": tried.why} for tried in reply.tried],
            "calls": reply.calls,
            "cost": reply.cost,
        },
    )


class Traces:
    """Writes traces to the MLflow at ``tracking_uri``. Use as a context manager; leaving writes what still waits."""

    def __init__(self, tracking_uri: str, artifacts: Path) -> None:
        self._uri = tracking_uri
        self._artifacts = artifacts
        self._waiting: queue.Queue[Trace | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._write_all, name="traces", daemon=True)

    def __call__(self, prompt: Prompt, reply: Reply[Any], seconds: float) -> None:
        """Takes the trace of a reply, unless too many wait already."""
        try:
            self._waiting.put_nowait(trace_of(prompt, reply, seconds))
        except queue.Full:
            _log.warning("trace dropped")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.put(None)
        self._thread.join(_LAST_SECONDS)

    def _write_all(self) -> None:
        writer: _Writer | None = None
        while (trace := self._waiting.get()) is not None:
            try:
                writer = writer or _Writer(self._uri, self._artifacts)
                writer.write(trace)
            except Exception as error:  # noqa: BLE001 - stores of MLflow raise whatever they like; a trace is no answer
                _log.warning("trace not written", error=type(error).__qualname__)


class _Writer:
    """MLflow, imported with the first trace: that costs seconds, which nobody pays who wants no traces."""

    def __init__(self, uri: str, artifacts: Path) -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        os.environ.setdefault("DO_NOT_TRACK", "true")
        from mlflow import MlflowClient  # noqa: PLC0415
        from mlflow.tracing.client import TracingClient  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

        client = MlflowClient(uri, uri)
        found = client.get_experiment_by_name(EXPERIMENT)
        self._experiment = str(
            found.experiment_id if found else client.create_experiment(EXPERIMENT, artifact_location=artifacts.as_uri())
        )
        self._store = TracingClient(uri)
        self._tracer = TracerProvider(shutdown_on_exit=False).get_tracer("bellwether")  # it exports to nobody

    def write(self, trace: Trace) -> None:
        from mlflow.entities import Span, TraceInfo, TraceLocation, TraceState  # noqa: PLC0415

        began_ns = trace.ended_ns - int(trace.seconds * _NANO)
        span: Any = self._tracer.start_span(trace.name, start_time=began_ns)
        trace_id = f"tr-{span.get_span_context().trace_id:032x}"
        told = {"mlflow.traceRequestId": trace_id, "mlflow.spanType": "LLM", **trace.attributes}
        for name, value in told.items():
            span.set_attribute(name, json.dumps(value))
        span.end(trace.ended_ns)
        asked, replied = trace.tokens_in, trace.tokens_out
        usage = {"input_tokens": asked, "output_tokens": replied, "total_tokens": asked + replied}
        self._store.start_trace(
            TraceInfo(
                trace_id=trace_id,
                trace_location=TraceLocation.from_experiment_id(self._experiment),
                request_time=began_ns // 1_000_000,
                state=TraceState.OK if trace.counted else TraceState.ERROR,
                execution_duration=int(trace.seconds * 1000),
                trace_metadata={"mlflow.trace.tokenUsage": json.dumps(usage)},
                tags={"mlflow.traceName": trace.name},
            )
        )
        self._store.log_spans(self._experiment, [Span(span)])
