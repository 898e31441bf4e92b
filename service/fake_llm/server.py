"""The double as an HTTP server: one thread a connection, a scenario a path.

``/v1`` is the scenario that it was started with; ``/slow/v1`` another one; ``/500+good/v1`` the first one for the first
call, the next for the next, and the last from then on.
"""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self

from service.fake_llm.request import ChatRequest, NotAChat, read_request
from service.fake_llm.scenarios import Scenario, Script, chunks, completion

_MOST_BYTES = 20_000_000
_DEFAULT_MODEL = "double"
_PAGE = b"<!doctype html><html><body><h1>It works!</h1></body></html>"


class NoSuchScenario(ValueError):
    """A word that names no scenario."""


def sequence(words: str) -> tuple[Scenario, ...]:
    """The scenarios of ``500+good``. Raises NoSuchScenario."""
    try:
        return tuple(Scenario(word) for word in words.split("+"))
    except ValueError as error:
        known = ", ".join(Scenario)
        raise NoSuchScenario(f"no scenario {words!r}; expected one of {known}, or several joined by +") from error


@dataclass
class FakeLlm:
    """The double. Use as a context manager: it serves until one leaves.

    ``slow_seconds`` is what ``slow`` waits, ``drip_seconds`` what ``dripping`` waits between two bytes. ``calls`` are
    the requests for completions so far, ``scenarios`` what each of them met; ``connections`` counts all, of any kind.
    """

    scenario: str = "good"
    script: Script | None = None
    host: str = "127.0.0.1"
    port: int = 0
    slow_seconds: float = 60.0
    drip_seconds: float = 0.05
    retry_after: float = 1.0
    calls: list[ChatRequest] = field(default_factory=list)
    scenarios: list[Scenario] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        sequence(self.scenario)
        self.stopping = threading.Event()
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self._server = _Server((self.host, self.port), self)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), name="fake-llm", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()

    def url(self, scenario: str | None = None) -> str:
        """The base URL of a scenario, to be a route's BASE_URL; None is the scenario that it was started with."""
        assert self._server is not None
        path = "" if scenario is None else f"/{scenario}"
        return f"http://{self.host}:{self._server.server_port}{path}/v1"

    def next(self, words: str | None, request: ChatRequest) -> Scenario:
        """The scenario that this call meets. Raises NoSuchScenario."""
        with self._lock:
            words = words or self.scenario
            steps = sequence(words)
            nth = self._counts.get(words, 0)
            self._counts[words] = nth + 1
            scenario = steps[min(nth, len(steps) - 1)]
            self.calls.append(request)
            self.scenarios.append(scenario)
            return scenario


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], double: FakeLlm) -> None:
        self.double = double
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        self.double.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients leave whenever they like."""

    def hang_up(self) -> None:
        for each in tuple(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    _ERRORS: ClassVar[dict[Scenario, tuple[int, str]]] = {
        Scenario.FAILING: (500, "server_error"),
        Scenario.UNAUTHORISED: (401, "invalid_api_key"),
    }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Says nothing: what is asked may be a document."""

    def do_GET(self) -> None:
        if not self.path.endswith("/models"):
            return self._error(404, "not_found")
        model = {"id": _DEFAULT_MODEL, "object": "model", "created": 0, "owned_by": "bellwether"}
        return self._json({"object": "list", "data": [model]})

    def do_POST(self) -> None:
        double = self.server.double
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MOST_BYTES:
            return self._error(413, "too_large")
        body = self.rfile.read(length)
        words, _, rest = self.path.strip("/").rpartition("v1/")
        if rest.split("?")[0] != "chat/completions":
            return self._error(404, "not_found")
        try:
            request = read_request(body)
            scenario = double.next(words.strip("/") or None, request)
        except (NotAChat, NoSuchScenario) as refused:
            return self._error(400, str(refused))
        return self._answer(scenario, request)

    def _answer(self, scenario: Scenario, request: ChatRequest) -> None:
        double = self.server.double
        match scenario:
            case Scenario.RATE_LIMITED:
                self._error(429, "rate_limit_exceeded", {"Retry-After": f"{double.retry_after:g}"})
            case Scenario.FAILING | Scenario.UNAUTHORISED:
                self._error(*self._ERRORS[scenario])
            case Scenario.REDIRECT:
                self._send(307, "text/plain", b"", {"Location": f"{double.url('good')}/chat/completions"})
            case Scenario.RESET:
                self._reset()
            case Scenario.HTML:
                self._send(200, "text/html; charset=utf-8", _PAGE)
            case _:
                whole = completion(scenario, request, double.script)
                if scenario is Scenario.SLOW and double.stopping.wait(double.slow_seconds):
                    return
                if scenario is Scenario.STREAMING or request.stream:
                    self._stream(chunks(whole))
                else:
                    self._json(whole, drips=scenario is Scenario.DRIPPING)

    def _json(self, document: Any, *, drips: bool = False) -> None:
        self._send(200, "application/json", json.dumps(document).encode(), drips=drips)

    def _error(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        body = json.dumps({"error": {"message": code, "type": code, "param": None, "code": code}}).encode()
        self._send(status, "application/json", body, headers)

    def _stream(self, events: Sequence[dict[str, Any]]) -> None:
        lines = [f"data: {json.dumps(event)}\n\n" for event in events] + ["data: [DONE]\n\n"]
        self._send(200, "text/event-stream", "".join(lines).encode())

    def _send(
        self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None, *, drips: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if not drips:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.double.stopping.wait(self.server.double.drip_seconds):
                return

    def _reset(self) -> None:
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)  # closing now sends RST
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        with contextlib.suppress(OSError):
            self.connection.close()
