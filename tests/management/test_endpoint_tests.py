"""Tests of endpoints: saved, run on the draft, and in the way of a publish that they refuse."""

from typing import Any

import pytest_asyncio

from tests.world import World

CONTENT = (
    "SELECT id, status FROM orders WHERE customer_id = {{ customer_id | sql_int }} ORDER BY id"
)
GOOD = """
r = call(customer_id=7)
assert r.status == 200 and r.success, r
assert [row["id"] for row in r.rows][:2] == [7, 17]

def test_a_wrong_parameter_is_refused():
    refused = call(customer_id="x")
    assert refused.status == 400
    assert "whole number" in refused.message
"""


@pytest_asyncio.fixture(scope="module")
async def endpoint(world: World) -> dict[str, Any]:
    return await world.draft("GET", "tested/{customer_id}", CONTENT)


async def save(world: World, endpoint: dict[str, Any], name: str, content: str) -> Any:
    return await world.manage(
        "PUT", f"/endpoints/{endpoint['id']}/tests/{name}", json={"content": content}
    )


async def publish(world: World, endpoint: dict[str, Any], **body: Any) -> Any:
    return await world.manage("POST", f"/endpoints/{endpoint['id']}/publish", json=body)


async def test_a_test_is_saved_once(world: World, endpoint: dict[str, Any]) -> None:
    first = (await save(world, endpoint, "main", GOOD)).json()
    assert (first["created"], first["changed"], first["updated_by"]) == (True, True, "admin")
    again = (await save(world, endpoint, "main", GOOD)).json()
    assert (again["created"], again["changed"]) == (False, False)
    found = await world.manage("GET", f"/endpoints/{endpoint['id']}/tests", status=200)
    assert [item["name"] for item in found["items"]] == ["main"]


async def test_what_is_no_python_is_refused_with_its_line(
    world: World, endpoint: dict[str, Any]
) -> None:
    answer = await save(world, endpoint, "broken", "x = 1\nassert (")
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["line"] == 2


async def test_tests_run_on_the_draft(world: World, endpoint: dict[str, Any]) -> None:
    await save(world, endpoint, "main", GOOD)
    await save(world, endpoint, "other", "print('here')\nr = call(customer_id=1)\n\n"
               "assert len(r.data) == 11")  # fmt: skip
    ran = await world.manage("POST", f"/endpoints/{endpoint['id']}/tests/run", json={}, status=200)
    assert ran["passed"] is False
    good, bad = ran["results"]
    assert (good["name"], good["passed"], good["calls"]) == ("main", True, 2)
    assert (bad["name"], bad["passed"], bad["line"], bad["calls"]) == ("other", False, 4, 1)
    assert bad["message"] == "AssertionError: assert len(r.data) == 11"
    assert bad["logs"] == [{"level": "info", "message": "here"}]
    some = await world.manage(
        "POST", f"/endpoints/{endpoint['id']}/tests/run", json={"names": ["main"]}, status=200
    )
    assert some["passed"] is True
    missing = await world.manage(
        "POST", f"/endpoints/{endpoint['id']}/tests/run", json={"names": ["nope"]}
    )
    assert missing.status_code == 404


async def test_a_failing_test_refuses_the_publish(world: World, endpoint: dict[str, Any]) -> None:
    await save(world, endpoint, "other", "assert call(customer_id=1).status == 418, 'no tea'")
    refused = await publish(world, endpoint)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "tests_failed")
    assert [(d["field"], d["line"]) for d in error["details"]] == [("tests.other", 1)]
    assert (await world.call("GET", "tested/7")).status_code == 404


async def test_a_reason_publishes_in_spite_of_it_and_is_kept(
    world: World, endpoint: dict[str, Any]
) -> None:
    await save(world, endpoint, "other", "assert call(customer_id=1).status == 418")
    done = (await publish(world, endpoint, force="tea is for later")).json()
    assert [result["passed"] for result in done["tests"]] == [True, False]
    versions = await world.manage("GET", f"/endpoints/{endpoint['id']}/versions", status=200)
    assert versions["items"][0]["forced"] == "tea is for later"
    await world.manage("DELETE", f"/endpoints/{endpoint['id']}/tests/other", status=204)
    await world.draft("GET", "tested/{customer_id}", CONTENT + " DESC")
    await save(world, endpoint, "main", "assert call(customer_id=7).rows[0]['id'] == 97")
    passed = (await publish(world, endpoint, force="not needed")).json()
    assert (passed["version"], passed["tests"][0]["passed"]) == (2, True)
    versions = await world.manage("GET", f"/endpoints/{endpoint['id']}/versions", status=200)
    assert versions["items"][0]["forced"] is None


async def test_a_test_of_a_script_and_its_own_keys(world: World) -> None:
    endpoint = await world.draft(
        "GET", "tested/script",
        "def execute(params):\n    if params['n'] > 5: fail('too much', 422)\n"
        "    return {'data': [params['n']], 'total': 1}",
        engine="script", params={"n": "integer"},
    )  # fmt: skip
    await save(
        world, endpoint, "main",
        "r = call(n=1)\nassert (r.data, r.envelope['total']) == ([1], 1)\n"
        "r = call(n=6)\nassert (r.status, r.message, r.success) == (422, 'too much', False)\n"
        "assert call().status == 500",
    )  # fmt: skip
    ran = await world.manage("POST", f"/endpoints/{endpoint['id']}/tests/run", json={}, status=200)
    assert ran["passed"], ran


async def test_a_test_reaches_no_database_and_no_host(world: World) -> None:
    endpoint = await world.draft("GET", "tested/reach", "SELECT 1 AS n")
    await save(
        world, endpoint, "main",
        "for attempt in (lambda: db.query('SELECT 1'), lambda: http.get('http://127.0.0.1/')):\n"
        "    try:\n        attempt()\n        reached = True\n"
        "    except (Denied, HttpError):\n        reached = False\n    assert not reached\n"
        "assert env.get('PATH') is None",
    )  # fmt: skip
    ran = await world.manage("POST", f"/endpoints/{endpoint['id']}/tests/run", json={}, status=200)
    assert ran["passed"], ran


async def test_whoever_may_not_run_the_draft_may_not_run_its_tests(
    world: World, endpoint: dict[str, Any]
) -> None:
    await world.add_user("viewing", "Viewer")
    path = f"/endpoints/{endpoint['id']}/tests"
    for method, suffix, body in (
        ("PUT", "/main", {"content": "pass"}), ("POST", "/run", {}), ("DELETE", "/main", None),
    ):  # fmt: skip
        answer = await world.manage(method, f"{path}{suffix}", user="viewing", json=body)
        assert answer.status_code == 403, (method, suffix)
    assert (await world.manage("GET", path, user="viewing")).status_code == 200
