"""Firewall rules: the first that fits decides, in the gateway and when it is asked for."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from dbapi_platform.access.firewall import Firewall, normalise_network
from dbapi_platform.app import Application
from dbapi_platform.errors import InvalidRequest
from dbapi_platform.store import FirewallRule
from tests.world import World


@pytest_asyncio.fixture
async def walled(any_world: World) -> AsyncIterator[World]:
    yield any_world
    for rule in (await any_world.manage("GET", "/firewall-rules", status=200))["items"]:
        await any_world.manage("DELETE", f"/firewall-rules/{rule['id']}", status=204)


async def rule(world: World, action: str, network: str, **fields: Any) -> dict[str, Any]:
    body = {"action": action, "network": network, **fields}
    return await world.manage("POST", "/firewall-rules", json=body, status=201)


async def status(
    world: World, address: str, method: str, path: str, **kwargs: Any
) -> tuple[int, str | None]:
    """What a caller from this address is answered."""
    transport = httpx.ASGITransport(Application(world.platform), client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        answer = await http.request(method, path, **kwargs)
    return answer.status_code, (answer.json().get("error") or {}).get("code")


async def test_a_denied_address_is_refused_and_recorded(walled: World) -> None:
    endpoint = await walled.publish("GET", "walled", "SELECT 1 AS a")
    other = await walled.publish("GET", "unwalled", "SELECT 1 AS a")
    await rule(walled, "allow", "10.1.0.0/16", endpoint_id=endpoint["id"])
    await rule(walled, "deny", "0.0.0.0/0", endpoint_id=endpoint["id"])
    await rule(walled, "deny", "::/0", endpoint_id=endpoint["id"])
    assert await status(walled, "10.1.2.3", "GET", "/api/walled") == (200, None)
    assert await status(walled, "::ffff:10.1.2.3", "GET", "/api/walled") == (200, None)
    for address in ("10.2.0.1", "::ffff:10.2.0.1", "2001:db8::1", "unix:", "fe80::1%eth0"):
        refused = await status(walled, address, "GET", "/api/walled")
        assert refused == (403, "address_refused"), address
    assert await status(walled, "10.2.0.1", "GET", "/api/unwalled") == (200, None)
    assert await status(walled, "10.2.0.1", "GET", "/api/nothing") == (404, "not_found")
    records = await walled.records(error_code="address_refused")
    assert len(records) == 5
    assert {record["endpoint_id"] for record in records} == {endpoint["id"]}
    assert other["id"] not in {record["endpoint_id"] for record in records}


async def test_a_rule_without_an_endpoint_is_for_tokens_and_unknown_paths_too(
    walled: World,
) -> None:
    client = await walled.client("walled")
    await rule(walled, "deny", "192.0.2.0/24")
    secret = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    assert (await status(walled, "192.0.2.9", "POST", "/token/generate", json=secret))[0] == 403
    assert (await status(walled, "192.0.2.9", "GET", "/api/nothing"))[0] == 403
    assert (await status(walled, "192.0.3.9", "POST", "/token/generate", json=secret))[0] == 200


async def test_a_clients_rules_are_its_own(walled: World) -> None:
    endpoint = await walled.publish("GET", "walled/private", "SELECT 1 AS a", access="private")
    near, far = [await walled.client(name, endpoint) for name in ("near", "far")]
    await rule(walled, "allow", "10.0.0.0/8", client_id=near["id"])
    await rule(walled, "deny", "0.0.0.0/0", endpoint_id=endpoint["id"])
    await rule(walled, "deny", "203.0.113.7", client_id=far["id"])
    for client, expected in ((near, 200), (far, 403)):
        token = (await walled.client_token(client)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = await status(walled, "10.1.1.1", "GET", "/api/walled/private", headers=headers)
        assert answer[0] == expected
    # Without a token from where nobody may call: not a word about the token.
    refused = await status(walled, "10.1.1.1", "GET", "/api/walled/private")
    assert refused == (403, "address_refused")
    secret = {"client_id": far["client_id"], "client_secret": far["client_secret"]}
    refused = await status(walled, "203.0.113.7", "POST", "/token/generate", json=secret)
    assert refused == (403, "address_refused")


async def test_rules_are_ordered_changed_and_asked(walled: World) -> None:
    deny = await rule(walled, "deny", "10.0.0.0/8", description="all of it")
    allow = await rule(walled, "allow", "10.1.2.3")
    assert (allow["network"], allow["position"]) == ("10.1.2.3/32", deny["position"] + 1)
    url = f"/firewall-rules/{allow['id']}"

    async def check(address: str) -> tuple[bool, str | None]:
        asked = await walled.manage(
            "POST", "/firewall-rules/check", json={"ip_address": address}, status=200
        )
        return asked["allowed"], (asked["rule"] or {}).get("id")

    assert await check("10.1.2.3") == (False, deny["id"])
    got = await walled.manage("GET", url)
    moved = await walled.manage(
        "PATCH", url, json={"position": 0}, headers={"If-Match": got.headers["ETag"]}
    )
    assert moved.status_code == 200
    late = await walled.manage(
        "PATCH", url, json={"position": 9}, headers={"If-Match": got.headers["ETag"]}
    )
    assert late.status_code == 412
    assert await check("10.1.2.3") == (True, allow["id"])
    assert await check("11.1.2.3") == (True, None)
    assert await check("not an address") == (False, deny["id"])
    await walled.manage(
        "PATCH", f"/firewall-rules/{deny['id']}", json={"is_active": False}, status=200
    )
    assert await check("10.9.9.9") == (True, None)
    listed = await walled.manage("GET", "/firewall-rules", status=200)
    assert [one["id"] for one in listed["items"]] == [allow["id"], deny["id"]]


async def test_a_rule_that_names_nothing_is_refused(walled: World) -> None:
    for field, value in {
        "network": "10.0.0.0/33", "client_id": str(uuid.uuid4()), "endpoint_id": str(uuid.uuid4()),
        "action": "perhaps", "position": -1,
    }.items():  # fmt: skip
        body = {"action": "deny", "network": "10.0.0.0/8", field: value}
        answer = await walled.manage("POST", "/firewall-rules", json=body)
        assert answer.status_code == 422, field
        assert answer.json()["error"]["details"][0]["field"] == field


def test_networks_are_kept_in_one_spelling() -> None:
    for given, kept in {
        "10.1.2.3": "10.1.2.3/32",
        " 10.0.0.0/255.0.0.0 ": "10.0.0.0/8",
        "2001:DB8:0::/48": "2001:db8::/48",
        "::ffff:10.0.0.0/104": "10.0.0.0/8",
        "::ffff:1.2.3.4": "1.2.3.4/32",
    }.items():
        assert normalise_network(given) == kept
    for wrong in ("10.0.0.1/8", "fe80::1%eth0", "x", "1.2.3.4/-1", "٣.1.1.1"):
        with pytest.raises(InvalidRequest):
            normalise_network(wrong)


def test_an_address_that_cannot_be_read_passes_by_no_narrow_rule() -> None:
    def wall(*rules: tuple[str, str]) -> Firewall:
        start = datetime.now(UTC)
        return Firewall(
            FirewallRule(
                position=1, action=action, network=network, created_at=start + timedelta(n)
            )
            for n, (action, network) in enumerate(rules)
        )

    assert not wall()
    assert wall(("deny", "10.0.0.0/8")).denies("unknown")
    assert wall(("allow", "10.0.0.0/8"), ("deny", "0.0.0.0/0")).denies(None)
    assert not wall(("allow", "0.0.0.0/0"), ("deny", "::/0")).denies("unknown")
    assert not wall(("allow", "10.0.0.0/8")).denies("unknown")
