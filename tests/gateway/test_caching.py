"""Kept answers: one query for many calls, never another's answer, and never an old one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from dbapi_platform.app import Application, create_platform
from tests.services.redis import RedisServer
from tests.world import World, open_world

# Every run of it answers something else.
DICE = "SELECT hex(randomblob(8)) AS value, {{ n | default(0) | sql_int }} AS n"


@pytest_asyncio.fixture(scope="module", params=["process", "redis"])
async def caching(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A platform that keeps answers in its worker, or in Redis too."""
    fields = {}
    if request.param == "redis":
        redis: RedisServer = request.getfixturevalue("redis")
        fields["redis_url"] = redis.url
    async with open_world(tmp_path_factory.mktemp("caching"), **fields) as opened:
        yield opened


async def value(world: World, path: str, **kwargs: Any) -> str:
    answer = await world.call("GET", path, **kwargs)
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["data"][0]["value"]
    return found


async def test_an_answer_is_kept_by_its_values_and_its_form(caching: World) -> None:
    await caching.publish("GET", "kept/values", DICE, cache={"ttl": 60})
    first = await caching.call("GET", "kept/values?n=1")
    again = await caching.call("GET", "kept/values?n=1")
    assert (first.headers["x-cache"], again.headers["x-cache"]) == ("miss", "hit")
    assert first.content == again.content
    assert await value(caching, "kept/values?n=2") != again.json()["data"][0]["value"]
    bare = await caching.call("GET", "kept/values?n=1&format=rows")
    assert bare.headers["x-cache"] == "miss"
    table = await caching.call("GET", "kept/values?n=1&format=csv")
    same = await caching.call("GET", "kept/values?n=1&format=csv")
    assert table.content == same.content
    assert same.headers["content-type"] == "text/csv; charset=utf-8"
    records = await caching.records(path="kept/values")
    assert {record["rows"] for record in records} == {1}


async def test_without_cache_nothing_is_kept_and_nobody_is_told_to(caching: World) -> None:
    await caching.publish("GET", "kept/not", DICE)
    assert await value(caching, "kept/not") != await value(caching, "kept/not")
    answer = await caching.call("GET", "kept/not")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


async def test_a_caller_who_has_it_already_is_told_so(caching: World) -> None:
    await caching.publish("GET", "kept/etag", DICE, cache={"ttl": 60})
    first = await caching.call("GET", "kept/etag")
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for given in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = await caching.call("GET", "kept/etag", headers={"If-None-Match": given})
        assert (answer.status_code, answer.content) == (304, b""), given
        assert answer.headers["etag"] == etag
        assert "content-length" not in answer.headers
        assert answer.headers["cache-control"].startswith("public, max-age=")
    other = await caching.call("GET", "kept/etag", headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_what_depends_on_a_header_says_so_to_whoever_keeps_it(caching: World) -> None:
    await caching.publish(
        "GET", "kept/header",
        "SELECT {{ tenant | sql_string }} AS value, {{ user_agent | sql_string }} AS agent",
        params={
            "tenant": {"type": "string", "in": "header", "header": "X-Tenant"},
            "user_agent": {"type": "string", "in": "header"},
        },
        cache={"ttl": 60},
    )  # fmt: skip
    for tenant in ("one", "other"):
        for _ in range(2):
            answer = await caching.call("GET", "kept/header", headers={"X-Tenant": tenant})
            assert answer.json()["data"][0]["value"] == tenant
            assert {"x-tenant", "user-agent"} <= set(answer.headers["vary"].split(", "))


async def test_nobody_is_told_to_keep_a_version_for_longer_than_it_lives(caching: World) -> None:
    endpoint = await caching.publish("GET", "kept/ending", DICE, cache={"ttl": 3600})
    end = datetime.now(UTC) + timedelta(seconds=100)
    await caching.manage(
        "PATCH", f"/endpoints/{endpoint['id']}/versions/1",
        json={"sunset_at": end.isoformat()}, status=200,
    )  # fmt: skip
    for _ in range(2):
        answer = await caching.call("GET", "kept/ending")
        assert int(answer.headers["cache-control"].removeprefix("public, max-age=")) <= 100


async def test_an_answer_ends_with_its_time(caching: World) -> None:
    await caching.publish("GET", "kept/short", DICE, cache={"ttl": 1})
    first = await caching.call("GET", "kept/short")
    assert first.headers["cache-control"] in {"public, max-age=0", "public, max-age=1"}
    await asyncio.sleep(1.05)
    assert await value(caching, "kept/short") != first.json()["data"][0]["value"]


async def test_identical_calls_at_once_are_one_query(caching: World) -> None:
    await caching.publish(
        "GET", "kept/slow",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 300000)"
        " SELECT hex(randomblob(8)) AS value, count(*) AS n FROM r",
        cache={"ttl": 60},
    )  # fmt: skip
    found = await asyncio.gather(*(caching.call("GET", "kept/slow") for _ in range(60)))
    assert {answer.status_code for answer in found} == {200}
    assert len({answer.content for answer in found}) == 1
    assert [answer.headers["x-cache"] for answer in found].count("miss") == 1


async def test_a_failure_is_told_to_all_and_not_kept(caching: World) -> None:
    await caching.publish("GET", "kept/broken", "SELECT nothing FROM orders", cache={"ttl": 60})
    found = await asyncio.gather(*(caching.call("GET", "kept/broken") for _ in range(10)))
    assert {answer.status_code for answer in found} == {500}
    assert all("etag" not in answer.headers for answer in found)
    refused = await caching.call("GET", "kept/broken")
    assert refused.headers["cache-control"] == "no-store"


async def publish_again(world: World) -> None:
    await world.publish("GET", "kept/purged", DICE + " -- again", cache={"ttl": 60})


async def roll_back_and_forth(world: World) -> None:
    endpoint = await world.draft("GET", "kept/purged", DICE + " -- other", cache={"ttl": 60})
    url = f"/endpoints/{endpoint['id']}"
    await world.manage("POST", f"{url}/publish", json={}, status=200)
    await world.manage("POST", f"{url}/rollback", json={}, status=200)


async def purge(world: World) -> None:
    endpoint = await world.draft("GET", "kept/purged", DICE, cache={"ttl": 60})
    await world.manage("POST", f"/endpoints/{endpoint['id']}/purge", status=204)


@pytest.mark.parametrize("change", [publish_again, roll_back_and_forth, purge])
async def test_what_changes_an_endpoint_ends_its_kept_answers(
    caching: World, change: Callable[[World], Any]
) -> None:
    await caching.publish("GET", "kept/purged", DICE, cache={"ttl": 60})
    first = await value(caching, "kept/purged")
    assert await value(caching, "kept/purged") == first
    await change(caching)
    second = await value(caching, "kept/purged")
    assert second != first
    assert await value(caching, "kept/purged") == second


async def test_who_may_not_publish_may_not_purge(caching: World) -> None:
    endpoint = await caching.publish("GET", "kept/theirs", DICE, cache={"ttl": 60})
    await caching.add_user(f"viewer{id(caching)}", "Viewer")
    refused = await caching.manage(
        "POST", f"/endpoints/{endpoint['id']}/purge", user=f"viewer{id(caching)}"
    )
    assert refused.status_code == 403


async def token_of(world: World, client: dict[str, Any]) -> dict[str, str]:
    given = (await world.client_token(client)).json()["access_token"]
    return {"Authorization": f"Bearer {given}"}


async def test_what_varies_by_client_is_each_ones_own(caching: World) -> None:
    mine = await caching.publish(
        "GET", "kept/mine",
        "SELECT hex(randomblob(8)) AS value, {{ client.id | sql_string }} AS who",
        cache={"ttl": 60, "vary": ["client"]}, access="private",
    )  # fmt: skip
    ours = await caching.publish("GET", "kept/ours", DICE, cache={"ttl": 60}, access="private")
    seen = []
    for name in ("one", "other"):
        client = await caching.client(f"{name} {id(caching)}", mine, ours)
        headers = await token_of(caching, client)
        answer = await caching.call("GET", "kept/mine", headers=headers)
        assert answer.json()["data"][0]["who"] == client["client_id"]
        assert answer.headers["cache-control"].startswith("private, max-age=")
        assert "authorization" in answer.headers["vary"]
        again = await caching.call("GET", "kept/mine", headers=headers)
        assert (again.content, again.headers["x-cache"]) == (answer.content, "hit")
        shared = await value(caching, "kept/ours", headers=headers)
        seen.append((answer.json()["data"][0]["value"], shared))
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] == seen[1][1]
    assert (await caching.call("GET", "kept/ours")).status_code == 401


async def test_a_caller_who_leaves_does_not_take_the_answer_from_the_others(
    caching: World,
) -> None:
    await caching.publish(
        "GET", "kept/left",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 2000000)"
        " SELECT hex(randomblob(8)) AS value, count(*) AS n FROM r",
        cache={"ttl": 60},
    )  # fmt: skip
    first = asyncio.create_task(caching.call("GET", "kept/left"))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(caching.call("GET", "kept/left"))
    await asyncio.sleep(0.05)
    first.cancel()
    answer: httpx.Response = await second
    assert answer.status_code == 200
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_two_workers_ask_once_between_them(
    redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two platforms on one database are as two workers."""
    directory: Path = tmp_path_factory.mktemp("two")
    async with open_world(directory, redis_url=redis.url) as one:
        await one.publish(
            "GET", "kept/both",
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 300000)"
            " SELECT hex(randomblob(8)) AS value, count(*) AS n FROM r",
            cache={"ttl": 60},
        )  # fmt: skip
        other = create_platform(one.settings)
        tasks = await other.start()
        transport = httpx.ASGITransport(Application(other))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            found = await asyncio.gather(
                *(one.call("GET", "kept/both") for _ in range(10)),
                *(http.get("/api/kept/both") for _ in range(10)),
            )
            assert {answer.status_code for answer in found} == {200}
            assert len({answer.content for answer in found}) == 1
        await other.stop(tasks)
