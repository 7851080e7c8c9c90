"""Lists narrowed to who was given an endpoint, and to who is in a group."""

from typing import Any

from tests.management.people import make_user, refusal
from tests.world import World


async def group_with(
    world: World, name: str, *clients: dict[str, Any], endpoint: dict[str, Any]
) -> dict[str, Any]:
    made: dict[str, Any] = await world.manage("POST", "/groups", json={"name": name}, status=201)
    await world.manage("PUT", f"/groups/{made['id']}/endpoints/{endpoint['id']}", status=204)
    for client in clients:
        await world.manage("PUT", f"/clients/{client['id']}/groups/{made['id']}", status=204)
    return made


async def clients_of(world: World, user: str = "admin", **query: str) -> dict[str, Any]:
    """By name: whether it was given the endpoint itself, and the groups that give it."""
    listed = await world.manage("GET", "/clients", user=user, params=query, status=200)
    return {
        item["name"]: (
            item["granted"]["directly"],
            [one["name"] for one in item["granted"]["groups"]],
        )
        for item in listed["items"]
    }


async def test_the_clients_of_an_endpoint_are_told_with_how_they_have_it(any_world: World) -> None:
    world = any_world
    endpoint = await world.draft("GET", "granted/a", "SELECT 1 AS a")
    other = await world.draft("GET", "granted/b", "SELECT 1 AS a")
    own = await world.client("g own", endpoint)
    both = await world.client("g both", endpoint, other)
    member = await world.client("g member")
    await world.client("g neither", other)
    first = await group_with(world, "g first", both, member, endpoint=endpoint)
    await group_with(world, "g second", member, endpoint=endpoint)
    await group_with(world, "g elsewhere", own, member, endpoint=other)
    assert await clients_of(world, endpoint_id=endpoint["id"]) == {
        "g both": (True, ["g first"]),
        "g member": (False, ["g first", "g second"]),
        "g own": (True, []),
    }
    # An inactive group gives nothing, and so nothing of it is told.
    await world.manage("PATCH", f"/groups/{first['id']}", json={"is_active": False}, status=200)
    assert await clients_of(world, endpoint_id=endpoint["id"]) == {
        "g both": (True, []),
        "g member": (False, ["g second"]),
        "g own": (True, []),
    }
    held = await world.manage("GET", f"/groups?endpoint_id={endpoint['id']}", status=200)
    assert [(one["name"], one["clients"]) for one in held["items"]] == [
        ("g first", 2),
        ("g second", 1),
    ]


async def test_they_are_searched_and_paged(any_world: World) -> None:
    world = any_world
    endpoint = await world.draft("GET", "granted/c", "SELECT 1 AS a")
    members = [await world.client(f"many {n}") for n in range(5)]
    await world.client("many apart")
    group = await group_with(world, "many", *members, endpoint=endpoint)
    for narrowed in (f"endpoint_id={endpoint['id']}", f"group_id={group['id']}"):
        url = f"/clients?{narrowed}&limit=3"
        first = await world.manage("GET", url, status=200)
        rest = await world.manage("GET", f"{url}&cursor={first['next']}", status=200)
        assert (first["total"], rest["next"]) == (5, None)
        names = [item["name"] for item in [*first["items"], *rest["items"]]]
        assert names == [f"many {n}" for n in range(5)]
        found = await world.manage("GET", f"{url}&search=NY 3", status=200)
        assert [item["name"] for item in found["items"]] == ["many 3"]
    plain = await world.manage("GET", f"/clients?group_id={group['id']}", status=200)
    assert {item["granted"] for item in plain["items"]} == {None}
    none = await world.manage("GET", f"/clients?group_id={endpoint['id']}", status=200)
    assert none["items"] == []
    assert (await world.manage("GET", "/clients?endpoint_id=x")).status_code == 422


async def test_no_more_is_told_than_the_caller_may_read(any_world: World) -> None:
    world = any_world
    endpoint = await world.draft("GET", "granted/d", "SELECT 1 AS a")
    seen = await world.client("t seen", endpoint)
    member = await world.client("t member")
    shown = await group_with(world, "t shown", seen, member, endpoint=endpoint)
    await group_with(world, "t hidden", seen, member, endpoint=endpoint)
    wanted = {"endpoint_id": endpoint["id"]}
    await make_user(world, "reads one client", ("client:read", seen["id"]))
    assert await clients_of(world, "reads one client", **wanted) == {"t seen": (True, [])}
    # Without its group, how a client has the endpoint is not known, and neither that it has it.
    await make_user(world, "reads clients", "client:read")
    assert await clients_of(world, "reads clients", **wanted) == {"t seen": (True, [])}
    await make_user(world, "reads a group", "client:read", ("group:read", shown["id"]))
    assert await clients_of(world, "reads a group", **wanted) == {
        "t member": (False, ["t shown"]),
        "t seen": (True, ["t shown"]),
    }
    listed = await world.manage("GET", "/groups", user="reads a group", params=wanted, status=200)
    assert [item["name"] for item in listed["items"]] == ["t shown"]
    await make_user(world, "reads endpoints", "endpoint:read")
    for what in ("clients", "groups"):
        answer = await world.manage("GET", f"/{what}", user="reads endpoints", params=wanted)
        assert f"{what[:-1]}:read" in refusal(answer, 403)
