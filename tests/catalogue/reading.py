"""What the tests of the catalogue do over and over: read it as somebody, and find what is in it."""

from typing import Any

import httpx
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from tests.world import World

JSON_PATHS = ("/catalog/endpoints", "/catalog/openapi.json")


async def as_client(world: World, client: dict[str, Any]) -> dict[str, str]:
    """The headers of a client."""
    token = (await world.client_token(client)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def as_user(world: World, username: str) -> dict[str, str]:
    """The headers of a user."""
    return {"Authorization": f"Bearer {await world.log_in(username)}"}


async def read(world: World, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """A page of the catalogue, from the snapshot as it is by now."""
    await world.platform.snapshots.refresh()
    return await world.http.get(path, headers=headers or {})


async def listed(world: World, headers: dict[str, str] | None = None, **query: Any) -> set[str]:
    """What the list names."""
    await world.platform.snapshots.refresh()
    answer = await world.http.get("/catalog/endpoints", headers=headers or {}, params=query)
    assert answer.status_code == 200, answer.text
    return {f"{item['method']} {item['path']}" for item in answer.json()["items"]}


async def document(world: World, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The OpenAPI document, which is valid."""
    answer = await read(world, "/catalog/openapi.json", headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    problems = [str(problem) for problem in OPENAPI_31_VALIDATOR.iter_errors(found)]
    assert problems == []
    return found


def operations(found: dict[str, Any]) -> set[str]:
    """What the document names."""
    return {
        f"{method.upper()} {path.removeprefix('/')}"
        for path, item in found["paths"].items()
        for method in item
    }
