"""A table's first rows: on every product, whatever it is called, for who may run drafts there."""

import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.management.people import make_user, refusal
from tests.services.fixtures import MariadbDatabase, PostgresDatabase, TrinoSchema
from tests.world import World

ODD = 'a"b`c.d %s {n} ; DROP TABLE item; --'


def _connection(config: Any, product: str, name: str) -> dict[str, Any]:
    return {
        "name": name, "product_type": product, "host": config.host, "port": config.port,
        "database": config.database, "username": config.username, "password": config.password,
    }  # fmt: skip


def quoted(name: str, quote: str) -> str:
    return quote + name.replace(quote, quote * 2) + quote


def fill(quote: str, text: str = "varchar(20)", odd: str = ODD) -> list[str]:
    column = quoted("50% of it", quote)
    return [
        f"CREATE TABLE sample_item (id integer, {column} {text})",
        "INSERT INTO sample_item VALUES (1, 'one'), (2, NULL), (3, 'three')",
        f"CREATE TABLE {quoted(odd, quote)} (id integer)",
        f"INSERT INTO {quoted(odd, quote)} VALUES (7)",
    ]


async def keep(world: World, fields: dict[str, Any]) -> str:
    made = await world.manage("POST", "/datasources", json=fields, status=201)
    return str(made["id"])


async def sample(world: World, key: str, **query: Any) -> dict[str, Any]:
    url = f"/datasources/{key}/sample"
    return await world.manage("GET", url, params=query, status=200)


async def assert_sampled(world: World, key: str, odd: str = ODD) -> None:
    tables = await world.manage("GET", f"/datasources/{key}/tables", status=200)
    (item,) = [table for table in tables["items"] if table["name"] == "sample_item"]
    whole = await sample(world, key, table="sample_item")
    assert whole["columns"] == [
        {"name": column["name"], "type": column["type"]} for column in item["columns"]
    ]
    assert sorted(whole["rows"]) == [[1, "one"], [2, None], [3, "three"]]
    assert whole["truncated"] is False
    some = await sample(world, key, table="sample_item", schema=item["schema"], limit=2)
    assert (len(some["rows"]), some["truncated"]) == (2, True)
    exact = await sample(world, key, table="sample_item", limit=3)
    assert (len(exact["rows"]), exact["truncated"]) == (3, False)
    assert (await sample(world, key, table=odd))["rows"] == [[7]]
    for wanted in ({"table": "sample_itme"}, {"table": "Sample_itme", "schema": item["schema"]}):
        answer = await world.manage("GET", f"/datasources/{key}/sample", params=wanted)
        assert "did you mean" in refusal(answer, 404)
        assert "sample_item" in refusal(answer, 404)
    answer = await world.manage(
        "GET", f"/datasources/{key}/sample", params={"table": "item; DROP TABLE item"}
    )
    assert answer.status_code == 404


async def test_of_postgresql(world: World, postgres_database: PostgresDatabase) -> None:
    for text in fill('"'):
        postgres_database.run(text)
    config = postgres_database.config()
    key = await keep(world, _connection(config, "postgresql", "of postgresql"))
    await assert_sampled(world, key)
    postgres_database.run("CREATE SCHEMA other")
    postgres_database.run("CREATE TABLE other.sample_item AS SELECT 5 AS n, 1.10 AS price")
    answer = await world.manage(
        "GET", f"/datasources/{key}/sample", params={"table": "sample_item"}
    )
    assert "expected one of other, public" in refusal(answer, 422)
    found: Any = await world.manage(
        "GET", f"/datasources/{key}/sample", params={"table": "sample_item", "schema": "other"}
    )
    assert '"rows":[[5,1.10]]' in found.text


async def test_of_mariadb(world: World, mariadb_database: MariadbDatabase) -> None:
    mariadb_database.run(*fill("`"))
    config = mariadb_database.config()
    await assert_sampled(world, await keep(world, _connection(config, "mysql", "of mariadb")))


async def test_of_sqlite(world: World) -> None:
    with sqlite3.connect(Path(world.settings.file_datasource_root) / "s.sqlite3") as connection:
        for text in fill('"'):
            connection.execute(text)
    fields = {"name": "of sqlite", "product_type": "sqlite", "database": "s.sqlite3"}
    await assert_sampled(world, await keep(world, fields))


async def test_of_duckdb(world: World) -> None:
    with duckdb.connect(str(Path(world.settings.file_datasource_root) / "d.duckdb")) as connection:
        for text in fill('"'):
            connection.execute(text)
    fields = {"name": "of duckdb", "product_type": "duckdb", "database": "d.duckdb"}
    await assert_sampled(world, await keep(world, fields))


async def test_of_trino(world: World, trino_schema: TrinoSchema) -> None:
    # Its connector for tests makes files of tables' names.
    odd = 'a"b %s {n} ; drop table item; --'
    trino_schema.run(*fill('"', "varchar", odd))
    config = trino_schema.config()
    fields = _connection(config, "trino", "of trino") | {"options": dict(config.options)}
    await assert_sampled(world, await keep(world, fields), odd)


@pytest.fixture
async def shop(world: World) -> str:
    found = await world.manage("GET", "/datasources", status=200)
    return str(next(one["id"] for one in found["items"] if one["name"] == "shop"))


async def test_who_may_not_run_drafts_there_sees_no_rows(world: World, shop: str) -> None:
    url = f"/datasources/{shop}/sample"
    for user, held, status, told in (
        ("looker", [("datasource:read", shop)], 403, "datasource:execute"),
        ("stranger", [], 403, "datasource:execute"),
    ):
        await make_user(world, user, *held)
        answer = await world.manage("GET", url, user=user, params={"table": "orders"})
        assert told in refusal(answer, status)
    other = await keep(
        world, {"name": "another", "product_type": "sqlite", "database": "shop.sqlite3"}
    )
    await make_user(world, "runner elsewhere", ("datasource:execute", other))
    answer = await world.manage("GET", url, user="runner elsewhere", params={"table": "orders"})
    assert "no such datasource" in refusal(answer, 404)
    await make_user(world, "runner", ("datasource:execute", shop))
    await world.manage("GET", url, user="runner", params={"table": "orders"}, status=200)


async def test_it_is_noted_as_an_execution(world: World, shop: str) -> None:
    await sample(world, shop, table="orders", limit=3)
    query = {"resource_id": shop, "change": "executed", "limit": 1}
    (entry,) = (await world.manage("GET", "/audit-entries", params=query, status=200))["items"]
    assert (entry["actor"], entry["action"]) == ("admin", "datasources.sample")
    assert (entry["resource_type"], entry["resource_name"]) == ("datasource", "shop")
    assert entry["after"] == {"schema": "main", "table": "orders", "limit": 3}


@pytest.mark.parametrize(
    "query",
    [{"table": "orders", "limit": 0}, {"table": "orders", "limit": 101}, {}, {"table": ""},
     {"table": "a\0b"}, {"table": "orders", "tabel": "x"}],
)  # fmt: skip
async def test_a_wrong_question_is_told(world: World, shop: str, query: dict[str, Any]) -> None:
    answer = await world.manage("GET", f"/datasources/{shop}/sample", params=query)
    refusal(answer, 422)
