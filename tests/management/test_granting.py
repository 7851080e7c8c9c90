"""Whoever lets a client call something may run it themselves."""

import pytest
from sqlmodel import select

from dbapi_platform.store import (
    Action,
    Permission,
    ResourceType,
    Role,
    RolePermission,
    User,
    UserRole,
)
from tests.management.people import make_user
from tests.management.test_permissions import grant_module
from tests.world import World


@pytest.fixture
async def clerk(world: World) -> World:
    """A user who manages all clients and groups, and may run what is in the module `theirs`."""
    if "clerk" in world.tokens:
        return world
    await world.draft("GET", "theirs/a", "SELECT 1 AS a", module="theirs")
    await grant_module(world, "clerk", "theirs", Action.READ, Action.EXECUTE)
    async with world.platform.services.database.session() as session:
        user = (await session.exec(select(User).where(User.username == "clerk"))).one()
        role = Role(name="clerks")
        session.add(role)
        await session.flush()
        permissions = await session.exec(select(Permission))
        wanted = {ResourceType.CLIENT, ResourceType.GROUP}
        for permission in permissions:
            if permission.resource_type in wanted and permission.resource_id is None:
                session.add(RolePermission(role_id=role.id, permission_id=permission.id))
        session.add(UserRole(user_id=user.id, role_id=role.id))
        await session.commit()
    return world


async def put(world: World, path: str) -> int:
    return (await world.manage("PUT", path, user="clerk")).status_code


async def test_only_what_one_may_run_is_granted(clerk: World) -> None:
    world = clerk
    mine = await world.draft("GET", "theirs/b", "SELECT 1 AS a", module="theirs")
    other = await world.draft("GET", "others/b", "SELECT 1 AS a", module="others")
    client = await world.manage("POST", "/clients", user="clerk", json={"name": "c"}, status=201)
    group = await world.manage("POST", "/groups", user="clerk", json={"name": "g"}, status=201)
    for holder in (f"/clients/{client['id']}", f"/groups/{group['id']}"):
        assert await put(world, f"{holder}/endpoints/{mine['id']}") == 204
        assert await put(world, f"{holder}/endpoints/{other['id']}") == 404
    assert await put(world, f"/clients/{client['id']}/groups/{group['id']}") == 204


async def test_a_group_that_holds_more_is_not_joined(clerk: World) -> None:
    world = clerk
    other = await world.draft("GET", "others/c", "SELECT 1 AS a", module="others")
    group = await world.manage("POST", "/groups", json={"name": "more"}, status=201)
    await world.manage("PUT", f"/groups/{group['id']}/endpoints/{other['id']}", status=204)
    client = await world.manage("POST", "/clients", user="clerk", json={"name": "d"}, status=201)
    url = f"/clients/{client['id']}/groups/{group['id']}"
    assert await put(world, url) == 403
    assert (await world.manage("GET", f"/clients/{client['id']}", status=200))["groups"] == []


async def test_a_secret_that_opens_more_is_not_told(clerk: World) -> None:
    world = clerk
    other = await world.draft("GET", "others/d", "SELECT 1 AS a", module="others")
    strong = await world.client("strong", other)
    weak = await world.client("weak")
    refused = await world.manage("POST", f"/clients/{strong['id']}/secret", user="clerk", json={})
    assert refused.status_code == 403
    assert "others/d" not in refused.text
    await world.manage("POST", f"/clients/{weak['id']}/secret", user="clerk", json={}, status=200)
    assert (await world.client_token(strong)).status_code == 200


async def test_a_client_that_may_call_more_is_not_made_active_again(clerk: World) -> None:
    world = clerk
    other = await world.draft("GET", "others/e", "SELECT 1 AS a", module="others")
    strong, weak = await world.client("was strong", other), await world.client("was weak")
    for client, status in ((strong, 403), (weak, 200)):
        url = f"/clients/{client['id']}"
        await world.manage("PATCH", url, user="clerk", json={"is_active": False}, status=200)
        answer = await world.manage("PATCH", url, user="clerk", json={"is_active": True})
        assert answer.status_code == status, answer.text
        renamed = {"description": "sleeps", "is_active": False}
        await world.manage("PATCH", url, user="clerk", json=renamed, status=200)


async def test_a_bundle_makes_no_group_active_that_holds_more(clerk: World) -> None:
    world = clerk
    other = await world.draft("GET", "others/f", "SELECT 1 AS a", module="others")
    body = {"name": "asleep", "is_active": False}
    group = await world.manage("POST", "/groups", json=body, status=201)
    await world.manage("PUT", f"/groups/{group['id']}/endpoints/{other['id']}", status=204)
    await make_user(world, "importer", "group:read", "group:update", "endpoint:update")
    files = {"bundle.yaml": "format: 1\n", "groups/asleep.yaml": "name: asleep\nis_active: true\n"}
    answer = await world.manage("POST", "/bundle/import", user="importer", json={"files": files})
    assert answer.status_code == 409, answer.text
    assert "endpoint:execute" in answer.json()["message"]
    assert not (await world.manage("GET", f"/groups/{group['id']}", status=200))["is_active"]
