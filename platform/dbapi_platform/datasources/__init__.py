"""External databases behind one small protocol. Importing this loads no database driver."""

from .config import ConfigProblem, check_file, validate_config
from .dialects import DUCKDB, MYSQL, POSTGRESQL, SQLITE, dialect_of
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
    ProductType,
    Rows,
    ServerInfo,
    Statement,
    Table,
)

__all__ = [
    "DUCKDB",
    "MYSQL",
    "POSTGRESQL",
    "SQLITE",
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
    "ProductType",
    "QueryFailed",
    "QueryTimeout",
    "Rows",
    "ServerInfo",
    "Statement",
    "Table",
    "check_file",
    "dialect_of",
    "open_datasource",
    "validate_config",
]
