"""Records keep the query of a request, so that it can be sent again, and no secret of it."""

import csv
import io
import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from dbapi_platform.gateway.queries import MAX_QUERY, Redaction
from tests.world import World, make_settings, open_world

REDACTION = Redaction(["password", "api_key"])


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"", None),
        (b"since=2026-01-31&limit=5", "since=2026-01-31&limit=5"),
        (b"a=1&a=2&&b&=c", "a=1&a=2&&b&=c"),
        (b"a=%41+b%20c", "a=%41+b%20c"),
        (b"password=hunter2&a=1", "password=***&a=1"),
        (b"a=1&PassWord=hunter2", "a=1&PassWord=***"),
        (b"p%61ssword=hunter2", "p%61ssword=***"),
        (b"%20password+=hunter2", "%20password+=***"),
        (b"api-key=x&API_KEY=y&api_key=", "api-key=***&API_KEY=***&api_key=***"),
        (b"password=a=b", "password=***"),
        (b"password", "password"),
        (b"passwords=1&my_password=2", "passwords=1&my_password=2"),
        ("näme=\u00e9".encode(), "n%C3%A4me=%C3%A9"),
        (b"a=\x00\x7f\xff \t", "a=%00%7F%FF%20%09"),
    ],
)
def test_a_query_is_kept_as_it_came_without_secrets(raw: bytes, kept: str | None) -> None:
    assert REDACTION.text(raw) == kept


def test_what_is_cut_ends_with_a_mark_and_tells_no_secret() -> None:
    exact = b"a=" + b"x" * (MAX_QUERY - 2)
    assert REDACTION.text(exact) == exact.decode()
    kept = REDACTION.text(exact + b"x")
    assert kept is not None
    assert (len(kept), kept[-1]) == (MAX_QUERY, "…")
    grown = REDACTION.text(b"\xff" * MAX_QUERY)
    assert grown is not None
    assert len(grown) == MAX_QUERY
    secret = REDACTION.text(b"password=" + b"s" * MAX_QUERY)
    assert secret == "password=***…"


async def test_records_tell_it_everywhere(any_world: World) -> None:
    await any_world.publish("GET", "asked", "SELECT {{ a }} AS a", params={"a": {"default": ""}})
    sent = "asked?a=%3D1%262&Token=t0p-s3cret&signature=abc"
    assert (await any_world.call("GET", sent)).status_code == 200
    await any_world.call("GET", "asked?a=1")
    await any_world.call("GET", "nowhere?secret=s3cret&b=2")
    await any_world.call("GET", "asked")
    kept = "a=%3D1%262&Token=***&signature=***"
    records = await any_world.records(limit="4")
    assert [record["query"] for record in records] == [None, "secret=***&b=2", "a=1", kept]
    assert parse_qs(records[3]["query"])["a"] == ["=1&2"]
    path = f"/access-records/{records[3]['id']}"
    assert (await any_world.manage("GET", path, status=200))["query"] == kept
    lines = (await any_world.manage("GET", "/access-records/export?format=jsonl")).text
    assert json.loads(lines.splitlines()[3])["query"] == kept
    table = (await any_world.manage("GET", "/access-records/export")).text
    assert list(csv.DictReader(io.StringIO(table)))[3]["query"] == kept
    assert "s3cret" not in lines + table


async def test_however_much_is_sent_it_is_recorded(any_world: World) -> None:
    await any_world.publish("GET", "long", "SELECT 1 AS a")
    await any_world.call("GET", "long?a=" + "x" * 5_000)
    await any_world.call("GET", "long?a=%00%ff%F0%9F%98%80")
    short, long = await any_world.records(limit="2")
    assert short["query"].startswith("a=%00%")
    assert (len(long["query"]), long["query"][-1]) == (MAX_QUERY, "…")


async def test_a_client_secret_sent_by_mistake_is_not_kept(any_world: World) -> None:
    await any_world.http.post("/token/generate?client_id=me&client_secret=dbapi-s3cret")
    (record,) = await any_world.records(limit="1")
    assert record["query"] == "client_id=me&client_secret=***"


async def test_the_names_are_set_by_the_operator(tmp_path: Path) -> None:
    async with open_world(tmp_path, redacted_parameters="customer, pin") as world:
        await world.call("GET", "nowhere?customer=7&PIN=1234&token=t")
        (record,) = await world.records(limit="1")
    assert record["query"] == "customer=***&PIN=***&token=t"
    assert make_settings(tmp_path, redacted_parameters="a,b").redacted_parameters == ["a", "b"]
