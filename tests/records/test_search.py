"""Access records found by every filter, in pages, and written to files."""

import csv
import io
import json
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.management.paging import to_cursor
from dbapi_platform.records.networks import ipv4_prefixes, read_network
from dbapi_platform.store.base import now
from tests.records.filling import forget, record, write
from tests.world import World


async def found(world: World, query: str) -> list[str]:
    answer = await world.manage("GET", f"/access-records?{query}", status=200)
    assert answer["total"] == len(answer["items"])
    return [row["path"] for row in answer["items"]]


async def fill(world: World, *rows: dict[str, Any]) -> None:
    await forget(world)
    start = now() - timedelta(hours=1)
    await write(
        world.platform.services.database,
        [record(created_at=start + timedelta(seconds=n)) | row for n, row in enumerate(rows)],
    )


async def test_every_filter_finds_what_it_says(any_world: World) -> None:
    endpoint, client = uuid.uuid4(), uuid.uuid4()
    await fill(
        any_world,
        {"path": "orders/1", "status": 404, "error_code": "not_found", "endpoint_id": endpoint},
        {"path": "orders_2", "status": 500, "method": "POST", "client_id": client},
        {"path": "Orders/3", "status": 401, "duration_ms": 250.0},
        {"path": "a%b", "status": 200, "duration_ms": 120.0, "request_id": "the-one-I-want"},
    )
    assert await found(any_world, f"endpoint_id={endpoint}") == ["orders/1"]
    assert await found(any_world, f"client_id={client}") == ["orders_2"]
    assert await found(any_world, "status=404") == ["orders/1"]
    assert await found(any_world, "status=4xx") == ["Orders/3", "orders/1"]
    assert await found(any_world, "status=2xx") == ["a%b"]
    assert await found(any_world, "method=post") == ["orders_2"]
    assert await found(any_world, "method=GET&status=401") == ["Orders/3"]
    assert await found(any_world, "path=orders/") == ["orders/1"]
    assert await found(any_world, "path=/orders") == ["orders_2", "orders/1"]
    assert await found(any_world, "path=a%25") == ["a%b"]
    assert await found(any_world, "error_code=not_found") == ["orders/1"]
    assert await found(any_world, "request_id=the-one-I-want") == ["a%b"]
    assert await found(any_world, "min_duration_ms=100") == ["a%b", "Orders/3"]
    assert await found(any_world, "min_duration_ms=5&status=500") == ["orders_2"]
    rows = (await any_world.manage("GET", "/access-records", status=200))["items"]
    span = f"from={quote(rows[2]['created_at'])}&to={quote(rows[0]['created_at'])}"
    assert await found(any_world, span) == ["Orders/3", "orders_2"]


async def test_an_address_and_a_network_find_both_kinds(any_world: World) -> None:
    addresses = [
        "10.1.2.3", "10.200.0.1", "172.16.0.1", "172.31.9.9", "172.32.0.1", "100.1.1.1",
        "::ffff:10.9.9.9", "2001:db8::1", "2001:db8:0:1::2", "2001:db9::1", "unknown", None,
    ]  # fmt: skip
    await fill(any_world, *({"path": str(a), "ip_address": a} for a in addresses))
    for network, expected in {
        "10.1.2.3": ["10.1.2.3"],
        "10.0.0.0/8": ["::ffff:10.9.9.9", "10.200.0.1", "10.1.2.3"],
        "10.1.2.0/25": ["10.1.2.3"],
        "172.16.0.0/12": ["172.31.9.9", "172.16.0.1"],
        "::ffff:10.9.9.9": ["::ffff:10.9.9.9"],
        "2001:db8::/32": ["2001:db8:0:1::2", "2001:db8::1"],
        "2001:DB8:0:0::/64": ["2001:db8::1"],
        "2001:db8:0:0::1": ["2001:db8::1"],
    }.items():
        assert await found(any_world, f"ip_address={network}") == expected, network
    for wrong in ("10.0.0.0/33", "nonsense", "10.1", ""):
        refused = await any_world.manage("GET", f"/access-records?ip_address={wrong}")
        assert refused.status_code == 422, wrong
        assert refused.json()["error"]["details"][0]["field"] == "ip_address"


@given(st.integers(0, 2**32 - 1), st.integers(1, 32), st.integers(0, 2**32 - 1))
def test_a_networks_beginnings_are_those_of_its_addresses(
    base: int, length: int, other: int
) -> None:
    from ipaddress import IPv4Address, IPv4Network  # noqa: PLC0415

    network = IPv4Network((base, length), strict=False)
    prefixes = ipv4_prefixes(network)
    inside = network[other % network.num_addresses]
    for address in (inside, IPv4Address(other)):
        text = str(address)
        fits = text in prefixes.exact or text.startswith(prefixes.beginnings or ("no",))
        assert fits == (address in network)
    assert read_network(f"::ffff:{inside}") == IPv4Network(inside)


@pytest.mark.parametrize("counted", [10_000, 5])
async def test_pages_follow_each_other_by_cursor_and_by_offset(
    any_world: World, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dbapi_platform.records.search.COUNTED", counted)
    # All at one moment: the order has to be settled nevertheless.
    moment = now()
    await fill(any_world, *({"path": f"p{n}", "created_at": moment} for n in range(12)))
    expected = [f"p{n}" for n in reversed(range(12))]
    for base in ("", "path=p&", "status=200&", "method=GET&min_duration_ms=1&"):
        seen, cursor, first = list[str](), "", None
        while True:
            page = await any_world.manage(
                "GET", f"/access-records?{base}limit=5{cursor}", status=200
            )
            first = first or page
            seen += [row["path"] for row in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert seen == expected
        assert (first["total"], first["total_is_capped"]) == (min(12, counted), counted < 12)
        page = await any_world.manage("GET", f"/access-records?{base}limit=5&offset=10", status=200)
        assert [row["path"] for row in page["items"]] == expected[10:]
        assert page["next"] is None
    early = to_cursor("access_records", ("0001-01-01T00:00:00+14:00", 1))
    large = to_cursor("access_records", (moment.isoformat(), 2**63))
    for cursor in ("x", "WyJhY2Nlc3NfcmVjb3JkcyIsMV0", early, large):
        refused = await any_world.manage("GET", f"/access-records?cursor={cursor}")
        assert refused.status_code == 422, cursor


async def test_strange_questions_are_refused(any_world: World) -> None:
    for query in (
        "status=9", "status=abc", "status=4x", "limit=0", "offset=-1", "from=yesterday",
        "from=2026-01-01T00:00:00", "endpoint_id=x", "min_duration_ms=-1", "min_duration_ms=NaN",
        "min_duration_ms=inf", "unknown=1", "from=0001-01-01T00:00:00%2B14:00",
        f"path={'x' * 1_001}", "path=%00",
    ):  # fmt: skip
        assert (await any_world.manage("GET", f"/access-records?{query}")).status_code == 422, query
    for record_id in ("0", "x", str(2**63), str(2**70)):
        answer = await any_world.manage("GET", f"/access-records/{record_id}")
        assert answer.status_code == 422, record_id
    assert (await any_world.manage("GET", f"/access-records/{2**63 - 1}")).status_code == 404


async def test_records_are_written_to_files(any_world: World) -> None:
    await fill(
        any_world,
        {"path": "plain", "error": '=HYPERLINK("http://x")', "log": "a,b\nc"},
        {"path": "@sum", "error": "  -1+1", "duration_ms": 0.5},
        {"path": "other", "status": 500},
    )
    answer = await any_world.manage("GET", "/access-records/export?status=2xx")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert "access-records.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["path"] for row in rows] == ["'@sum", "plain"]
    assert rows[0]["error"] == "'  -1+1"
    assert rows[1]["error"] == '\'=HYPERLINK("http://x")'
    assert rows[1]["log"] == "a,b\nc"
    assert float(rows[0]["duration_ms"]) == 0.5
    answer = await any_world.manage("GET", "/access-records/export?format=jsonl&limit=1")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["path"] for line in lines] == ["other"]
    assert lines[0]["status"] == 500
    assert (await any_world.manage("GET", "/access-records/export?format=xml")).status_code == 422


async def test_a_wrong_status_is_told_in_words(world: World) -> None:
    answer = await world.manage("GET", "/access-records?status=abc")
    assert answer.status_code == 422
    told = "status: expected a status such as 404, or 4xx for all of them"
    assert answer.json()["message"] == told
