"""One object of every kind that a route's path may name, for tests that walk all routes."""

import itertools
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from dbapi_platform.store import ResourceType
from tests.world import World

_numbers = itertools.count()


@dataclass(frozen=True)
class Made:
    """An object's id, and of what is in a module, the module's."""

    id: str
    module_id: str | None = None


async def _posted(world: World, path: str, **fields: Any) -> Made:
    name = f"table {next(_numbers)}"
    made = await world.manage("POST", path, json={"name": name, **fields}, status=201)
    return Made(made["id"])


async def _datasource(world: World) -> Made:
    return await _posted(
        world, "/datasources", product_type="sqlite", database="shop.sqlite3", read_only=True
    )


async def _module(world: World) -> Made:
    return await _posted(world, "/modules")


async def _group(world: World) -> Made:
    return await _posted(world, "/groups")


async def _client(world: World) -> Made:
    return await _posted(world, "/clients")


async def _role(world: World) -> Made:
    return await _posted(world, "/roles")


async def _user(world: World) -> Made:
    body = {"username": f"table {next(_numbers)}"}
    return Made((await world.manage("POST", "/users", json=body, status=201))["id"])


async def _rule(world: World) -> Made:
    # Of an address that no test calls from.
    body = {"action": "deny", "network": "192.0.2.1"}
    return Made((await world.manage("POST", "/firewall-rules", json=body, status=201))["id"])


async def _named_module(world: World) -> tuple[str, str]:
    body = {"name": f"table {next(_numbers)}"}
    made = await world.manage("POST", "/modules", json=body, status=201)
    return made["name"], made["id"]


async def _endpoint(world: World) -> Made:
    module, module_id = await _named_module(world)
    path = f"table/{next(_numbers)}"
    made = await world.publish("GET", path, "SELECT 1 AS a", module=module)
    return Made(made["id"], module_id)


async def _macro(world: World) -> Made:
    module, module_id = await _named_module(world)
    body = {
        "name": f"table_{next(_numbers)}", "module": module, "language": "sql",
        "content": "{% macro a() %}1{% endmacro %}",
    }  # fmt: skip
    made = await world.manage("PUT", "/macros", json=body, status=200)
    return Made(made["id"], module_id)


R = ResourceType
MAKERS: dict[str, tuple[ResourceType, Callable[[World], Awaitable[Made]]]] = {
    "datasource_id": (R.DATASOURCE, _datasource),
    "module_id": (R.MODULE, _module),
    "endpoint_id": (R.ENDPOINT, _endpoint),
    "macro_id": (R.MACRO, _macro),
    "group_id": (R.GROUP, _group),
    "client_id": (R.CLIENT, _client),
    "user_id": (R.USER, _user),
    "role_id": (R.ROLE, _role),
    "rule_id": (R.FIREWALL_RULE, _rule),
}
# What a path names that is no resource of its own.
PLAIN = {"name": "x", "record_id": "1", "entry_id": "1", "number": "1"}


def parameters(path: str) -> list[str]:
    """The names in a route's path."""
    return re.findall(r"\{([a-z_]+)(?::[a-z]+)?\}", path)


def parameter_for(path: str, kind: ResourceType) -> str | None:
    """The name in the path that stands for a resource of this type."""
    for name in parameters(path):
        if name in MAKERS and MAKERS[name][0] is kind:
            return name
    return None


def known(name: str) -> None:
    """Fails with what to do for a name that no route's path had before."""
    assert name in MAKERS or name in PLAIN, (
        f"A route's path names {{{name}}}, and nothing here says what that is: tell in MAKERS of "
        f"{__name__} how to make one, or in PLAIN a value when it is no resource of its own"
    )


@dataclass
class Objects:
    """Two of every kind, made when they are first asked for."""

    world: World
    made: dict[tuple[str, str], Made] = field(default_factory=dict)

    async def get(self, name: str, which: str) -> Made:
        """The one for this name in a path that is called `which`."""
        key = (name, which)
        if key not in self.made:
            self.made[key] = await MAKERS[name][1](self.world)
        return self.made[key]

    async def url(self, path: str, **given: str) -> str:
        """The path with objects in it: those given, and for the other names any."""
        for name in parameters(path):
            known(name)
            value = given.get(name) or PLAIN.get(name) or (await self.get(name, "other")).id
            path = re.sub(rf"\{{{name}(:[a-z]+)?\}}", value, path)
        return path


@dataclass(frozen=True)
class Bodies:
    """Bodies that are not refused at once, made up from the API's description of itself."""

    description: dict[str, Any]

    def of(self, method: str, path: str) -> dict[str, Any]:
        """What a request to the route may send, as `httpx` takes it."""
        operation = self.description["paths"][f"/api/v1{path}"][method.lower()]
        query = {
            one["name"]: self._example(one["schema"])
            for one in operation.get("parameters", [])
            if one["in"] == "query" and one.get("required")
        }
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return {"params": query}
        return {"params": query, "json": self._example(content["application/json"]["schema"])}

    def _example(self, schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            return self._example(self.description["components"]["schemas"][name])
        for key in ("default", "const"):
            if key in schema:
                return schema[key]
        for key in ("anyOf", "oneOf", "allOf"):
            if key in schema:
                return self._example(schema[key][0])
        return schema["enum"][0] if "enum" in schema else self._of_type(schema)

    def _of_type(self, schema: dict[str, Any]) -> Any:
        match schema.get("type"):
            case "object":
                fields = schema.get("properties", {})
                return {name: self._example(fields[name]) for name in schema.get("required", ())}
            case "array":
                return [self._example(schema["items"])] * schema.get("minItems", 0)
            case "string":
                return "x" * max(1, schema.get("minLength", 0))
            case "integer" | "number":
                return schema.get("minimum", 1)
        return False if schema.get("type") == "boolean" else {}
