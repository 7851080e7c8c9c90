"""A consumer who asks for a version gets that one, as long as somebody allows it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.world import World


async def change(world: World, endpoint: dict[str, Any], number: int, **fields: Any) -> Any:
    path = f"/endpoints/{endpoint['id']}/versions/{number}"
    return await world.manage("PATCH", path, json=fields, status=200)


async def publish_many(world: World, path: str, count: int, **fields: Any) -> dict[str, Any]:
    """Version n answers n; all can be asked for, and the last is live."""
    for number in range(1, count + 1):
        endpoint = await world.publish("GET", path, f"SELECT {number} AS n", **fields)
        await change(world, endpoint, number, is_pinnable=True)
    return endpoint


async def ask(world: World, path: str, version: object, **kwargs: Any) -> httpx.Response:
    return await world.call("GET", path, headers={"X-API-Version": str(version)}, **kwargs)


def answered(response: httpx.Response) -> object:
    assert response.status_code == 200, response.text
    data = response.json()["data"][0]["n"]
    assert response.headers["x-api-version"] == str(data)
    return data


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def text(moment: datetime) -> str:
    return moment.isoformat()


async def test_a_pinned_version_answers_whatever_is_published(world: World) -> None:
    endpoint = await publish_many(world, "pin/basic", 3)
    assert answered(await world.call("GET", "pin/basic")) == 3
    assert answered(await ask(world, "pin/basic", 1)) == 1
    assert answered(await world.call("GET", "pin/basic?version=2")) == 2
    both = await world.call("GET", "pin/basic?version=2", headers={"X-API-Version": " 02 "})
    assert answered(both) == 2
    rollback = f"/endpoints/{endpoint['id']}/rollback"
    await world.manage("POST", rollback, json={"version": 1}, status=200)
    assert answered(await world.call("GET", "pin/basic")) == 1
    assert answered(await ask(world, "pin/basic", 3)) == 3
    versions = [record["version"] for record in await world.records(path="pin/basic")]
    assert versions == [3, 1, 2, 2, 1, 3]


async def test_nothing_can_be_asked_for_until_somebody_allows_it(world: World) -> None:
    await world.publish("GET", "pin/closed", "SELECT 1 AS n")
    endpoint = await world.publish("GET", "pin/closed", "SELECT 2 AS n")
    refused = await ask(world, "pin/closed", 1)
    assert code(refused) == (404, "version_not_available")
    assert refused.json()["message"] == ("Version 1 cannot be called here; these can be called: 2")
    assert code(await ask(world, "pin/closed", 9)) == (404, "version_not_available")
    # What is live may be asked for by its number.
    assert answered(await ask(world, "pin/closed", 2)) == 2
    await change(world, endpoint, 1, is_pinnable=True)
    assert answered(await ask(world, "pin/closed", 1)) == 1
    await change(world, endpoint, 1, is_pinnable=False)
    assert code(await ask(world, "pin/closed", 1)) == (404, "version_not_available")


async def test_an_endpoint_that_is_offline_serves_no_version(world: World) -> None:
    endpoint = await publish_many(world, "pin/offline", 2)
    await world.manage("POST", f"/endpoints/{endpoint['id']}/unpublish", status=200)
    assert code(await ask(world, "pin/offline", 1)) == (404, "not_found")


@pytest.mark.parametrize("word", ["x", "3.0", "-1", "+1", "", "1e2", "9999999999", "\u0661"])
async def test_what_is_no_number_is_refused(world: World, word: str) -> None:
    await world.publish("GET", "pin/word", "SELECT 1 AS n")
    by_query = await world.call("GET", "pin/word", params={"version": word})
    assert code(by_query) == (400, "invalid_request")
    assert by_query.json()["error"]["details"][0]["field"] == "version"
    by_header = await world.call("GET", "pin/word", headers=[(b"X-API-Version", word.encode())])
    assert code(by_header) == (400, "invalid_request")


@pytest.mark.parametrize("query", ["version=1", "version=2&version=1", "version=x"])
async def test_two_that_differ_are_refused(world: World, query: str) -> None:
    await publish_many(world, "pin/two", 2)
    refused = await ask(world, f"pin/two?{query}", 2)
    assert code(refused) == (400, "invalid_request")


async def test_a_parameter_of_that_name_keeps_the_query(world: World) -> None:
    for number in (1, 2):
        await world.publish(
            "GET", "pin/named", f"SELECT {number} AS n, {{{{ version | sql_string }}}} AS v",
            params={"version": "string"},
        )  # fmt: skip
    endpoint = (await world.manage("GET", "/endpoints?path=pin/named", status=200))["items"][0]
    await change(world, endpoint, 1, is_pinnable=True)
    plain = await world.call("GET", "pin/named?version=1")
    assert plain.json()["data"] == [{"n": 2, "v": "1"}]
    pinned = await ask(world, "pin/named?version=beta", 1)
    assert pinned.json()["data"] == [{"n": 1, "v": "beta"}]


async def test_it_is_no_unknown_parameter(world: World) -> None:
    await publish_many(world, "pin/strict", 2, unknown_params="refuse")
    assert answered(await world.call("GET", "pin/strict?version=1&naming=camel")) == 1
    assert code(await world.call("GET", "pin/strict?app_version=1")) == (400, "invalid_parameters")


async def test_the_stricter_access_of_both_versions_holds(world: World) -> None:
    await world.publish("GET", "pin/access", "SELECT 1 AS n", access="public")
    endpoint = await world.publish("GET", "pin/access", "SELECT 2 AS n", access="private")
    await change(world, endpoint, 1, is_pinnable=True)
    # An anonymous caller learns nothing of the versions that there are.
    for version in (1, 7):
        refused = await ask(world, "pin/access", version)
        assert code(refused) == (401, "unauthorized")
        assert "x-api-version" not in refused.headers
    client = await world.client("pin access", endpoint)
    stranger = await world.client("pin stranger")
    tokens = [
        (await world.client_token(each)).json()["access_token"] for each in (client, stranger)
    ]
    headers = [{"Authorization": f"Bearer {token}", "X-API-Version": "1"} for token in tokens]
    assert answered(await world.call("GET", "pin/access", headers=headers[0])) == 1
    assert code(await world.call("GET", "pin/access", headers=headers[1])) == (403, "forbidden")
    # Turned around: what is public now was private then.
    rollback = f"/endpoints/{endpoint['id']}/rollback"
    await change(world, endpoint, 2, is_pinnable=True)
    await world.manage("POST", rollback, json={"version": 1}, status=200)
    assert answered(await world.call("GET", "pin/access")) == 1
    assert code(await ask(world, "pin/access", 2)) == (401, "unauthorized")
    headers[0]["X-API-Version"] = headers[1]["X-API-Version"] = "2"
    assert answered(await world.call("GET", "pin/access", headers=headers[0])) == 2
    assert code(await world.call("GET", "pin/access", headers=headers[1])) == (403, "forbidden")


async def test_a_deprecated_version_says_until_when(world: World) -> None:
    endpoint = await publish_many(world, "pin/{id}/ends", 2)
    deprecated = datetime(2026, 1, 31, 12, tzinfo=UTC)
    sunset = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    for number in (1, 2):
        await change(
            world, endpoint, number, deprecated_at=text(deprecated), sunset_at=text(sunset)
        )
    old = await ask(world, "pin/a%20b%3E/ends", 1)
    assert answered(old) == 1
    assert old.headers["deprecation"] == f"@{deprecated.timestamp():.0f}"
    assert old.headers["sunset"] == format_datetime(sunset, usegmt=True)
    assert old.headers["link"] == '</api/pin/a%20b%3E/ends>; rel="successor-version"'
    live = await world.call("GET", "pin/1/ends")
    assert parsedate_to_datetime(live.headers["sunset"]) == sunset
    assert "deprecation" in live.headers
    assert "link" not in live.headers
    # Errors tell it too.
    assert "sunset" in (await ask(world, "pin/1/ends", 1)).headers
    fine = await publish_many(world, "pin/fine", 2)
    assert "deprecation" not in (await ask(world, "pin/fine", 1)).headers
    await change(world, fine, 1, sunset_at=text(sunset))
    assert "sunset" in (await ask(world, "pin/fine", 1)).headers


async def test_after_its_sunset_a_version_is_gone(world: World) -> None:
    endpoint = await publish_many(world, "pin/gone", 3)
    past = datetime.now(UTC) - timedelta(seconds=1)
    await change(world, endpoint, 1, sunset_at=text(past))
    gone = await ask(world, "pin/gone", 1)
    assert code(gone) == (410, "version_gone")
    assert gone.json()["message"].endswith("these can be called: 2, 3")
    assert (gone.headers["x-api-version"], "sunset" in gone.headers) == ("1", True)
    assert "successor-version" in gone.headers["link"]
    (record, *_) = await world.records(path="pin/gone")
    assert (record["version"], record["error_code"]) == (1, "version_gone")
    unknown = await ask(world, "pin/gone", 8)
    assert unknown.json()["message"].endswith("these can be called: 2, 3")
    await change(world, endpoint, 3, sunset_at=text(past))
    assert code(await world.call("GET", "pin/gone")) == (410, "version_gone")
    assert answered(await ask(world, "pin/gone", 2)) == 2


async def test_the_day_comes_without_anything_being_loaded_anew(world: World) -> None:
    endpoint = await publish_many(world, "pin/soon", 2)
    soon = datetime.now(UTC) + timedelta(hours=1)
    await change(world, endpoint, 1, sunset_at=text(soon))
    assert answered(await ask(world, "pin/soon", 1)) == 1
    snapshot = world.platform.snapshots.current
    with pytest.MonkeyPatch.context() as patch:
        later = soon.timestamp() + 1
        patch.setattr("dbapi_platform.gateway.pinning.time", lambda: later)
        assert code(await ask(world, "pin/soon", 1)) == (410, "version_gone")
    assert world.platform.snapshots.current is snapshot


async def test_what_is_made_live_again_does_not_end(world: World) -> None:
    endpoint = await publish_many(world, "pin/again", 2)
    past = text(datetime.now(UTC) - timedelta(days=1))
    url = f"/endpoints/{endpoint['id']}"
    for number in (1, 2):
        await change(world, endpoint, number, deprecated_at=past, sunset_at=past)
    await world.manage("POST", f"{url}/rollback", json={"version": 1}, status=200)
    assert answered(await world.call("GET", "pin/again")) == 1
    await change(world, endpoint, 1, sunset_at=past)
    # Publishing what is live, and has ended, is meant to bring it back.
    done = await world.manage("POST", f"{url}/rollback", json={"version": 1}, status=200)
    assert done["changed"] is True
    plain = await world.call("GET", "pin/again")
    assert answered(plain) == 1
    assert "sunset" not in plain.headers


async def test_a_pin_is_limited_by_its_own_version_in_the_endpoints_window(world: World) -> None:
    for number, most in ((1, 3), (2, 5)):
        await world.publish("GET", "pin/limits", f"SELECT {number} AS n", rate_limit=most)
    endpoint = (await world.manage("GET", "/endpoints?path=pin/limits", status=200))["items"][0]
    await change(world, endpoint, 1, is_pinnable=True)
    first = await ask(world, "pin/limits", 1)
    assert (first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"]) == ("3", "2")
    for _ in range(2):
        assert answered(await world.call("GET", "pin/limits")) == 2
    refused = await ask(world, "pin/limits", 1)
    assert code(refused) == (429, "rate_limited")
    assert refused.headers["x-api-version"] == "1"
    assert answered(await world.call("GET", "pin/limits")) == 2


async def test_a_version_with_other_names_in_the_path_is_not_served(world: World) -> None:
    await world.publish("GET", "pin/names/{id}", "SELECT {{ id | sql_int }} AS n")
    endpoint = await world.publish("GET", "pin/names/{id}", "SELECT 2 + {{ id | sql_int }} AS n")
    await change(world, endpoint, 1, is_pinnable=True)
    assert (await ask(world, "pin/names/7", 1)).json()["data"] == [{"n": 7}]
    await world.publish("GET", "pin/names/{key}", "SELECT 3 + {{ key | sql_int }} AS n")
    refused = await ask(world, "pin/names/7", 1)
    assert code(refused) == (404, "version_not_available")
    assert refused.json()["message"].endswith("these can be called: 3")
    rollback = f"/endpoints/{endpoint['id']}/rollback"
    await world.manage("POST", rollback, json={"version": 2}, status=200)
    assert (await ask(world, "pin/names/7", 1)).json()["data"] == [{"n": 7}]
