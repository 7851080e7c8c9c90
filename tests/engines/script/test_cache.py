"""The scripts' cache, in this process and in a real Redis, which do the same."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from dbapi_platform.engines.script.cache import (
    MAX_VALUE,
    BadValue,
    ProcessCache,
    RedisCache,
    Scoped,
    Store,
)
from tests.services.redis import RedisServer, start_redis


@pytest_asyncio.fixture(params=["process", "redis"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    made: Store
    if request.param == "redis":
        made = RedisCache(request.getfixturevalue("redis").url)
    else:
        made = ProcessCache()
    yield made
    await made.close()


@pytest_asyncio.fixture
async def cache(store: Store, request: pytest.FixtureRequest) -> Scoped:
    return Scoped(store, request.node.name)


async def test_a_value_is_kept_and_forgotten(cache: Scoped) -> None:
    assert await cache.get("a") is None
    await cache.set("a", '{"x": "é"}', None)
    assert await cache.get("a") == '{"x": "é"}'
    assert await cache.delete("a") is True
    assert await cache.delete("a") is False
    assert await cache.get("a") is None


async def test_a_value_ends_with_its_time(cache: Scoped) -> None:
    await cache.set("a", "1", 0.05)
    await cache.set("b", "2", 30)
    await asyncio.sleep(0.2)
    assert await cache.get("a") is None
    assert await cache.get("b") == "2"


async def test_counting(cache: Scoped) -> None:
    assert await cache.incr("n", 1) == 1
    assert await cache.incr("n", 5) == 6
    assert await cache.incr("n", -2) == 4
    await cache.set("text", '"a"', None)
    with pytest.raises(BadValue, match="whole number"):
        await cache.incr("text", 1)


async def test_counts_made_at_once_all_count(cache: Scoped) -> None:
    await asyncio.gather(*(cache.incr("n", 1) for _ in range(50)))
    assert await cache.get("n") == "50"


async def test_another_datasource_does_not_see_it(store: Store) -> None:
    one, other = Scoped(store, "one"), Scoped(store, "other")
    await one.set("a", "1", None)
    assert await other.get("a") is None
    assert await other.delete("a") is False
    assert await one.get("a") == "1"


async def test_what_cannot_be_kept_is_told(cache: Scoped) -> None:
    with pytest.raises(BadValue, match="characters of JSON"):
        await cache.set("a", "x" * (MAX_VALUE + 1), None)
    for ttl in (0, -1, 10**9, float("nan")):
        with pytest.raises(BadValue, match="ttl_seconds"):
            await cache.set("a", "1", ttl)
    for key in ("", "k" * 201):
        with pytest.raises(BadValue, match="a key has"):
            await cache.get(key)


async def test_the_least_used_go_first() -> None:
    cache = ProcessCache()
    text = "x" * MAX_VALUE
    for number in range(100):
        await cache.set(f"k{number}", text, None)
        await cache.get("k0")
    assert await cache.get("k0") is not None
    assert await cache.get("k1") is None
    assert await cache.get("k99") is not None


async def test_redis_away_is_told_and_its_return_noticed() -> None:
    server: RedisServer = start_redis()
    cache = RedisCache(server.url)
    await cache.set("a", "1", None)
    server.stop()
    with pytest.raises(BadValue, match="not available now"):
        await cache.get("a")
    await cache.close()
