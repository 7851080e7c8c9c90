"""The background work is stopped in the middle of a write: nothing is lost, doubled or locked."""

import asyncio

import pytest
from sqlalchemy import func, select

from dbapi_platform.gateway.queries import Redaction
from dbapi_platform.gateway.records import Recorder
from dbapi_platform.records.upkeep import Upkeep
from dbapi_platform.store import AccessRecord, Database
from dbapi_platform.store.finishing import finish
from tests.records.filling import forget, record
from tests.world import World


async def stored(database: Database) -> int:
    async with database.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(AccessRecord)) or 0


async def test_records_are_stored_once_however_early_the_writer_is_stopped(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dbapi_platform.gateway.records.FLUSH_S", 0)
    database = any_world.platform.services.database
    await forget(any_world)
    for turn in range(30):
        recorder = Recorder(database, capacity=1_000, redaction=Redaction(()))
        for _ in range(100):
            recorder.add(record(query=b""))
        tasks = [
            asyncio.create_task(recorder.run()),
            asyncio.create_task(Upkeep(database, keep_days=0).run()),
        ]
        await asyncio.sleep(turn / 2_000)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await recorder.flush()
        assert await stored(database) == (turn + 1) * 100


async def test_what_comes_while_records_are_written_waits_for_the_next_batch(
    any_world: World,
) -> None:
    database = any_world.platform.services.database
    await forget(any_world)
    recorder = Recorder(database, capacity=1_000, redaction=Redaction(()))
    stop = False

    async def call() -> None:
        while not stop:
            recorder.add(record(query=b""))
            await asyncio.sleep(0)

    calls = asyncio.create_task(call())
    await asyncio.sleep(0.01)
    queued = recorder.queued
    async with asyncio.timeout(20):
        await recorder.flush()
    stop = True
    assert await stored(database) >= queued
    await calls
    assert recorder.queued > 0
    await recorder.close()
    assert recorder.queued == 0


async def test_long_records_are_written_in_smaller_batches(any_world: World) -> None:
    database = any_world.platform.services.database
    await forget(any_world)
    recorder = Recorder(database, capacity=1_000, redaction=Redaction(()))
    for _ in range(100):
        recorder.add(record(query=b"", log="x" * 32_768))
    assert len(recorder._take()) == 31
    for _ in range(31):
        recorder.add(record(query=b"", log="x" * 32_768))
    await recorder.flush()
    assert await stored(database) == 100


async def test_work_goes_on_when_its_waiter_is_cancelled() -> None:
    begun, done = asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await asyncio.sleep(0.01)
        done.append(True)
        raise ValueError("late")

    waiter = asyncio.create_task(finish(work()))
    await begun.wait()
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await waiter
    assert done == [True]
    assert isinstance(caught.value.__cause__, ValueError)


async def test_what_work_gives_and_raises_is_its_waiters() -> None:
    async def give() -> int:
        return 3

    async def fail() -> int:
        raise ValueError("no")

    assert await finish(give()) == 3
    with pytest.raises(ValueError, match="no"):
        await finish(fail())
