"""A plan tells whom a publish concerns, and what of their contract it changes."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from dbapi_platform.publishing.definition import Definition
from dbapi_platform.records.rollup import Rollup
from dbapi_platform.store import Draft, Version
from dbapi_platform.store.base import now
from tests.management.people import make_user
from tests.records.filling import forget, record, write
from tests.world import World


async def plan(world: World, endpoint: dict[str, Any], user: str = "admin") -> dict[str, Any]:
    return await world.manage("GET", f"/endpoints/{endpoint['id']}/plan", user=user, status=200)


def changes(planned: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(one["kind"], one["name"], one["breaking"]) for one in planned["contract"]]


@pytest.mark.parametrize("rolled", [0, 5, 12])
async def test_who_called_is_told_the_busiest_first(any_world: World, rolled: int) -> None:
    await forget(any_world)
    database = any_world.platform.services.database
    endpoint = await any_world.publish("GET", "called", "SELECT 1 AS a")
    key = uuid.UUID(endpoint["id"])
    busy = await any_world.client(f"busy {rolled}")
    gone, moment = uuid.uuid4(), now() - timedelta(days=29)
    rows = [
        *(record(endpoint_id=key, client_id=uuid.UUID(busy["id"])) for _ in range(4)),
        *(record(endpoint_id=key) for _ in range(2)),
        # Who was not let in is concerned by nothing.
        *(record(endpoint_id=key, status=401) for _ in range(2)),
        record(endpoint_id=key, client_id=uuid.uuid4(), status=403),
        record(endpoint_id=key, client_id=gone, created_at=moment),
        record(endpoint_id=key, client_id=uuid.uuid4(), created_at=now() - timedelta(days=31)),
        record(endpoint_id=uuid.uuid4(), client_id=gone),
    ]
    await write(database, rows[:rolled] or [record()])
    await Rollup(database).catch_up()
    await write(database, rows[rolled:] or [record()])
    planned = await plan(any_world, endpoint)
    assert planned["callers_days"] == 30
    assert [(one["client_id"], one["name"], one["requests"]) for one in planned["callers"]] == [
        (busy["id"], f"busy {rolled}", 4), (None, None, 2), (str(gone), None, 1),
    ]  # fmt: skip
    assert datetime.fromisoformat(planned["callers"][2]["last_called_at"]) == moment
    assert datetime.fromisoformat(planned["callers"][0]["last_called_at"]) == max(
        row["created_at"] for row in rows[:4]
    )


async def test_names_of_clients_are_told_to_who_may_read_them(any_world: World) -> None:
    await forget(any_world)
    endpoint = await any_world.publish("GET", "named", "SELECT 1 AS a")
    one, other = await any_world.client("told"), await any_world.client("hidden")
    rows = [
        record(endpoint_id=uuid.UUID(endpoint["id"]), client_id=uuid.UUID(client["id"]))
        for client in (one, one, other)
    ]
    await write(any_world.platform.services.database, rows)
    await make_user(any_world, "plain", "endpoint:read")
    await make_user(any_world, "of one", "endpoint:read", ("client:read", one["id"]))
    for user, names in (
        ("admin", ["told", "hidden"]), ("of one", ["told", None]), ("plain", [None, None]),
    ):  # fmt: skip
        callers = (await plan(any_world, endpoint, user))["callers"]
        assert [caller["name"] for caller in callers] == names, user
        assert [caller["requests"] for caller in callers] == [2, 1]
    await make_user(any_world, "nobody of it", "client:read")
    answer = await any_world.manage("GET", f"/endpoints/{endpoint['id']}/plan", user="nobody of it")
    assert answer.status_code == 403


async def test_at_most_fifty_are_told(any_world: World) -> None:
    await forget(any_world)
    endpoint = await any_world.publish("GET", "crowded", "SELECT 1 AS a")
    key = uuid.UUID(endpoint["id"])
    rows = [record(endpoint_id=key, client_id=uuid.uuid4()) for _ in range(60)]
    most = uuid.uuid4()
    rows += [record(endpoint_id=key, client_id=most) for _ in range(2)]
    await write(any_world.platform.services.database, rows)
    callers = (await plan(any_world, endpoint))["callers"]
    assert len(callers) == 50
    assert callers[0]["client_id"] == str(most)


async def test_every_change_of_the_contract_is_told(any_world: World) -> None:
    before = {
        "gone": {"type": "string"}, "typed": {"type": "string"}, "list": {"type": "array"},
        "moved": {"type": "string", "in": "query"}, "wanted": {"type": "string", "default": "x"},
        "free": {"type": "string", "required": True}, "other": {"type": "integer", "default": 20},
        "same": {"type": "integer", "default": 1},
    }  # fmt: skip
    after = {
        "typed": {"type": "integer"}, "list": {"type": "array", "items": "integer"},
        "moved": {"type": "string", "in": "header"}, "wanted": {"type": "string", "required": True},
        "free": {"type": "string"}, "other": {"type": "integer", "default": 50},
        "same": {"type": "integer", "default": 1}, "new": {"type": "string"},
        "must": {"type": "string", "required": True},
    }  # fmt: skip
    endpoint = await any_world.publish("GET", "contract", "SELECT 1 AS a", params=before)
    assert (await plan(any_world, endpoint))["contract"] == []
    closed = {"access": "private", "unknown_params": "refuse"}
    await any_world.draft("GET", "contract", "SELECT 1 AS a", params=after, **closed)
    planned = await plan(any_world, endpoint)
    assert changes(planned) == [
        ("access_closed", "access", True), ("unknown_refused", "unknown_params", True),
        ("parameter_removed", "gone", True), ("parameter_retyped", "typed", True),
        ("parameter_retyped", "list", True), ("parameter_moved", "moved", True),
        ("parameter_required", "wanted", True), ("parameter_optional", "free", False),
        ("parameter_default_changed", "other", False), ("parameter_added", "new", False),
        ("parameter_added", "must", True),
    ]  # fmt: skip
    assert planned["diff"]["contract"] == planned["contract"]
    assert planned["diff"]["breaking"] == [
        one["message"] for one in planned["contract"] if one["breaking"]
    ]
    url = f"/endpoints/{endpoint['id']}/publish"
    done = await any_world.manage("POST", url, json={}, status=200)
    assert done["diff"]["contract"] == planned["contract"]
    back = f"/endpoints/{endpoint['id']}/diff?from=2&to=1"
    opened = changes(await any_world.manage("GET", back, status=200))
    assert opened[:2] == [
        ("access_opened", "access", False),
        ("unknown_ignored", "unknown_params", False),
    ]
    assert ("parameter_removed", "must", True) in opened


async def test_a_first_publish_breaks_nobody(any_world: World) -> None:
    draft = await any_world.draft("GET", "first", "SELECT {{ a }} AS a")
    planned = await plan(any_world, draft)
    assert (planned["contract"], planned["callers"]) == ([], [])


KEYSET = {"style": "keyset", "by": ["a"], "size": 50}


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({}, {"cache": 60}, [("cache_changed", "cache", False)]),
        ({"cache": 60}, {"cache": 5}, [("cache_changed", "cache", False)]),
        ({"cache": 60}, {}, [("cache_changed", "cache", False)]),
        ({}, {"page": KEYSET}, [("page_added", "page", True)]),
        ({"page": KEYSET}, {}, [("page_removed", "page", True)]),
        (
            {"page": KEYSET},
            {"page": {"style": "offset", "by": ["-a"], "size": 49}},
            [("page_changed", name, True) for name in ("page.style", "page.by", "page.size")],
        ),
        ({"page": KEYSET}, {"page": KEYSET | {"size": 51}}, [("page_changed", "page.size", False)]),
        (
            {"max_export_rows": 500},
            {"max_export_rows": 499},
            [("export_rows_lowered", "max_export_rows", True)],
        ),
        ({}, {"max_export_rows": 9_999}, [("export_rows_lowered", "max_export_rows", True)]),
        ({}, {"max_export_rows": 10_001}, [("export_rows_raised", "max_export_rows", False)]),
        ({"max_export_rows": 10_001}, {}, [("export_rows_lowered", "max_export_rows", True)]),
        ({}, {"max_export_rows": 10_000}, []),
        ({"max_rows": 20}, {"max_rows": 10}, []),
        ({}, {"allow_async": True}, [("async_allowed", "allow_async", False)]),
        ({"allow_async": True}, {"allow_async": False}, [("async_refused", "allow_async", True)]),
        ({}, {"allow_async": False}, []),
    ],
)
async def test_how_it_answers_is_a_part_of_the_contract(
    world: World,
    before: dict[str, Any],
    after: dict[str, Any],
    wanted: list[tuple[str, str, bool]],
) -> None:
    endpoint = await world.publish("GET", "contract/answers", "SELECT 1 AS a", **before)
    await world.draft("GET", "contract/answers", "SELECT 1 AS a", **after)
    planned = await plan(world, endpoint)
    assert changes(planned) == wanted
    fields = {name.split(".")[0] for _, name, _ in wanted}
    assert fields <= {one["field"] for one in planned["diff"]["fields"]}


async def test_a_version_from_before_exports_is_not_changed_by_them(any_world: World) -> None:
    endpoint = await any_world.publish("GET", "before/exports", "SELECT 1 AS a")
    async with any_world.platform.services.database.session() as session:
        for row in (
            *await session.exec(select(Version)), *await session.exec(select(Draft)),
        ):  # fmt: skip
            if str(row.endpoint_id) == endpoint["id"]:
                added = ("cache", "page", "max_export_rows", "allow_async")
                stored = {
                    name: row.definition[name] for name in row.definition if name not in added
                }
                assert Definition.from_dict(stored).hash() == (
                    row.hash
                    if isinstance(row, Version)
                    else Definition.from_dict(row.definition).hash()
                )
                row.definition = stored
                session.add(row)
        await session.commit()
    planned = await plan(any_world, endpoint)
    assert (planned["changes"], planned["contract"]) == (False, [])
    assert planned["diff"]["fields"] == []
    again = await any_world.draft("GET", "before/exports", "SELECT 1 AS a")
    assert (again["changed"], again["state"]) == (False, "live")
    url = f"/endpoints/{endpoint['id']}"
    version = await any_world.manage("GET", f"{url}/versions/1", status=200)
    assert (version["definition"]["max_export_rows"], version["definition"]["cache"]) == (
        None,
        None,
    )
    assert (await any_world.call("GET", "before/exports")).json()["data"] == [{"a": 1}]
