"""Roles through the management API: nobody fills one with more than they have."""

import uuid
from typing import Any

import pytest

from dbapi_platform.store import Action, ResourceType
from tests.management.people import (
    audited,
    find_role,
    find_user,
    make_role,
    make_user,
    permission,
    refusal,
    told,
)
from tests.world import World


async def test_a_role_is_made_changed_and_deleted(any_world: World) -> None:
    world = any_world
    endpoint = await world.draft("GET", "named/{id}", "SELECT {{ id | sql_int }} AS a")
    made = await make_role(world, "Reader", "module:read", ("endpoint:read", endpoint["id"]))
    url = f"/roles/{made['id']}"
    assert made["users"] == 0
    assert [item["resource_name"] for item in made["permissions"]] == ["GET named/{id}", None]
    held = [permission("module:read"), permission("macro:read"), permission("macro:read")]
    body = {"name": "Readers", "description": "Read", "permissions": held}
    changed = await world.manage("PATCH", url, json=body, status=200)
    assert await world.manage("GET", url, status=200) == changed
    told = [(item["resource_type"], item["action"]) for item in changed["permissions"]]
    assert told == [("macro", "read"), ("module", "read")]
    kept = await world.manage("PATCH", url, json={"description": None}, status=200)
    assert kept == changed | {"description": None}
    await world.manage("DELETE", url, status=204)
    for method in ("GET", "PATCH", "DELETE"):
        assert (await world.manage(method, url, json={})).status_code == 404


async def test_roles_share_their_permissions_and_the_log_names_them(any_world: World) -> None:
    world = any_world
    one = await make_role(world, "shares one", "group:read", "group:update")
    other = await make_role(world, "shares two", "group:read")
    for role in (one, other):
        entries = await audited(world, resource_id=role["id"], part="role_permission")
        assert "group:read" in {entry["after"]["permission"] for entry in entries}
    body = {"permissions": [permission("group:read")]}
    await world.manage("PATCH", f"/roles/{one['id']}", json=body, status=200)
    taken = await audited(world, resource_id=one["id"], change="deleted")
    assert [entry["before"]["permission"] for entry in taken] == ["group:update"]
    assert len((await find_role(world, "shares two"))["permissions"]) == 1


async def test_every_wrong_permission_is_named(any_world: World) -> None:
    world = any_world
    group = await world.manage("POST", "/groups", json={"name": "wrong"}, status=201)
    for wrong, field in [
        ({"resource_type": "client", "action": "publish"}, "action"),
        ({"resource_type": "clients", "action": "read"}, "resource_type"),
        ({"resource_type": "client", "action": "Read"}, "action"),
        (permission("module:publish"), "resource_id"),
        (permission(("client:read", str(uuid.uuid4()))), "resource_id"),
        (permission(("client:read", group["id"])), "resource_id"),
        (permission(("client:read", "x")), "resource_id"),
        (permission(("user:read", group["id"])), "resource_id"),
        (permission(("group:create", group["id"])), "resource_id"),
        (permission("group:read") | {"path": "x"}, "path"),
    ]:
        body = {"name": "wrong", "permissions": [permission("group:read"), wrong]}
        fields = await told(world, "POST", "/roles", json=body)
        assert f"permissions.1.{field}" in fields, (wrong, fields)
    for wrong_body, field in [({"name": ""}, "name"), ({"name": "n", "users": 3}, "users")]:
        assert field in await told(world, "POST", "/roles", json=wrong_body)
    assert refusal(await world.manage("POST", "/roles", json={"name": "Dev"}), 409)
    role = await make_role(world, "unnamed")
    assert refusal(await world.manage("PATCH", f"/roles/{role['id']}", json={"name": "Dev"}), 409)


async def test_the_role_admin_stays_and_the_others_may_change(any_world: World) -> None:
    world = any_world
    url = f"/roles/{(await find_role(world, 'Admin'))['id']}"
    for method, body in (("PATCH", {"description": "x"}), ("DELETE", None)):
        assert "stays as it is" in refusal(await world.manage(method, url, json=body), 409)
    viewer = await find_role(world, "Viewer")
    held = [
        {key: value for key, value in item.items() if key != "resource_name"}
        for item in viewer["permissions"]
    ]
    url = f"/roles/{viewer['id']}"
    body = {"permissions": [*held, permission("access_record:read")]}
    changed = await world.manage("PATCH", url, json=body, status=200)
    assert len(changed["permissions"]) == len(held) + 1
    await world.manage("PATCH", url, json={"permissions": held}, status=200)


async def test_a_role_that_somebody_has_is_not_deleted(any_world: World) -> None:
    world = any_world
    role = await make_role(world, "worn", "module:read")
    for name in ("wearer", "second wearer"):
        await world.add_user(name, "worn")
    url = f"/roles/{role['id']}"
    assert "2 users have" in refusal(await world.manage("DELETE", url), 409)
    assert (await world.manage("GET", url, status=200))["users"] == 2
    for name in ("wearer", "second wearer"):
        user = await find_user(world, name)
        await world.manage("PATCH", f"/users/{user['id']}", json={"roles": []}, status=200)
    await world.manage("DELETE", url, status=204)


async def test_nobody_fills_a_role_with_what_they_lack(any_world: World) -> None:
    world = any_world
    mine = await world.draft("GET", "roles/mine", "SELECT 1 AS a", module="role a")
    other = await world.draft("GET", "roles/other", "SELECT 1 AS a", module="role b")
    listed = await world.manage("GET", "/modules", status=200)
    modules = {item["name"]: item["id"] for item in listed["items"]}
    own = ("module:read", modules["role a"])
    await make_user(
        world, "team lead", "role:read", "role:create", "role:update", "group:read",
        "module:update", own, ("endpoint:execute", mine["id"]),
    )  # fmt: skip
    for number, (held, missing) in enumerate(
        [
            (["group:read"], None),
            ([own, ("endpoint:read", mine["id"]), ("endpoint:execute", mine["id"])], None),
            ([("module:update", modules["role a"])], "module:update on"),
            ([("endpoint:update", mine["id"])], "endpoint:update on"),
            ([("endpoint:read", other["id"])], "endpoint:read on"),
            ([("module:read", modules["role b"])], "module:read on"),
            (["endpoint:execute"], "endpoint:execute"),
            (["group:read", "group:update"], "group:update"),
            (["module:read"], "module:read"),
            (["module:update"], None),
        ]
    ):
        body = {"name": f"lead's {number}", "permissions": [permission(one) for one in held]}
        answer = await world.manage("POST", "/roles", user="team lead", json=body)
        if missing is None:
            assert answer.status_code == 201, (held, answer.text)
        else:
            assert f"permission {missing}" in refusal(answer, 403), held


async def test_access_records_are_given_by_endpoint_or_by_module(any_world: World) -> None:
    world = any_world
    paths = ("seen/one", "seen/two", "seen/three")
    made = [await world.publish("GET", path, "SELECT 1 AS a", module=path) for path in paths]
    listed = await world.manage("GET", "/modules", status=200)
    modules = {item["name"]: item["id"] for item in listed["items"]}
    for path in paths:
        assert (await world.call("GET", path)).status_code == 200
    await world.platform.recorder.flush()
    held = (("access_record:read", made[0]["id"]), ("access_record:read", modules["seen/two"]))
    await make_user(world, "watches two", "role:read", "role:create", *held)
    role = await find_role(world, "watches two")
    names = {item["resource_name"] for item in role["permissions"]}
    assert names == {"GET seen/one", "seen/two", None}
    seen = await world.manage("GET", "/access-records", user="watches two", status=200)
    assert {item["path"] for item in seen["items"]} == {"seen/one", "seen/two"}
    for wanted, status in (*((one, 201) for one in held), ("access_record:read", 403)):
        body = {"name": f"watches {wanted}"[:100], "permissions": [permission(wanted)]}
        answer = await world.manage("POST", "/roles", user="watches two", json=body)
        assert answer.status_code == status, answer.text
    wrong = permission(("access_record:read", role["id"]))
    fields = await told(world, "POST", "/roles", json={"name": "n", "permissions": [wrong]})
    assert fields == {"permissions.0.resource_id": "there is no such endpoint or module"}


async def test_only_what_is_added_has_to_be_held(any_world: World) -> None:
    world = any_world
    await make_user(world, "editor", "role:read", "role:update", "group:read")
    role = await make_role(world, "mixed", "client:read", "client:update")
    url = f"/roles/{role['id']}"

    async def change(*held: str, **fields: Any) -> Any:
        body = {"permissions": [permission(one) for one in held], **fields}
        return await world.manage("PATCH", url, user="editor", json=body)

    assert (await change("client:read", "client:update", "group:read")).status_code == 200
    assert "client:delete" in refusal(await change("client:read", "client:delete"), 403)
    assert (await change("client:read", description="mixed too")).status_code == 200
    # It was taken away: to give it back takes who has it.
    assert "client:update" in refusal(await change("client:read", "client:update"), 403)
    own = await find_role(world, "editor")
    body = {"permissions": [permission("role:update"), permission("role:delete")]}
    raised = await world.manage("PATCH", f"/roles/{own['id']}", user="editor", json=body)
    assert "role:delete" in refusal(raised, 403)


async def test_a_permission_on_what_is_gone_stands_in_nobodys_way(any_world: World) -> None:
    world = any_world
    group = await world.manage("POST", "/groups", json={"name": "going"}, status=201)
    role = await make_role(world, "stale", ("group:update", group["id"]))
    await world.manage("DELETE", f"/groups/{group['id']}", status=204)
    url = f"/roles/{role['id']}"
    read = await world.manage("GET", url, status=200)
    assert read["permissions"][0]["resource_name"] is None
    await make_user(world, "gives stale", "user:update", "role:update")
    await make_user(world, "gets stale")
    target = await find_user(world, "gets stale")
    body = {"roles": ["stale"]}
    await world.manage("PATCH", f"/users/{target['id']}", user="gives stale", json=body, status=200)
    kept = {"permissions": [permission(("group:update", group["id"]))], "description": "x"}
    await world.manage("PATCH", url, user="gives stale", json=kept, status=200)


async def test_what_is_taken_from_a_role_is_taken_at_once(any_world: World) -> None:
    world = any_world
    await make_user(world, "dropped", "group:read")
    assert (await world.manage("GET", "/groups", user="dropped")).status_code == 200
    role = await find_role(world, "dropped")
    await world.manage("PATCH", f"/roles/{role['id']}", json={"permissions": []}, status=200)
    assert (await world.manage("GET", "/groups", user="dropped")).status_code == 403


async def test_two_administrators_do_not_overwrite_each_others_role(any_world: World) -> None:
    world = any_world
    role = await make_role(world, "contested", "group:read")
    url = f"/roles/{role['id']}"
    read = await world.manage("GET", url)
    seen = {"If-Match": read.headers["etag"]}
    # Who has it is not part of it.
    await world.add_user("has contested", "contested")
    first = await world.manage("PATCH", url, json={"description": "1"}, headers=seen)
    assert first.status_code == 200
    second = await world.manage("PATCH", url, json={"permissions": []}, headers=seen)
    assert refusal(second, 412)
    assert second.json()["error"]["current"]["description"] == "1"
    assert (await world.manage("DELETE", url, headers=seen)).status_code == 412


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_who_has_no_permission_for_roles_learns_nothing(
    any_world: World, method: str
) -> None:
    world = any_world
    name = f"outsider {method}"
    await make_user(world, name, "user:read")
    role = await find_role(world, "Dev")
    for key in (role["id"], uuid.uuid4()):
        answer = await world.manage(method, f"/roles/{key}", user=name, json={})
        assert "role:" in refusal(answer, 403)


async def test_the_catalogue_tells_every_permission(any_world: World) -> None:
    listed = await any_world.manage("GET", "/permissions", status=200)
    kinds = {item["resource_type"]: item["actions"] for item in listed["items"]}
    assert list(kinds) == list(ResourceType)
    for actions in kinds.values():
        assert actions
        assert all(item["meaning"] and item["action"] in set(Action) for item in actions)
        assert all(item["for_all"] or item["for_one"] for item in actions)
    admin = await find_role(any_world, "Admin")
    held = {(item["resource_type"], item["action"]) for item in admin["permissions"]}
    general = {(kind, item["action"]) for kind in kinds for item in kinds[kind] if item["for_all"]}
    assert held == general


async def test_to_see_one_endpoint_is_no_way_to_its_access_records(any_world: World) -> None:
    world = any_world
    made = await world.publish("GET", "told/one", "SELECT 1 AS a", module="told")
    assert (await world.call("GET", "told/one")).status_code == 200
    await world.platform.recorder.flush()
    listed = await world.manage("GET", "/modules", status=200)
    module = next(item["id"] for item in listed["items"] if item["name"] == "told")
    read_all = ("module:read", "endpoint:read", "macro:read")
    await make_user(world, "curious", "role:read", "role:update", *read_all)
    role = await find_role(world, "curious")
    held = [permission(f"{one['resource_type']}:{one['action']}") for one in role["permissions"]]
    url = f"/roles/{role['id']}"
    for wanted in (("endpoint:read", made["id"]), ("module:read", module)):
        body = {"permissions": [*held, permission(wanted)]}
        answer = await world.manage("PATCH", url, user="curious", json=body)
        assert f"permission {wanted[0]} on" in refusal(answer, 403)
    assert (await world.manage("GET", "/access-records", user="curious")).status_code == 403
    records = ("access_record:read", module)
    await world.manage("PATCH", url, json={"permissions": [*held, permission(records)]}, status=200)
    body = {"permissions": [*held, permission(records), permission(("endpoint:read", made["id"]))]}
    await world.manage("PATCH", url, user="curious", json=body, status=200)


async def test_a_role_is_renamed_only_by_whoever_has_all_of_it(any_world: World) -> None:
    world = any_world
    await make_user(world, "namer", "role:read", "role:update", "group:read")
    strong = await make_role(world, "strong", "client:read", "group:read")
    url = f"/roles/{strong['id']}"
    answer = await world.manage("PATCH", url, user="namer", json={"name": "for newcomers"})
    assert "client:read" in refusal(answer, 403)
    assert (await world.manage("GET", url, status=200))["name"] == "strong"
    await world.manage("PATCH", url, user="namer", json={"description": "x"}, status=200)
    body = {"name": "weak", "permissions": [permission("group:read")]}
    await world.manage("PATCH", url, user="namer", json=body, status=200)
