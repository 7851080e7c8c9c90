"""Two real workers: every change is in force on both within a second of being made."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.platforms import PlatformProcess, serve_platform, who_answered

PATH = "workers/{customer_id}"
QUERY = "SELECT {version} AS version, {{{{ customer_id | sql_int }}}} AS customer_id"


class Workers:
    """A connection to each worker, kept open, and the management API."""

    def __init__(self, platform: PlatformProcess, stack: ExitStack) -> None:
        self.platform = platform
        self.api = httpx.Client(
            base_url=f"{platform.url}/api/v1",
            headers={"Authorization": f"Bearer {platform.token}"},
            timeout=30,
        )
        stack.enter_context(self.api)
        self.connections = _one_to_each(platform.url, stack)

    def manage(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self.api.request(method, path, **kwargs)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def publish(self, version: int, access: str = "public") -> dict[str, Any]:
        body = {
            "method": "GET", "path": PATH, "engine": "sql", "datasource": "shop",
            "content": QUERY.format(version=version), "access": access,
        }  # fmt: skip
        endpoint = self.manage("PUT", "/drafts", json=body)
        self.manage("POST", f"/endpoints/{endpoint['id']}/publish", json={})
        return endpoint

    def command(self, *arguments: str) -> str:
        """Run `dbapi` as an operator at the server would."""
        home, values = self.platform.home, self.platform.secrets
        done = subprocess.run(
            [sys.executable, "-m", "dbapi_platform.cli", *arguments],
            env=home.variables(values, port=0), capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def both(self, expected: Callable[[httpx.Response], bool], **headers: str) -> None:
        """Within a second, each worker answers as expected."""
        for connection in self.connections:
            until = time.monotonic() + 1
            answer = connection.get("/api/workers/7", headers=headers)
            while not expected(answer):
                assert time.monotonic() < until, answer.text
                answer = connection.get("/api/workers/7", headers=headers)


def _one_to_each(url: str, stack: ExitStack) -> list[httpx.Client]:
    """Connections until there is one to every process that listens."""
    found: dict[int, httpx.Client] = {}
    for _ in range(200):
        client = stack.enter_context(httpx.Client(base_url=url))
        found.setdefault(who_answered(client.get("/health/ready")), client)
        if len(found) == 2:
            return list(found.values())
    raise AssertionError(f"Only {len(found)} worker answers")


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    directory = tmp_path_factory.mktemp("workers")
    with serve_platform(directory, workers=2) as platform, ExitStack() as stack:
        yield Workers(platform, stack)


def says(version: int) -> Callable[[httpx.Response], bool]:
    row = {"version": version, "customer_id": 7}
    return lambda answer: answer.status_code == 200 and answer.json()["data"] == [row]


def status(code: int) -> Callable[[httpx.Response], bool]:
    return lambda answer: answer.status_code == code


def test_a_publish_a_rollback_and_an_end_reach_both(workers: Workers) -> None:
    workers.both(status(404))
    endpoint = workers.publish(1)
    workers.both(says(1))
    workers.publish(2)
    workers.both(says(2))
    workers.manage("POST", f"/endpoints/{endpoint['id']}/rollback", json={})
    workers.both(says(1))
    workers.manage("POST", f"/endpoints/{endpoint['id']}/unpublish")
    workers.both(status(404))


def test_a_grant_and_a_revocation_made_at_the_server_reach_both(workers: Workers) -> None:
    workers.publish(3, access="private")
    workers.both(status(401))
    lines = workers.command("client", "create", "billing").splitlines()
    credentials = dict(line.split() for line in lines[:2])
    # The client is known to the worker that is asked as soon as it has looked for changes.
    time.sleep(0.5)
    answer = workers.connections[0].post("/token/generate", json=credentials)
    token = f"Bearer {answer.json()['access_token']}"
    workers.both(status(403), Authorization=token)
    workers.command("client", "grant", "billing", "GET", PATH)
    workers.both(says(3), Authorization=token)
    workers.command("client", "revoke", "billing", "GET", PATH)
    workers.both(status(403), Authorization=token)
    workers.command("client", "delete", "billing", "--yes")
    workers.both(status(401), Authorization=token)
