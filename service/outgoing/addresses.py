"""Which addresses a webhook may be sent to: public ones, and those of networks that the settings allow.

Who may name a URL could otherwise make the service knock where only it can reach: its own machine, the firm's inner
network, the metadata of a cloud (OWASP, *Server-Side Request Forgery Prevention*).
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_UNICAST_6 = IPv6Network("2000::/3")
"""What is given out as global unicast (RFC 4291, section 2.4); all else is special."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 for IPv4 behind a translator (RFC 6052): judged as the address that it leads to."""
_ONLY_LOOKS_PUBLIC = (
    IPv4Network("168.63.129.16/32"),  # the platform of Azure
    IPv4Network("192.0.0.0/24"),  # IETF protocols; the metadata of Oracle's cloud
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
)


def allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Whether a webhook may be sent there. ``networks`` are allowed beside what is public, however private."""
    address = _led_to(address)
    if address.is_multicast or address.is_unspecified:
        return False
    return in_networks(address, networks) or _public(address)


def in_networks(address: Address, networks: Sequence[Network]) -> bool:
    """Whether one of these networks holds the address."""
    address = _led_to(address)
    return any(address.version == network.version and address in network for network in networks)


def _led_to(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def _public(address: Address) -> bool:
    if not address.is_global or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not in_networks(address, _ONLY_LOOKS_PUBLIC)
    return address in _UNICAST_6 and address.sixtofour is None and address.teredo is None
