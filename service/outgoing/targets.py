"""The URL of a subscription, and to which addresses it leads now."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

import httpx

from service.outgoing.addresses import Address, Network, allowed, in_networks

LONGEST_URL = 2_000
"""Characters; what browsers and proxies are known to take."""
_DEFAULT_PORTS = {"https": 443, "http": 80}
_FREE_PORTS = range(1024, 65536)

Resolve = Callable[[str, int], Sequence[Address]]
"""The addresses of a host. Raises OSError where it has none."""


class TargetRefused(Exception):
    """Nothing is sent to this URL. ``expected`` says what one must be like; it repeats nothing of it."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(expected)


@dataclass(frozen=True)
class Targets:
    """What the settings say of targets. ``networks`` are private networks that are allowed, also without TLS."""

    networks: tuple[Network, ...]
    resolve: Resolve

    def addresses(self, text: str) -> tuple[httpx.URL, Sequence[Address]]:
        """The URL as it was read, and every address to which it leads, each of them allowed.

        To be asked before each attempt, and to connect to what it says and nothing else: a name can lead elsewhere a
        second later. Raises TargetRefused.
        """
        url = parsed(text)
        try:
            found = self.resolve(url.raw_host.decode(), url.port or _DEFAULT_PORTS[url.scheme])
        except (OSError, UnicodeError):
            found = ()
        if not found or not all(allowed(each, self.networks) for each in found):
            raise TargetRefused(
                "a host that resolves, and to public addresses only; private networks are allowed by "
                "BELLWETHER_WEBHOOKS__ALLOW_PRIVATE"
            )
        if url.scheme != "https" and not all(in_networks(each, self.networks) for each in found):
            raise TargetRefused("https; plain http only into networks that BELLWETHER_WEBHOOKS__ALLOW_PRIVATE allows")
        return url, found


def parsed(text: str) -> httpx.URL:
    """The URL, by the parser that also connects. Raises TargetRefused for what is wrong without looking anywhere."""
    if len(text) > LONGEST_URL or not text.isprintable() or " " in text or "\\" in text:
        raise TargetRefused(f"a URL of at most {LONGEST_URL:,} characters without spaces and backslashes")
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise TargetRefused("an absolute URL, such as https://engine.example.com/bellwether") from None
    if url.scheme not in _DEFAULT_PORTS or not url.host or "%" in url.host:
        raise TargetRefused("an absolute https URL, such as https://engine.example.com/bellwether")
    if url.userinfo or "#" in text:
        raise TargetRefused("a URL without a user, a password or a fragment; the signature says who sends")
    if url.port is not None and url.port not in _FREE_PORTS and url.port not in _DEFAULT_PORTS.values():
        raise TargetRefused(f"port 443, 80, or one from {_FREE_PORTS.start} to {_FREE_PORTS.stop - 1}")
    return url


def resolved(host: str, port: int) -> Sequence[Address]:
    """What the machine's own resolver says, each address once and in its order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(str(each[4][0])) for each in found))
