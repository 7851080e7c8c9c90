"""Jobs of real processes, on a real PostgreSQL and a real Redis, that end before the jobs do."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.gateway.jobs.asking import LATER
from tests.platforms import PlatformProcess, serve_platform
from tests.services.fixtures import PostgresDatabase
from tests.services.redis import RedisServer, start_redis

_OURS = "FROM pg_stat_activity WHERE application_name = 'pydbapi' AND datname = current_database()"


class Asking:
    """A platform, whoever calls it, and the database behind it."""

    def __init__(self, platform: PlatformProcess, database: PostgresDatabase) -> None:
        self.platform = platform
        self.database = database
        # A connection that is kept may be one to a worker that was killed.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.http = httpx.Client(base_url=platform.url, timeout=30, limits=limits)

    def manage(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.platform.token}"}
        return self.http.request(method, f"/api/v1{path}", headers=headers, **kwargs)

    def add_datasource(self) -> None:
        server = self.database.server
        body = {
            "name": "behind", "product_type": "postgresql", "host": server.host,
            "port": server.port, "database": self.database.name, "username": server.username,
            "password": server.password,
        }  # fmt: skip
        assert self.manage("POST", "/datasources", json=body).is_success

    def publish(self, path: str, content: str, **fields: Any) -> None:
        body = {
            "method": "GET", "path": path, "engine": "sql", "datasource": "behind",
            "content": content, "access": "public", "allow_async": True, **fields,
        }  # fmt: skip
        endpoint = self.manage("PUT", "/drafts", json=body).json()
        done = self.manage("POST", f"/endpoints/{endpoint['id']}/publish", json={})
        assert done.is_success, done.text
        self.until(lambda: self.http.get(f"/api/{path}?format=none").status_code == 406)

    def later(self, path: str) -> str:
        answer = self.http.get(f"/api/{path}", headers=LATER)
        assert answer.status_code == 202, answer.text
        return answer.headers["location"]

    def look(self, job: str) -> dict[str, Any]:
        return self.http.get(job).json()["data"]

    def reaches(self, job: str, status: str) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def stands() -> bool:
            found.update(self.look(job))
            return found["status"] == status

        self.until(stands)
        return found

    def running(self) -> list[int]:
        """The ports of the platform's connections that do something."""
        rows = self.database.run(f"SELECT client_port {_OURS} AND state = 'active'")
        return [row[0] for row in rows]

    def until(self, happened: Callable[[], bool]) -> None:
        for _ in range(1_000):
            if happened():
                return
            time.sleep(0.05)
        raise AssertionError(f"it did not happen; the log:\n{self.log[-3000:]}")

    @property
    def log(self) -> str:
        return self.platform.home.log.read_text(errors="replace")


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    server = start_redis()
    yield server
    server.stop()


@contextmanager
def served(
    directory: Path, database: PostgresDatabase, redis: RedisServer, **settings: Any
) -> Iterator[Asking]:
    with serve_platform(directory, DBAPI_REDIS_URL=redis.url, **settings) as platform:
        asking = Asking(platform, database)
        yield asking
        asking.http.close()


def test_jobs_outlive_the_platform(
    postgres_database: PostgresDatabase, own_redis: RedisServer, tmp_path: Path
) -> None:
    with served(tmp_path, postgres_database, own_redis, DBAPI_JOBS_CONCURRENT="1") as first:
        first.add_datasource()
        first.publish("outlive/slow", "SELECT 'slow' AS a FROM pg_sleep(6)")
        first.publish("outlive/quick", "SELECT 'quick' AS a")
        slow, quick = first.later("outlive/slow"), first.later("outlive/quick")
        started = first.reaches(slow, "running")["started_at"]
        assert first.look(quick)["status"] == "queued"
    assert first.running() == []
    assert "Traceback" not in first.log
    with served(tmp_path, postgres_database, own_redis) as second:
        assert second.reaches(slow, "succeeded")["started_at"] > started
        second.reaches(quick, "succeeded")
        assert second.http.get(f"{slow}/result").json()["data"] == [{"a": "slow"}]
        assert second.http.get(f"{quick}/result").json()["data"] == [{"a": "quick"}]


def test_another_worker_runs_what_one_died_of(
    postgres_database: PostgresDatabase, own_redis: RedisServer, tmp_path: Path
) -> None:
    with served(tmp_path, postgres_database, own_redis, workers=2) as asking:
        asking.add_datasource()
        asking.publish("died", "SELECT 7 AS a FROM pg_sleep(4)", max_concurrent=1)
        job = asking.later("died")
        asking.until(lambda: len(asking.running()) == 1)
        started = asking.reaches(job, "running")["started_at"]
        (port,) = asking.running()
        os.kill(holder(port), signal.SIGKILL)
        assert asking.reaches(job, "succeeded")["started_at"] > started
        assert asking.http.get(f"{job}/result").json()["data"] == [{"a": 7}]


def holder(port: int) -> int:
    """The process of ours whose connection has this port at its own end."""
    for process in psutil.Process().children(recursive=True):
        for connection in process.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port:
                return process.pid
    raise AssertionError(f"Nobody has the port {port}")


def test_a_cancelled_job_ends_its_query(
    postgres_database: PostgresDatabase, own_redis: RedisServer, tmp_path: Path
) -> None:
    with served(tmp_path, postgres_database, own_redis) as asking:
        asking.add_datasource()
        asking.publish("cancelled", "SELECT {{ secret }} AS a FROM pg_sleep(300)")
        job = asking.later("cancelled?secret=hunter2")
        asking.until(lambda: len(asking.running()) == 1)
        assert asking.http.delete(job).status_code == 200
        asking.until(lambda: asking.running() == [])
        assert asking.look(job)["status"] == "cancelled"
        # And so does a caller who goes away while it is waited for.
        url = httpx.URL(asking.platform.url)
        with socket.create_connection((url.host, url.port or 80)) as caller:
            asked = "GET /api/cancelled?secret=hunter2 HTTP/1.1\r\nHost: x\r\n"
            caller.sendall(f"{asked}Prefer: respond-async, wait=50\r\n\r\n".encode())
            asking.until(lambda: len(asking.running()) == 1)
        asking.until(lambda: asking.running() == [])
        assert "hunter2" not in asking.log
        assert job.rpartition("/")[2] not in asking.log


def test_a_long_answer_is_kept_and_the_worker_stays_small(
    postgres_database: PostgresDatabase, own_redis: RedisServer, tmp_path: Path
) -> None:
    rows = 400_000
    with served(tmp_path, postgres_database, own_redis, DBAPI_MAX_ROWS=str(rows)) as asking:
        asking.add_datasource()
        content = f"SELECT n AS id, repeat('x', 150) AS filler FROM generate_series(1, {rows}) AS n"
        asking.publish("long", content, max_rows=rows)
        before = largest_mb()
        job = asking.later("long?format=csv")
        peak = before

        def is_there() -> bool:
            nonlocal peak
            peak = max(peak, largest_mb())
            return asking.look(job)["status"] == "succeeded"

        asking.until(is_there)
        size = 0
        with asking.http.stream("GET", f"{job}/result") as answer:
            for chunk in answer.iter_bytes():
                size += len(chunk)
        assert size == asking.look(job)["progress"]["bytes"] > 60_000_000
        # The answer is 64 MB, and its rows as Python's values would be several times as much.
        assert max(peak, largest_mb()) - before < 64


def largest_mb() -> float:
    family = psutil.Process().children(recursive=True)
    return (
        max(
            process.memory_info().rss
            for process in family
            if any("dbapi_platform" in word for word in process.cmdline())
        )
        / 1_048_576
    )


def test_redis_goes_away_and_comes_back(
    postgres_database: PostgresDatabase, own_redis: RedisServer, tmp_path: Path
) -> None:
    with served(tmp_path, postgres_database, own_redis) as asking:
        asking.add_datasource()
        asking.publish("back", "SELECT {{ secret }} AS a")
        asking.publish("back/long", "SELECT {{ secret }} AS a FROM pg_sleep(300)")
        job = asking.later("back?secret=hunter2")
        asking.reaches(job, "succeeded")
        running = asking.later("back/long?secret=hunter2")
        asking.until(lambda: len(asking.running()) == 1)
        own_redis.stop()
        answer = asking.http.get("/api/back?secret=here", headers=LATER)
        assert (answer.status_code, answer.json()["data"]) == (200, [{"a": "here"}])
        assert "preference-applied" not in answer.headers
        refused = asking.http.get(job)
        assert refused.status_code == 503
        assert refused.json()["error"]["code"] == "jobs_unavailable"
        assert "retry-after" in refused.headers
        time.sleep(3)
        back = start_redis(own_redis.port)
        try:
            # It kept nothing: what ran is not wanted any more.
            asking.until(lambda: asking.http.get(running).status_code == 404)
            asking.until(lambda: asking.running() == [])
            again = asking.later("back?secret=hunter2")
            asking.reaches(again, "succeeded")
            assert asking.http.get(f"{again}/result").json()["data"] == [{"a": "hunter2"}]
        finally:
            back.stop()
        assert "Traceback" not in asking.log
        assert "hunter2" not in asking.log
        assert len(asking.log.splitlines()) < 60
