"""Users through the management API: made, found, changed and deleted."""

import base64
import json
from typing import Any

import pytest

from tests.management.logins import OTHER, can_log_in
from tests.management.people import make_user, refusal, told
from tests.world import PASSWORD, World


async def test_a_user_is_made_found_changed_and_deleted(any_world: World) -> None:
    world = any_world
    body = {
        "username": " mary ", "password": PASSWORD, "email": "mary@example.org",
        "full_name": "Mary Major", "roles": ["Dev", "Viewer"],
    }  # fmt: skip
    made = await world.manage("POST", "/users", json=body, status=201)
    assert made["username"] == "mary"
    assert made["roles"] == ["Dev", "Viewer"]
    assert (made["is_active"], made["is_superuser"]) == (True, False)
    assert "password" not in json.dumps(made)
    assert await can_log_in(world, "mary", PASSWORD)
    url = f"/users/{made['id']}"
    body = {"full_name": None, "roles": ["Viewer"]}
    changed = await world.manage("PATCH", url, json=body, status=200)
    assert changed["full_name"] is None
    assert changed["email"] == "mary@example.org"
    assert changed["roles"] == ["Viewer"]
    read = await world.manage("GET", url, status=200)
    assert {**read, "last_login_at": None} == {**changed, "last_login_at": None}
    await world.manage("DELETE", url, status=204)
    assert (await world.manage("GET", url)).status_code == 404
    assert not await can_log_in(world, "mary", PASSWORD)
    for method in ("GET", "PATCH", "DELETE"):
        assert (await world.manage(method, url, json={})).status_code == 404


async def test_users_are_searched_and_paged(any_world: World) -> None:
    world = any_world
    for number in range(5):
        body = {
            "username": f"paged{number}", "email": f"p{number}@paging.example",
            "full_name": "100% Sure" if number == 3 else None,
            "roles": ["Viewer"] if number % 2 else [], "is_active": number != 4,
        }  # fmt: skip
        await world.manage("POST", "/users", json=body, status=201)

    async def names(**query: Any) -> list[str]:
        page = await world.manage("GET", "/users", params=query, status=200)
        return [item["username"] for item in page["items"]]

    assert await names(search="PAGING.example") == [f"paged{n}" for n in range(5)]
    assert await names(search="100%") == ["paged3"]
    assert await names(search="paged", role="Viewer") == ["paged1", "paged3"]
    assert await names(search="paged", is_active=False) == ["paged4"]
    assert await names(search="paged", offset=3) == ["paged3", "paged4"]
    assert await names(role="No such role") == []
    found, query = [], {"search": "paged", "limit": 2}
    while True:
        page = await world.manage("GET", "/users", params=query, status=200)
        assert page["total"] == 5
        found += [item["username"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == [f"paged{n}" for n in range(5)]


@pytest.mark.parametrize(
    "key", [None, [], ["username"], ["username", 1], ["username", "\0"], ["username", "\ud800"],
            ["username", "a", "b"], ["path", "a"]],
)  # fmt: skip
async def test_a_cursor_of_ones_own_making_is_refused(any_world: World, key: Any) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
    answer = await any_world.manage("GET", "/users", params={"cursor": cursor})
    assert answer.status_code == 422, answer.text


async def test_every_wrong_field_is_named(any_world: World) -> None:
    world = any_world
    await world.manage("POST", "/users", json={"username": "here", "email": "h@e.re"}, status=201)
    for body, field in [
        ({"username": " "}, "username"),
        ({"username": "n" * 101}, "username"),
        ({"username": "n", "email": "nowhere"}, "email"),
        ({"username": "n", "email": "a@b\nBcc: c@d"}, "email"),
        ({"username": "n", "roles": ["Viewer", "Nobody"]}, "roles.1"),
        ({"username": "n", "password": "short"}, "password"),
        ({"username": "n", "password": "x" * 300}, "password"),
        ({"username": "long enough", "password": "Long Enough"}, "password"),
        ({"username": "n", "password": "Password123"}, "password"),
        ({"username": "n", "is_admin": True}, "is_admin"),
    ]:
        assert field in await told(world, "POST", "/users", json=body), body
    for body, taken in [
        ({"username": "here"}, "here"),
        ({"username": "n", "email": "H@E.re"}, "H@"),
    ]:
        assert taken in refusal(await world.manage("POST", "/users", json=body), 409)
    for name, status in (("Émile", 201), ("Second", 409)):
        body = {"username": name, "email": "Émile@e.re"}
        await world.manage("POST", "/users", json=body, status=status)
    made = await world.manage("POST", "/users", json={"username": "there"}, status=201)
    url = f"/users/{made['id']}"
    assert "h@e.re" in refusal(await world.manage("PATCH", url, json={"email": "h@e.re"}), 409)
    for body, field in [
        ({"is_active": None}, "is_active"),
        ({"roles": None}, "roles"),
        ({"username": "other"}, "username"),
        ({"password": "there"}, "password"),
    ]:
        assert field in await told(world, "PATCH", url, json=body), body


async def test_who_has_no_password_logs_in_with_none(any_world: World) -> None:
    world = any_world
    made = await world.manage("POST", "/users", json={"username": "elsewhere"}, status=201)
    for password in ("", "no such user", " "):
        assert not await can_log_in(world, "elsewhere", password)
    url = f"/users/{made['id']}"
    await world.manage("PATCH", url, json={"password": PASSWORD}, status=200)
    assert await can_log_in(world, "elsewhere", PASSWORD)
    await world.manage("PATCH", url, json={"password": None}, status=200)
    assert not await can_log_in(world, "elsewhere", PASSWORD)


async def test_two_administrators_do_not_overwrite_each_other(any_world: World) -> None:
    world = any_world
    user = await make_user(world, "contested")
    url = f"/users/{user['id']}"
    read = await world.manage("GET", url)
    first = await world.manage(
        "PATCH", url, json={"full_name": "One"}, headers={"If-Match": read.headers["etag"]}
    )
    assert first.status_code == 200
    assert first.headers["etag"] != read.headers["etag"]
    stale = {"If-Match": read.headers["etag"]}
    body = {"full_name": "Two", "password": OTHER}
    second = await world.manage("PATCH", url, json=body, headers=stale)
    assert refusal(second, 412)
    assert second.json()["error"]["current"]["full_name"] == "One"
    assert OTHER not in second.text
    assert (await world.manage("DELETE", url, headers=stale)).status_code == 412
    fresh = {"If-Match": first.headers["etag"]}
    assert (await world.manage("DELETE", url, headers=fresh)).status_code == 204
