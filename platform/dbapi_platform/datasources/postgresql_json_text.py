"""The text that makes PostgreSQL answer a statement's rows as one JSON array of objects.

`json_agg` looks up for every value of every row how its type is written. The types are known
from the statement's ordinary run, so the objects are joined from texts here, which takes a
fifth less of the server's time. The bytes are those that to_json writes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from psycopg import postgres

_ROW: Final = "_dbapi_row"
# By the server's own clock: what a worker sees of it is mostly how busy the worker is.
_WORKED: Final = "clock_timestamp() - statement_timestamp()"
# Such a name is the same in a quoted identifier, in a literal and in JSON.
_PLAIN_NAME: Final = re.compile(r"""[^"'\\\x00-\x1f]+""")

# What stands for a value of these, `{0}`; NaN and the infinities are no numbers in JSON.
_AS_IT_IS: Final = "coalesce({0}::text, 'null')"
_IN_QUOTES: Final = "coalesce('\"' || {0} || '\"', 'null')"
_FLOAT: Final = (
    "CASE WHEN {0} > '-Infinity' AND {0} < 'Infinity' THEN {0}::text ELSE " + _IN_QUOTES + " END"
)
# Those of numeric have no scale; to ask for it is quicker than to compare.
_NUMERIC: Final = "CASE WHEN scale({0}) IS NULL THEN " + _IN_QUOTES + " ELSE {0}::text END"
_ANY: Final = "coalesce(to_json({0})::text, 'null')"
_WRITTEN: Final = {
    postgres.types[name].oid: written
    for written, names in {
        _AS_IT_IS: ("int2", "int4", "int8", "bool", "json", "jsonb"),
        _IN_QUOTES: ("uuid", "date"),
        _FLOAT: ("float4", "float8"),
        _NUMERIC: ("numeric",),
    }.items()
    for name in names
}


@dataclass(frozen=True, slots=True)
class JsonText:
    """What to send: its one row has the JSON, the number of rows and the server's time.

    `head` and `tail` belong around the JSON; without rows it is NULL. The statement itself
    begins after `prefix` characters.
    """

    text: str
    prefix: int
    head: bytes = b""
    tail: bytes = b""


def json_text(source: str, columns: Sequence[tuple[str, int]], max_rows: int) -> JsonText | None:
    """The text for a statement with these columns: names, and types by their oids.

    It answers one row more than the limit, if there are so many. None where a name is
    used twice, or would mean something else in the text.
    """
    names = [name for name, _ in columns]
    if not names or len(set(names)) < len(names) or _ROW in names:
        return None
    head = tail = b""
    rows = f"json_agg({_ROW})"
    if all(map(_PLAIN_NAME.fullmatch, names)):
        # The braces between two objects are the separator: a step less for every row.
        head, tail = f'[{{"{names[0]}":'.encode(), b"}]"
        rows = f"string_agg({_joined(_members(columns))}, '}},{{\"{names[0]}\":')"
    before = f"SELECT {rows}, count(*), {_WORKED} FROM (SELECT * FROM (\n"  # noqa: S608
    text = f"{before}{source}\n) AS q LIMIT {max_rows + 1}) AS {_ROW}"
    return JsonText(text, len(before), head, tail)


def _members(columns: Sequence[tuple[str, int]]) -> list[str]:
    """The values, each with the name of the next behind it."""
    values = [_WRITTEN.get(oid, _ANY).format(f'{_ROW}."{name}"') for name, oid in columns]
    keys = [f" || ',\"{name}\":'" for name, _ in columns[1:]] + [""]
    return [value + key for value, key in zip(values, keys, strict=True)]


def _joined(texts: Sequence[str]) -> str:
    """Halves are joined first: a chain would copy what came before at each of its links."""
    if len(texts) == 1:
        return texts[0]
    middle = (len(texts) + 1) // 2
    return f"({_joined(texts[:middle])} || {_joined(texts[middle:])})"
