"""Where a request comes from: only what trusted proxies tell is believed."""

import pytest

from dbapi_platform.addresses import caller_address

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
