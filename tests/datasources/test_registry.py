"""The open datasources of a process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from dbapi_platform.datasources import (
    ConfigProblem,
    ConnectFailed,
    DatasourceConfig,
    DatasourceError,
    Datasources,
    ProductType,
)

from .conftest import query, rows_of

LONG = "SELECT count(*) AS n FROM range(10000000) AS a, range(10) AS b WHERE hash(a, b) % 7 = 3"


@pytest.fixture
def config(tmp_path: Path) -> DatasourceConfig:
    path = tmp_path / "x.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    return DatasourceConfig("1", "x", ProductType.DUCKDB, str(path))


@pytest.fixture
async def registry() -> AsyncIterator[Datasources]:
    datasources = Datasources()
    yield datasources
    await datasources.close()


async def test_one_configuration_is_opened_once(
    registry: Datasources, config: DatasourceConfig
) -> None:
    first = registry.get(config)
    assert registry.get(replace(config)) is first
    assert registry.get(replace(config, id="2")) is not first


async def test_a_changed_one_replaces_the_old_after_its_calls(
    registry: Datasources, config: DatasourceConfig
) -> None:
    old = registry.get(config)
    running = asyncio.create_task(old.execute([query(LONG)], max_rows=1, timeout_s=60))
    await asyncio.sleep(0.1)
    new = registry.get(replace(config, options={"threads": "1"}))
    assert new is not old
    # DuckDB opens a file with one set of options at a time: the new one waits for the old.
    assert (await rows_of(new, "SELECT a FROM t")).rows == [(1,)]
    await running
    with pytest.raises(ConnectFailed, match="closed"):
        await rows_of(old, "SELECT a FROM t")


async def test_what_is_no_longer_known_is_closed(
    registry: Datasources, config: DatasourceConfig
) -> None:
    gone = registry.get(config)
    kept = registry.get(replace(config, id="2"))
    registry.keep({"2"})
    assert registry.get(replace(config, id="2")) is kept
    await asyncio.sleep(0.5)
    with pytest.raises(ConnectFailed):
        await rows_of(gone, "SELECT 1 AS a")


async def test_closing_stops_what_runs(config: DatasourceConfig) -> None:
    registry = Datasources()
    text = "SELECT count(*) AS n FROM range(100000000000) AS a WHERE hash(a) % 7 = 3"
    running = asyncio.create_task(
        registry.get(config).execute([query(text)], max_rows=1, timeout_s=60)
    )
    await asyncio.sleep(0.2)
    await asyncio.wait_for(registry.close(), 5)
    with pytest.raises(DatasourceError):
        await running


async def test_an_unsound_configuration_is_refused(
    registry: Datasources, config: DatasourceConfig
) -> None:
    with pytest.raises(ConfigProblem):
        registry.get(replace(config, options={"plugins": "all"}))
