"""One signed POST to a receiver, to an address that was looked at, within a deadline."""

import datetime as dt
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import version

import anyio
import httpx
from standardwebhooks import Webhook

from service.outgoing.addresses import Address
from service.outgoing.messages import CONTENT_TYPE
from service.outgoing.targets import TargetRefused, Targets

GONE = 410
"""By this a receiver says that it wants no more."""
_MOST_DIGITS = 8  # three years, and far below what an attacker could make of a number
_AGENT = f"Bellwether/{version('bellwether')}"


@dataclass(frozen=True)
class Reply:
    """What came back: a status and how long to stay away, or why there is none."""

    status: int | None
    error: str | None
    retry_after: dt.timedelta | None = None

    @property
    def arrived(self) -> bool:
        """Whether the receiver took it. A redirect is not followed, and counts as not taken."""
        return self.status is not None and httpx.codes.is_success(self.status)


@dataclass(frozen=True)
class Sender:
    """How is sent. ``timeout_seconds`` is for all of an attempt, from connecting to the first of the answer.

    ``tls`` says whose certificates are trusted; None is those that the machine trusts.
    """

    targets: Targets
    timeout_seconds: float
    tls: ssl.SSLContext | None = None

    def send(self, url: str, body: str, headers: Mapping[str, str]) -> Reply:
        """Sends it. What goes wrong is told in the reply, in words of our own; the body of the answer is not read."""
        try:
            target, addresses = self.targets.addresses(url)
        except TargetRefused:
            return Reply(None, "the address is refused")
        try:
            return anyio.run(self._posted, target, addresses, body, headers)
        except TimeoutError:
            return Reply(None, "no answer in time")
        except ssl.SSLError:
            return Reply(None, "no trusted TLS connection")
        except httpx.ConnectError as error:
            return Reply(None, "no trusted TLS connection" if _is_of_tls(error) else "no connection")
        except (httpx.HTTPError, OSError):
            return Reply(None, "no answer that is HTTP")

    async def _posted(
        self, target: httpx.URL, addresses: Sequence[Address], body: str, headers: Mapping[str, str]
    ) -> Reply:
        own = {"Host": target.netloc.decode(), "Content-Type": CONTENT_TYPE, "User-Agent": _AGENT, **headers}
        with anyio.fail_after(self.timeout_seconds):
            async with self._client() as client:
                for number, address in enumerate(addresses, 1):
                    request = client.build_request(
                        "POST",
                        target.copy_with(host=str(address)),
                        content=body.encode(),
                        headers=own,
                        extensions={"sni_hostname": target.raw_host.decode()},
                    )
                    try:
                        response = await client.send(request, stream=True)
                    except httpx.ConnectError:
                        if number == len(addresses):
                            raise
                        continue
                    await response.aclose()
                    return _reply(response)
        raise AssertionError("a target has an address")

    def _client(self) -> httpx.AsyncClient:
        # Nothing is kept alive: a connection made for one name must not serve another that has the same address.
        return httpx.AsyncClient(
            verify=self.tls or _machine_tls(),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - the deadline around it is for all of it
            limits=httpx.Limits(max_keepalive_connections=0),
        )


def signed(delivery_id: str, body: str, secrets: Sequence[str], *, now: dt.datetime) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0.0, with a signature for each secret."""
    at = now.astimezone(dt.UTC)
    signatures = [Webhook(secret).sign(delivery_id, at, body) for secret in secrets]
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _reply(response: httpx.Response) -> Reply:
    status = response.status_code
    error = None if response.is_success else f"status {status}"
    return Reply(status, error, _retry_after(response.headers.get("Retry-After")))


def _retry_after(said: str | None) -> dt.timedelta | None:
    """Seconds or an HTTP date (RFC 9110, section 10.2.3); None for anything else."""
    if said is None:
        return None
    if said.isascii() and said.isdigit():
        return dt.timedelta(seconds=int(said[:_MOST_DIGITS]))
    with suppress(ValueError, TypeError):
        return parsedate_to_datetime(said) - dt.datetime.now(dt.UTC)
    return None


def _is_of_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


@cache
def _machine_tls() -> ssl.SSLContext:
    return ssl.create_default_context()
