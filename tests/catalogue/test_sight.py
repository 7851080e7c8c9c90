"""Who sees which endpoints: what a caller may not call is not there."""

from typing import Any

import pytest

from dbapi_platform.access.secrets import new_secret
from tests.catalogue.reading import (
    JSON_PATHS,
    as_client,
    as_user,
    document,
    listed,
    operations,
    read,
)
from tests.world import PASSWORD, World

PUBLIC = "GET open/orders"
ORDERS, STOCK = "GET closed/orders", "GET closed/stock"


@pytest.fixture(scope="module")
async def published(world: World) -> dict[str, dict[str, Any]]:
    """A public endpoint, and private ones in modules of their own."""
    for name in ("sales", "stock"):
        await world.manage("POST", "/modules", json={"name": name}, status=201)
    made = {}
    for label, module, access in (
        (PUBLIC, "default", "public"),
        (ORDERS, "sales", "private"),
        (STOCK, "stock", "private"),
    ):
        method, path = label.split()
        made[label] = await world.publish(
            method, path, "SELECT id FROM orders", module=module, access=access
        )
    return made


async def seen(world: World, headers: dict[str, str] | None = None) -> set[str]:
    """What is seen, which is the same everywhere."""
    found = await listed(world, headers)
    assert operations(await document(world, headers)) == found
    for label in (PUBLIC, ORDERS, STOCK):
        answer = await read(world, f"/catalog/endpoints/{label.replace(' ', '/')}", headers)
        assert (answer.status_code == 200) == (label in found), label
    return found


async def test_nobody_sees_what_is_public(world: World, published: dict[str, Any]) -> None:
    assert await seen(world) == {PUBLIC}


async def test_a_client_sees_what_it_was_granted_until_it_is_revoked(
    world: World, published: dict[str, Any]
) -> None:
    one = await world.client("one", published[ORDERS])
    other = await world.client("other", published[STOCK])
    assert await seen(world, await as_client(world, one)) == {PUBLIC, ORDERS}
    assert await seen(world, await as_client(world, other)) == {PUBLIC, STOCK}
    grant = f"/clients/{one['id']}/endpoints/{published[ORDERS]['id']}"
    await world.manage("DELETE", grant, status=204)
    assert await seen(world, await as_client(world, one)) == {PUBLIC}


async def test_a_client_sees_what_its_group_was_granted(
    world: World, published: dict[str, Any]
) -> None:
    client = await world.client("in a group")
    group = await world.manage("POST", "/groups", json={"name": "readers"}, status=201)
    await world.manage("PUT", f"/groups/{group['id']}/endpoints/{published[STOCK]['id']}")
    await world.manage("PUT", f"/clients/{client['id']}/groups/{group['id']}")
    headers = await as_client(world, client)
    assert await seen(world, headers) == {PUBLIC, STOCK}
    await world.manage("DELETE", f"/clients/{client['id']}/groups/{group['id']}", status=204)
    assert await seen(world, headers) == {PUBLIC}


async def test_a_user_sees_what_they_may_read(world: World, published: dict[str, Any]) -> None:
    assert await seen(world, await as_user(world, "admin")) == {PUBLIC, ORDERS, STOCK}
    modules = (await world.manage("GET", "/modules", status=200))["items"]
    sales = next(module["id"] for module in modules if module["name"] == "sales")
    for name, grants, sees in (
        ("reads-a-module", [{"resource_type": "module", "resource_id": sales}], {ORDERS}),
        (
            "reads-an-endpoint",
            [{"resource_type": "endpoint", "resource_id": published[STOCK]["id"]}],
            {STOCK},
        ),
        ("reads-all", [{"resource_type": "endpoint"}], {ORDERS, STOCK}),
        ("reads-none", [{"resource_type": "datasource"}], set()),
    ):
        role = {"name": name, "permissions": [{"action": "read", **grant} for grant in grants]}
        await world.manage("POST", "/roles", json=role, status=201)
        token = await world.add_user(name, name)
        headers = {"Authorization": f"Bearer {token}"}
        assert await seen(world, headers) == {PUBLIC} | sees, name


async def test_a_personal_token_is_its_users(world: World, published: dict[str, Any]) -> None:
    made = await world.manage("POST", "/tokens", json={"name": "reader"}, status=201)
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert await seen(world, headers) == {PUBLIC, ORDERS, STOCK}
    await world.manage("DELETE", f"/tokens/{made['id']}", status=204)
    assert (await read(world, JSON_PATHS[0], headers)).status_code == 401


async def test_the_cookie_of_the_pages_counts_for_the_pages_alone(
    world: World, published: dict[str, Any]
) -> None:
    answer = await world.http.post(
        "/api/v1/login/page",
        json={"username": "admin", "password": PASSWORD},
        headers={"X-DBAPI-Page": "1"},
    )
    cookie = answer.headers["set-cookie"].partition(";")[0]
    world.http.cookies.clear()
    for at in ("/catalog", "/api/v1/catalog"):
        for more, total in (
            ({"X-DBAPI-Page": "1"}, 3),
            ({}, 1),
            ({"X-DBAPI-Page": "1", "Sec-Fetch-Site": "same-site"}, 1),
        ):
            answer = await read(world, f"{at}/endpoints", {"Cookie": cookie, **more})
            assert answer.json()["total"] == total
        answer = await read(world, f"{at}/endpoints", {"Cookie": f"{cookie}x", "X-DBAPI-Page": "1"})
        assert answer.status_code == 401


@pytest.mark.parametrize("path", [*JSON_PATHS, "/catalog/endpoints/GET/open/orders"])
async def test_a_token_that_is_not_good_is_refused(
    world: World, published: dict[str, Any], path: str
) -> None:
    client = await world.client(f"ended {path}", published[ORDERS])
    ended = await as_client(world, client)
    await world.manage("PATCH", f"/clients/{client['id']}", json={"is_active": False}, status=200)
    for value in (
        ended["Authorization"], "Bearer x", "Bearer", "Basic YTpi", f"Bearer dbp_{new_secret()}",
        "Bearer a.b.c", "",
    ):  # fmt: skip
        answer = await read(world, path, {"Authorization": value})
        assert answer.status_code == 401, value
        assert answer.json()["error"]["code"] == "unauthorized"
        assert "www-authenticate" in answer.headers


async def test_what_is_hidden_is_as_what_is_not_there(
    world: World, published: dict[str, Any]
) -> None:
    hidden = await read(world, f"/catalog/endpoints/{ORDERS.replace(' ', '/')}")
    missing = await read(world, "/catalog/endpoints/GET/nothing/here")
    assert hidden.status_code == missing.status_code == 404
    told = [answer.json() for answer in (hidden, missing)]
    for one in told:
        one["error"].pop("request_id")
    assert told[0] == told[1]
    assert dict(hidden.headers) == dict(missing.headers)


async def test_what_changes_unseen_changes_no_answer(
    world: World, published: dict[str, Any]
) -> None:
    before = [await read(world, path) for path in JSON_PATHS]
    await world.publish("GET", "closed/new", "SELECT 1 AS a", access="private", module="stock")
    after = [await read(world, path) for path in JSON_PATHS]
    for one, other in zip(before, after, strict=True):
        assert one.headers["etag"] == other.headers["etag"]
        assert one.content == other.content
        assert b"stock" not in other.content


async def test_a_module_that_is_inactive_takes_its_endpoints_away(
    world: World, published: dict[str, Any]
) -> None:
    module = await world.manage("POST", "/modules", json={"name": "resting"}, status=201)
    await world.publish("GET", "resting", "SELECT 1 AS a", module="resting")
    assert "GET resting" in await listed(world)
    path = f"/modules/{module['id']}"
    await world.manage("PATCH", path, json={"is_active": False}, status=200)
    assert "GET resting" not in await listed(world)
    assert "GET resting" not in await listed(world, await as_user(world, "admin"))


async def test_an_endpoint_that_is_unpublished_is_gone(
    world: World, published: dict[str, Any]
) -> None:
    made = await world.publish("GET", "short", "SELECT 1 AS a")
    assert "GET short" in await listed(world)
    await world.manage("POST", f"/endpoints/{made['id']}/unpublish", json={}, status=200)
    assert "GET short" not in await listed(world)


async def test_the_firewall_hides_what_it_keeps_from_an_address(
    world: World, published: dict[str, Any]
) -> None:
    client = await world.client("behind a wall", published[ORDERS])
    headers = await as_client(world, client)
    rule = {"action": "deny", "network": "127.0.0.0/8"}
    for narrow, nobody_sees, client_sees in (
        ({"endpoint_id": published[PUBLIC]["id"]}, set(), {ORDERS}),
        ({"endpoint_id": published[ORDERS]["id"], "client_id": client["id"]}, {PUBLIC}, {PUBLIC}),
    ):
        made = await world.manage("POST", "/firewall-rules", json=rule | narrow, status=201)
        assert (await listed(world)) & {PUBLIC, ORDERS} == nobody_sees
        assert (await listed(world, headers)) & {PUBLIC, ORDERS} == client_sees
        await world.manage("DELETE", f"/firewall-rules/{made['id']}", status=204)
    made = await world.manage("POST", "/firewall-rules", json=rule, status=201)
    for sent in ({}, headers, {"Authorization": "Bearer x"}, await as_user(world, "admin")):
        for path in JSON_PATHS:
            answer = await read(world, path, sent)
            assert answer.status_code == 403
            assert answer.json()["error"]["code"] == "address_refused"
    await world.manage("DELETE", f"/firewall-rules/{made['id']}", status=204)
    assert PUBLIC in await listed(world)
