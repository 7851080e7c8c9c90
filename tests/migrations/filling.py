"""A row in every table, with a value in every column; and all rows of a database, to compare."""

import itertools
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    Table,
    TypeDecorator,
    Uuid,
    inspect,
)

from dbapi_platform.store import ChangeCounter, SchemaSupport, TrafficMark

# They have their one row from the migrations.
OF_ONE_ROW = {kind.__tablename__ for kind in (ChangeCounter, SchemaSupport, TrafficMark)}
_numbers = itertools.count(1000)

MAKERS: dict[type, Callable[[int], Any]] = {
    Uuid: lambda number: uuid.UUID(int=number),
    DateTime: lambda number: datetime.fromtimestamp(number * 1000, UTC),
    JSON: lambda number: {"number": number, "text": "ä'\"%"},
    Boolean: lambda number: bool(number % 2),
    Integer: lambda number: number,
    Float: lambda number: number / 8,
}

# By table: the columns, and how often each row is there.
Rows = dict[str, tuple[list[str], Counter[tuple[str, ...]]]]


def fill(connection: Connection, *, times: int = 2) -> None:
    """Rows in every table of the models, each round of them belonging together."""
    for _ in range(times):
        made: dict[str, dict[str, Any]] = {}
        for table in ChangeCounter.metadata.sorted_tables:
            if table.name not in OF_ONE_ROW:
                made[table.name] = {
                    column.name: _value(table, column, made) for column in table.columns
                }
                connection.execute(table.insert().values(made[table.name]))


def rows_of(connection: Connection) -> Rows:
    """Every row of every table, as text."""
    found: Rows = {}
    inspector = inspect(connection)
    for name in set(inspector.get_table_names()) - {"alembic_version"}:
        columns = sorted(column["name"] for column in inspector.get_columns(name))
        listed = ", ".join(f'"{column}"' for column in columns)
        rows = connection.exec_driver_sql(f'SELECT {listed} FROM "{name}"')
        found[name] = (columns, Counter(tuple(map(repr, row)) for row in rows))
    return found


def lost(before: Rows, after: Rows) -> dict[str, list[tuple[str, ...]]]:
    """Rows that are not there any more, in what both have: their tables and columns."""
    found = {}
    for name in before.keys() & after.keys():
        shared = [column for column in before[name][0] if column in after[name][0]]
        gone = _narrowed(before[name], shared) - _narrowed(after[name], shared)
        if gone:
            found[name] = list(gone)
    return found


def _narrowed(
    rows: tuple[list[str], Counter[tuple[str, ...]]], columns: list[str]
) -> Counter[tuple[str, ...]]:
    places = [rows[0].index(column) for column in columns]
    narrowed: Counter[tuple[str, ...]] = Counter()
    for row, count in rows[1].items():
        narrowed[tuple(row[place] for place in places)] += count
    return narrowed


def _value(table: Table, column: Column[Any], made: dict[str, dict[str, Any]]) -> Any:
    key = next(iter(column.foreign_keys), None)
    if key is not None:
        return made[key.column.table.name][key.column.name]
    number = next(_numbers)
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    for known, make in MAKERS.items():
        if isinstance(kind, known):
            return make(number)
    length = getattr(column.type, "length", None) or 100
    return f"{table.name}ä'%{number}"[-length:]
