"""The open datasources of this process: one for each configuration, opened at first use."""

import asyncio
from collections.abc import Collection
from typing import Final, Protocol

from .config import validate_config
from .types import Datasource, DatasourceConfig, PoolState, ProductType

_GRACE_S: Final = 0.2
_LAST_RUNS_S: Final = 5.0


class Driver(Datasource, Protocol):
    """A datasource as the drivers here build it."""

    @property
    def running(self) -> int:
        """How many calls are under way."""


def open_datasource(config: DatasourceConfig) -> Driver:
    """A datasource that connects when it is used first; its driver is loaded now.

    Raises ConfigProblem when the configuration is not sound.
    """
    validate_config(config)
    if config.product_type is ProductType.POSTGRESQL:
        from .postgresql import PostgresqlDatasource

        return PostgresqlDatasource(config)
    if config.product_type is ProductType.MYSQL:
        from .mysql import MysqlDatasource

        return MysqlDatasource(config)
    if config.product_type is ProductType.DUCKDB:
        from .duckdb import DuckdbDatasource

        return DuckdbDatasource(config)
    if config.product_type is ProductType.TRINO:
        from .trino import TrinoDatasource

        return TrinoDatasource(config)
    if config.product_type is ProductType.STARROCKS:
        from .starrocks import StarrocksDatasource

        return StarrocksDatasource(config)
    from .sqlite import SqliteDatasource

    return SqliteDatasource(config)


class Datasources:
    """Keeps a datasource open for each id. Belongs to one event loop."""

    def __init__(self) -> None:
        self._open: dict[str, Driver] = {}
        self._retiring: set[asyncio.Task[None]] = set()

    def get(self, config: DatasourceConfig) -> Datasource:
        """The open datasource of this configuration; quick enough for every request.

        One that was open for the same id with another configuration is closed in the
        background, once its running calls have ended. Raises ConfigProblem.
        """
        found = self._open.get(config.id)
        if found is not None and (found.config is config or found.config == config):
            return found
        opened = open_datasource(config)
        self._open[config.id] = opened
        if found is not None:
            self._retire(found)
        return opened

    def state(self, datasource_id: str) -> PoolState:
        """How a datasource's connections are used in this process; all 0 before its first call."""
        found = self._open.get(datasource_id)
        return PoolState(0, 0, 0) if found is None else found.pool

    def keep(self, ids: Collection[str]) -> None:
        """Close, as above, the datasources that are not among these."""
        for known in [known for known in self._open if known not in ids]:
            self._retire(self._open.pop(known))

    async def close(self) -> None:
        """Close all at once; running calls are cancelled."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        drivers = list(self._open.values())
        self._open.clear()
        await asyncio.gather(*(driver.close() for driver in drivers))

    def _retire(self, driver: Driver) -> None:
        task = asyncio.get_running_loop().create_task(_close_when_idle(driver))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


async def _close_when_idle(driver: Driver) -> None:
    """Somebody may have asked for the datasource and not begun his call: hence the grace."""
    last = driver.config.statement_timeout_s + _LAST_RUNS_S
    try:
        await asyncio.sleep(_GRACE_S)
        async with asyncio.timeout(last):
            while driver.running:  # noqa: ASYNC110
                await asyncio.sleep(_GRACE_S)
    except TimeoutError:
        pass
    finally:
        await driver.close()
