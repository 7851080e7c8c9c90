"""Where a request comes from, and by which scheme, when proxies stand in front."""

from collections.abc import Mapping

# The longest that an IPv6 address with a zone is; what a proxy passes on may be anything.
MAX_ADDRESS = 64


def caller_address(
    peer: str | None, headers: Mapping[bytes, bytes], trusted_proxies: int
) -> str | None:
    """The caller's address: the peer's, or what the outermost trusted proxy saw.

    `headers` are by lower-case name; proxies append to `X-Forwarded-For`, so that only as many
    entries from the right as there are trusted proxies can be believed.
    """
    if not trusted_proxies:
        return peer
    forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return _without_port(hops[max(0, len(hops) - trusted_proxies)])[:MAX_ADDRESS] if hops else peer


def came_by_https(scheme: str, headers: Mapping[bytes, bytes], trusted_proxies: int) -> bool:
    """Whether the caller spoke TLS: with us, or with the outermost trusted proxy.

    Proxies write `X-Forwarded-Proto` anew, or append to it as to `X-Forwarded-For`.
    """
    if not trusted_proxies:
        return scheme == "https"
    forwarded = headers.get(b"x-forwarded-proto", b"").decode("latin-1").lower()
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return (hops[max(0, len(hops) - trusted_proxies)] if hops else scheme) == "https"


def _without_port(hop: str) -> str:
    """Some proxies tell the port too: every connection would be another place."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
