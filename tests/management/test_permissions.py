"""Nothing is allowed that no role allows: every route, and one grant on one module."""

import uuid
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from sqlmodel import select

from dbapi_platform.management.app import RESOURCES
from dbapi_platform.management.dependencies import Permitted
from dbapi_platform.store import (
    Action,
    Module,
    Permission,
    ResourceType,
    Role,
    RolePermission,
    User,
    UserRole,
)
from tests.world import World

OPEN = {"/login/access-token", "/about"}
# What anybody who is logged in may do with what is their own.
OWN = {"/users/me", "/tokens", "/tokens/{token_id}"}


def routes() -> Iterator[APIRoute]:
    for resource in RESOURCES:
        for route in resource.router.routes:
            assert isinstance(route, APIRoute)
            yield route


def permission(route: APIRoute) -> Permitted | None:
    for dependency in route.dependencies:
        if isinstance(dependency.dependency, Permitted):
            return dependency.dependency
    return None


def url(route: APIRoute) -> str:
    path = route.path
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + str(uuid.uuid4()) + path[end + 1 :]
    return path


async def test_every_route_declares_its_permission(world: World) -> None:
    seen = 0
    for route in routes():
        seen += 1
        if route.path not in OPEN | OWN:
            assert permission(route), f"{route.methods} {route.path} declares no permission"
    assert seen > 35


async def test_without_a_token_nothing_answers(world: World) -> None:
    for route in routes():
        if route.path in OPEN:
            continue
        for method in route.methods:
            answer = await world.http.request(method, f"/api/v1{url(route)}", json={})
            assert answer.status_code == 401, f"{method} {route.path}"
            assert answer.json()["error"]["code"] == "unauthorized"


@pytest.mark.parametrize("role", ["Admin", "Dev", "Viewer", None])
async def test_every_route_is_refused_without_its_permission(
    world: World, role: str | None
) -> None:
    name = f"user {role}"
    await world.add_user(name, *([role] if role else []))
    me = await world.manage("GET", "/users/me", user=name, status=200)
    held = {(p["resource_type"], p["action"]) for p in me["permissions"]}
    for route in routes():
        needed = permission(route)
        if needed is None:
            continue
        for method in route.methods:
            answer = await world.manage(method, url(route), user=name, json={})
            allowed = (needed.resource_type, needed.action) in held
            # Allowed means that something else was found wrong: nothing there, or an empty body.
            assert (answer.status_code != 403) == allowed, f"{role}: {method} {route.path}"


async def test_viewers_change_nothing_and_devs_delete_nothing(world: World) -> None:
    await world.add_user("viewer", "Viewer")
    await world.add_user("dev", "Dev")
    body = {
        "method": "GET",
        "path": "p",
        "engine": "sql",
        "datasource": "shop",
        "content": "SELECT 1",
    }
    assert (await world.manage("PUT", "/drafts", user="viewer", json=body)).status_code == 403
    draft = await world.manage("PUT", "/drafts", user="dev", json=body, status=200)
    url = f"/endpoints/{draft['id']}"
    assert (await world.manage("GET", url, user="viewer")).status_code == 200
    assert (await world.manage("POST", f"{url}/publish", user="viewer", json={})).status_code == 403
    assert (await world.manage("DELETE", url, user="dev")).status_code == 403
    assert (
        await world.manage("POST", "/clients", user="dev", json={"name": "x"})
    ).status_code == 403


async def test_one_module_is_all_that_a_grant_on_it_gives(world: World) -> None:
    mine = await world.draft("GET", "scoped/mine", "SELECT 1 AS a", module="mine")
    other = await world.draft("GET", "scoped/other", "SELECT 1 AS a", module="other")
    await grant_module(
        world, "scoped", "mine", Action.READ, Action.UPDATE, Action.EXECUTE, Action.PUBLISH
    )
    listed = await world.manage("GET", "/endpoints", user="scoped", status=200)
    assert [item["path"] for item in listed["items"]] == ["scoped/mine"]
    assert (await world.manage("GET", f"/endpoints/{mine['id']}", user="scoped")).status_code == 200
    # The datasource's execute permission is missing: neither run, nor save, nor publish.
    for call in ("debug", "publish"):
        answer = await world.manage(
            "POST", f"/endpoints/{mine['id']}/{call}", user="scoped", json={}
        )
        assert answer.status_code == 403, call
    for path in ("", "/plan", "/draft", "/versions", "/diff"):
        answer = await world.manage("GET", f"/endpoints/{other['id']}{path}", user="scoped")
        # That it exists is not theirs to know.
        assert answer.status_code == 404, path
    answer = await world.manage("POST", f"/endpoints/{other['id']}/publish", user="scoped", json={})
    assert answer.status_code == 404


async def grant_module(world: World, username: str, module: str, *actions: Action) -> None:
    await world.add_user(username)
    async with world.platform.services.database.session() as session:
        user = (await session.exec(select(User).where(User.username == username))).one()
        row = (await session.exec(select(Module).where(Module.name == module))).one()
        role = Role(name=f"only {module}")
        session.add(role)
        await session.flush()
        for action in actions:
            permission = Permission(
                resource_type=ResourceType.MODULE, action=action, resource_id=row.id
            )
            session.add(permission)
            await session.flush()
            session.add(RolePermission(role_id=role.id, permission_id=permission.id))
        session.add(UserRole(user_id=user.id, role_id=role.id))
        await session.commit()
