"""The life of an endpoint through the management API, on SQLite and PostgreSQL."""

import asyncio

from tests.world import World

V1 = "SELECT id FROM orders WHERE customer_id = {{ customer_id | sql_int }}"
V2 = "SELECT id, total FROM orders WHERE customer_id = {{ customer_id | sql_int }}"


async def test_from_draft_to_version_two_and_back(any_world: World) -> None:
    world = any_world
    draft = await world.draft("get", "/life/{customer_id}/", V1)
    assert (draft["method"], draft["path"], draft["state"]) == (
        "GET",
        "life/{customer_id}",
        "draft",
    )
    assert (draft["created"], draft["changed"]) == (True, True)
    assert draft["params"] == [
        {"name": "customer_id", "type": "integer", "in": "path", "required": True}
    ]
    url = f"/endpoints/{draft['id']}"
    plan = await world.manage("GET", f"{url}/plan", status=200)
    assert (plan["live_version"], plan["next_version"], plan["changes"]) == (None, 1, True)

    first = await world.manage("POST", f"{url}/publish", json={"message": "first"}, status=200)
    assert (first["version"], first["created"], first["changed"]) == (1, True, True)
    assert first["url"] == "http://test/api/life/{customer_id}"
    again = await world.manage("POST", f"{url}/publish", json={}, status=200)
    assert (again["version"], again["created"], again["changed"]) == (1, False, False)

    edited = await world.draft("GET", "life/{customer_id}", V2)
    assert edited["state"] == "edited"
    assert "total" not in (await world.call("GET", "life/7")).json()["data"][0]
    diff = await world.manage("GET", f"{url}/diff", status=200)
    assert "+SELECT id, total" in diff["content"]
    second = await world.manage("POST", f"{url}/publish", json={}, status=200)
    assert (second["version"], second["created"]) == (2, True)
    assert "total" in (await world.call("GET", "life/7")).json()["data"][0]

    back = await world.manage("POST", f"{url}/rollback", json={}, status=200)
    assert (back["version"], back["created"], back["endpoint"]["state"]) == (1, False, "edited")
    assert "total" not in (await world.call("GET", "life/7")).json()["data"][0]
    refused = await world.manage("POST", f"{url}/rollback", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")

    versions = (await world.manage("GET", f"{url}/versions", status=200))["items"]
    assert [(v["number"], v["is_live"], v["message"]) for v in versions] == [
        (2, False, None),
        (1, True, "first"),
    ]
    gone = await world.manage("POST", f"{url}/unpublish", status=200)
    assert gone["state"] == "unpublished"
    assert (await world.call("GET", "life/7")).status_code == 404


async def test_provenance_is_kept_with_the_version(any_world: World) -> None:
    draft = await any_world.draft("GET", "provenance", "SELECT 1 AS a")
    where = {"notebook": "sales/orders.ipynb", "cell_id": "abc", "git_commit": "0" * 40}
    url = f"/endpoints/{draft['id']}"
    await any_world.manage("POST", f"{url}/publish", json={"provenance": where}, status=200)
    versions = await any_world.manage("GET", f"{url}/versions", status=200)
    assert versions["items"][0]["provenance"] == where
    assert versions["items"][0]["created_by"] == "admin"


async def test_publishing_at_the_same_time_leaves_numbers_without_gaps(any_world: World) -> None:
    world = any_world
    draft = await world.draft("GET", "race", "SELECT 0 AS a")
    url = f"/endpoints/{draft['id']}"
    for i in range(3):
        await world.draft("GET", "race", f"SELECT {i} AS a")
        answers = await asyncio.gather(
            *(world.manage("POST", f"{url}/publish", json={}) for _ in range(4))
        )
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert any(answer.status_code == 200 for answer in answers)
    versions = (await world.manage("GET", f"{url}/versions", status=200))["items"]
    assert [version["number"] for version in versions] == [3, 2, 1]


async def test_a_path_is_unique_whatever_its_parameters_are_called(any_world: World) -> None:
    first = await any_world.draft("GET", "unique/{a}", "SELECT {{ a }} AS a")
    second = await any_world.draft("GET", "unique/{b}", "SELECT {{ b }} AS b")
    assert first["id"] == second["id"]
    assert second["path"] == "unique/{b}"


async def test_a_bad_definition_is_refused_whole_with_line_and_hint(any_world: World) -> None:
    body = {
        "method": "GET", "path": "bad", "engine": "sql", "datasource": "shop",
        "content": "SELECT 1,\n  '{{ name }}'",
    }  # fmt: skip
    answer = await any_world.manage("PUT", "/drafts", json=body)
    assert answer.status_code == 422
    problem = answer.json()["error"]
    assert problem["code"] == "invalid_definition"
    assert problem["details"][0]["line"] == 2
    assert problem["details"][0]["hint"]
    found = await any_world.manage("GET", "/endpoints?method=GET&path=bad", status=200)
    assert found["total"] == 0


async def test_a_misspelt_field_and_an_unknown_datasource_are_named(any_world: World) -> None:
    body = {
        "method": "GET",
        "path": "x",
        "engine": "sql",
        "datasource": "nope",
        "content": "SELECT 1",
    }
    answer = await any_world.manage("PUT", "/drafts", json=body)
    assert answer.json()["error"]["details"][0]["field"] == "datasource"
    answer = await any_world.manage("PUT", "/drafts", json=body | {"datasorce": "x"})
    assert answer.json()["error"]["details"][0]["field"] == "datasorce"


async def test_debug_runs_the_draft_and_shows_what_was_sent(any_world: World) -> None:
    draft = await any_world.draft("GET", "debugged/{customer_id}", V2)
    url = f"/endpoints/{draft['id']}/debug"
    run = await any_world.manage("POST", url, json={"params": {"customer_id": "7"}}, status=200)
    assert run["data"][0] == {"id": 7, "total": 10.5}
    assert run["results"][0]["columns"] == ["id", "total"]
    assert run["params"] == {"customer_id": 7}
    assert run["statements"][0]["values"] == [7]
    wrong = await any_world.manage("POST", url, json={"params": {"customer_id": "x", "y": 1}})
    assert wrong.status_code == 400
    assert {detail["field"] for detail in wrong.json()["error"]["details"]} == {"customer_id", "y"}


async def test_a_failing_debug_run_tells_the_databases_reason(any_world: World) -> None:
    draft = await any_world.draft("GET", "failing", "SELECT nope FROM orders")
    answer = await any_world.manage("POST", f"/endpoints/{draft['id']}/debug", json={})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "query_failed"
    assert "nope" in answer.json()["message"]


async def test_breaking_changes_are_told(any_world: World) -> None:
    text = "SELECT {{ a }} AS a, {{ b }} AS b"
    endpoint = await any_world.publish("GET", "breaking", text, params={"a": {"type": "string"}})
    await any_world.draft(
        "GET", "breaking", "SELECT {{ a }} AS a, {{ c }} AS c",
        params={"a": {"type": "integer"}}, access="private",
    )  # fmt: skip
    diff = await any_world.manage("GET", f"/endpoints/{endpoint['id']}/diff", status=200)
    told = "\n".join(diff["breaking"])
    for part in ("access is now private", "a is now integer", "b is gone", "c is new and required"):
        assert part in told


async def test_a_live_endpoint_is_not_deleted_and_a_used_datasource_neither(
    any_world: World,
) -> None:
    endpoint = await any_world.publish("GET", "kept", "SELECT 1 AS a")
    refused = await any_world.manage("DELETE", f"/endpoints/{endpoint['id']}")
    assert refused.status_code == 409
    shop = (await any_world.manage("GET", "/datasources", status=200))["items"][0]
    refused = await any_world.manage("DELETE", f"/datasources/{shop['id']}")
    assert refused.status_code == 409
    assert "GET kept" in refused.json()["message"]
    await any_world.manage("POST", f"/endpoints/{endpoint['id']}/unpublish", status=200)
    await any_world.manage("DELETE", f"/endpoints/{endpoint['id']}", status=204)
    await any_world.manage("GET", f"/endpoints/{endpoint['id']}", status=404)


async def test_endpoints_are_found_by_search_module_and_path(any_world: World) -> None:
    await any_world.draft("GET", "find/me", "SELECT 1 AS a", module="findable", name="Found 100%")
    for query in ("search=find/m", "search=100%25", "module=findable", "method=GET&path=find/me"):
        found = await any_world.manage("GET", f"/endpoints?{query}", status=200)
        assert [item["path"] for item in found["items"]] == ["find/me"], query
    nothing = await any_world.manage("GET", "/endpoints?search=100_", status=200)
    assert nothing["total"] == 0


async def test_a_type_alone_declares_a_parameter(any_world: World) -> None:
    text = "SELECT {{ since }} AS since"
    await any_world.publish("GET", "short", text, params={"since": "date"})
    assert (await any_world.call("GET", "short?since=x")).status_code == 400
    answer = await any_world.call("GET", "short?since=2026-01-31")
    assert answer.json()["data"] == [{"since": "2026-01-31"}]


async def test_what_no_database_can_keep_is_refused_by_its_name(any_world: World) -> None:
    for content, field in (
        (r'{"description": "a\u0000b"', "description"),
        (r'{"name": "\ud800"', "name"),
        (r'{"params": {"a": {"type": "object", "default": {"b": NaN}}}', "params.a.default.b"),
        (r'{"params": {"a\u0000": {"type": "string"}}', "params"),
    ):
        rest = ', "method": "GET", "path": "x", "engine": "sql", "datasource": "shop", '
        rest += '"content": "SELECT 1"}'
        answer = await any_world.manage(
            "PUT", "/drafts", content=content + rest, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 422, answer.text
        assert f"{field} holds" in answer.json()["message"]
