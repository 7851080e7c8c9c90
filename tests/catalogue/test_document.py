"""The OpenAPI document, by what was declared and by what runs showed."""

import json
from typing import Any

import jsonschema
import pytest

from tests.catalogue.reading import as_client, as_user, document, read
from tests.world import World

QUERY = """SELECT id, total, status, NULL AS void FROM orders
WHERE customer_id = {{ customer_id | sql_int }} AND total >= {{ least | sql_float }}
  {% if day %} AND created_at >= {{ day | sql_date }} {% endif %}
  {% if status %} AND status = {{ status | sql_string }} {% endif %}
  {% if ids %} AND id IN {{ ids | in_list }} {% endif %}
  AND {{ trace | sql_string }} <> {{ secret_check | sql_string }}
LIMIT {{ limit | sql_int }}"""
CHECK = "def validate(value, params):\n    return None"
PARAMS: dict[str, Any] = {
    "customer_id": {"type": "integer", "example": 7, "description": "Whose orders"},
    "least": {"type": "number", "default": 0.5},
    "day": {"type": "date", "minimum": "2026-01-01"},
    "status": {"type": "string", "enum": ["open", "paid"]},
    "ids": {"type": "array", "items": "integer", "max_length": 5},
    "trace": {"type": "string", "in": "header", "header": "X-Trace", "required": True,
              "pattern": "[a-z]+"},
    "secret_check": {"type": "string", "default": "y", "options": "SELECT status FROM orders",
                     "validate": CHECK},
    "limit": {"type": "integer", "default": 20, "minimum": 1, "maximum": 500},
}  # fmt: skip
PATH = "told/orders/{customer_id}"


@pytest.fixture(scope="module")
async def published(world: World) -> dict[str, Any]:
    """An endpoint that was run before it was published."""
    fields = {
        "params": PARAMS, "access": "private", "rate_limit": 60, "timeout": 12.5, "max_rows": 50,
        "name": "Orders", "description": "What one customer ordered",
    }  # fmt: skip
    endpoint = await world.draft("GET", PATH, QUERY, **fields)
    run = {"params": {"customer_id": 7, "trace": "abc", "secret_check": "open"}}
    await world.manage("POST", f"/endpoints/{endpoint['id']}/debug", json=run, status=200)
    path = f"/endpoints/{endpoint['id']}/publish"
    return (await world.manage("POST", path, json={}, status=200))["endpoint"]


async def operation(world: World) -> dict[str, Any]:
    found = await document(world, await as_user(world, "admin"))
    return found["paths"][f"/{PATH}"]["get"]


async def test_an_endpoint_is_told_with_its_limits(world: World, published: dict[str, Any]) -> None:
    told = await operation(world)
    assert told["operationId"] == "get_told_orders_customer_id"
    assert (told["summary"], told["description"]) == ("Orders", "What one customer ordered")
    assert told["tags"] == ["default"]
    assert told["deprecated"] is False
    assert told["x-rate-limit"] == {"requests": 60, "seconds": 60}
    assert (told["x-timeout-seconds"], told["x-max-rows"]) == (12.5, 50)
    assert told["security"] == [{"client": []}, {"bearer": []}]
    assert set(told["responses"]) == {
        "200", "400", "401", "403", "404", "406", "429", "500", "503", "504"
    }  # fmt: skip


async def test_parameters_are_told_with_types_limits_and_places(
    world: World, published: dict[str, Any]
) -> None:
    told = {one["name"]: one for one in (await operation(world))["parameters"]}
    assert {name: (one["in"], one["required"]) for name, one in told.items()} == {
        "customer_id": ("path", True), "least": ("query", False), "day": ("query", False),
        "status": ("query", False), "ids": ("query", False), "X-Trace": ("header", True),
        "secret_check": ("query", False), "limit": ("query", False), "format": ("query", False),
    }  # fmt: skip
    assert told["customer_id"]["description"] == "Whose orders"
    schemas = {name: one["schema"] for name, one in told.items()}
    assert schemas["customer_id"] == {"type": "integer", "format": "int64", "examples": [7]}
    assert schemas["least"] == {"type": "number", "default": 0.5, "examples": [0.5]}
    assert schemas["day"] == {
        "type": "string", "format": "date", "x-minimum": "2026-01-01",
    }  # fmt: skip
    assert schemas["status"]["enum"] == ["open", "paid"]
    assert schemas["ids"]["items"] == {"type": "integer", "format": "int64"}
    assert schemas["ids"]["maxItems"] == 5
    assert schemas["X-Trace"] == {"type": "string", "pattern": "^(?:[a-z]+)$"}
    assert schemas["secret_check"]["x-values-from-data"] is True
    assert (schemas["limit"]["minimum"], schemas["limit"]["maximum"]) == (1, 500)


async def test_what_it_answers_is_told_by_what_runs_showed(
    world: World, published: dict[str, Any]
) -> None:
    told = await operation(world)
    envelope = told["responses"]["200"]["content"]["application/json"]["schema"]
    row = envelope["properties"]["data"]["items"]
    assert row["properties"] == {
        "id": {"type": ["integer", "null"]}, "total": {"type": ["number", "null"]},
        "status": {"type": ["string", "null"]}, "void": {},
    }  # fmt: skip
    headers = await as_client(world, await world.client("caller", published))
    answer = await world.call("GET", "told/orders/7", headers=headers | {"X-Trace": "abc"},
                              params={"secret_check": "open"})  # fmt: skip
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.json(), envelope)


async def test_an_error_is_as_it_is_told(world: World, published: dict[str, Any]) -> None:
    found = await document(world)
    schema = found["components"]["schemas"]["Error"]
    for path in ("told/orders/7", "told/nothing"):
        jsonschema.validate((await world.call("GET", path)).json(), schema)
    headers = await as_client(world, await world.client("wrong", published))
    answer = await world.call("GET", "told/orders/x", headers=headers)
    assert answer.status_code == 400
    jsonschema.validate(answer.json(), schema)


async def test_nothing_of_how_it_is_answered_is_told(
    world: World, published: dict[str, Any]
) -> None:
    headers = await as_user(world, "admin")
    user = await world.manage("GET", "/users/me", status=200)
    for path in (
        "/catalog/openapi.json", "/catalog/endpoints", f"/catalog/endpoints/GET/{PATH}",
    ):  # fmt: skip
        told = (await read(world, path, headers)).text
        for kept in (
            "SELECT", "sqlite", "shop", "def validate", user["id"], "admin", published["id"],
        ):  # fmt: skip
            assert kept not in told, (path, kept)


async def test_what_is_learnt_by_publishing_again_is_told(world: World) -> None:
    endpoint = await world.publish("GET", "told/later", "SELECT id FROM orders LIMIT 1")

    async def data() -> dict[str, Any]:
        answer = await read(world, "/catalog/endpoints/GET/told/later")
        found: dict[str, Any] = answer.json()["response"]["properties"]["data"]
        return found

    assert "items" not in await data()
    await world.manage("POST", f"/endpoints/{endpoint['id']}/debug", json={}, status=200)
    done = await world.manage("POST", f"/endpoints/{endpoint['id']}/publish", json={}, status=200)
    assert not done["created"]
    row = (await data())["items"]
    assert row["properties"] == {"id": {"type": ["integer", "null"]}}


async def test_several_statements_and_bodies_are_told(world: World) -> None:
    params = {
        "a": {"type": "integer", "required": True}, "b": {"type": "object", "in": "body"},
        "c": {"in": "query", "type": "object"}, "d": {"type": "string", "pattern": "(?i)x"},
    }  # fmt: skip
    content = (
        "SELECT {{ a | sql_int }} AS a; SELECT {{ b | sql_json }} AS b, {{ c | sql_json }} AS c,"
        " {{ d | sql_string }} AS d"
    )
    fields = {"params": params, "unknown_params": "refuse"}
    endpoint = await world.draft("POST", "told/body", content, **fields)
    path = f"/endpoints/{endpoint['id']}"
    await world.manage("POST", f"{path}/debug", json={"params": {"a": 1}}, status=200)
    await world.manage("POST", f"{path}/publish", json={}, status=200)
    told = (await document(world))["paths"]["/told/body"]["post"]
    query, _ = told["parameters"]
    assert query["content"]["application/json"]["schema"]["type"] == "object"
    body = told["requestBody"]
    assert body["required"] is True
    schema = body["content"]["application/json"]["schema"]
    assert schema["required"] == ["a"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["a"]["x-or-query"] is True
    assert schema["properties"]["d"]["x-pattern"] == "(?i)x"
    assert {"408", "413", "415"} <= set(told["responses"])
    assert told["security"] == []
    data = told["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"]
    rows = [each.get("items", {}) for each in data["items"]["anyOf"]]
    assert [list(row.get("properties", {})) for row in rows] == [["a"], ["b", "c", "d"], []]


async def test_paths_that_differ_in_names_alone_are_one(world: World) -> None:
    await world.publish("GET", "same/{a}/x", "SELECT {{ a | sql_int }} AS n")
    await world.publish("DELETE", "same/{b}/x", "SELECT {{ b | sql_int }} AS n")
    await world.publish("GET", "same/a_x", "SELECT 1 AS n")
    await world.publish("GET", "same/a/x", "SELECT 1 AS n")
    found = await document(world)
    same = [path for path in found["paths"] if path.startswith("/same/{")]
    assert len(same) == 1
    item = found["paths"][same[0]]
    assert set(item) == {"get", "delete"}
    name = same[0][len("/same/{") : -len("}/x")]
    assert [one["parameters"][0]["name"] for one in item.values()] == [name, name]
    ids = [one["operationId"] for item in found["paths"].values() for one in item.values()]
    assert len(set(ids)) == len(ids)


async def test_a_script_that_declares_nothing_takes_anything(world: World) -> None:
    script = "def execute(params):\n    return {'got': params}\n"
    await world.publish("POST", "told/anything", script, engine="script")
    told = (await document(world))["paths"]["/told/anything"]["post"]
    schema = told["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"type": "object", "properties": {}, "additionalProperties": True}
    answer = await world.call("POST", "told/anything", json={"a": 1})
    success = told["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), success)
    detail = (await read(world, "/catalog/endpoints/POST/told/anything")).json()
    assert detail["takes_anything"] is True


async def test_a_catalogue_of_nothing_is_valid(world: World) -> None:
    client = await world.client("nobody's")
    headers = await as_client(world, client)
    rule = {"action": "deny", "network": "127.0.0.1", "client_id": client["id"]}
    endpoints = (await world.manage("GET", "/endpoints", status=200))["items"]
    made = [
        await world.manage(
            "POST", "/firewall-rules", json=rule | {"endpoint_id": one["id"]}, status=201
        )
        for one in endpoints
    ]
    found = await document(world, headers)
    assert (found["paths"], found["tags"]) == ({}, [])
    assert json.loads((await read(world, "/catalog/endpoints", headers)).text) == {
        "items": [], "total": 0, "modules": [], "next": None,
    }  # fmt: skip
    for one in made:
        await world.manage("DELETE", f"/firewall-rules/{one['id']}", status=204)


async def test_pages_exports_and_kept_answers_are_told(world: World) -> None:
    fields = {"cache": {"ttl": 60}, "max_rows": 50, "max_export_rows": 80}
    pages = {"keyset": {"after"}, "offset": {"page"}}
    for style, own in pages.items():
        rule = {"style": style, "by": ["id"], "size": 10}
        await world.publish("GET", f"told/{style}", "SELECT id FROM orders", page=rule, **fields)
        told = (await document(world))["paths"][f"/told/{style}"]["get"]
        named = {one["name"]: one["schema"] for one in told["parameters"]}
        assert set(named) == {"page_size", "format", *own}
        assert named["page_size"]["maximum"] == 10
        assert (told["x-cache-seconds"], told["x-max-export-rows"]) == (60, 80)
        content = told["responses"]["200"]["content"]
        assert ("304" in told["responses"], "202" in told["responses"]) == (True, False)
        answer = await world.call("GET", f"told/{style}", params={"page_size": 3})
        assert answer.json()["next"]
        jsonschema.validate(answer.json(), content["application/json"]["schema"])
        for name in named["format"]["enum"]:
            answer = await world.call("GET", f"told/{style}", params={"format": name})
            assert answer.headers["content-type"].partition(";")[0] in content


async def test_a_parameter_called_format_is_the_endpoints_own(world: World) -> None:
    await world.publish("GET", "told/format", "SELECT {{ format | sql_int }} AS a")
    told = (await document(world))["paths"]["/told/format"]["get"]
    (own,) = told["parameters"]
    assert own["schema"]["type"] == "integer"


async def test_versions_that_can_be_asked_for_and_that_end_are_told(world: World) -> None:
    endpoint = await world.publish("GET", "told/versions", "SELECT 1 AS a")
    before = (await document(world))["paths"]["/told/versions"]["get"]
    assert (before["deprecated"], "410" in before["responses"]) == (False, False)
    await world.publish("GET", "told/versions", "SELECT 2 AS a")
    for number, change in (
        (1, {"is_pinnable": True, "sunset_at": "2099-01-01T00:00:00Z"}),
        (2, {"deprecated_at": "2098-01-01T00:00:00Z", "sunset_at": "2099-03-01T00:00:00Z"}),
    ):
        path = f"/endpoints/{endpoint['id']}/versions/{number}"
        await world.manage("PATCH", path, json=change, status=200)
    told = (await document(world))["paths"]["/told/versions"]["get"]
    assert told["deprecated"] is True
    assert told["x-sunset"] == "2099-03-01T00:00:00+00:00"
    assert "410" in told["responses"]
    (version,) = [one for one in told["parameters"] if one["name"] == "version"]
    assert (version["in"], version["schema"]["enum"]) == ("query", [1, 2])
    items = (await read(world, "/catalog/endpoints", None)).json()["items"]
    assert [one["deprecated"] for one in items if one["path"] == "told/versions"] == [True]


async def test_what_may_be_answered_later_is_told(world: World) -> None:
    await world.publish("GET", "told/later", "SELECT 1 AS one", allow_async=True)
    told = (await document(world))["paths"]["/told/later"]["get"]["responses"]
    assert ("202" in told, "304" in told) == (True, False)
    answer = await world.call("GET", "told/later", headers={"Prefer": "respond-async"})
    assert (answer.status_code, "location" in answer.headers) == (202, True)
