"""What PostgreSQL's catalogue tells: tables and columns, and types that are not built in."""

import itertools
from collections.abc import Sequence
from typing import Final

from .postgresql_link import Link
from .postgresql_parameters import dump
from .postgresql_values import CatalogType
from .types import Column, Table

_TABLES: Final = """
SELECT n.nspname, c.relname,
       CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END,
       a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
  AND has_schema_privilege(n.oid, 'USAGE')
  AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
ORDER BY 1, 2, a.attnum
"""

# `base` follows domains down to the type that they are of. Of types that are not built in,
# to_json writes the text in quotes, unless somebody defined a cast to json.
_TYPES: Final = """
WITH RECURSIVE asked AS (
  SELECT oid, typsubscript = 'array_subscript_handler'::regproc AS is_array,
         CASE WHEN typsubscript = 'array_subscript_handler'::regproc
              THEN typelem ELSE oid END AS base
  FROM pg_type WHERE oid = ANY ($1)
), resolved AS (
  SELECT * FROM asked
  UNION ALL
  SELECT r.oid, r.is_array, t.typbasetype
  FROM resolved AS r JOIN pg_type AS t ON t.oid = r.base WHERE t.typtype = 'd'
)
SELECT r.oid::int8, r.base::int8, r.is_array, t.typdelim::text,
       t.oid >= 16384 AND t.typtype IN ('b', 'e', 'r', 'm')
       AND t.typsubscript <> 'array_subscript_handler'::regproc
       AND NOT EXISTS (SELECT FROM pg_cast WHERE castsource = t.oid AND casttarget = 114)
FROM resolved AS r JOIN pg_type AS t ON t.oid = r.base WHERE t.typtype <> 'd'
"""


async def list_tables(link: Link, deadline: float) -> list[Table]:
    """The tables and views that the user may read, by schema and name."""
    result = await link.run(_TABLES, deadline=deadline)
    rows = link.load(result, result.ntuples)
    tables = []
    for (schema, name, kind), group in itertools.groupby(rows, key=lambda row: row[:3]):
        columns = tuple(
            Column(str(row[3]), str(row[4]), bool(row[5])) for row in group if row[3] is not None
        )
        tables.append(Table(str(schema), str(name), str(kind), columns))
    return tables


async def look_up_types(link: Link, oids: Sequence[int], deadline: float) -> list[CatalogType]:
    """What is known of types that are not built in."""
    result = await link.run(_TYPES, dump([list(oids)]), deadline=deadline)
    return [
        CatalogType(oid, base, is_array, delimiter, plain)  # type: ignore[arg-type]
        for oid, base, is_array, delimiter, plain in link.load(result, result.ntuples)
    ]
