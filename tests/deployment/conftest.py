"""A platform behind nginx, both as real processes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.faults.places import Served, served
from tests.services.nginx import NginxServer, start_nginx

Proxied = Callable[..., NginxServer]


@pytest.fixture(scope="module")
def proxied() -> Iterator[Proxied]:
    """Starts nginx in front of the given addresses; ended after the module's tests."""
    with ExitStack() as stack:

        def start(*upstreams: str, **settings: str) -> NginxServer:
            server = start_nginx(upstreams, **settings)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A platform that believes one proxy, with an endpoint to call."""
    directory = tmp_path_factory.mktemp("behind")
    with served(directory, workers=1, DBAPI_TRUSTED_PROXIES="1") as platform:
        platform.publish("plain", "SELECT 1 AS one")
        platform.publish(
            "many", "SELECT range AS n, 'customer ' || range AS name FROM range(20000)"
        )
        echo = "SELECT {{ text }} AS text"
        platform.publish("echo", echo, method="POST", params={"text": {"type": "string"}})
        yield platform


@pytest.fixture(scope="module")
def front(behind: Served, proxied: Proxied) -> NginxServer:
    """nginx in front of it, as it is shipped."""
    return proxied(address(behind))


def address(platform: Served) -> str:
    """Where it listens, as nginx wants to know it."""
    url = httpx.URL(platform.url)
    return f"{url.host}:{url.port}"
