"""Activity tells of many endpoints at once what counting their records by hand gives."""

import math
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from dbapi_platform.records.rollup import Rollup
from dbapi_platform.store.base import now
from tests.management.people import make_user, refusal, told
from tests.management.test_permissions import grant_module
from tests.records.filling import forget, many, midnight, record, write
from tests.world import World


def query(*ids: str | uuid.UUID) -> str:
    return "/activity?" + "&".join(f"endpoint_id={one}" for one in ids)


async def activity(world: World, *ids: str | uuid.UUID, user: str = "admin") -> dict[str, Any]:
    return await world.manage("GET", query(*ids), user=user, status=200)


def by_hand(rows: list[dict[str, Any]]) -> dict[str, Any]:
    hour = now().replace(minute=0, second=0, microsecond=0)
    recent = [row for row in rows if row["created_at"] >= hour - timedelta(hours=23)]
    month = [row for row in rows if row["created_at"] >= now() - timedelta(days=30)]
    errors = [row for row in rows if row["created_at"] >= midnight(0) and row["status"] >= 400]
    return {
        "requests_24h": len(recent),
        "errors_today": len(errors),
        "clients_30d": len({row["client_id"] for row in month} - {None}),
        "last_called_at": max((row["created_at"] for row in rows), default=None),
    }


def p(rows: list[dict[str, Any]], share: float) -> float:
    took = sorted(row["duration_ms"] for row in rows if row["created_at"] >= midnight(1))
    return float(took[math.ceil(len(took) * share) - 1])


@pytest.mark.parametrize("rolled", [0.0, 0.6, 1.0])
async def test_it_is_what_counting_gives(any_world: World, rolled: float) -> None:
    await forget(any_world)
    database = any_world.platform.services.database
    ids = [
        uuid.UUID((await any_world.draft("GET", f"active/{i}", "SELECT 1 AS a"))["id"])
        for i in range(3)
    ]
    clients = [uuid.uuid4() for _ in range(9)]
    # Of the third nothing was asked; some clients called longer ago than counts.
    rows = many(900, endpoints=[ids[0], ids[0], ids[1], None], clients=[*clients, None], days=4)
    rows += [
        record(
            endpoint_id=ids[0], client_id=uuid.uuid4(), created_at=now() - timedelta(days=31 + i)
        )
        for i in range(3)
    ]
    cut = int(len(rows) * rolled)
    await write(database, rows[:cut] or [record()])
    await Rollup(database).catch_up()
    await write(database, rows[cut:] or [record()])

    page = await activity(any_world, *ids, ids[0])
    assert [item["path"] for item in page["items"]] == [f"active/{i}" for i in range(3)]
    assert (page["total"], page["next"]) == (3, None)
    assert datetime.fromisoformat(page["as_of"]) <= now()
    for item, key in zip(page["items"], ids, strict=True):
        own = [row for row in rows if row["endpoint_id"] == key]
        last = item["last_called_at"]
        seen = item | {"last_called_at": datetime.fromisoformat(last) if last else None}
        expected = by_hand(own)
        assert {name: seen[name] for name in expected} == expected
        if expected["requests_24h"]:
            assert item["p50_ms_24h"] == pytest.approx(p(own, 0.5), rel=0.05)
            assert item["p95_ms_24h"] == pytest.approx(p(own, 0.95), rel=0.05)
        else:
            assert (item["p50_ms_24h"], item["p95_ms_24h"]) == (None, None)


async def test_a_client_that_calls_again_is_counted_once(any_world: World) -> None:
    await forget(any_world)
    database = any_world.platform.services.database
    key = uuid.UUID((await any_world.draft("GET", "again", "SELECT 1 AS a"))["id"])
    one, lapsed = uuid.uuid4(), uuid.uuid4()
    old = now() - timedelta(days=40)
    before = [
        record(endpoint_id=key, client_id=one),
        record(endpoint_id=key, client_id=lapsed, created_at=old),
        record(endpoint_id=key, client_id=uuid.uuid4(), status=403),
    ]
    await write(database, before)
    await Rollup(database).catch_up()
    assert (await activity(any_world, key))["items"][0]["clients_30d"] == 1
    # One is known already; the other was, but too long ago.
    await write(database, [record(endpoint_id=key, client_id=one) for _ in range(3)])
    await write(database, [record(endpoint_id=key, client_id=lapsed), record(endpoint_id=key)])
    await write(database, [record(endpoint_id=key, client_id=uuid.uuid4(), status=403)])
    assert (await activity(any_world, key))["items"][0]["clients_30d"] == 2
    await Rollup(database).catch_up()
    assert (await activity(any_world, key))["items"][0]["clients_30d"] == 2


async def test_state_and_versions_are_told_with_it(any_world: World) -> None:
    live = await any_world.publish("GET", "stated", "SELECT 1 AS a")
    await any_world.draft("GET", "stated", "SELECT 2 AS a")
    draft = await any_world.draft("POST", "stated", "SELECT 1 AS a")
    items = (await activity(any_world, live["id"], draft["id"]))["items"]
    assert [(item["method"], item["state"], item["live_version"]) for item in items] == [
        ("GET", "edited", 1), ("POST", "draft", None),
    ]  # fmt: skip
    assert [item["latest_version"] for item in items] == [1, None]


async def test_what_is_not_added_up_yet_is_not_waited_for(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_now(_self: Rollup) -> bool:
        return False

    monkeypatch.setattr("dbapi_platform.records.activity.LIVE", 10)
    # As if another worker were about to add them up.
    monkeypatch.setattr(Rollup, "step", not_now)
    await forget(any_world)
    key = uuid.UUID((await any_world.draft("GET", "later", "SELECT 1 AS a"))["id"])
    await write(any_world.platform.services.database, many(40, endpoints=[key], days=1))
    page = await activity(any_world, key)
    assert page["items"][0]["requests_24h"] == 0
    assert datetime.fromisoformat(page["as_of"]) < now() - timedelta(hours=22)


async def test_only_what_the_caller_may_see_is_told(any_world: World) -> None:
    mine = await any_world.draft("GET", "act/mine", "SELECT 1 AS a", module="act mine")
    other = await any_world.draft("GET", "act/other", "SELECT 1 AS a", module="act other")
    await grant_module(any_world, "act one", "act mine", "read")
    asked = (mine["id"], other["id"], uuid.uuid4())
    for user, paths in (("admin", ["act/mine", "act/other"]), ("act one", ["act/mine"])):
        page = await activity(any_world, *asked, user=user)
        assert [item["path"] for item in page["items"]] == paths, user
    # Traffic is the overview's, or that of records which one may read.
    await make_user(any_world, "act none", "endpoint:read")
    answer = await any_world.manage("GET", query(mine["id"]), user="act none")
    assert "overview:read" in refusal(answer, 403)
    await make_user(any_world, "act both", "endpoint:read", "overview:read")
    assert len((await activity(any_world, *asked, user="act both"))["items"]) == 2
    await make_user(any_world, "act records", ("endpoint:read", mine["id"]), "access_record:read")
    assert len((await activity(any_world, *asked, user="act records"))["items"]) == 1
    await make_user(any_world, "act nobody", "overview:read")
    answer = await any_world.manage("GET", query(mine["id"]), user="act nobody")
    assert "endpoint:read" in refusal(answer, 403)


async def test_none_and_too_many_are_refused_by_name(any_world: World) -> None:
    assert "endpoint_id" in await told(any_world, "GET", "/activity")
    many_ids = [uuid.uuid4() for _ in range(201)]
    assert "endpoint_id" in await told(any_world, "GET", query(*many_ids))
    assert "endpoint_id.0" in await told(any_world, "GET", "/activity?endpoint_id=x")
    assert (await activity(any_world, *many_ids[:200]))["items"] == []
