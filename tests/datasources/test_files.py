"""DuckDB and SQLite: hardened, cancellable, their values plain."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dbapi_platform.datasources import (
    Affected,
    Busy,
    ConnectFailed,
    Datasource,
    DatasourceConfig,
    ProductType,
    QueryFailed,
    QueryTimeout,
    Rows,
    Statement,
    open_datasource,
)

from .conftest import query, rows_of

FILES = [ProductType.DUCKDB, ProductType.SQLITE]
ENDLESS = {
    ProductType.DUCKDB: "SELECT count(*) AS n FROM range(100000000000) AS a WHERE hash(a) % 7 = 3",
    ProductType.SQLITE: "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
    " SELECT count(*) AS n FROM r",
}


def make(product: ProductType, path: Path) -> DatasourceConfig:
    connect = duckdb.connect if product is ProductType.DUCKDB else sqlite3.connect
    connection = connect(str(path))
    connection.execute("CREATE TABLE t (a INTEGER NOT NULL, b TEXT)")
    connection.execute("CREATE VIEW v AS SELECT a FROM t")
    connection.execute("INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'z')")
    connection.commit()
    connection.close()
    return DatasourceConfig(product, product, product, str(path))


@pytest.fixture(params=FILES)
def config(request: pytest.FixtureRequest, tmp_path: Path) -> DatasourceConfig:
    # DuckDB itself cannot open a file with a question mark in its name.
    odd = "50% of # it" if request.param is ProductType.DUCKDB else "50% of # it?"
    return make(request.param, tmp_path / odd)


@pytest.fixture
async def file(config: DatasourceConfig) -> AsyncIterator[Datasource]:
    opened = open_datasource(config)
    yield opened
    await opened.close()


@pytest.fixture
async def writable(config: DatasourceConfig) -> AsyncIterator[Datasource]:
    opened = open_datasource(replace(config, read_only=False))
    yield opened
    await opened.close()


async def run(datasource: Datasource, *texts: str, timeout_s: float = 10) -> list[object]:
    statements = [Statement(text) for text in texts]
    return list(await datasource.execute(statements, max_rows=10, timeout_s=timeout_s))


async def test_rows_and_their_limit(file: Datasource) -> None:
    text = "SELECT a, b, a FROM t ORDER BY a -- all"
    assert await rows_of(file, text) == Rows(
        ("a", "b", "a_2"), [(1, "x", 1), (2, None, 2), (3, "z", 3)]
    )
    cut = await rows_of(file, text, max_rows=2)
    assert (len(cut.rows), cut.truncated) == (2, True)
    assert not (await rows_of(file, text, max_rows=3)).truncated
    assert await file.execute_json(query(text), max_rows=9, timeout_s=5) is None


async def test_it_tells_what_it_is_and_has(file: Datasource, config: DatasourceConfig) -> None:
    info = await file.test()
    assert info.product.lower() == config.product_type
    tables = await file.introspect()
    assert [(table.schema, table.name, table.kind) for table in tables] == [
        ("main", "t", "table"),
        ("main", "v", "view"),
    ]
    assert [(c.name, c.nullable) for c in tables[0].columns] == [("a", False), ("b", True)]


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM t",
        "CREATE TABLE u (a int)",
        "ATTACH '/tmp/elsewhere.db' AS e",
        "PRAGMA query_only = off",
        "PRAGMA enable_external_access = true",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY t TO '/tmp/t.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT load_extension('x')",
    ],
)
async def test_a_query_gets_at_nothing_but_its_data(file: Datasource, text: str) -> None:
    for statement in (Statement(text), query(text)):
        with pytest.raises(QueryFailed):
            await file.execute([statement], max_rows=1, timeout_s=5)
    assert (await rows_of(file, "SELECT count(*) AS n FROM t")).rows == [(3,)]


async def test_external_access_stays_off_when_writing(writable: Datasource) -> None:
    for text in ("ATTACH '/tmp/elsewhere.db' AS e", "SELECT * FROM read_text('/etc/passwd')"):
        with pytest.raises(QueryFailed):
            await run(writable, text)


async def test_writes_answer_counts_and_several_are_a_transaction(writable: Datasource) -> None:
    outcomes = await run(
        writable, "INSERT INTO t VALUES (4, 'w'), (5, 'v')", "UPDATE t SET b = 'y' WHERE a > 3",
        "DELETE FROM t WHERE a = 5 RETURNING a", "CREATE TABLE u (a int)",
    )  # fmt: skip
    assert outcomes == [Affected(2), Affected(2), Rows(("a",), [(5,)]), Affected(0)]
    with pytest.raises(QueryFailed) as caught:
        await run(writable, "DELETE FROM t", "SELECT nope FROM t")
    assert caught.value.statement == 1
    with pytest.raises(QueryFailed, match="one transaction already"):
        await run(writable, "DELETE FROM t", "COMMIT")
    assert (await rows_of(writable, "SELECT count(*) AS n FROM t")).rows == [(4,)]


async def test_several_statements_in_one_text_are_refused(writable: Datasource) -> None:
    for statement in (Statement("SELECT 1; DELETE FROM t"), query("SELECT 1; DELETE FROM t")):
        with pytest.raises(QueryFailed):
            await writable.execute([statement], max_rows=1, timeout_s=5)
    assert (await rows_of(writable, "SELECT count(*) AS n FROM t")).rows == [(3,)]


async def test_a_query_over_its_time_is_stopped(file: Datasource, config: DatasourceConfig) -> None:
    start = time.perf_counter()
    with pytest.raises(QueryTimeout):
        await run(file, ENDLESS[config.product_type], timeout_s=0.3)
    assert time.perf_counter() - start < 3
    assert file.running == 0  # type: ignore[attr-defined]
    assert (await rows_of(file, "SELECT count(*) AS n FROM t")).rows == [(3,)]


async def test_a_cancelled_task_stops_its_query(file: Datasource, config: DatasourceConfig) -> None:
    task = asyncio.create_task(run(file, ENDLESS[config.product_type], timeout_s=60))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert file.running == 0  # type: ignore[attr-defined]


async def test_when_all_threads_are_in_use_the_next_is_told(config: DatasourceConfig) -> None:
    datasource = open_datasource(replace(config, pool_size=1, connect_timeout_s=0.2))
    task = asyncio.create_task(run(datasource, ENDLESS[config.product_type], timeout_s=1))
    await asyncio.sleep(0.1)
    with pytest.raises(Busy):
        await run(datasource, "SELECT 1")
    with pytest.raises(QueryTimeout):
        await task
    await datasource.close()


async def test_many_calls_at_once(file: Datasource) -> None:
    found = await asyncio.gather(*(rows_of(file, "SELECT max(a) AS a FROM t") for _ in range(100)))
    assert {rows.rows[0] for rows in found} == {(3,)}


async def test_a_missing_file_is_told_and_not_made(config: DatasourceConfig) -> None:
    missing = replace(config, database=config.database + "-missing")
    datasource = open_datasource(missing)
    with pytest.raises(ConnectFailed, match="no file"):
        await datasource.test()
    await datasource.close()
    assert not Path(missing.database).exists()  # noqa: ASYNC240


async def test_a_file_of_another_kind_is_told(config: DatasourceConfig) -> None:
    Path(config.database).write_text("not a database " * 500)  # noqa: ASYNC240
    datasource = open_datasource(config)
    with pytest.raises(ConnectFailed):
        await datasource.test()
    await datasource.close()


async def test_parameters(file: Datasource, config: DatasourceConfig) -> None:
    mark = file.dialect.placeholder
    text = f"SELECT {mark.format(n=1)} AS a, {mark.format(n=2)} AS b"
    assert (await rows_of(file, text, 2**40, "O'Brien")).rows == [(2**40, "O'Brien")]
    assert (await rows_of(file, text, None, b"\x00\xff")).rows == [(None, "AP8=")]
    with pytest.raises(QueryFailed):
        await rows_of(file, text, 2**200, "x")


async def test_duckdb_values_are_plain_and_exact(tmp_path: Path) -> None:
    datasource = open_datasource(make(ProductType.DUCKDB, tmp_path / "x"))
    for expression, value in DUCKDB_VALUES.items():
        rows = await rows_of(datasource, f"SELECT {expression} AS v UNION ALL SELECT NULL")
        assert {repr(row[0]) for row in rows.rows} == {repr(value), "None"}, expression
    await datasource.close()


async def test_what_duckdb_wrote_is_returned_with_its_time(tmp_path: Path) -> None:
    config = replace(make(ProductType.DUCKDB, tmp_path / "x"), read_only=False)
    datasource = open_datasource(config)
    (outcome,) = await run(datasource, "INSERT INTO t VALUES (9, 'q') RETURNING a, now() AS at")
    assert isinstance(outcome, Rows)
    ((key, at),) = outcome.rows
    assert (key, str(at)[-6:]) == (9, "+00:00")
    assert (await rows_of(datasource, "SELECT count(*) AS n FROM t")).rows == [(4,)]
    await datasource.close()


async def test_duckdb_tells_where_an_error_is(tmp_path: Path) -> None:
    datasource = open_datasource(make(ProductType.DUCKDB, tmp_path / "x"))
    for text, marked in {
        "SELECT a,\n  nope FROM t": "nope",
        "SELEC 1": "SELEC",
        "SELECT a, 'é', b::INT FROM t": "::INT",
        f"SELECT {'1, ' * 100} nope, 2 FROM t": "nope",
    }.items():
        with pytest.raises(QueryFailed) as caught:
            await rows_of(datasource, text)
        assert text[(caught.value.position or 0) - 1 :].startswith(marked), text
    await datasource.close()


async def test_sqlite_values_are_plain(tmp_path: Path) -> None:
    datasource = open_datasource(make(ProductType.SQLITE, tmp_path / "x"))
    text = "SELECT 1e999, -1e999, x'00ff', 0.1, 'ü', NULL, CAST(x'ff' AS TEXT), 9223372036854775807"
    assert (await rows_of(datasource, text)).rows == [
        ("Infinity", "-Infinity", "AP8=", 0.1, "ü", None, "\ufffd", 9223372036854775807)
    ]
    rows = await rows_of(
        datasource, "SELECT ?1 + 1, json_extract(?2, '$[1]')", Decimal("1.5"), [1, 2]
    )
    assert rows.rows == [(2.5, 2)]
    await datasource.close()


DUCKDB_VALUES = {
    "1::TINYINT": 1,
    "170141183460469231731687303715884105727::HUGEINT": 2**127 - 1,
    "1361129467683753853853498429727072845824::BIGNUM": 2**130,
    "1.10::DECIMAL(10, 2)": Decimal("1.10"),
    "0.1::FLOAT": 0.1,
    "'nan'::DOUBLE": "NaN",
    "'-infinity'::FLOAT": "-Infinity",
    "DATE '2024-01-31'": "2024-01-31",
    "'infinity'::DATE": "infinity",
    "'0044-03-15 (BC)'::DATE": "0044-03-15 BC",
    "DATE '9999-12-31' + 1": "10000-01-01",
    "TIME '10:00:00.5'": "10:00:00.5",
    "TIMESTAMP '2024-01-31 10:00:00'": "2024-01-31T10:00:00",
    "TIMESTAMP_NS '2024-01-31 10:00:00.123456789'": "2024-01-31T10:00:00.123456789",
    "TIMESTAMPTZ '2024-01-31 10:00:00+02'": "2024-01-31T08:00:00+00:00",
    "INTERVAL '1 year 14 months -3 days -4.5 seconds'": "P2Y2M-3DT-4.5S",
    "INTERVAL '0 days'": "PT0S",
    "'\\xAA'::BLOB": "qg==",
    "'123e4567-e89b-12d3-a456-426614174000'::UUID": "123e4567-e89b-12d3-a456-426614174000",
    '\'{"a": 1.10, "n": 123456789012345678901}\'::JSON': {
        "a": Decimal("1.10"),
        "n": 123456789012345678901,
    },
    "'101'::BIT": "101",
    "'x'::ENUM('x', 'y')": "x",
    "[1.5, NULL]": [Decimal("1.5"), None],
    "[0.1::FLOAT, 'nan'::FLOAT]": [0.1, "NaN"],
    "[DATE '2024-01-31']::DATE[1]": ["2024-01-31"],
    "{'a': 1, 'b c': [TIMESTAMPTZ '2024-01-31 10:00:00+02']}": {
        "a": 1,
        "b c": ["2024-01-31T08:00:00+00:00"],
    },
    "MAP {DATE '2024-01-31': '\\xAA'::BLOB}": {"2024-01-31": "qg=="},
    "MAP {1: true}": {"1": True},
    "union_value(n := 2)": 2,
}
