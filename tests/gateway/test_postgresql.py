"""Endpoints on a real PostgreSQL: JSON by the database, its absence, and its return."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.services.fixtures import PostgresDatabase
from tests.services.postgres import PostgresServer, start_postgres
from tests.world import World, open_world

EVERY_TYPE = """
SELECT 1::int2 AS i2, 2147483648::int8 AS i8, 1.10::numeric AS exact, 'NaN'::numeric AS no_number,
  0.1::float4 AS f4, 1e300::float8 AS f8, 'Infinity'::float8 AS endless, true AS yes,
  'it''s "é" \\ \t' AS word, 'a'::char(3) AS padded, NULL::int AS nothing,
  date '2026-01-31' AS day, time '12:30:00.5' AS hour, interval '1 day 2 hours' AS span,
  timestamp '2026-01-31 12:00' AS local, timestamptz '2026-01-31 12:00+01' AS moment,
  '123e4567-e89b-12d3-a456-426614174000'::uuid AS id, '\\x00ff'::bytea AS bytes,
  '{"b": [1, 2.50, null], "a": {"c_d": "e"}}'::jsonb AS doc, '[1,2]'::json AS list,
  ARRAY[1, NULL, 3] AS ints, ARRAY['a', 'b,c'] AS words, ARRAY[[1, 2], [3, 4]] AS grid,
  '10.0.0.1'::inet AS address, int4range(1, 5) AS range, 'a=>b' AS pair, point(1, 2) AS place,
  {{ since | sql_date }} AS asked
"""


def source(database: PostgresDatabase) -> dict[str, Any]:
    config = database.config()
    return {
        "name": database.name, "product_type": "postgresql", "host": config.host,
        "port": config.port, "database": config.database, "username": config.username,
        "password": config.password,
    }  # fmt: skip


async def test_json_of_the_database_equals_the_ordinary_answer(
    world: World, postgres_database: PostgresDatabase
) -> None:
    fields = source(postgres_database)
    await world.manage("POST", "/datasources", json=fields, status=201)
    for path, content in (
        ("pg/types", EVERY_TYPE),
        ("pg/none", "SELECT 1 AS a WHERE {{ since | sql_date }} IS NULL"),
        ("pg/twice", "SELECT 1 AS a, 2 AS a, {{ since | sql_date }} AS b"),
    ):
        await world.publish("GET", path, content, datasource=fields["name"])
        # What a statement yields is learned from its first, ordinary run.
        answers = [await world.call("GET", f"{path}?since=2026-01-31") for _ in range(3)]
        assert {answer.status_code for answer in answers} == {200}
        assert answers[0].json() == answers[1].json() == answers[2].json()
    row = (await world.call("GET", "pg/types?since=2026-01-31")).json()["data"][0]
    assert row["exact"] == 1.1
    assert row["moment"] == "2026-01-31T11:00:00+00:00"
    assert row["doc"] == {"a": {"c_d": "e"}, "b": [1, 2.5, None]}
    assert (row["no_number"], row["endless"]) == ("NaN", "Infinity")


async def test_the_row_limit_holds_for_json_of_the_database_too(
    world: World, postgres_database: PostgresDatabase
) -> None:
    fields = source(postgres_database)
    await world.manage("POST", "/datasources", json=fields, status=201)
    content = "SELECT n FROM generate_series(1, {{ last | sql_int }}) AS n"
    await world.publish("GET", "pg/many", content, datasource=fields["name"], max_rows=5)
    for last, truncated in ((5, False), (6, True), (5, False), (6, True)):
        answer = await world.call("GET", f"pg/many?last={last}")
        assert [row["n"] for row in answer.json()["data"]] == [1, 2, 3, 4, 5]
        assert answer.json().get("truncated", False) is truncated
        assert ("x-row-limit-reached" in answer.headers) is truncated


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    server = start_postgres()
    yield server
    server.stop()


async def test_a_database_that_is_away_is_503_and_comes_back(
    world: World, own_server: PostgresServer
) -> None:
    fields = source(PostgresDatabase(own_server, "postgres")) | {"name": "unsteady"}
    await world.manage("POST", "/datasources", json=fields, status=201)
    await world.publish("GET", "pg/unsteady", "SELECT 1 AS a", datasource="unsteady")
    assert (await world.call("GET", "pg/unsteady")).status_code == 200
    await asyncio.to_thread(own_server.halt)
    away = await world.call("GET", "pg/unsteady")
    assert (away.status_code, away.json()["error"]["code"]) == (503, "datasource_unavailable")
    assert away.headers["retry-after"]
    assert str(own_server.port) not in away.text
    await asyncio.to_thread(own_server.start)
    assert (await world.call("GET", "pg/unsteady")).status_code == 200


@pytest.fixture
async def on_postgres(tmp_path: Path, own_server: PostgresServer) -> AsyncIterator[World]:
    """A platform whose own database is a server of its own."""
    async with open_world(tmp_path, database_url=own_server.url()) as world:
        yield world


async def test_the_gateway_goes_on_while_the_platforms_database_is_away(
    on_postgres: World, own_server: PostgresServer
) -> None:
    world = on_postgres
    await world.publish("GET", "steady/{id}", "SELECT id FROM orders WHERE id = {{ id | sql_int }}")
    assert (await world.call("GET", "steady/1")).json()["data"] == [{"id": 1}]
    await asyncio.to_thread(own_server.halt)
    for _ in range(3):
        assert (await world.call("GET", "steady/2")).json()["data"] == [{"id": 2}]
        await asyncio.sleep(0.1)
    assert (await world.manage("GET", "/endpoints")).status_code == 503
    await asyncio.to_thread(own_server.start)
    while (await world.manage("GET", "/endpoints")).status_code == 503:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    # What was queued meanwhile is written when the database is back.
    records = await world.records()
    assert [record["path"] for record in records].count("steady/2") == 3


async def test_no_request_asks_the_platforms_database(world: World) -> None:
    await world.publish("GET", "quiet/{id}", "SELECT {{ id }} AS id")
    private = await world.publish("GET", "quiet", "SELECT 1 AS a", access="private")
    client = await world.client("quiet", private)
    token = (await world.client_token(client)).json()["access_token"]
    await world.platform.recorder.flush()
    asked: list[str] = []
    engine = world.platform.services.database.engine.sync_engine

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        for path in ("quiet/1", "quiet/2", "quiet", "nowhere"):
            await world.call("GET", path, headers={"Authorization": f"Bearer {token}"})
        await world.client_token(client)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    # Only the poll and the recorder work in the background.
    other = [text for text in asked if "change_counter" not in text and "access_record" not in text]
    assert other == []


async def test_a_record_takes_whatever_a_caller_sends(any_world: World) -> None:
    await any_world.publish("POST", "strict", "SELECT {{ a }} AS a", unknown_params="refuse")
    names = ["nul\0", "\U0001f600", "x" * 5_000, "'; DROP TABLE access_record; --"]
    for name in names:
        answer = await any_world.call("POST", "strict", json={name: 1})
        assert answer.status_code == 400
    await any_world.call("GET", "a" * 5_000)
    await any_world.call("GET", "%00%ff%27")
    records = await any_world.records()
    assert len(records) >= len(names) + 2
    assert any("nul\N{REPLACEMENT CHARACTER}" in (record["error"] or "") for record in records)


@pytest.mark.parametrize("form", ["csv", "ndjson", "arrow", "parquet", "xlsx"])
async def test_a_query_without_columns_is_no_table(everywhere: World, form: str) -> None:
    await everywhere.publish("GET", "nothing", "SELECT FROM sale", datasource="postgresql")
    answer = await everywhere.call("GET", f"nothing?format={form}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (406, "not_acceptable")
