"""What somebody may change, publish or delete, but not read, no refusal shows to them."""

from typing import Any

from tests.management.people import find_role, find_user, make_role, make_user, refusal
from tests.world import World

STALE = {"If-Match": '"another"'}


async def test_no_refusal_shows_what_its_caller_may_not_read(any_world: World) -> None:
    world = any_world
    endpoint = await world.draft("GET", "unread/a", "SELECT 'hidden text' AS a", module="unread")
    text = "{% macro unread() %}'hidden text'{% endmacro %}"
    body: dict[str, Any] = {"name": "unread", "content": text, "module": "unread"}
    macro = await world.manage("PUT", "/macros", json=body, status=200)
    told = {"description": "hidden text"}
    source = {"name": "unread", "product_type": "sqlite", "database": "shop.sqlite3"} | told
    datasource = await world.manage("POST", "/datasources", json=source, status=201)
    module = await world.manage("POST", "/modules", json={"name": "bare"} | told, status=201)
    role = await make_role(world, "bare")
    await world.manage("PATCH", f"/roles/{role['id']}", json=told, status=200)
    client = await world.manage("POST", "/clients", json={"name": "bare"} | told, status=201)
    group = await world.manage("POST", "/groups", json={"name": "bare"} | told, status=201)
    user = await make_user(world, "bare")
    named = {"full_name": "hidden text"}
    await world.manage("PATCH", f"/users/{user['id']}", json=named, status=200)
    await make_user(
        world, "blind", "endpoint:update", "endpoint:publish", "macro:update", "macro:publish",
        "module:read", "module:delete", "datasource:execute", "datasource:delete", "user:delete",
        "role:delete", "client:delete", "group:delete",
    )  # fmt: skip
    role_url = f"/roles/{(await find_role(world, 'blind'))['id']}"
    held = (await world.manage("GET", role_url, status=200))["permissions"]
    kept = [
        {key: one[key] for key in ("resource_type", "action", "resource_id")}
        for one in held
        if (one["resource_type"], one["action"]) != ("module", "read")
    ]
    # Who may not see a module saves nothing in it by its name; what is left needs none.
    draft = await world.manage("GET", f"/endpoints/{endpoint['id']}/draft", status=200)
    draft = draft | {"content": "SELECT 1 AS a", "module": None}
    mine = body | {"content": "{% macro unread() %}1{% endmacro %}"}
    calls = [
        ("PUT", "/drafts", draft, {}),
        ("PUT", "/drafts", draft, STALE),
        ("POST", f"/endpoints/{endpoint['id']}/publish", {}, STALE),
        ("PUT", "/macros", mine, {}),
        ("PUT", "/macros", mine, STALE),
        ("POST", f"/macros/{macro['id']}/publish", {}, STALE),
        ("DELETE", f"/datasources/{datasource['id']}", None, STALE),
        ("DELETE", f"/users/{(await find_user(world, 'bare'))['id']}", None, STALE),
        ("DELETE", f"/roles/{role['id']}", None, STALE),
        ("DELETE", f"/clients/{client['id']}", None, STALE),
        ("DELETE", f"/groups/{group['id']}", None, STALE),
        ("DELETE", f"/modules/{module['id']}", None, STALE),
    ]
    for method, url, sent, headers in calls:
        if url.startswith("/modules"):
            await world.manage("PATCH", role_url, json={"permissions": kept}, status=200)
        answer = await world.manage(method, url, user="blind", json=sent, headers=headers)
        assert answer.status_code == (412 if headers else 428), (url, answer.text)
        assert answer.json()["error"]["etag"], url
        assert "hidden text" not in answer.text, url
        seen = await world.manage(method, url, json=sent, headers=STALE)
        assert "hidden text" in seen.text, url


async def test_what_stands_in_the_way_is_named_only_to_who_may_read_it(any_world: World) -> None:
    world = any_world
    source = {"name": "in use", "product_type": "sqlite", "database": "shop.sqlite3"}
    datasource = await world.manage("POST", "/datasources", json=source, status=201)
    body = {"name": "in_use", "content": "{% macro in_use() %}1{% endmacro %}"}
    macro = await world.manage("PUT", "/macros", json=body, status=200)
    await world.manage("POST", f"/macros/{macro['id']}/publish", json={}, status=200)
    text = "SELECT {{ in_use() }} AS a"
    shown = await world.draft("GET", "unread/shown", text, datasource="in use")
    await world.draft("GET", "unread/hidden", text, datasource="in use")
    await make_user(world, "remover", "datasource:delete", "macro:delete")
    seen = ("endpoint:read", shown["id"])
    await make_user(world, "seer", "datasource:delete", "macro:delete", seen)
    for url in (f"/datasources/{datasource['id']}", f"/macros/{macro['id']}"):
        for user, named in (
            ("remover", "is used by 2 endpoints"),
            ("seer", "is used by GET unread/shown and 1 more"),
            ("admin", "is used by GET unread/hidden, GET unread/shown"),
        ):
            answer = await world.manage("DELETE", url, user=user)
            assert named in refusal(answer, 409)
