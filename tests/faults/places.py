"""Platforms of real processes, and servers that a test may stop."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
from prometheus_client.parser import text_string_to_metric_families

from dbapi_platform.access.secrets import new_secret
from tests.faults.load import Load
from tests.platforms import PlatformProcess, serve_platform, who_answered
from tests.services.postgres import PostgresServer, start_postgres

METRICS_TOKEN = new_secret()


@contextmanager
def own_postgres() -> Iterator[PostgresServer]:
    """A server of this test's own. What it said to have stored it has, as in earnest."""
    server = start_postgres()
    try:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_commit = on")
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        server.stop()


@contextmanager
def served(directory: Path, *, workers: int = 2, **settings: str) -> Iterator["Served"]:
    """A platform of two workers that tells its metrics."""
    settings = {"DBAPI_METRICS_TOKEN": METRICS_TOKEN, "DBAPI_SNAPSHOT_POLL_MS": "50"} | settings
    directory.mkdir(exist_ok=True)
    with serve_platform(directory, workers=workers, **settings) as platform:
        yield Served(platform)


class Served:
    """A served platform as an administrator and an operator see it."""

    def __init__(self, platform: PlatformProcess) -> None:
        self.platform = platform
        self.url = platform.url

    def manage(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.platform.token}"}
        url = f"{self.url}/api/v1{path}"
        answer = httpx.request(method, url, headers=headers, timeout=30, **kwargs)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    @property
    def spool(self) -> Path:
        return self.platform.home.path / "spool"

    def publish(self, path: str, content: str, **more: Any) -> dict[str, Any]:
        body = {
            "method": "GET", "path": path, "engine": "sql", "datasource": "shop",
            "content": content, "access": "public", **more,
        }  # fmt: skip
        endpoint: dict[str, Any] = self.manage("PUT", "/drafts", json=body)
        self.manage("POST", f"/endpoints/{endpoint['id']}/publish", json={})
        return endpoint

    def client(self, *endpoints: dict[str, Any]) -> dict[str, str]:
        """A client that may call these: what it gets a token with."""
        made = self.manage("POST", "/clients", json={"name": "caller"})
        for endpoint in endpoints:
            self.manage("PUT", f"/clients/{made['id']}/endpoints/{endpoint['id']}")
        return {"client_id": made["client_id"], "client_secret": made["client_secret"]}

    def measures(self) -> dict[tuple[str, ...], float]:
        """Every number of /metrics, by name and the values of its labels."""
        bearer = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        answer = httpx.get(f"{self.url}/metrics", headers=bearer, timeout=30)
        assert answer.status_code == 200, answer.text
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    @property
    def main(self) -> psutil.Process:
        """The process that was started: with several workers it is their parent."""
        port = int(self.url.rpartition(":")[2])
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                if f"--port {port}" in " ".join(process.cmdline()):
                    return process
        raise AssertionError("The platform's process is gone")

    def workers(self) -> list[psutil.Process]:
        """Those that answer."""
        found = []
        for process in self.main.children():
            with contextlib.suppress(psutil.Error):
                if "spawn_main" in " ".join(process.cmdline()):
                    found.append(process)
        return found


def recorded(database: str, request_ids: list[str]) -> Counter[str]:
    """How many records each of these requests has."""
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT request_id, count(*) FROM access_record WHERE request_id = ANY(%s) "
            "GROUP BY request_id",
            [request_ids],
        ).fetchall()
    return Counter(dict(rows))


def answering(url: str) -> set[int]:
    """The workers that answer, by their process ids: asked several times, anew each time."""
    found = set()
    for _ in range(20):
        with httpx.Client(base_url=url) as http:
            found.add(who_answered(http.get("/health/live")))
    return found


@contextmanager
def paused(server: PostgresServer) -> Iterator[None]:
    """All of its processes stand still until the block ends."""
    number = int((server.data / "postmaster.pid").read_text().split()[0])
    main = psutil.Process(number)
    processes = [main, *main.children(recursive=True)]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.resume()


def once_each(database: str, load: Load) -> None:
    """Every answered request has exactly one record, soon."""
    ids = [answer.request_id for answer in load.answers]
    assert ids
    until(lambda: recorded(database, ids) == Counter(ids))


def until(is_so: Callable[[], bool], *, within_s: float = 60) -> None:
    """Until it is so. What breaks meanwhile is not so."""
    deadline = time.monotonic() + within_s
    while True:
        with contextlib.suppress(httpx.HTTPError, psycopg.Error, psutil.Error):
            if is_so():
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)
