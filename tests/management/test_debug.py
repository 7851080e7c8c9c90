"""A draft or a version is run as the gateway would run it, for nobody or as a client would."""

import uuid
from typing import Any

from tests.management.people import audited, make_user, refusal, told
from tests.world import World

SEEN = "SELECT {{ client.name }} AS name, {{ client.groups | length }} AS n"
PRIVATE = {"access": "private"}


async def run(world: World, endpoint: dict[str, Any], user: str = "admin", **body: Any) -> Any:
    return await world.manage("POST", f"/endpoints/{endpoint['id']}/debug", user=user, json=body)


async def ran(world: World, endpoint: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = await run(world, endpoint, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_version_runs_as_it_was_published(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "old", "SELECT 1 AS a, {{ n | sql_int }} AS n")
    await any_world.publish("GET", "old", "SELECT 2 AS a, {{ n | sql_int }} AS n")
    await any_world.draft("GET", "old", "SELECT 'draft' AS a", max_rows=1)
    draft = await ran(any_world, endpoint, params={})
    assert (draft["data"], draft["version"], draft["allowed"]) == ([{"a": "draft"}], None, None)
    assert draft["columns"] == [{"name": "a", "type": "string", "nullable": False}]
    first = await ran(any_world, endpoint, params={"n": "3.0"}, version=1)
    assert (first["data"], first["version"]) == ([{"a": 1, "n": 3}], 1)
    assert first["columns"][1] == {"name": "n", "type": "integer", "nullable": False}
    live = await ran(any_world, endpoint, params={"n": 3}, version="live")
    assert (live["data"], live["version"]) == ([{"a": 2, "n": 3}], 2)
    assert (await any_world.call("GET", "old?n=3")).json()["data"] == live["data"]
    bad = await run(any_world, endpoint, params={"n": "x"}, version=1)
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "invalid_parameters")
    # Of a version's run nothing is kept.
    listed = await any_world.manage("GET", f"/endpoints/{endpoint['id']}/versions", status=200)
    assert [version["columns"] for version in listed["items"]] == [None, None]


async def test_a_version_that_is_not_there_is_refused(any_world: World) -> None:
    endpoint = await any_world.draft("GET", "unborn", "SELECT 1 AS a")
    assert "not live" in refusal(await run(any_world, endpoint, version="live"), 404)
    assert "no version 7" in refusal(await run(any_world, endpoint, version=7), 404)
    path = f"/endpoints/{endpoint['id']}/debug"
    for wrong in (0, "newest", 1.5):
        fields = await told(any_world, "POST", path, json={"version": wrong})
        assert any(field.startswith("version") for field in fields), wrong


async def test_it_is_seen_as_the_client_would_see_it(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "mine", SEEN, **PRIVATE)
    client = await any_world.client("debug reporting", endpoint)
    group = await any_world.manage("POST", "/groups", json={"name": "debuggers"}, status=201)
    await any_world.manage("PUT", f"/clients/{client['id']}/groups/{group['id']}", status=204)
    token = (await any_world.client_token(client)).json()["access_token"]
    called = await any_world.call("GET", "mine", headers={"Authorization": f"Bearer {token}"})
    assert called.json()["data"] == [{"name": "debug reporting", "n": 1}]
    for version in (None, 1, "live"):
        seen = await ran(any_world, endpoint, client_id=client["id"], version=version)
        assert (seen["data"], seen["allowed"]) == (called.json()["data"], True)
    nobody = await ran(any_world, endpoint)
    assert (nobody["data"], nobody["allowed"]) == ([{"name": None, "n": 0}], None)
    # An inactive group is none.
    await any_world.manage("PATCH", f"/groups/{group['id']}", json={"is_active": False}, status=200)
    seen = await ran(any_world, endpoint, client_id=client["id"])
    assert seen["data"] == [{"name": "debug reporting", "n": 0}]


async def test_whether_the_gateway_would_let_the_client_in_is_told(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "guarded", SEEN, **PRIVATE)
    client = await any_world.client("debug outsider")
    outside = await ran(any_world, endpoint, client_id=client["id"], version="live")
    assert (outside["data"][0]["name"], outside["allowed"]) == ("debug outsider", False)
    group = await any_world.manage("POST", "/groups", json={"name": "debug let in"}, status=201)
    await any_world.manage("PUT", f"/groups/{group['id']}/endpoints/{endpoint['id']}", status=204)
    await any_world.manage("PUT", f"/clients/{client['id']}/groups/{group['id']}", status=204)
    assert (await ran(any_world, endpoint, client_id=client["id"]))["allowed"] is True
    await any_world.manage(
        "PATCH", f"/clients/{client['id']}", json={"is_active": False}, status=200
    )
    assert (await ran(any_world, endpoint, client_id=client["id"]))["allowed"] is False


async def test_on_a_public_endpoint_nobody_is_known(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "opened", SEEN)
    client = await any_world.client("debug anybody")
    seen = await ran(any_world, endpoint, client_id=client["id"])
    assert (seen["data"][0]["name"], seen["allowed"]) == (None, True)
    assert (await any_world.call("GET", "opened")).json()["data"] == seen["data"]


async def test_a_client_that_one_may_not_read_is_not_there(any_world: World) -> None:
    endpoint = await any_world.draft("GET", "hidden-client", SEEN, **PRIVATE)
    client, other = await any_world.client("debug known"), await any_world.client("debug unknown")
    shop = (await any_world.manage("GET", "/datasources", status=200))["items"][0]
    held = ("endpoint:execute", ("datasource:execute", shop["id"]), ("client:read", client["id"]))
    await make_user(any_world, "debugger", *held)
    allowed = await run(any_world, endpoint, "debugger", client_id=client["id"])
    assert allowed.status_code == 200, allowed.text
    for hidden in (other["id"], str(uuid.uuid4())):
        answer = await run(any_world, endpoint, "debugger", client_id=hidden)
        assert refusal(answer, 404) == "There is no such client"
    # A refused run is none.
    runs = await audited(any_world, resource_id=endpoint["id"], change="executed")
    assert [entry["after"]["client_id"] for entry in runs] == [client["id"]]


async def test_a_version_takes_the_right_to_query_its_own_datasource(any_world: World) -> None:
    other = {"name": "debug shop", "product_type": "sqlite", "database": "shop.sqlite3"}
    made = await any_world.manage("POST", "/datasources", json=other, status=201)
    endpoint = await any_world.publish("GET", "two-sources", "SELECT 1 AS a")
    await any_world.draft("GET", "two-sources", "SELECT 2 AS a", datasource="debug shop")
    await make_user(
        any_world, "of one source", "endpoint:execute", ("datasource:execute", made["id"])
    )
    assert (await run(any_world, endpoint, "of one source")).status_code == 200
    refused = await run(any_world, endpoint, "of one source", version=1)
    assert "datasource:execute" in refusal(refused, 403)
    await make_user(any_world, "no debugger", "endpoint:read", "datasource:execute", "client:read")
    refused = await run(any_world, endpoint, "no debugger", version="live")
    assert "endpoint:execute" in refusal(refused, 403)


async def test_which_version_and_client_were_run_is_noted(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "noted-run", SEEN, **PRIVATE)
    client = await any_world.client("debug noted")
    await ran(any_world, endpoint, version="live", client_id=client["id"], params={})
    await ran(any_world, endpoint)
    runs = await audited(any_world, resource_id=endpoint["id"], change="executed")
    seen = [{name: entry["after"].get(name) for name in ("version", "client_id")} for entry in runs]
    assert seen == [
        {"version": 1, "client_id": client["id"]}, {"version": None, "client_id": None},
    ]  # fmt: skip


async def test_scripts_know_the_client_too(any_world: World) -> None:
    script = "result = [client['name'], client['groups']] if client else []"
    endpoint = await any_world.publish("GET", "scripted-run", script, engine="script", **PRIVATE)
    client = await any_world.client("debug script")
    seen = await ran(any_world, endpoint, client_id=client["id"], version=1)
    assert (seen["data"], seen["columns"]) == (["debug script", []], None)
