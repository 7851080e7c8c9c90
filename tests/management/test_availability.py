"""Who may ask for a version, and until when: allowed by whoever may publish, never unseen."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from dbapi_platform.publishing import pinning
from tests.management.people import make_user
from tests.world import World

DAY = "2026-12-01T00:00:00+00:00"
LATER = "2027-03-01T02:00:00+02:00"


async def made(world: World, path: str, count: int = 2) -> dict[str, Any]:
    for number in range(1, count + 1):
        endpoint = await world.publish("GET", path, f"SELECT {number} AS n")
    return endpoint


def url(endpoint: dict[str, Any], number: int = 1) -> str:
    return f"/endpoints/{endpoint['id']}/versions/{number}"


async def test_only_what_is_sent_changes(any_world: World) -> None:
    endpoint = await made(any_world, "availability/sent")
    before = await any_world.manage("GET", url(endpoint), status=200)
    assert [before[name] for name in ("is_pinnable", "deprecated_at", "sunset_at")] == [
        False, None, None,
    ]  # fmt: skip
    body = {"is_pinnable": True, "deprecated_at": DAY}
    await any_world.manage("PATCH", url(endpoint), json=body, status=200)
    body = {"sunset_at": LATER}
    after = await any_world.manage("PATCH", url(endpoint), json=body, status=200)
    assert after["is_pinnable"] is True
    moments = [datetime.fromisoformat(after[name]) for name in ("deprecated_at", "sunset_at")]
    assert moments == [datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)]
    # The version is what it was: its identity, and what it holds.
    read = await any_world.manage("GET", url(endpoint), status=200)
    assert (read["hash"], read["definition"]) == (before["hash"], before["definition"])
    listed = await any_world.manage("GET", f"/endpoints/{endpoint['id']}/versions", status=200)
    assert [item["is_pinnable"] for item in listed["items"]] == [False, True]


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({"deprecated_at": LATER, "sunset_at": DAY}, "sunset_at", "2027-03-01 00:00 UTC"),
        ({"sunset_at": "2026-12-01T00:00:00"}, "sunset_at", "timezone"),
        ({"sunset_at": "soon"}, "sunset_at", "datetime"),
        ({"sunset_at": "9999-01-01T00:00:00Z"}, "sunset_at", "the years 1970 and 9000"),
        ({"is_pinnable": None}, "is_pinnable", "boolean"),
        ({"pinnable": True}, "pinnable", "is not a known field"),
    ],
)
async def test_what_is_wrong_is_named(
    world: World, body: dict[str, Any], field: str, told: str
) -> None:
    endpoint = await made(world, "availability/wrong")
    answer = await world.manage("PATCH", url(endpoint), json=body)
    assert answer.status_code == 422, answer.text
    (detail,) = answer.json()["error"]["details"]
    assert detail["field"] == field
    assert told in detail["message"]


async def test_the_order_holds_over_two_changes(world: World) -> None:
    endpoint = await made(world, "availability/order")
    await world.manage("PATCH", url(endpoint), json={"sunset_at": DAY}, status=200)
    answer = await world.manage("PATCH", url(endpoint), json={"deprecated_at": LATER})
    assert answer.status_code == 422
    read = await world.manage("GET", url(endpoint), status=200)
    assert read["deprecated_at"] is None


async def test_a_version_that_is_called_otherwise_is_refused(world: World) -> None:
    await world.publish("GET", "availability/{id}", "SELECT {{ id | sql_int }} AS n")
    endpoint = await world.publish("GET", "availability/{key}", "SELECT {{ key | sql_int }} AS n")
    answer = await world.manage("PATCH", url(endpoint), json={"is_pinnable": True})
    assert answer.status_code == 422
    (detail,) = answer.json()["error"]["details"]
    assert "is called as GET availability/{id}" in detail["message"]
    assert "same names in the path" in detail["hint"]
    # Its dates may be told all the same.
    await world.manage("PATCH", url(endpoint), json={"deprecated_at": DAY}, status=200)


async def test_there_is_an_end_to_how_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinning, "MAX_PINNABLE", 2)
    endpoint = await made(world, "availability/many", 3)
    for number in (1, 2, 2):
        body = {"is_pinnable": True}
        await world.manage("PATCH", url(endpoint, number), json=body, status=200)
    answer = await world.manage("PATCH", url(endpoint, 3), json={"is_pinnable": True})
    assert answer.status_code == 409
    assert "2 versions of GET availability/many" in answer.json()["message"]


async def test_it_takes_the_permission_to_publish(world: World) -> None:
    endpoint = await made(world, "availability/permission")
    reader, publisher = "availability reader", "availability publisher"
    await make_user(world, reader, "endpoint:read", "endpoint:update", "datasource:execute")
    await make_user(world, publisher, "endpoint:publish")
    for user, body, status in (
        (reader, {"is_pinnable": True}, 403),
        # To let others query a datasource takes more than that.
        (publisher, {"is_pinnable": True}, 403),
        (publisher, {"is_pinnable": False}, 200),
    ):
        answer = await world.manage("PATCH", url(endpoint), user=user, json=body)
        assert answer.status_code == status, answer.text
    unknown = await world.manage("PATCH", url(endpoint, 9), json={})
    assert unknown.json()["message"] == "There is no version 9; there are 1 to 2"


async def patch(world: World, path: str, body: dict[str, Any], tag: str) -> httpx.Response:
    answer = await world.manage("PATCH", path, json=body, headers={"If-Match": tag})
    assert isinstance(answer, httpx.Response)
    return answer


async def test_nothing_is_overwritten_that_was_not_seen(any_world: World) -> None:
    endpoint = await made(any_world, "availability/seen")
    tag = (await any_world.manage("GET", url(endpoint))).headers["ETag"]
    # What is live is none of its business.
    rollback = f"/endpoints/{endpoint['id']}/rollback"
    await any_world.manage("POST", rollback, json={}, status=200)
    answers = await asyncio.gather(
        *(patch(any_world, url(endpoint), {"is_pinnable": True}, tag) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    late = next(answer for answer in answers if answer.status_code == 412)
    error = late.json()["error"]
    assert error["current"] == {"is_pinnable": True, "deprecated_at": None, "sunset_at": None}
    assert error["sent"] == {"is_pinnable": True}
    again = await patch(any_world, url(endpoint), {"deprecated_at": DAY}, error["etag"])
    assert again.status_code == 200
    read = await any_world.manage("GET", url(endpoint))
    assert read.headers["ETag"] == again.headers["ETag"] != tag


async def test_the_audit_log_tells_which_version(world: World) -> None:
    endpoint = await made(world, "availability/audit")
    await world.manage("PATCH", url(endpoint), json={"is_pinnable": True}, status=200)
    found = await world.manage("GET", f"/audit-entries?resource_id={endpoint['id']}", status=200)
    entry = found["items"][0]
    assert (entry["action"], entry["part"]) == ("versions.update_version", "version")
    assert entry["before"] == {"is_pinnable": False, "number": 1}
    assert entry["after"] == {"is_pinnable": True, "number": 1}
