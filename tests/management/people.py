"""Users with just the permissions that a test needs."""

from typing import Any

import httpx
from sqlmodel import select

from dbapi_platform.store import AuditEntry
from tests.world import World

Held = str | tuple[str, str]
"""`endpoint:read`, or that on one resource: `("endpoint:read", id)`."""


def permission(held: Held) -> dict[str, Any]:
    """As a role's body has it."""
    name, resource_id = (held, None) if isinstance(held, str) else held
    resource_type, action = name.split(":")
    return {"resource_type": resource_type, "action": action, "resource_id": resource_id}


async def make_role(world: World, name: str, *held: Held) -> dict[str, Any]:
    """A role with these permissions."""
    body = {"name": name, "permissions": [permission(one) for one in held]}
    made: dict[str, Any] = await world.manage("POST", "/roles", json=body, status=201)
    return made


async def make_user(world: World, name: str, *held: Held) -> dict[str, Any]:
    """A user who has a role of the same name, with these permissions; answers the user."""
    roles = [(await make_role(world, name, *held))["name"]] if held else []
    await world.add_user(name, *roles)
    return await find_user(world, name)


async def find_user(world: World, name: str) -> dict[str, Any]:
    """The user as administrators see them."""
    listed = await world.manage("GET", "/users", params={"search": name}, status=200)
    return next(item for item in listed["items"] if item["username"] == name)


async def find_role(world: World, name: str) -> dict[str, Any]:
    """The role of this name."""
    listed = await world.manage("GET", "/roles", status=200)
    return next(item for item in listed["items"] if item["name"] == name)


def refusal(answer: httpx.Response, status: int) -> str:
    """The message of an answer that has to be refused like this."""
    assert answer.status_code == status, answer.text
    message: str = answer.json()["message"]
    return message


async def told(world: World, method: str, path: str, **kwargs: Any) -> dict[str, str]:
    """The details of a 422 by field."""
    answer = await world.manage(method, path, **kwargs)
    assert answer.status_code == 422, answer.text
    return {detail["field"]: detail["message"] for detail in answer.json()["error"]["details"]}


async def audited(world: World, **conditions: Any) -> list[dict[str, Any]]:
    """The entries of the audit log with these values, oldest first."""
    async with world.platform.services.database.session() as session:
        rows = await session.exec(select(AuditEntry).order_by(AuditEntry.id))
        entries = [row.model_dump() for row in rows]
    return [
        entry
        for entry in entries
        if all(entry[name] == value for name, value in conditions.items())
    ]
