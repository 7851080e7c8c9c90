"""External databases behind one small protocol. Importing this loads no database driver."""

from .config import ConfigProblem, check_file, fingerprint, validate_config
from .dialects import DUCKDB, MYSQL, POSTGRESQL, SQLITE, STARROCKS, TRINO, dialect_of
from .errors import Busy, ConnectFailed, DatasourceError, QueryFailed, QueryTimeout
from .registry import Datasources, open_datasource
from .types import (
    Affected,
    Column,
    Datasource,
    DatasourceConfig,
    Dialect,
    JsonRows,
    Outcome,
    PoolState,
    ProductType,
    Rows,
    ServerInfo,
    Statement,
    Table,
    Transaction,
)

__all__ = [
    "DUCKDB",
    "MYSQL",
    "POSTGRESQL",
    "SQLITE",
    "STARROCKS",
    "TRINO",
    "Affected",
    "Busy",
    "Column",
    "ConfigProblem",
    "ConnectFailed",
    "Datasource",
    "DatasourceConfig",
    "DatasourceError",
    "Datasources",
    "Dialect",
    "JsonRows",
    "Outcome",
    "PoolState",
    "ProductType",
    "QueryFailed",
    "QueryTimeout",
    "Rows",
    "ServerInfo",
    "Statement",
    "Table",
    "Transaction",
    "check_file",
    "dialect_of",
    "fingerprint",
    "open_datasource",
    "validate_config",
]
