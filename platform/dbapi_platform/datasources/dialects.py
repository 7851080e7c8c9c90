"""How each product reads SQL text: placeholders, quotes, and what an empty list becomes."""

from dataclasses import replace
from typing import Final

from .types import Dialect, ProductType

# An untyped '{}' takes the type of its left side, so it fits columns of every type; unlike
# `IN (NULL)` it answers false, not NULL, so that NOT around it stays right.
POSTGRESQL: Final = Dialect(
    sqlglot="postgres",
    placeholder="${n}",
    quote='"',
    empty_in="= ANY ('{}')",
    empty_not_in="<> ALL ('{}')",
    is_text_typed=True,
)

MYSQL: Final = Dialect(
    sqlglot="mysql",
    placeholder="%s",
    quote="`",
    empty_in="IN (SELECT NULL FROM DUAL WHERE 1 = 0)",
    empty_not_in="NOT IN (SELECT NULL FROM DUAL WHERE 1 = 0)",
    doubled="%",
)

DUCKDB: Final = Dialect(
    sqlglot="duckdb",
    placeholder="${n}",
    quote='"',
    empty_in="IN (SELECT NULL WHERE 1 = 0)",
    empty_not_in="NOT IN (SELECT NULL WHERE 1 = 0)",
)

SQLITE: Final = Dialect(
    sqlglot="sqlite",
    placeholder="?{n}",
    quote='"',
    empty_in="IN (SELECT NULL WHERE 1 = 0)",
    empty_not_in="NOT IN (SELECT NULL WHERE 1 = 0)",
)

TRINO: Final = Dialect(
    sqlglot="trino",
    placeholder="?",
    quote='"',
    empty_in="IN (SELECT NULL WHERE 1 = 0)",
    empty_not_in="NOT IN (SELECT NULL WHERE 1 = 0)",
    is_offset_first=True,
)

STARROCKS: Final = replace(MYSQL, sqlglot="starrocks")

_DIALECTS: Final = {
    ProductType.POSTGRESQL: POSTGRESQL,
    ProductType.MYSQL: MYSQL,
    ProductType.DUCKDB: DUCKDB,
    ProductType.SQLITE: SQLITE,
    ProductType.TRINO: TRINO,
    ProductType.STARROCKS: STARROCKS,
}


def dialect_of(product_type: ProductType) -> Dialect:
    """The dialect of a product; needs no open datasource."""
    return _DIALECTS[product_type]
