"""Where endpoints are called: at the public address, where there is one that others reach."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from ..management.requests import is_https
from ..management.services import Services

_HOST: Final = re.compile(
    r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?"
)


def server_of(public_url: str) -> str:
    """The gateway's address: without a host where only this machine knows the host."""
    path = urlsplit(public_url).path if is_local(public_url) else public_url
    return f"{path}/api"


def base_of(request: Request) -> str:
    """The platform's address, for examples: where only this machine knows it, as it was asked."""
    services: Services = request.app.state.services
    public_url, host = services.settings.public_url, request.headers.get("host", "")
    if not is_local(public_url) or not _HOST.fullmatch(host):
        return public_url
    scheme = "https" if is_https(request) else "http"
    return f"{scheme}://{host}{urlsplit(public_url).path}"


def is_local(url: str) -> bool:
    """Whether the host is this machine for everybody, or no host at all."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
