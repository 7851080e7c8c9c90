"""The shipped nginx configuration with a certificate."""

import ssl
from pathlib import Path

import httpx
import pytest

from dbapi_platform.demo.processes import free_port
from tests.deployment.conftest import Proxied, address
from tests.faults.places import Served
from tests.services.certificates import make_certificate
from tests.services.nginx import NginxServer


def certified(directory: Path) -> tuple[str, str]:
    """A certificate and its key, as files."""
    files = directory / "tls.crt", directory / "tls.key"
    for file, content in zip(files, make_certificate(), strict=True):
        file.write_bytes(content)
    return str(files[0]), str(files[1])


@pytest.fixture(scope="module")
def encrypted(
    behind: Served, proxied: Proxied, tmp_path_factory: pytest.TempPathFactory
) -> tuple[NginxServer, httpx.Client]:
    """nginx with a certificate, and a client that trusts it."""
    port = free_port(0)
    certificate, key = certified(tmp_path_factory.mktemp("tls"))
    server = proxied(
        address(behind),
        NGINX_HTTPS=f"127.0.0.1:{port}",
        NGINX_TLS_CERTIFICATE=certificate,
        NGINX_TLS_KEY=key,
    )
    trust = ssl.create_default_context(cafile=certificate)
    return server, httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=trust)


def test_with_a_certificate_it_speaks_https_and_says_to_stay_with_it(
    encrypted: tuple[NginxServer, httpx.Client],
) -> None:
    _, client = encrypted
    answer = client.get("/api/plain")
    assert answer.json()["data"] == [{"one": 1}]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_sessions_of_pages_are_then_guarded_by_the_browser(
    behind: Served, encrypted: tuple[NginxServer, httpx.Client]
) -> None:
    _, client = encrypted
    who = {"username": behind.platform.username, "password": behind.platform.password}
    login = client.post("/api/v1/login/page", json=who, headers={"X-DBAPI-Page": "1"})
    assert login.headers["set-cookie"].startswith("__Host-dbapi_session=")


def test_http_leads_to_https_and_still_tells_that_it_lives(
    encrypted: tuple[NginxServer, httpx.Client],
) -> None:
    server, _ = encrypted
    answer = httpx.post(f"{server.url}/api/echo?a=1", json={})
    assert answer.status_code == 308
    assert answer.headers["location"] == "https://127.0.0.1/api/echo?a=1"
    assert httpx.get(f"{server.url}/health/live").json() == {"status": "ok"}


def test_http_leads_to_the_port_that_https_is_reached_by(
    behind: Served, proxied: Proxied, tmp_path: Path
) -> None:
    port = free_port(0)
    certificate, key = certified(tmp_path)
    server = proxied(
        address(behind),
        NGINX_HTTPS=f"127.0.0.1:{port}",
        NGINX_HTTPS_PORT=str(port),
        NGINX_TLS_CERTIFICATE=certificate,
        NGINX_TLS_KEY=key,
    )
    answer = httpx.get(f"{server.url}/api/plain?a=1")
    assert answer.headers["location"] == f"https://127.0.0.1:{port}/api/plain?a=1"
