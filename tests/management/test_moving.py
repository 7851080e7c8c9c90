"""Endpoints are copied and moved, and never out from under those who call them."""

from typing import Any

import pytest

from dbapi_platform.store import Action
from tests.management.test_permissions import grant_module
from tests.world import World


async def listed(world: World, user: str = "admin", **query: Any) -> list[str]:
    page = await world.manage("GET", "/endpoints", user=user, params=query, status=200)
    return [item["path"] for item in page["items"]]


async def test_a_copy_has_the_draft_and_the_tests_and_is_not_live(any_world: World) -> None:
    world = any_world
    source = await world.publish("GET", "copy/a", "SELECT 1 AS a", name="A")
    url = f"/endpoints/{source['id']}"
    test = {"content": "assert call().data[0]['a'] == 1"}
    await world.manage("PUT", f"{url}/tests/one", json=test, status=200)
    copied = await world.manage("POST", f"{url}/copy", json={"path": "copy/b"}, status=201)
    assert (copied["path"], copied["state"], copied["module"]) == ("copy/b", "draft", "default")
    draft = await world.manage("GET", f"/endpoints/{copied['id']}/draft", status=200)
    assert (draft["content"], draft["name"]) == ("SELECT 1 AS a", "A")
    tests = await world.manage("GET", f"/endpoints/{copied['id']}/tests", status=200)
    assert [(item["name"], item["content"]) for item in tests["items"]] == [
        ("one", test["content"])
    ]
    again = await world.manage("POST", f"{url}/copy", json={"path": "copy/b"})
    assert again.status_code == 409
    elsewhere = await world.manage(
        "POST", f"{url}/copy", json={"path": "copy/c", "module": "copies"}, status=201
    )
    assert elsewhere["module"] == "copies"


async def test_a_path_that_consumers_know_is_never_taken_away(any_world: World) -> None:
    world = any_world
    draft = await world.draft("GET", "move/a", "SELECT 1 AS a")
    url = f"/endpoints/{draft['id']}"
    moved = await world.manage("POST", f"{url}/move", json={"path": "move/b"}, status=200)
    assert (moved["id"], moved["path"]) == (draft["id"], "move/b")
    assert "move/a" not in await listed(world)
    await world.draft("GET", "move/taken", "SELECT 1 AS a")
    taken = await world.manage("POST", f"{url}/move", json={"path": "move/taken"})
    assert taken.status_code == 409
    await world.manage("POST", f"{url}/publish", json={}, status=200)
    assert (await world.call("GET", "move/b")).json()["data"] == [{"a": 1}]
    refused = await world.manage("POST", f"{url}/move", json={"path": "move/c"})
    assert refused.status_code == 409
    assert "has been published" in refused.json()["message"]
    assert (await world.call("GET", "move/b")).status_code == 200


async def test_a_live_endpoint_goes_on_answering_in_another_module(any_world: World) -> None:
    world = any_world
    live = await world.publish("GET", "moved/live", "SELECT 1 AS a")
    url = f"/endpoints/{live['id']}/move"
    moved = await world.manage("POST", url, json={"module": "moved here"}, status=200)
    assert (moved["module"], moved["state"]) == ("moved here", "live")
    assert (await world.call("GET", "moved/live")).status_code == 200
    off = await world.manage("POST", "/modules", json={"name": "off"}, status=201)
    await world.manage("PATCH", f"/modules/{off['id']}", json={"is_active": False}, status=200)
    await world.manage("POST", url, json={"module": "off"}, status=200)
    assert (await world.call("GET", "moved/live")).status_code == 404


async def test_nothing_goes_where_its_author_may_make_nothing(world: World) -> None:
    mine = await world.draft("GET", "own/mine", "SELECT 1 AS a", module="own")
    await world.draft("GET", "own/other", "SELECT 1 AS a", module="not own")
    actions = (Action.READ, Action.CREATE, Action.UPDATE, Action.EXECUTE)
    await grant_module(world, "owner", "own", *actions)
    for url, body in (
        (f"/endpoints/{mine['id']}/move", {"module": "not own"}),
        (f"/endpoints/{mine['id']}/copy", {"path": "own/copy", "module": "not own"}),
        (f"/endpoints/{mine['id']}/copy", {"path": "own/copy"}),
    ):
        answer = await world.manage("POST", url, user="owner", json=body)
        # The last needs the datasource's execute permission too.
        assert answer.status_code == 403, url
    body = {
        "method": "GET", "path": "own/other", "engine": "sql", "datasource": "shop",
        "content": "SELECT 2",
    }  # fmt: skip
    hidden = await world.manage("PUT", "/drafts", user="owner", json=body)
    # That there is such a datasource is not theirs to know either.
    assert hidden.status_code == 422
    assert hidden.json()["message"] == "datasource: there is no datasource named 'shop'"
    assert await listed(world, "owner") == ["own/mine"]


async def test_pages_follow_each_other_without_gaps(any_world: World) -> None:
    world = any_world
    for i in range(7):
        await world.draft("GET", f"pages/{i}", "SELECT 1 AS a", module="pages")
    for sort in ("path", "-path", "updated_at", "-updated_at"):
        seen: list[str] = []
        query: dict[str, Any] = {"module": "pages", "limit": 3, "sort": sort}
        while True:
            page = await world.manage("GET", "/endpoints", params=query, status=200)
            assert page["total"] == 7
            seen += [item["path"] for item in page["items"]]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        expected = [f"pages/{i}" for i in range(7)]
        assert seen == (expected[::-1] if sort.startswith("-") else expected)
    first = await world.manage("GET", "/endpoints", params={"limit": 1}, status=200)
    for cursor in (first["next"] + "x", "nonsense", "W10"):
        answer = await world.manage("GET", "/endpoints", params={"cursor": cursor})
        assert answer.status_code == 422, cursor
    other = await world.manage(
        "GET", "/endpoints", params={"cursor": first["next"], "sort": "-path"}
    )
    assert other.json()["message"].startswith("cursor: expected the `next` of a page")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "draft"}, ["f/draft"]),
        ({"state": "live"}, ["f/live"]),
        ({"state": "edited"}, ["f/edited"]),
        ({"state": "unpublished"}, ["f/off"]),
        ({"access": "private"}, ["f/draft"]),
        ({"datasource": "shop"}, ["f/draft", "f/edited", "f/live", "f/off"]),
        ({"datasource": "none"}, []),
        ({"updated_by": "nobody"}, []),
        ({"search": "ED"}, ["f/edited"]),
    ],
)
async def test_lists_are_filtered(
    any_world: World, query: dict[str, str], expected: list[str]
) -> None:
    world = any_world
    if not await listed(world, module="filters"):
        fields = {"module": "filters"}
        await world.draft("GET", "f/draft", "SELECT 1 AS a", access="private", **fields)
        await world.publish("GET", "f/live", "SELECT 1 AS a", **fields)
        await world.publish("GET", "f/edited", "SELECT 1 AS a", **fields)
        await world.draft("GET", "f/edited", "SELECT 2 AS a", **fields)
        off = await world.publish("GET", "f/off", "SELECT 1 AS a", **fields)
        await world.manage("POST", f"/endpoints/{off['id']}/unpublish", status=200)
    assert await listed(world, module="filters", **query) == expected


async def test_a_datasource_is_tried_before_it_is_kept(world: World) -> None:
    body = {"name": "tried", "product_type": "sqlite", "database": "shop.sqlite3"}
    answer = await world.manage("POST", "/datasources/test", json=body, status=200)
    assert answer["product"] == "SQLite"
    missing = await world.manage(
        "POST", "/datasources/test", json=body | {"database": "no.sqlite3"}
    )
    assert missing.status_code == 424, missing.text
    names = [d["name"] for d in (await world.manage("GET", "/datasources", status=200))["items"]]
    assert names == ["shop"]
    await world.add_user("trier", "Dev")
    refused = await world.manage("POST", "/datasources/test", user="trier", json=body)
    assert refused.status_code == 403


async def test_settings_are_shown_without_secrets(any_world: World) -> None:
    page = await any_world.manage("GET", "/settings", status=200)
    shown = {item["name"]: item for item in page["items"]}
    key = shown["DBAPI_SECRET_KEY"]
    assert (key["is_secret"], key["is_set"], key["value"]) == (True, True, None)
    text = str(page)
    for secret in (
        any_world.settings.secret_key.get_secret_value(),
        any_world.settings.encryption_key.get_secret_value(),
        any_world.settings.database_url,
    ):
        assert secret not in text or secret.startswith("sqlite:")
    assert "@" not in shown["DBAPI_DATABASE_URL"]["value"]
    assert shown["DBAPI_SNAPSHOT_POLL_MS"]["value"] == 20
