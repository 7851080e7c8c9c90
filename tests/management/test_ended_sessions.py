"""What ends sessions, tokens and links, and what does not."""

import json
from typing import Any

from tests.management.logins import (
    OTHER,
    add_login_and_link,
    can_log_in,
    new_token,
    open_logins_and_links,
    status_of,
)
from tests.management.people import audited, find_user, make_user, told
from tests.world import PASSWORD, World


async def test_a_reset_by_an_administrator_ends_sessions_and_links(any_world: World) -> None:
    world = any_world
    user = await make_user(world, "forgetful")
    session, personal = await world.log_in("forgetful"), await new_token(world, "forgetful")
    await add_login_and_link(world, user["id"])
    body = {"password": OTHER}
    await world.manage("PATCH", f"/users/{user['id']}", json=body, status=200)
    assert await status_of(world, session) == 401
    assert await status_of(world, personal) == 200
    assert not await can_log_in(world, "forgetful", PASSWORD)
    assert await can_log_in(world, "forgetful", OTHER)
    assert await open_logins_and_links(world, user["id"]) == (0, 0)
    changed = (await audited(world, resource_id=user["id"], part="user_account"))[-1]
    assert changed["actor"] == "admin"
    assert changed["after"]["password_hash"] == "(hidden)"
    assert "argon2" not in json.dumps([entry["after"] for entry in await audited(world)])
    assert OTHER not in json.dumps([entry["after"] for entry in await audited(world)])


async def test_a_new_address_ends_the_links_that_went_to_the_old_one(any_world: World) -> None:
    world = any_world
    user = await make_user(world, "moving")
    await add_login_and_link(world, user["id"])
    await world.manage("PATCH", f"/users/{user['id']}", json={"email": "m@new.example"}, status=200)
    assert await open_logins_and_links(world, user["id"]) == (1, 0)


async def test_sessions_are_ended_from_outside(any_world: World) -> None:
    world = any_world
    user = await make_user(world, "somewhere")
    session, personal = await world.log_in("somewhere"), await new_token(world, "somewhere")
    await add_login_and_link(world, user["id"])
    await world.manage("POST", f"/users/{user['id']}/sessions/revoke", status=204)
    assert await status_of(world, session) == 401
    assert await status_of(world, personal) == 200
    assert await open_logins_and_links(world, user["id"]) == (0, 1)


async def test_who_is_made_inactive_is_out_and_stays_so_when_back(any_world: World) -> None:
    world = any_world
    user = await make_user(world, "retired")
    url = f"/users/{user['id']}"
    session, personal = await world.log_in("retired"), await new_token(world, "retired")
    for active in (False, True):
        await world.manage("PATCH", url, json={"is_active": active}, status=200)
        assert await status_of(world, session) == 401
        assert await status_of(world, personal) == 401
        assert await can_log_in(world, "retired", PASSWORD) == active


async def test_who_is_deleted_is_out_and_their_name_stays(any_world: World) -> None:
    world = any_world
    await world.add_user("author", "Admin")
    session, personal = await world.log_in("author"), await new_token(world, "author")
    draft = {"method": "GET", "path": "kept", "engine": "sql", "datasource": "shop",
             "content": "SELECT 1 AS a"}  # fmt: skip
    endpoint = await world.manage("PUT", "/drafts", user="author", json=draft, status=200)
    user = await find_user(world, "author")
    await world.manage("DELETE", f"/users/{user['id']}", status=204)
    for token in (session, personal):
        assert await status_of(world, token) == 401
    kept = await world.manage("GET", f"/endpoints/{endpoint['id']}", status=200)
    assert kept["updated_by"] == "author"
    gone = (await audited(world, resource_id=user["id"], change="deleted"))[-1]
    assert gone["before"]["username"] == "author"
    assert gone["before"]["password_hash"] == "(hidden)"


async def test_one_changes_ones_own_profile_and_nothing_else(any_world: World) -> None:
    world = any_world
    await make_user(world, "self")
    body = {"email": "self@example.org", "full_name": "Self", "current_password": PASSWORD}
    for wrong in (None, "wrong"):
        stolen = body | {"current_password": wrong}
        answer = await world.manage("PATCH", "/users/me", user="self", json=stolen)
        assert answer.json()["error"]["details"][0]["field"] == "current_password"
    changed = await world.manage("PATCH", "/users/me", user="self", json=body, status=200)
    assert (changed["email"], changed["full_name"]) == ("self@example.org", "Self")
    assert await world.manage("GET", "/users/me", user="self", status=200) == changed
    for field in ("is_superuser", "roles", "is_active", "password", "username"):
        assert field in await told(world, "PATCH", "/users/me", user="self", json={field: True})
    stale = await world.manage(
        "PATCH", "/users/me", user="self", json={"full_name": None}, headers={"If-Match": '"x"'}
    )
    assert stale.status_code == 412


async def test_one_changes_ones_own_password_by_telling_the_present_one(any_world: World) -> None:
    world = any_world
    user = await make_user(world, "careful")
    session, personal = await world.log_in("careful"), await new_token(world, "careful")
    await add_login_and_link(world, user["id"])
    path = "/users/me/password"

    async def change(current: str, new: str, status: int | None = None) -> Any:
        body = {"current_password": current, "new_password": new}
        return await world.manage("POST", path, user="careful", json=body, status=status)

    for current, new, field in [
        ("wrong", OTHER, "current_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "iloveyou", "new_password"),
    ]:
        answer = await change(current, new)
        assert answer.status_code == 422
        assert answer.json()["error"]["details"][0]["field"] == field
    assert await status_of(world, session) == 200
    await change(PASSWORD, OTHER, 204)
    assert await status_of(world, session) == 401
    assert await status_of(world, personal) == 200
    assert await can_log_in(world, "careful", OTHER)
    assert not await can_log_in(world, "careful", PASSWORD)
    assert await open_logins_and_links(world, user["id"]) == (0, 0)
