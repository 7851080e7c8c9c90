"""Nothing is allowed that no role allows: every route by every role, and by one object alone.

The routes are found by themselves. A path that names something new needs a line in `objects.py`.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from dbapi_platform.access.catalogue import meaning
from dbapi_platform.management.app import RESOURCES
from dbapi_platform.management.dependencies import Permitted
from dbapi_platform.store import Action, ResourceType
from tests.management.objects import (
    MAKERS,
    PLAIN,
    Bodies,
    Made,
    Objects,
    known,
    parameter_for,
    parameters,
)
from tests.management.people import Held, find_role, make_user, permission
from tests.world import World

OPEN = {
    "/login/access-token", "/about", "/password-recovery", "/password-reset", "/login/methods",
    "/login/oidc", "/login/oidc/callback", "/login/oidc/finish", "/login/jupyterhub",
    "/login/page", "/login/page/oidc", "/login/page/jupyterhub",
}  # fmt: skip
# What anybody who is logged in may do: with what is their own, and to learn the words there are.
OWN = {
    "/vocabulary",
    "/users/me", "/users/me/password", "/tokens", "/tokens/{token_id}", "/login/test-token",
    "/logout", "/sessions", "/sessions/{session_id}",
}  # fmt: skip


def routes() -> Iterator[APIRoute]:
    for resource in RESOURCES:
        for route in resource.router.routes:
            assert isinstance(route, APIRoute)
            yield route


def declared(route: APIRoute) -> Permitted | None:
    for dependency in route.dependencies:
        if isinstance(dependency.dependency, Permitted):
            return dependency.dependency
    return None


def guarded() -> Iterator[tuple[str, str, Permitted]]:
    """Method, path and permission of every route that needs one."""
    for route in routes():
        needed = declared(route)
        if needed is not None:
            for method in sorted(route.methods):
                yield method, route.path, needed


def nowhere(path: str) -> str:
    """The path with ids in it that nothing has."""
    for name in parameters(path):
        path = path.replace(f"{{{name}}}", PLAIN.get(name, str(uuid.uuid4())))
    return path


def is_refused(answer: httpx.Response, needed: Permitted) -> bool:
    """Whether this very permission was found missing; another one may be needed too."""
    name = f"permission {needed.resource_type}:{needed.action} "
    return answer.status_code == 403 and name in answer.json()["message"]


def is_unknown(answer: httpx.Response, kind: ResourceType) -> bool:
    """Whether the one of this type is answered as if it did not exist."""
    told = f"There is no such {kind.replace('_', ' ')}"
    return answer.status_code == 404 and answer.json()["message"] == told


async def test_every_route_declares_its_permission() -> None:
    seen = 0
    for route in routes():
        seen += 1
        if route.path not in OPEN | OWN:
            needed = declared(route)
            assert needed, f"{route.methods} {route.path} declares no permission"
            name = f"{needed.resource_type}:{needed.action}"
            assert meaning(needed.resource_type, needed.action), (
                f"{route.path} needs {name}, which no role can be given: "
                "say what it means in access/catalogue.py"
            )
    assert seen > 35


async def test_every_name_in_a_path_is_known() -> None:
    for route in routes():
        if route.path not in OPEN | OWN:
            for name in parameters(route.path):
                known(name)


async def test_without_a_token_nothing_answers(world: World) -> None:
    for route in routes():
        if route.path in OPEN:
            continue
        for method in route.methods:
            answer = await world.http.request(method, f"/api/v1{nowhere(route.path)}", json={})
            assert answer.status_code == 401, f"{method} {route.path}"
            assert answer.json()["error"]["code"] == "unauthorized"


@pytest.mark.parametrize("role", ["Admin", "Dev", "Viewer", None, "only endpoint:read"])
async def test_every_route_is_refused_without_its_permission(
    world: World, role: str | None
) -> None:
    name = f"user {role}"
    if role and role.startswith("only "):
        await make_user(world, name, role.removeprefix("only "))
    else:
        await world.add_user(name, *([role] if role else []))
    me = await world.manage("GET", "/users/me", user=name, status=200)
    held = {(p["resource_type"], p["action"]) for p in me["permissions"]}
    for method, path, needed in guarded():
        answer = await world.manage(method, nowhere(path), user=name, json={})
        allowed = (needed.resource_type, needed.action) in held
        # Allowed means that something else was found wrong: nothing there, or an empty body.
        assert is_refused(answer, needed) != allowed, f"{role}: {method} {path}: {answer.text}"


@dataclass
class Table:
    """A user who may do one thing to one object, and tries it on that and on another."""

    world: World
    objects: Objects
    bodies: Bodies
    user: str
    role_url: str

    async def hold(self, *held: Held) -> None:
        """From now on this is all that the user may do."""
        body = {"permissions": [permission(one) for one in held]}
        await self.world.manage("PATCH", self.role_url, json=body, status=200)

    async def call(self, method: str, path: str, name: str, target: Made) -> httpx.Response:
        url = await self.objects.url(path, **{name: target.id})
        sent: dict[str, Any] = self.bodies.of(method, path)
        answer: httpx.Response = await self.world.manage(method, url, user=self.user, **sent)
        return answer

    async def granted(self, name: str, action: Action) -> Made:
        """The object that the user has a permission for; one of its own where it may be gone."""
        if action is Action.DELETE:
            return await MAKERS[name][1](self.world)
        return await self.objects.get(name, "granted")


@pytest.fixture(scope="module")
async def table(world: World) -> Table:
    await make_user(world, "of one object", "overview:read")
    role = await find_role(world, "of one object")
    description = await world.manage("GET", "/openapi.json", status=200)
    return Table(
        world, Objects(world), Bodies(description), "of one object", f"/roles/{role['id']}"
    )


def object_routes() -> list[tuple[str, str, Permitted, str]]:
    """Every route about one resource whose permission can be for one, with the name in its path."""
    found = []
    for method, path, needed in guarded():
        told = meaning(needed.resource_type, needed.action)
        name = parameter_for(path, needed.resource_type)
        if told is not None and told.for_one and name is not None:
            found.append((method, path, needed, name))
    return found


@pytest.mark.parametrize(
    ("method", "path", "needed", "name"),
    [pytest.param(*row, id=f"{row[0]} {row[1]}") for row in object_routes()],
)
async def test_a_permission_for_one_object_is_for_that_one(
    table: Table, method: str, path: str, needed: Permitted, name: str
) -> None:
    kind, action = needed.resource_type, needed.action
    other = await table.objects.get(name, "other")
    for by_module in (False, True):
        target = await table.granted(name, action)
        way: Held = (f"{kind}:{action}", target.id)
        if by_module:
            if target.module_id is None:
                break
            way = (f"module:{action}", target.module_id)
        await table.hold(way)
        answer = await table.call(method, path, name, other)
        assert answer.status_code != 422, (
            f"the body made up for {method} {path} is wrong, so nothing was tried; make "
            f"`Bodies` in objects.py better: {answer.text}"
        )
        assert is_unknown(answer, kind), f"{way} on another: {answer.text}"
        if action is not Action.READ:
            # Who may see the other one is told what is missing.
            await table.hold(way, (f"{kind}:read", other.id))
            answer = await table.call(method, path, name, other)
            assert is_refused(answer, needed), f"{way} on another that is seen: {answer.text}"
        answer = await table.call(method, path, name, target)
        # Something else may be wrong with a request that was made up; but it was let in.
        assert not is_refused(answer, needed), f"{way}: {answer.text}"
        assert not is_unknown(answer, kind), f"{way}: {answer.text}"
        assert answer.status_code < 500, f"{way}: {answer.text}"
        if (method, action) == ("GET", Action.READ) and not set(parameters(path)) & set(PLAIN):
            assert answer.status_code == 200, f"{way}: {answer.text}"


def test_the_table_is_not_empty() -> None:
    found = object_routes()
    assert {name for *_, name in found} >= {
        "datasource_id", "module_id", "endpoint_id", "macro_id", "group_id", "client_id",
    }  # fmt: skip
    assert len(found) > 35


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
    """A user with these actions on one module."""
    listed = await world.manage("GET", "/modules", status=200)
    key = next(item["id"] for item in listed["items"] if item["name"] == module)
    await make_user(world, username, *((f"module:{action}", key) for action in actions))
