"""The texts that stand for an empty list, on each product and column type."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import duckdb
import pytest

from dbapi_platform.datasources import (
    MYSQL,
    STARROCKS,
    TRINO,
    Datasource,
    DatasourceConfig,
    ProductType,
    dialect_of,
    mysql_session,
    open_datasource,
)
from tests.services.fixtures import MariadbDatabase, PostgresDatabase, TrinoSchema

from .conftest import rows_of

TABLE = "CREATE TABLE t (a int, b text, c uuid, d date, e numeric(5, 2), f timestamp, g varchar(5))"
ROW = (
    "INSERT INTO t VALUES (1, 'x', '123e4567-e89b-12d3-a456-426614174000', '2024-01-31', 1.5,"
    " '2024-01-31 10:00:00', 'y'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
)
TRINO_ROW = (
    "INSERT INTO t VALUES (1, 'x', UUID '123e4567-e89b-12d3-a456-426614174000',"
    " DATE '2024-01-31', 1.5, TIMESTAMP '2024-01-31 10:00:00', 'y'),"
    " (NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
)


@pytest.fixture(params=ProductType)
async def filled(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Datasource]:
    path = tmp_path / "file"
    if request.param is ProductType.POSTGRESQL:
        server: PostgresDatabase = request.getfixturevalue("postgres_database")
        server.run(f"{TABLE}; {ROW}")
        config = server.config()
    elif request.param in {ProductType.MYSQL, ProductType.STARROCKS}:
        # MariaDB stands in for StarRocks, and has no session of its kind.
        monkeypatch.setattr(mysql_session, "prepare_starrocks", mysql_session._prepare)
        other: MariadbDatabase = request.getfixturevalue("mariadb_database")
        other.run(TABLE, ROW)
        config = other.config(product_type=request.param)
    elif request.param is ProductType.TRINO:
        schema: TrinoSchema = request.getfixturevalue("trino_schema")
        schema.run(TABLE.replace("text", "varchar").replace("numeric", "decimal"), TRINO_ROW)
        config = schema.config()
    else:
        connect = duckdb.connect if request.param is ProductType.DUCKDB else sqlite3.connect
        connection = connect(str(path))
        connection.execute(TABLE)
        connection.execute(ROW)
        connection.commit()
        connection.close()
        config = DatasourceConfig("f", "f", request.param, str(path))
    opened = open_datasource(config)
    yield opened
    await opened.close()


@pytest.mark.parametrize("column", "abcdefg")
async def test_an_empty_list_matches_nothing_and_its_negation_everything(
    filled: Datasource, column: str
) -> None:
    dialect = filled.dialect
    for condition, count in (
        (f"{column} {dialect.empty_in}", 0),
        (f"NOT ({column} {dialect.empty_in})", 2),
        (f"{column} {dialect.empty_not_in}", 2),
        (f"NOT ({column} {dialect.empty_not_in})", 0),
    ):
        rows = await rows_of(filled, f"SELECT count(*) AS n FROM t WHERE {condition}")
        assert rows.rows == [(count,)], condition


async def test_placeholders_take_their_numbers(filled: Datasource) -> None:
    if filled.dialect is TRINO:
        text = "SELECT a FROM t WHERE b = ? AND a = ? AND b LIKE '%'"
        assert (await rows_of(filled, text, "x", 1)).rows == [(1,)]
        return
    if filled.dialect in {MYSQL, STARROCKS}:
        text = "SELECT a FROM t WHERE b = %s AND a = %s AND b LIKE '%%'"
        assert (await rows_of(filled, text, "x", 1)).rows == [(1,)]
        return
    marks = [filled.dialect.placeholder.format(n=n) for n in (1, 2)]
    text = f"SELECT a FROM t WHERE b = {marks[1]} AND a = {marks[0]} AND b = {marks[1]}"
    assert (await rows_of(filled, text, 1, "x")).rows == [(1,)]


def test_every_product_has_a_dialect() -> None:
    assert {dialect_of(product).sqlglot for product in ProductType} == {
        "postgres",
        "mysql",
        "duckdb",
        "sqlite",
        "trino",
        "starrocks",
    }
