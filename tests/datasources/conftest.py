"""An open PostgreSQL datasource, and short ways to run things on it."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from dbapi_platform.datasources import Datasource, JsonRows, Rows, Statement, open_datasource
from tests.services.fixtures import PostgresDatabase

_encode = msgspec.json.Encoder(decimal_format="number").encode


@pytest.fixture
async def datasource(postgres_database: PostgresDatabase) -> AsyncIterator[Datasource]:
    opened = open_datasource(postgres_database.config())
    await opened.open()
    yield opened
    await opened.close()


def query(text: str, *values: object) -> Statement:
    return Statement(text, values, is_query=True)


async def rows_of(
    datasource: Datasource, text: str, *values: object, max_rows: int = 10_000
) -> Rows:
    (outcome,) = await datasource.execute([query(text, *values)], max_rows=max_rows, timeout_s=20)
    assert isinstance(outcome, Rows)
    return outcome


async def json_of(
    datasource: Datasource, text: str, *values: object, max_rows: int = 10_000
) -> JsonRows:
    """What the database wrote as JSON; the statement must have run the ordinary way before."""
    found = await datasource.execute_json(query(text, *values), max_rows=max_rows, timeout_s=20)
    assert found is not None
    return found


def parsed(data: str | bytes) -> Any:
    """JSON with its numbers exact: 1.10 is 1.1, and 0.1 no other number."""
    return json.loads(data, parse_float=Decimal)


def as_json(rows: Rows) -> Any:
    """The ordinary rows, by the way that the gateway writes them."""
    return parsed(_encode([dict(zip(rows.columns, row, strict=True)) for row in rows.rows]))
