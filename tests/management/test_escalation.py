"""What nobody may do to whom: no way leads to more than one may do already."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlmodel import select

from dbapi_platform.store import User
from tests.management.logins import OTHER, can_log_in
from tests.management.people import find_user, make_role, make_user, refusal, told
from tests.world import PASSWORD, World


async def test_nobody_makes_a_user_who_may_do_more(any_world: World) -> None:
    world = any_world
    await make_user(world, "hr", "user:read", "user:create", "module:read", "endpoint:read")
    await make_role(world, "reads endpoints", "endpoint:read")

    async def make(name: str, **fields: Any) -> Any:
        body = {"username": name, "password": PASSWORD, **fields}
        return await world.manage("POST", "/users", user="hr", json=body)

    assert "permission" in refusal(await make("grown", roles=["Admin"]), 403)
    assert "superuser" in refusal(await make("grown", is_superuser=True), 403)
    assert (await make("grown", roles=["reads endpoints"])).status_code == 201
    missing = refusal(await make("grown2", roles=["Viewer"]), 403)
    assert "datasource:read" in missing


async def test_nobody_raises_anybody_above_themselves(any_world: World) -> None:
    world = any_world
    held = ("user:read", "user:update", "endpoint:read")
    climber = await make_user(world, "climber", *held)
    friend = await make_user(world, "friend")
    await make_role(world, "empty")
    for target in (climber, friend):
        url = f"/users/{target['id']}"
        for body in ({"is_superuser": True}, {"roles": [*target["roles"], "Admin"]}):
            assert refusal(await world.manage("PATCH", url, user="climber", json=body), 403)
        assert (await world.manage("GET", url, status=200))["roles"] == target["roles"]
    # A role that is empty today may hold much tomorrow.
    body = {"roles": ["climber", "empty"]}
    own = await world.manage("PATCH", f"/users/{climber['id']}", user="climber", json=body)
    assert "yourself" in refusal(own, 403)
    url = f"/users/{friend['id']}"
    await world.manage("PATCH", url, user="climber", json={"roles": ["climber"]}, status=200)
    await world.manage("PATCH", url, user="climber", json={"roles": []}, status=200)


async def test_nobody_takes_over_who_may_do_more(any_world: World) -> None:
    world = any_world
    held = ("user:read", "user:create", "user:update", "user:delete", "module:read")
    await make_user(world, "helpdesk", *held)
    boss = await find_user(world, "admin")
    richer = await make_user(world, "richer", "client:read")
    equal = await make_user(world, "equal", "module:read")
    for target, named in ((boss, "superuser"), (richer, "client:read")):
        url = f"/users/{target['id']}"
        for body in (
            {"password": OTHER}, {"email": "mine@evil.example"}, {"full_name": "x"},
            {"is_active": False}, {"is_superuser": False}, {"roles": []}, {"is_active": True},
        ):  # fmt: skip
            answer = await world.manage("PATCH", url, user="helpdesk", json=body)
            assert named in refusal(answer, 403), body
        assert named in refusal(await world.manage("DELETE", url, user="helpdesk"), 403)
        for call in ("sessions/revoke", "unlock"):
            answer = await world.manage("POST", f"{url}/{call}", user="helpdesk")
            assert named in refusal(answer, 403)
        assert (await world.manage("GET", url, status=200))["roles"] == target["roles"]
    assert await can_log_in(world, "admin", PASSWORD)
    assert await can_log_in(world, "richer", PASSWORD)
    url = f"/users/{equal['id']}"
    await world.manage("PATCH", url, user="helpdesk", json={"password": OTHER}, status=200)
    await world.manage("DELETE", url, user="helpdesk", status=204)


async def test_a_grant_on_one_resource_counts_for_what_it_is(any_world: World) -> None:
    world = any_world
    endpoint = await world.draft("GET", "counted/a", "SELECT 1 AS a", module="counted")
    modules = await world.manage("GET", "/modules", status=200)
    module = next(item["id"] for item in modules["items"] if item["name"] == "counted")
    await make_user(world, "one endpoint", ("endpoint:read", endpoint["id"]))
    await make_user(world, "the module", ("module:read", module))
    for holder, held, outcome in [
        # Of one endpoint its access records are seen too.
        ("type", ("endpoint:read",), (403, 403)),
        ("records", ("endpoint:read", "access_record:read"), (200, 403)),
        ("module", (("module:read", module),), (200, 200)),
        ("endpoint", (("endpoint:read", endpoint["id"]),), (200, 403)),
        # Who may see modules may not so see what is in them.
        ("modules", ("module:read",), (403, 403)),
        ("all", ("module:read", "endpoint:read", "macro:read", "access_record:read"), (200, 200)),
        ("nothing", (), (403, 403)),
    ]:
        await make_user(world, f"counts {holder}", "user:update", *held)
        for name, status in zip(("one endpoint", "the module"), outcome, strict=True):
            url = f"/users/{(await find_user(world, name))['id']}"
            answer = await world.manage(
                "PATCH", url, user=f"counts {holder}", json={"full_name": holder}
            )
            assert answer.status_code == status, (holder, name, answer.text)


async def test_nobody_ends_themselves(any_world: World) -> None:
    world = any_world
    await world.add_user("second admin", "Admin")
    user = await find_user(world, "second admin")
    url = f"/users/{user['id']}"
    for method, body in (("DELETE", None), ("PATCH", {"is_active": False})):
        answer = await world.manage(method, url, user="second admin", json=body)
        assert "yourself" in refusal(answer, 409)
    fields = await told(world, "PATCH", url, user="second admin", json={"password": OTHER})
    assert "/users/me/password" in fields["password"]
    fields = await told(world, "PATCH", url, user="second admin", json={"email": "x@evil.example"})
    assert "with your password" in fields["email"]
    await world.manage("PATCH", url, user="second admin", json={"email": None}, status=200)


async def test_the_last_superuser_stays(any_world: World) -> None:
    world = any_world
    last = await find_user(world, "admin")
    await world.add_user("all powerful", "Admin")
    url = f"/users/{last['id']}"
    answer = await world.manage("PATCH", url, json={"is_superuser": False})
    assert "make somebody else one first" in refusal(answer, 409)
    body = {"username": "deputy", "password": PASSWORD, "is_superuser": True}
    deputy = await world.manage("POST", "/users", json=body, status=201)
    for body in ({"is_superuser": False}, {"is_active": False}):
        await world.manage("PATCH", f"/users/{deputy['id']}", json=body, status=200)
        # Nobody but the one who asks is left, and they may not go either.
        assert (await world.manage("PATCH", url, json={"is_superuser": False})).status_code == 409
        restored = {"is_superuser": True, "is_active": True}
        await world.manage("PATCH", f"/users/{deputy['id']}", json=restored, status=200)
    await world.manage("DELETE", f"/users/{deputy['id']}", status=204)


@pytest.mark.parametrize("fields", [{"is_superuser": False}, {"is_active": False}, None])
async def test_of_two_superusers_who_end_each_other_one_stays(
    any_world: World, fields: dict[str, Any] | None
) -> None:
    world, method = any_world, "PATCH" if fields else "DELETE"
    names = [f"rival {uuid.uuid4().hex[:6]}" for _ in range(2)]
    keys = []
    for name in names:
        body = {"username": name, "password": PASSWORD, "is_superuser": True}
        keys.append((await world.manage("POST", "/users", json=body, status=201))["id"])
        await world.log_in(name)
    await only_superusers(world, *names)
    answers = await asyncio.gather(
        world.manage(method, f"/users/{keys[0]}", user=names[1], json=fields),
        world.manage(method, f"/users/{keys[1]}", user=names[0], json=fields),
        *(world.manage(method, f"/users/{key}", user=names[0], json=fields) for key in keys),
    )
    left = await superusers(world)
    await only_superusers(world, "admin")
    assert len(left) == 1, [answer.text for answer in answers]
    assert {answer.status_code for answer in answers} <= {200, 204, 401, 403, 404, 409}


async def only_superusers(world: World, *names: str) -> None:
    """Nobody else is one."""
    async with world.platform.services.database.session() as session:
        for user in await session.exec(select(User)):
            user.is_superuser = user.username in names
            session.add(user)
        await session.commit()


async def superusers(world: World) -> list[str]:
    """Who can administer."""
    async with world.platform.services.database.session() as session:
        rows = await session.exec(select(User).where(User.is_superuser, User.is_active))
        return [user.username for user in rows]
