"""Redis goes away and comes back: requests are answered, and somebody is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from dbapi_platform.gateway.errors import Refused
from dbapi_platform.gateway.limits import Limits, SharedLimits
from dbapi_platform.gateway.limits.demand import Demand, Slots, Window
from dbapi_platform.gateway.limits.limits import OnFailure
from dbapi_platform.store.changes import Served
from tests.platforms import PlatformProcess, serve_platform
from tests.services.redis import RedisServer, start_redis

WANTED = Demand((Slots("ann", 1),), Window("ann", 3), 30)


@asynccontextmanager
async def limits_on(url: str, on_failure: OnFailure, served: Served) -> AsyncIterator[Limits]:
    limits = Limits(SharedLimits(url), on_failure, served)
    running = asyncio.create_task(limits.run())
    yield limits
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await limits.close()


async def until(served: Served, state: str) -> None:
    async with asyncio.timeout(20):
        while served.limits != state:  # noqa: ASYNC110 - what is waited for is another task's
            await asyncio.sleep(0.05)


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    server = start_redis()
    yield server
    server.stop()


async def test_each_worker_counts_while_redis_is_away(own_redis: RedisServer) -> None:
    served = Served()
    async with limits_on(own_redis.url, "local", served) as limits:
        held = await limits.take(WANTED)
        assert (served.limits, bool(held.ticket)) == ("shared", True)
        own_redis.stop()
        here = await limits.take(WANTED)
        assert (served.limits, here.ticket) == ("degraded", "")
        with pytest.raises(Refused, match="at once"):
            await limits.take(WANTED)
        # Of two that are given back, one was taken where nobody listens now.
        limits.give_back(held)
        limits.give_back(here)
        limits.give_back(await limits.take(WANTED))
        back = start_redis(own_redis.port)
        try:
            await until(served, "shared")
            taken = await limits.take(WANTED)
            assert taken.ticket
            limits.give_back(taken)
        finally:
            back.stop()


async def test_no_limit_is_held_while_redis_is_away(own_redis: RedisServer) -> None:
    served = Served()
    async with limits_on(own_redis.url, "open", served) as limits:
        own_redis.stop()
        held = [await limits.take(WANTED) for _ in range(10)]
        assert [each.headers() for each in held] == [[]] * 10
        for each in held:
            limits.give_back(each)


async def test_nothing_passes_while_redis_is_away(own_redis: RedisServer) -> None:
    served = Served()
    async with limits_on(own_redis.url, "closed", served) as limits:
        own_redis.stop()
        with pytest.raises(Refused) as caught:
            await limits.take(WANTED)
        assert (caught.value.status, caught.value.code) == (503, "limits_unavailable")
        assert b"retry-after" in dict(caught.value.headers)


async def test_a_redis_that_says_nothing_is_away_too() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            pass
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    served = Served()
    async with limits_on(f"redis://127.0.0.1:{port}/0", "local", served) as limits:
        await limits.take(WANTED)
        assert served.limits == "degraded"
    server.close()


def test_workers_count_together(
    own_redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Four workers let through what one would, and go on when Redis is gone."""
    directory = tmp_path_factory.mktemp("platform")
    with serve_platform(directory, workers=4, DBAPI_REDIS_URL=own_redis.url) as served:
        publish(served)
        statuses = asyncio.run(flood(f"{served.url}/api/counted", 900))
        assert (statuses.count(200), statuses.count(429)) == (600, 300)
        own_redis.stop()
        seen = [degraded(served.url) for _ in range(12)]
        assert any(seen)


def publish(served: PlatformProcess) -> None:
    headers = {"Authorization": f"Bearer {served.token}"}
    draft = {
        "method": "GET", "path": "counted", "engine": "sql", "datasource": "shop",
        "content": "SELECT 1 AS one", "access": "public", "rate_limit": 600,
    }  # fmt: skip
    with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=30) as http:
        endpoint = http.put("/drafts", json=draft).json()
        done = http.post(f"/endpoints/{endpoint['id']}/publish", json={})
        assert done.status_code == 200, done.text


async def flood(url: str, requests: int) -> list[int]:
    """Ask so many times; a connection each, so that they are spread over the workers."""

    async def ask(http: httpx.AsyncClient, count: int) -> list[int]:
        return [(await http.get(url)).status_code for _ in range(count)]

    none_kept = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=30, limits=none_kept) as http:
        parts = await asyncio.gather(*(ask(http, requests // 10) for _ in range(10)))
    return [status for part in parts for status in part]


def degraded(url: str) -> bool:
    """Whether the worker that answers says so; each learns it from a request of its own."""
    with httpx.Client() as http:
        assert http.get(f"{url}/api/counted").status_code in (200, 429)
        return bool(http.get(f"{url}/health/ready").json()["limits"] == "degraded")
