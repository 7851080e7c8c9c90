"""What a served platform logs: one object a line, with its request, and without secrets."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from dbapi_platform.app import Application
from dbapi_platform.gateway.pipeline import Pipeline
from dbapi_platform.logs import configure_logs, current_request_id
from tests.platforms import PlatformProcess, serve_platform
from tests.world import World

CANARY = "s3cret-canary-value"


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    directory = tmp_path_factory.mktemp("logs")
    settings = {"DBAPI_LOG_FORMAT": "json", "DBAPI_LOG_LEVEL": "DEBUG"}
    with serve_platform(directory, **settings) as served:
        yield served


def lines(served: PlatformProcess) -> list[dict[str, Any]]:
    return [json.loads(line) for line in served.home.log.read_text().splitlines()]


def manage(served: PlatformProcess, method: str, path: str, **kwargs: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {served.token}", **kwargs.pop("headers", {})}
    return httpx.request(method, f"{served.url}/api/v1{path}", headers=headers, **kwargs)


def test_every_line_is_an_object_uvicorns_too(logged: PlatformProcess) -> None:
    httpx.get(f"{logged.url}/health/live")
    found = lines(logged)
    assert {"uvicorn.error"} <= {line["logger"] for line in found}
    for line in found:
        assert {"time", "level", "logger", "message"} <= set(line)
        assert datetime.fromisoformat(line["time"]).utcoffset() == datetime.now(UTC).utcoffset()
    assert all("request_id" not in line for line in found if "Started" in line["message"])


def test_lines_of_a_request_tell_its_id(capsys: pytest.CaptureFixture[str], restored: None) -> None:
    configure_logs("json", "INFO")
    log = logging.getLogger("dbapi_platform.somewhere")
    # Requests that other tests made in this task have left theirs.
    current_request_id.set("")

    def during(request_id: str) -> None:
        current_request_id.set(request_id)
        log.error("Request %s failed", request_id, exc_info=ValueError("broken\nin two"))

    # A context of its own, as every request has.
    thread = threading.Thread(target=during, args=["request-0001"])
    thread.start()
    thread.join()
    log.info("Later")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["request_id"], first["level"]) == ("request-0001", "ERROR")
    assert first["exception"].endswith("ValueError: broken\nin two")
    assert second["message"] == "Later"
    assert "request_id" not in second


@pytest.fixture
def restored() -> Iterator[None]:
    """Leaves the loggers as they were."""
    names = ("", "dbapi_platform", "uvicorn")
    before = [
        (logging.getLogger(name).level, logging.getLogger(name).handlers[:]) for name in names
    ]
    yield
    for name, (level, handlers) in zip(names, before, strict=True):
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers = handlers


def test_libraries_are_not_heard_below_warnings(
    capsys: pytest.CaptureFixture[str], restored: None
) -> None:
    configure_logs("text", "DEBUG")
    logging.getLogger("dbapi_platform.x").debug("ours")
    logging.getLogger("aiosqlite").debug("INSERT INTO secrets VALUES (1)")
    assert capsys.readouterr().err == "DEBUG dbapi_platform.x: ours\n"


async def test_failures_are_logged_with_the_id_that_the_caller_is_told(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    restored: None,
) -> None:
    configure_logs("json", "INFO")

    async def fail(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(Pipeline, "answer", fail)
    monkeypatch.setattr("dbapi_platform.management.routes.about.current_change", fail)
    transport = httpx.ASGITransport(Application(world.platform), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        for path in ("/api/anything", "/health/ready"):
            answer = await http.get(path)
            assert answer.status_code == 500
            line = json.loads(capsys.readouterr().err)
            assert line["request_id"] == answer.json()["error"]["request_id"]
            assert "ValueError: broken" in line["exception"]


def test_no_secret_is_logged_at_any_level(logged: PlatformProcess) -> None:
    """Whatever a secret is sent as: accepted, refused, malformed, or to a database that fails."""
    url = logged.url
    secrets = [logged.token, logged.password, *asdict(logged.secrets).values(), CANARY]
    client = manage(logged, "POST", "/clients", json={"name": "logged"}).json()
    given = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    token = httpx.post(f"{url}/token/generate", json=given).json()["access_token"]
    secrets += [client["client_secret"], token]
    login = {"username": logged.username, "password": logged.password}
    session = httpx.post(f"{url}/api/v1/login/access-token", data=login).json()["access_token"]
    secrets.append(session)

    source = {
        "name": "away", "product_type": "postgresql", "host": "127.0.0.1", "port": 1,
        "database": "none", "username": "nobody", "password": CANARY,
    }  # fmt: skip
    made = manage(logged, "POST", "/datasources", json=source).json()
    manage(logged, "POST", f"/datasources/{made['id']}/test")
    draft = {
        "method": "GET", "path": "logged", "engine": "sql", "datasource": "away",
        "content": f"SELECT '{CANARY}', {{{{ password }}}}", "access": "public",
    }  # fmt: skip
    endpoint = manage(logged, "PUT", "/drafts", json=draft).json()
    manage(logged, "POST", f"/endpoints/{endpoint['id']}/publish", json={})
    bearer = {"Authorization": f"Bearer {CANARY}", "Cookie": f"session={CANARY}"}
    for _ in range(2):
        answer = httpx.get(f"{url}/api/logged?password={CANARY}", headers=bearer)
        assert answer.status_code == 503
        httpx.post(f"{url}/token/generate", json={**given, "client_secret": CANARY})
        httpx.post(f"{url}/token/generate", content=f'{{"client_secret": "{CANARY}"')
        httpx.post(f"{url}/api/v1/login/access-token", data={**login, "password": CANARY})
        httpx.put(f"{url}/api/v1/drafts", json=draft, headers=bearer)
        manage(logged, "POST", "/datasources", json={**source, "port": CANARY})
        manage(logged, "POST", "/datasources", json=source)
    text = logged.home.log.read_text()
    assert [secret for secret in secrets if isinstance(secret, str) and secret in text] == []
