"""How jobs end that nobody fetches, or that cannot be run."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from dbapi_platform.gateway.jobs.job import key_of
from dbapi_platform.gateway.jobs.process_store import ProcessStore
from dbapi_platform.gateway.jobs.shared_store import LINGER_MS, SharedStore
from dbapi_platform.gateway.jobs.store import Store, StoreAway
from tests.gateway.jobs.asking import ENDLESS, LATER, code, later, look, reaches, until
from tests.services.redis import RedisServer
from tests.world import World, open_world


@pytest_asyncio.fixture(params=["process", "redis"])
async def short(
    request: pytest.FixtureRequest, redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A platform that keeps answers for two seconds, and lets jobs run for one."""
    async with open_world(
        tmp_path_factory.mktemp("short"),
        redis_url=redis.url if request.param == "redis" else "",
        job_result_seconds=2,
        job_timeout_seconds=1,
    ) as world:
        yield world


def store_of(world: World) -> Store:
    assert world.platform.gateway.jobs is not None
    return world.platform.gateway.jobs._store


async def test_an_answer_expires(short: World) -> None:
    await short.publish("GET", "ends/expires", "SELECT 1 AS a", allow_async=True)
    job = await later(short, "ends/expires")
    await reaches(short, job, "succeeded")

    async def is_gone() -> bool:
        return (await short.call("GET", f"{job}/result")).status_code == 404

    await until(is_gone)
    assert code(await short.call("GET", job)) == (404, "not_found")
    store = store_of(short)
    if isinstance(store, ProcessStore):
        directory = store._directory

        async def is_empty() -> bool:
            await store.get("any")
            return list(directory.iterdir()) == []

        await until(is_empty)
        assert store._directory.stat().st_mode & 0o777 == 0o700
    else:
        assert isinstance(store, SharedStore)
        # A list of chunks lingers, for whoever reads it.
        for left in await store._redis.keys(f"dbapi:jobs:{key_of(job.rpartition('/')[2])}*"):
            assert 0 < await store._redis.pttl(left) <= LINGER_MS


async def test_a_job_has_a_timeout_of_its_own(short: World) -> None:
    await short.publish("GET", "ends/timeout", ENDLESS, allow_async=True, timeout=60)
    failed = await reaches(short, await later(short, "ends/timeout"), "failed")
    assert (failed["error"]["status"], failed["error"]["code"]) == (504, "query_timeout")


async def test_a_job_that_is_cut_each_time_is_lost(
    short: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await short.publish("GET", "ends/lost", "SELECT 1 AS a", allow_async=True)
    store = store_of(short)
    tries = []

    async def away(key: str, attempt: str, chunk: bytes) -> None:
        tries.append(attempt)
        raise StoreAway("it went away")

    monkeypatch.setattr(store, "append", away)
    job = await later(short, "ends/lost")

    async def is_lost() -> bool:
        return (await look(short, job))["status"] == "failed"

    await until(is_lost)
    assert code(await short.call("GET", f"{job}/result")) == (500, "job_lost")
    assert len(tries) == (2 if isinstance(store, SharedStore) else 1)


async def test_an_answer_that_was_waited_for_is_not_kept(short: World) -> None:
    await short.publish("GET", "ends/waited", "SELECT 1 AS a", allow_async=True)
    store = store_of(short)

    async def kept() -> set[object]:
        if isinstance(store, ProcessStore):
            return set(store._jobs)
        assert isinstance(store, SharedStore)
        return set(await store._redis.keys("dbapi:jobs:*"))

    before = await kept()
    answer = await short.call("GET", "ends/waited", headers={"Prefer": "respond-async, wait=30"})
    assert answer.status_code == 200
    assert await kept() <= before


async def test_workers_that_share_nothing_answer_at_once(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What `dbapi serve --workers 2` sets for its workers.
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "somewhere")
    async with open_world(tmp_path_factory.mktemp("several")) as world:
        await world.publish("GET", "ends/several", "SELECT 1 AS a", allow_async=True)
        answer = await world.call("GET", "ends/several", headers=LATER)
        assert (answer.status_code, answer.json()["data"]) == (200, [{"a": 1}])
        assert "preference-applied" not in answer.headers
        assert code(await world.call("GET", "jobs/anything")) == (404, "not_found")
