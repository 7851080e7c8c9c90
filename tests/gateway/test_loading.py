"""Endpoints that changed are loaded alone, and what is served is the same as if all were."""

from typing import Any

import pytest

from dbapi_platform.gateway.loading import Loader
from dbapi_platform.gateway.snapshot import Snapshot, Snapshots
from dbapi_platform.store import changes
from tests.world import World


def told(snapshot: Snapshot) -> dict[Any, Any]:
    """All that requests and the catalogue are answered from, to be compared."""
    listed = {each.route.endpoint_id: each for each in snapshot.listed}
    return {
        endpoint_id: (
            each.route, each.module, each.columns,
            snapshot.routes.of(endpoint_id),
            snapshot.routes.find(
                each.route.definition.method, each.route.definition.path.split("/")
            ),
        )
        for endpoint_id, each in listed.items()
    } | {"count": snapshot.routes.count}  # fmt: skip


async def worker(world: World) -> Snapshots:
    """Of a worker that has just started, and looks for changes when it is told to."""
    services = world.platform.services
    snapshots = Snapshots(
        services.database, services.rules, services.datasources,
        poll_s=1, served=type(services.served)(),
    )  # fmt: skip
    await snapshots.refresh()
    return snapshots


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which kinds of loads there were."""
    seen: list[str] = []
    for name in ("load", "load_some"):
        known = getattr(Loader, name)

        def noting(*arguments: Any, _name: str = name, _known: Any = known) -> Any:
            seen.append(_name)
            return _known(*arguments)

        monkeypatch.setattr(Loader, name, noting)
    return seen


async def test_each_change_leads_to_what_a_new_worker_serves(
    world: World, loads: list[str]
) -> None:
    await world.publish("GET", "load/other", "SELECT 1 AS a")
    snapshots = await worker(world)

    async def follows(kind: str) -> None:
        loads.clear()
        await snapshots.refresh()
        assert kind in loads
        assert (kind == "load") == ("load" in loads), loads
        expected = (await worker(world)).current
        assert told(snapshots.current) == told(expected)
        assert snapshots.current.change == expected.change

    one = await world.publish("GET", "load/{id}", "SELECT {{ id | sql_int }} AS a")
    at = f"/endpoints/{one['id']}"
    await follows("load_some")
    await world.publish("GET", "load/{id}", "SELECT {{ id | sql_int }} AS b")
    await follows("load_some")
    await world.manage("PATCH", f"{at}/versions/1", json={"is_pinnable": True}, status=200)
    await follows("load_some")
    await world.manage("POST", f"{at}/purge", status=204)
    await follows("load_some")
    await world.manage("POST", f"{at}/publish", json={"version": 1}, status=200)
    await follows("load_some")
    await world.manage("POST", f"{at}/unpublish", status=200)
    await follows("load_some")
    await world.manage("DELETE", at, status=204)
    await follows("load_some")
    for number in range(3):
        await world.publish("GET", f"load/many/{number}", "SELECT 1 AS a")
    await follows("load_some")
    await world.manage("POST", "/clients", json={"name": "loaded"}, status=201)
    await follows("load")


async def test_who_is_far_behind_loads_everything(
    world: World, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "NOTES", 5)
    one = await world.publish("GET", "behind", "SELECT 1 AS a")
    snapshots = await worker(world)
    for _ in range(changes.NOTES + 1):
        await world.manage("POST", f"/endpoints/{one['id']}/purge", status=204)
    before, loads[:] = snapshots.current.change, []
    await snapshots.refresh()
    assert snapshots.current.change - before == changes.NOTES + 1
    assert "load" in loads
    assert told(snapshots.current) == told((await worker(world)).current)
