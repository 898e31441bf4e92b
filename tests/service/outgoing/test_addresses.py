"""Which addresses a webhook may be sent to."""

from ipaddress import IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis.strategies import ip_addresses

from service.outgoing.addresses import allowed

PUBLIC = ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
REFUSED = {
    "this machine": ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fec0::1", "100.64.0.1"],
    "the metadata of a cloud": [
        "169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "64:ff9b::a9fe:a9fe",
    ],
    "of a link": ["169.254.1.1", "fe80::1"],
    "to many": ["224.0.0.1", "239.1.1.1", "255.255.255.255", "ff02::1", "ff0e::1"],
    "nowhere": ["0.0.0.0", "::", "0.1.2.3"],
    "reserved": ["240.0.0.1", "198.18.0.1", "203.0.113.5", "2001:db8::1", "192.88.99.1", "64:ff9b:1::1", "4000::1"],
    "tunnels": ["2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
}  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_allowed(address):
    assert allowed(ip_address(address), ())


@pytest.mark.parametrize(("kind", "address"), [(kind, each) for kind, all_ in REFUSED.items() for each in all_])
def test_what_only_the_service_can_reach_is_refused(kind, address):
    assert not allowed(ip_address(address), ())


@pytest.mark.parametrize(
    ("address", "network", "is_allowed"),
    [
        ("10.1.2.3", "10.1.0.0/16", True),
        ("10.2.2.3", "10.1.0.0/16", False),
        ("127.0.0.1", "127.0.0.0/8", True),
        ("::ffff:10.1.2.3", "10.1.0.0/16", True),
        ("fd00::1", "fd00::/8", True),
        ("224.0.0.1", "0.0.0.0/0", False),
        ("0.0.0.0", "0.0.0.0/0", False),
        ("169.254.169.254", "10.0.0.0/8", False),
    ],
)
def test_networks_that_are_allowed_are_and_no_others(address, network, is_allowed):
    assert allowed(ip_address(address), [ip_network(network)]) is is_allowed


@given(ip_addresses(v=4))
def test_an_address_within_ipv6_is_judged_as_the_one_that_it_leads_to(address):
    for prefix in (0xFFFF << 32, int(IPv6Address("64:ff9b::"))):
        assert allowed(IPv6Address(prefix | int(address)), ()) is allowed(address, ())


@given(ip_addresses())
def test_nothing_that_is_called_private_is_allowed(address):
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        mapped = address.version == 6 and (address.ipv4_mapped or address in ip_network("64:ff9b::/96"))
        assert mapped or not allowed(address, ())
