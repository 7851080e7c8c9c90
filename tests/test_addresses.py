"""Where a request comes from: only what trusted proxies tell is believed."""

import pytest

from dbapi_platform.addresses import caller_address, came_by_https

PEER = "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "trusted", "expected"),
    [
        (None, 0, PEER),
        ("203.0.113.9", 0, PEER),
        (None, 1, PEER),
        (" , ", 1, PEER),
        ("203.0.113.9", 1, "203.0.113.9"),
        # What a caller writes is to the left of what the proxy appends.
        ("127.0.0.1, 203.0.113.9", 1, "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9, 198.51.100.2", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "203.0.113.9"),
        # A port is no part of a place: there is another for every connection.
        ("203.0.113.9:50123", 1, "203.0.113.9"),
        ("[2001:db8::9]:50123", 1, "2001:db8::9"),
        ("2001:db8::9", 1, "2001:db8::9"),
        ("x" * 1_000, 1, "x" * 64),
    ],
)
def test_an_address_is_what_trusted_proxies_saw(
    forwarded: str | None, trusted: int, expected: str
) -> None:
    headers = {} if forwarded is None else {b"x-forwarded-for": forwarded.encode()}
    assert caller_address(PEER, headers, trusted) == expected


@pytest.mark.parametrize(
    ("scheme", "forwarded", "trusted", "expected"),
    [
        ("https", None, 0, True),
        ("http", None, 0, False),
        # What a caller writes where no proxy is.
        ("http", "https", 0, False),
        ("https", "http", 0, True),
        ("http", None, 1, False),
        ("https", None, 1, True),
        ("http", "https", 1, True),
        ("http", " HTTPS ", 1, True),
        ("https", "http", 1, False),
        ("http", " , ", 1, False),
        ("http", "https, http", 1, False),
        ("http", "http, https", 1, True),
        ("http", "https, http", 2, True),
        ("http", "https", 3, True),
    ],
)
def test_tls_is_what_the_outermost_trusted_proxy_spoke(
    scheme: str, forwarded: str | None, trusted: int, expected: bool
) -> None:
    headers = {b"x-forwarded-proto": forwarded.encode()} if forwarded else {}
    assert came_by_https(scheme, headers, trusted) is expected
