"""A table's first rows, for authors who look for what to query."""

import difflib
from collections.abc import Sequence
from typing import Final

from ..datasources import Datasource, Dialect, Rows, Statement, Table
from ..errors import InvalidRequest, NotFound

NEAREST: Final = 3


def find_table(tables: Sequence[Table], name: str, schema: str | None) -> Table:
    """The table or view of that name. Raises NotFound, telling the nearest names.

    Raises InvalidRequest where no schema is given and several have one.
    """
    found = [table for table in tables if table.name == name and schema in {None, table.schema}]
    if not found:
        raise NotFound(_unknown(tables, name, schema))
    if len(found) > 1:
        schemas = ", ".join(sorted(table.schema for table in found))
        raise InvalidRequest.of(
            "schema", f"several have a table '{name}': expected one of {schemas}"
        )
    return found[0]


async def first_rows(
    datasource: Datasource, table: Table, *, limit: int, max_rows: int, timeout_s: float
) -> Rows:
    """At most `limit` rows, in the database's order. Raises DatasourceError."""
    most = min(limit, max_rows)
    # One more than is kept tells whether there are more.
    text = f"SELECT * FROM {_quoted(table, datasource.dialect)} LIMIT {most + 1:d}"  # noqa: S608
    outcomes = await datasource.execute(
        [Statement(text, is_query=True)], max_rows=most, timeout_s=timeout_s
    )
    rows = outcomes[0]
    assert isinstance(rows, Rows)  # noqa: S101 - a SELECT
    return rows


def _quoted(table: Table, dialect: Dialect) -> str:
    return ".".join(_identifier(part, dialect) for part in (table.schema, table.name))


def _identifier(name: str, dialect: Dialect) -> str:
    """The name as it is, in quotes: whatever is in it, it stays one name."""
    text = name.replace(dialect.quote, dialect.quote * 2)
    if dialect.doubled:
        text = text.replace(dialect.doubled, dialect.doubled * 2)
    return f"{dialect.quote}{text}{dialect.quote}"


def _unknown(tables: Sequence[Table], name: str, schema: str | None) -> str:
    wanted = f"{schema}.{name}" if schema else name
    known = {(f"{t.schema}.{t.name}" if schema else t.name).lower():
             f"{t.schema}.{t.name}" if schema else t.name for t in tables}  # fmt: skip
    near = difflib.get_close_matches(wanted.lower(), known, NEAREST)
    told = f"There is no table '{wanted}'"
    return f"{told}; did you mean {' or '.join(known[one] for one in near)}?" if near else told
