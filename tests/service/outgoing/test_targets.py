"""Which URLs may be subscribed with, and where they lead."""

from ipaddress import ip_address, ip_network

import pytest

from service.outgoing.targets import TargetRefused, Targets, resolved

PUBLIC, PRIVATE = "8.8.8.8", "10.1.2.3"
NETWORKS = (ip_network("10.1.0.0/16"),)


def targets(*addresses, networks=NETWORKS):
    """Where every name leads to these addresses."""
    return Targets(networks, lambda *_: [ip_address(each) for each in addresses])


@pytest.mark.parametrize(
    "url",
    [
        "https://engine.example.com/bellwether?tenant=7",
        "https://engine.example.com:8443",
        "https://b\u00fccher.example/x",
        "HTTPS://ENGINE.EXAMPLE.COM:443/",
        "https://[2001:4860:4860::8888]/",
    ],
)
def test_a_public_https_url_is_taken(url):
    read, found = targets(PUBLIC).addresses(url)
    assert (read.scheme, [str(each) for each in found]) == ("https", [PUBLIC])


@pytest.mark.parametrize(
    "url",
    [
        "", "engine.example.com", "//engine.example.com/", "https://", "https:///x", "/hook",
        "ftp://engine.example.com/", "file:///etc/passwd", "gopher://engine.example.com/", "javascript:alert(1)",
        "https://user@engine.example.com/", "https://user:pass@engine.example.com/", "https://:pass@engine.example.com/",
        "https://engine.example.com/#part", "https://engine.example.com/#", "https://engine.example.com\\@other/",
        "https://engine.example.com/a b", "https://engine.example.com/\n", "https://engine.example.com/\u202e",
        "https://engine.example.com:22/", "https://engine.example.com:25/", "https://engine.example.com:99999/",
        "https://engine%2eexample.com/", "https://[fe80::1%25eth0]/", "https://[::1/", "https://e.com/" + "a" * 2_000,
        "http://engine.example.com/",
    ],
)  # fmt: skip
def test_other_urls_are_refused_before_anything_is_sent(url):
    with pytest.raises(TargetRefused):
        targets(PUBLIC).addresses(url)


@pytest.mark.parametrize(
    ("url", "addresses", "is_allowed"),
    [
        ("https://inner.example.com/", [PRIVATE], True),
        ("http://inner.example.com/", [PRIVATE], True),
        ("http://inner.example.com/", [PRIVATE, PUBLIC], False),
        ("https://both.example.com/", [PRIVATE, PUBLIC], True),
        ("https://other.example.com/", ["10.2.0.1"], False),
        ("https://one-of-two.example.com/", [PUBLIC, "127.0.0.1"], False),
        ("https://rebound.example.com/", ["169.254.169.254"], False),
        ("https://nowhere.example.com/", [], False),
    ],
)
def test_every_address_that_a_name_leads_to_must_be_allowed(url, addresses, is_allowed):
    if is_allowed:
        assert len(targets(*addresses).addresses(url)[1]) == len(addresses)
    else:
        with pytest.raises(TargetRefused):
            targets(*addresses).addresses(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:7f00:1]", "[::1]"]
)
def test_however_this_machine_is_written_it_is_refused(host):
    with pytest.raises(TargetRefused):
        Targets((), resolved).addresses(f"https://{host}/")


def test_a_refusal_repeats_nothing_of_the_url():
    with pytest.raises(TargetRefused) as refused:
        targets("10.9.9.9").addresses("https://hidden.example.com/token-123")
    assert "hidden" not in refused.value.expected
    assert "10.9" not in refused.value.expected
