"""Where parameters are taken from, which place wins, and how they may be written."""

import json
from typing import Any

import httpx
import pytest

from tests.world import World

EVERYWHERE: dict[str, Any] = {"headers": {"a": "header"}, "json": {"a": "body"}}


def told(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 400, answer.text
    return {one["field"]: one["message"] for one in answer.json()["error"]["details"]}


async def rows(world: World, method: str, path: str, **kwargs: Any) -> Any:
    answer = await world.call(method, path, **kwargs)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@pytest.mark.parametrize("place", ["query", "header", "body"])
async def test_a_declared_place_is_the_only_one(world: World, place: str) -> None:
    declared = {"a": {"type": "string", "in": place, "required": True}}
    path = f"sources/{place}"
    await world.publish("POST", path, "SELECT {{ a }} AS a", params=declared)
    assert await rows(world, "POST", f"{path}?a=query", **EVERYWHERE) == [{"a": place}]
    elsewhere = EVERYWHERE | ({"headers": {}} if place == "header" else {})
    elsewhere |= {"json": {}} if place == "body" else {}
    query = "" if place == "query" else "?a=query"
    answer = await world.call("POST", path + query, **elsewhere)
    assert told(answer) == {"a": "is required"}


async def test_without_a_place_the_path_goes_before_the_query_and_that_before_the_body(
    world: World,
) -> None:
    text = "SELECT {{ id }} AS id, {{ a }} AS a"
    await world.publish("POST", "sources/any/{id}", text, params={"a": "string"})
    body = {"id": "body", "a": "body"}
    found = await rows(world, "POST", "sources/any/path?id=query&a=query", json=body)
    assert found == [{"id": "path", "a": "query"}]
    found = await rows(world, "POST", "sources/any/path", json=body, headers={"a": "header"})
    assert found == [{"id": "path", "a": "body"}]
    assert await rows(world, "POST", "sources/any/path") == [{"id": "path", "a": None}]


async def test_a_script_that_declares_nothing_gets_the_same_order(world: World) -> None:
    script = "def execute(params):\n    return params\n"
    await world.publish("POST", "sources/all/{id}", script, engine="script")
    body = {"id": "body", "a": "body", "b": {"c": [1]}}
    found = await rows(world, "POST", "sources/all/path?id=query&a=1&a=2", json=body)
    assert found == {"id": "path", "a": ["1", "2"], "b": {"c": [1]}}
    for name, wrong in (("a", "x%00y"), ("a%00", "x")):
        answer = await world.call("POST", f"sources/all/path?{name}={wrong}")
        assert "NUL" in "".join(told(answer).values())
    deep = await world.call("POST", "sources/all/path", json={"a": {"b": ["\0"]}})
    assert "NUL" in told(deep)["a"]


@pytest.mark.parametrize(
    ("kwargs", "query"),
    [
        ({}, "?ids=1&ids=2"),
        ({}, "?ids=1,2"),
        ({}, "?ids=[1,%202]"),
        ({"json": {"ids": [1, "2"]}}, ""),
        ({"json": {"ids": "1,2"}}, ""),
        ({"json": {"ids": "[1, 2]"}}, ""),
        ({"data": {"ids": ["1", "2"]}}, ""),
        ({"data": {"ids": "[1,2]"}}, ""),
        ({"files": [("ids", (None, "1")), ("ids", (None, "2"))]}, ""),
        ({"files": [("ids", (None, "1,2"))]}, ""),
    ],
)
async def test_a_list_may_be_written_in_many_ways(
    world: World, kwargs: dict[str, Any], query: str
) -> None:
    params = {"ids": {"type": "array", "items": "integer"}}
    await world.publish("POST", "sources/ids", "SELECT {{ ids | sql_json }} AS ids", params=params)
    assert await rows(world, "POST", f"sources/ids{query}", **kwargs) == [{"ids": "[1,2]"}]


async def test_a_list_in_a_header_is_separated_by_commas(world: World) -> None:
    params = {"ids": {"type": "array", "items": "integer", "in": "header", "header": "X-Ids"}}
    await world.publish("GET", "sources/head", "SELECT {{ ids | sql_json }} AS ids", params=params)
    for headers in ([("x-ids", "1, 2")], [("x-ids", "1"), ("X-Ids", "2")]):
        found = await rows(world, "GET", "sources/head", headers=headers)
        assert found == [{"ids": "[1,2]"}]


async def test_an_object_comes_whole_from_a_body_or_as_text(world: World) -> None:
    params = {"who": {"type": "object", "required": True}}
    text = "SELECT {{ who | sql_json }} AS who, {{ who.address.city }} AS city"
    await world.publish("POST", "sources/object", text, params=params)
    who = {"name": "Ann", "address": {"city": "Graz"}, "tags": [1, None]}
    expected = [{"who": json.dumps(who, separators=(",", ":")), "city": "Graz"}]
    for kwargs in (
        {"json": {"who": who}}, {"data": {"who": json.dumps(who)}},
        {"files": {"who": (None, json.dumps(who), "application/json")}},
        {"params": {"who": json.dumps(who)}},
    ):  # fmt: skip
        assert await rows(world, "POST", "sources/object", **kwargs) == expected
    answer = await world.call("POST", "sources/object", json={"who": [1]})
    assert "expected a JSON object" in told(answer)["who"]
    # Nothing is declared of what is in it: no key can say so.
    wrong = {
        "method": "POST", "path": "sources/typed", "engine": "sql", "datasource": "shop",
        "content": "SELECT 1", "params": {"who": {"type": "object", "properties": {}}},
    }  # fmt: skip
    refused = await world.manage("PUT", "/drafts", json=wrong)
    assert refused.json()["error"]["details"][0]["field"] == "params.who.properties"


async def test_names_in_camel_case_are_taken_where_they_are_answered(world: World) -> None:
    params = {
        "customer_id": {"type": "integer", "required": True},
        "shipTo": {"type": "object"},
    }
    text = "SELECT {{ customer_id }} AS customer_id, {{ shipTo | sql_json }} AS ship_to"
    for refuse in ("ignore", "refuse"):
        path = f"sources/camel/{refuse}"
        await world.publish("POST", path, text, params=params, unknown_params=refuse)
        ship = {"ship_to": {"zip_code": 1}}
        expected = [{"customerId": 7, "shipTo": '{"zip_code":1}'}]
        body = {"customerId": 7, "shipTo": ship["ship_to"]}
        assert await rows(world, "POST", f"{path}?naming=camel", json=body) == expected
        camel = {"X-Response-Naming": "camel"}
        ask = f"{path}?customerId=7"
        found = await rows(world, "POST", ask, json={"shipTo": {"zip_code": 1}}, headers=camel)
        assert found == expected
        # The name as it is declared stays good.
        found = await rows(world, "POST", f"{path}?naming=camel&customer_id=7")
        assert found == [{"customerId": 7, "shipTo": None}]
        twice = f"{path}?naming=camel&customer_id=7&customerId=8"
        assert "is given twice" in told(await world.call("POST", twice))["customer_id"]
        assert "customer_id" in told(await world.call("POST", ask))


async def test_the_next_page_is_asked_for_by_the_same_names(world: World) -> None:
    await world.publish(
        "GET", "sources/pages", "SELECT id FROM orders WHERE customer_id = {{ customer_id }}",
        params={"customer_id": "integer"}, page={"style": "keyset", "by": ["id"], "size": 2},
    )  # fmt: skip
    first = await world.call("GET", "sources/pages?naming=camel&customerId=7&other=1")
    assert first.json()["data"] == [{"id": 7}, {"id": 17}]
    assert "other" not in first.json()["next"]
    second = await world.http.get(first.json()["next"])
    assert second.json()["data"] == [{"id": 27}, {"id": 37}]


async def test_unknown_names_are_ignored_or_refused_and_words_for_the_platform_never(
    world: World,
) -> None:
    text = "SELECT {{ a }} AS a"
    await world.publish("POST", "sources/lax", text)
    assert await rows(world, "POST", "sources/lax?b=1&a=2", json={"c": 3}) == [{"a": "2"}]
    fields: dict[str, Any] = {"params": {"a": "string"}, "unknown_params": "refuse"}
    await world.publish("POST", "sources/strict", text, **fields)
    answer = await world.call("POST", "sources/strict?b=1&a=2", json={"c": 3})
    assert set(told(answer)) == {"b", "c"}
    words = "naming=camel&format=json&version=1"
    assert await rows(world, "POST", f"sources/strict?a=2&{words}") == [{"a": "2"}]
    # In the body they are names like all others.
    answer = await world.call("POST", "sources/strict", json={"naming": "camel"})
    assert set(told(answer)) == {"naming"}


async def test_many_unknown_names_make_no_answer_without_end(world: World) -> None:
    await world.publish("POST", "sources/many", "SELECT 1 AS a", unknown_params="refuse")
    body = {f"{'x' * 900}{n}": n for n in range(900)}
    answer = await world.call("POST", "sources/many", json=body)
    details = answer.json()["error"]["details"]
    assert len(details) == 20
    assert details[-1]["message"] == "is not a parameter here, and neither are 880 others"
    assert len(answer.content) < 10_000
