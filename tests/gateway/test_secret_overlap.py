"""A client's secret is replaced while its program still has the old one."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from dbapi_platform.store import Client, announce_change
from dbapi_platform.store.base import now
from tests.world import World


async def call(world: World, token: str) -> int:
    answer = await world.call("GET", "turning", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


async def token_of(world: World, client: dict[str, Any]) -> str | None:
    return (await world.client_token(client)).json().get("access_token")


async def replace(world: World, client: dict[str, Any], **body: Any) -> dict[str, Any]:
    made = await world.manage("POST", f"/clients/{client['id']}/secret", json=body, status=200)
    return client | {"client_secret": made["client_secret"]}


async def end_overlap(world: World, client: dict[str, Any]) -> None:
    """As if its hours were over."""
    async with world.platform.services.database.session() as session:
        row = (await session.exec(select(Client).where(Client.name == client["name"]))).one()
        row.previous_secret_until = now() - timedelta(seconds=1)
        session.add(row)
        await announce_change(session)
        await session.commit()
    await world.platform.services.settle()


async def test_both_secrets_are_good_until_the_overlap_is_over(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "turning", "SELECT 1 AS a", access="private")
    first = await any_world.client("turned", endpoint)
    oldest = await token_of(any_world, first)
    second = await replace(any_world, first, overlap_hours=1)
    told = await any_world.manage("GET", f"/clients/{first['id']}", status=200)
    assert told["previous_secret_until"] is not None
    by_first, by_second = await token_of(any_world, first), await token_of(any_world, second)
    assert by_first
    assert by_second
    for token in (oldest, by_first, by_second):
        assert await call(any_world, token) == 200

    third = await replace(any_world, second, overlap_hours=1)
    assert await token_of(any_world, first) is None
    assert [await call(any_world, token) for token in (oldest, by_first, by_second)] == [
        401,
        401,
        200,
    ]
    by_third = await token_of(any_world, third)

    await end_overlap(any_world, first)
    assert await token_of(any_world, second) is None
    assert await call(any_world, by_second) == 401
    assert await call(any_world, by_third) == 200
    told = await any_world.manage("GET", f"/clients/{first['id']}", status=200)
    assert told["previous_secret_until"] is None


async def test_without_an_overlap_everything_ends_at_once(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "turning", "SELECT 1 AS a", access="private")
    first = await any_world.client("ended", endpoint)
    second = await replace(any_world, first, overlap_hours=720)
    before = await token_of(any_world, first)
    now_ended = await any_world.manage("POST", f"/clients/{first['id']}/secret", status=200)
    assert now_ended["previous_secret_until"] is None
    for client in (first, second):
        assert await token_of(any_world, client) is None
    assert await call(any_world, before) == 401
    for wrong in ({"overlap_hours": -1}, {"overlap_hours": 721}, {"overlap": 1}):
        answer = await any_world.manage("POST", f"/clients/{first['id']}/secret", json=wrong)
        assert answer.status_code == 422


async def test_a_token_for_the_secret_before_ends_with_it(any_world: World) -> None:
    first = await any_world.client("short")
    await replace(any_world, first, overlap_hours=1)
    answer = (await any_world.client_token(first)).json()
    assert answer["expires_in"] <= 3_600
    patched = {"token_seconds": 86_400, "max_concurrent": 3, "rate_limit_per_minute": 7}
    told = await any_world.manage("PATCH", f"/clients/{first['id']}", json=patched, status=200)
    assert {name: told[name] for name in patched} == patched
    assert (await any_world.client_token(first)).json()["expires_in"] <= 3_600


async def test_an_inactive_group_gives_nothing(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "turning", "SELECT 1 AS a", access="private")
    client = await any_world.client("member")
    group = await any_world.manage("POST", "/groups", json={"name": "turned off"}, status=201)
    url = f"/groups/{group['id']}"
    await any_world.manage("PUT", f"{url}/endpoints/{endpoint['id']}", status=204)
    await any_world.manage("PUT", f"/clients/{client['id']}{url}", status=204)
    token = await token_of(any_world, client)
    assert await call(any_world, token) == 200
    got = await any_world.manage("GET", url)
    headers = {"If-Match": got.headers["ETag"]}
    answer = await any_world.manage("PATCH", url, json={"is_active": False}, headers=headers)
    assert answer.json()["is_active"] is False
    assert await call(any_world, token) == 403
    answer = await any_world.manage("PATCH", url, json={"name": "x"}, headers=headers)
    assert answer.status_code == 412
    await any_world.manage("PATCH", url, json={"is_active": True, "name": "on again"}, status=200)
    assert await call(any_world, token) == 200
    await any_world.manage("POST", "/groups", json={"name": "taken"}, status=201)
    assert (await any_world.manage("PATCH", url, json={"name": "taken"})).status_code == 409


async def test_clients_and_groups_are_listed_in_pages(any_world: World) -> None:
    for n in range(5):
        body = {"name": f"paged {n}", "description": "100% of it", "max_concurrent": n + 1}
        made = await any_world.manage("POST", "/clients", json=body, status=201)
        assert made["max_concurrent"] == n + 1
        await any_world.manage("POST", "/groups", json={"name": f"paged {n}"}, status=201)
    for what in ("clients", "groups"):
        first = await any_world.manage("GET", f"/{what}?search=PAGED&limit=3", status=200)
        assert first["total"] == 5
        rest = await any_world.manage(
            "GET", f"/{what}?search=paged&limit=3&cursor={first['next']}", status=200
        )
        assert rest["next"] is None
        names = [item["name"] for item in [*first["items"], *rest["items"]]]
        assert names == [f"paged {n}" for n in range(5)]
        offset = await any_world.manage("GET", f"/{what}?search=paged&offset=4", status=200)
        assert [item["name"] for item in offset["items"]] == ["paged 4"]
        wrong = await any_world.manage("GET", f"/{what}?cursor=WyJ4Il0")
        assert wrong.status_code == 422
    found = await any_world.manage("GET", "/clients?search=100%25", status=200)
    assert found["total"] == 5
