"""The overview is exact: what it tells is what counting every record by hand gives."""

import asyncio
import math
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from dbapi_platform.records import rollup as rollup_module
from dbapi_platform.records.buckets import BOUNDS, bucket_of, percentile
from dbapi_platform.records.rollup import Rollup
from dbapi_platform.records.upkeep import Upkeep
from dbapi_platform.store import Database, TrafficMark
from dbapi_platform.store.base import now
from tests.management.test_permissions import grant_module
from tests.records.filling import forget, many, midnight, record, write
from tests.world import World


async def overview(world: World, query: str = "days=7", user: str = "admin") -> dict[str, Any]:
    return await world.manage("GET", f"/overview?{query}", user=user, status=200)


async def fresh(world: World) -> Database:
    await forget(world)
    return world.platform.services.database


def by_hand(rows: list[dict[str, Any]], days: int) -> dict[str, Any]:
    seen = [row for row in rows if row["created_at"] >= midnight(days - 1)]
    return {
        "requests": len(seen),
        "errors": sum(row["status"] >= 400 for row in seen),
        "statuses": dict(Counter(str(row["status"]) for row in seen)),
        "methods": dict(Counter(row["method"] for row in seen)),
    }


def told(view: dict[str, Any]) -> dict[str, Any]:
    return {name: view["traffic"][name] for name in ("requests", "errors", "statuses", "methods")}


@pytest.mark.parametrize("days", [1, 2, 7, 9, 30])
@pytest.mark.parametrize("rolled", [0.0, 0.6, 1.0])
async def test_the_traffic_is_what_counting_gives(
    any_world: World, days: int, rolled: float
) -> None:
    database = await fresh(any_world)
    endpoints = [
        uuid.UUID((await any_world.draft("GET", f"top/{i}", "SELECT 1 AS a"))["id"])
        for i in range(3)
    ]
    client = uuid.UUID((await any_world.client(f"of {days} {rolled}"))["id"])
    rows = many(
        600, endpoints=[*endpoints, endpoints[0], None], clients=[client, uuid.uuid4(), None]
    )
    # However short this day still is, something has been called in it.
    for row in rows[:30]:
        row |= {"created_at": now(), "endpoint_id": endpoints[0]}
    cut = int(len(rows) * rolled)
    await write(database, rows[:cut] or [record(created_at=now() - timedelta(days=99))])
    await Rollup(database).catch_up()
    await write(database, rows[cut:] or [record(created_at=now() - timedelta(days=99))])

    view = await overview(any_world, f"days={days}")
    assert told(view) == by_hand(rows, days)
    assert view["traffic"]["is_complete"]
    assert (
        sum(step["requests"] for step in view["traffic"]["steps"])
        == by_hand(rows, days)["requests"]
    )
    seen = [row for row in rows if row["created_at"] >= midnight(days - 1)]
    expected = Counter(row["endpoint_id"] for row in seen if row["endpoint_id"])
    top = view["traffic"]["top_endpoints"]
    assert {uuid.UUID(one["endpoint_id"]): one["requests"] for one in top} == expected
    assert top[0]["path"] == "top/0"
    clients = {one["name"]: one["requests"] for one in view["traffic"]["top_clients"]}
    assert clients[f"of {days} {rolled}"] == sum(row["client_id"] == client for row in seen)
    durations = sorted(row["duration_ms"] for row in seen)
    for name, share in (("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99)):
        exact = durations[math.ceil(len(durations) * share) - 1]
        assert view["traffic"]["latency"][name] == pytest.approx(exact, rel=0.05), name

    one = await overview(any_world, f"days={days}&endpoint_id={endpoints[0]}")
    assert told(one) == by_hand([r for r in rows if r["endpoint_id"] == endpoints[0]], days)


async def test_who_may_read_one_module_sees_its_traffic_alone(any_world: World) -> None:
    database = await fresh(any_world)
    mine = await any_world.draft("GET", "seen/mine", "SELECT 1 AS a", module="seen")
    other = await any_world.draft("GET", "seen/other", "SELECT 1 AS a", module="unseen")
    rows = [
        *(record(endpoint_id=uuid.UUID(mine["id"]), error="mine") for _ in range(3)),
        *(record(endpoint_id=uuid.UUID(other["id"])) for _ in range(5)),
        record(status=404),
    ]
    await write(database, rows[:5])
    await Rollup(database).catch_up()
    await write(database, rows[5:])
    await grant_module(any_world, "seer", "seen", "read")
    listed = await any_world.manage("GET", "/access-records", user="seer", status=200)
    assert [row["error"] for row in listed["items"]] == ["mine"] * 3
    every = await any_world.manage("GET", "/access-records", status=200)
    assert every["total"] == 9
    hidden = next(row for row in every["items"] if row["endpoint_id"] == other["id"])
    path = f"/access-records/{hidden['id']}"
    assert (await any_world.manage("GET", path, user="seer")).status_code == 404
    assert (await any_world.manage("GET", path)).json()["endpoint"] == "GET seen/other"
    asked = await any_world.manage(
        "GET", f"/access-records?endpoint_id={other['id']}", user="seer", status=200
    )
    assert asked["items"] == []
    assert (await any_world.manage("GET", "/overview", user="seer")).status_code == 403


async def test_every_worker_may_try_and_each_record_counts_once(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup_module, "RANGE", {"sqlite": 50, "postgresql": 50})
    database = await fresh(any_world)
    rows = many(500)
    await write(database, rows)
    await asyncio.gather(*(Rollup(database).catch_up() for _ in range(4)))
    assert told(await overview(any_world)) == by_hand(rows, 7)


async def test_a_worker_that_looked_early_does_not_count_again_what_others_added(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await fresh(any_world)
    slow, quick = Rollup(database), Rollup(database)
    look = Rollup._settled

    async def looks_early(self: Rollup) -> int | None:
        found = await look(self)
        if self is slow:
            await write(database, rows[20:])
            while await quick.step():
                pass
        return found

    rows = many(60)
    await write(database, rows[:20])
    monkeypatch.setattr(Rollup, "_settled", looks_early)
    await slow.step()
    monkeypatch.setattr(Rollup, "_settled", look)
    await slow.catch_up()
    assert told(await overview(any_world)) == by_hand(rows, 7)


async def test_records_that_appear_after_younger_ones_are_not_lost(any_world: World) -> None:
    database = await fresh(any_world)
    if database.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time: ids appear in their order")
    rollup = Rollup(database)
    await write(database, [record()])
    insert = text(
        "INSERT INTO access_record (request_id, created_at, method, path, status, duration_ms) "
        "VALUES ('slow', now(), 'GET', 'slow', 200, 1)"
    )
    async with database.engine.begin() as slow:
        await slow.execute(insert)
        await write(database, [record() for _ in range(3)])
        await rollup.catch_up()
        await rollup.catch_up()
    await rollup.catch_up()
    await rollup.catch_up()
    async with database.engine.connect() as connection:
        counted = await connection.scalar(text("SELECT SUM(requests) FROM traffic_latency"))
    # Each once by its endpoint and once among all.
    assert counted == 2 * 5
    assert (await overview(any_world))["traffic"]["requests"] == 5


async def test_what_is_not_added_up_yet_is_told_and_not_waited_for(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await fresh(any_world)
    # The platform's own upkeep must not add them up before the test looks.
    monkeypatch.setattr(Rollup, "catch_up", lambda _self: asyncio.sleep(0))
    monkeypatch.setattr(Rollup, "step", lambda _self: asyncio.sleep(0))
    await write(database, many(40))
    monkeypatch.setattr("dbapi_platform.records.overview.LIVE", 10)
    async with database.engine.begin() as connection:
        # As if another worker were about to add them up.
        await connection.execute(update(TrafficMark).values(record_id=1))
    view = (await overview(any_world))["traffic"]
    assert not view["is_complete"]
    assert view["pending"] > 10
    assert view["requests"] == 0


async def test_ids_that_sqlite_gives_again_are_counted(any_world: World) -> None:
    database = await fresh(any_world)
    await write(database, many(20))
    await Rollup(database).catch_up()
    async with database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM access_record"))
    await Rollup(database).catch_up()
    await write(database, [record()])
    await Rollup(database).catch_up()
    view = (await overview(any_world, "days=30"))["traffic"]
    assert view["requests"] == 21


async def test_old_records_go_and_what_was_added_up_stays(any_world: World) -> None:
    database = await fresh(any_world)
    old = [record(created_at=now() - timedelta(days=20)) for _ in range(5)]
    await write(database, [*old, record()])
    upkeep = Upkeep(database, keep_days=10)
    # Nothing goes that has not been counted.
    async with database.engine.begin() as connection:
        await connection.execute(update(TrafficMark).values(record_id=0))
    await upkeep.rollup.catch_up()
    assert await upkeep.clean() == 5
    assert await Upkeep(database, keep_days=0).clean() == 0
    assert (await any_world.manage("GET", "/access-records", status=200))["total"] == 1
    assert (await overview(any_world, "days=30"))["traffic"]["requests"] == 6


async def test_counts_and_the_last_versions_are_told(any_world: World) -> None:
    before = await overview(any_world)
    await any_world.draft("GET", "state/draft", "SELECT 1 AS a")
    await any_world.publish("GET", "state/live", "SELECT 1 AS a")
    await any_world.publish("GET", "state/edited", "SELECT 1 AS a")
    await any_world.draft("GET", "state/edited", "SELECT 2 AS a")
    gone = await any_world.publish("GET", "state/gone", "SELECT 1 AS a")
    await any_world.manage("POST", f"/endpoints/{gone['id']}/unpublish", status=200)
    view = await overview(any_world)
    grown = {state: n - before["endpoints"][state] for state, n in view["endpoints"].items()}
    assert grown == {"draft": 1, "live": 1, "edited": 1, "unpublished": 1}
    assert [version["path"] for version in view["recent_versions"][:3]] == [
        "state/gone", "state/edited", "state/live",
    ]  # fmt: skip
    assert view["counts"]["users"] >= 1
    await any_world.add_user("onlooker", "Viewer")
    seen = await overview(any_world, user="onlooker")
    assert "users" not in seen["counts"]
    assert "clients" not in seen["counts"]
    assert seen["recent_access"] == []
    assert seen["traffic"]["top_clients"] == []


def test_buckets_keep_their_promise() -> None:
    for duration in (0.1, 0.15, 1.0, 17.3, 250.0, 9_999.0, 599_000.0):
        assert percentile({bucket_of(duration): 1}, 0.5) == pytest.approx(duration, rel=0.05)
    assert bucket_of(0.0) == 0
    assert bucket_of(1e9) == len(BOUNDS)
    assert percentile({}, 0.5) is None
