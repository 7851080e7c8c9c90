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

# Names, and types by their oids.
Columns = tuple[tuple[str, int], ...]

_ROW: Final = "_dbapi_row"
# By the server's own clock: what a worker sees of it is mostly how busy the worker is.
_WORKED: Final = "clock_timestamp() - statement_timestamp()"
# Such a name is the same in a quoted identifier, in a literal and in JSON.
_PLAIN_NAME: Final = re.compile(r"""[^"'\\\x00-\x1f]+""")

# What stands for a value, `{0}`, by its type. It takes nothing but that type, or any: where a
# table was altered since, the text is refused, and no JSON is made of what nobody escaped.
# float4 and float8 are not here, since their functions take numeric too, and round it.
_ANY: Final = "coalesce(to_json({0})::text, 'null')"
_AS_IT_IS: Final = "coalesce(textin({function}({{0}})), 'null')"
_IN_QUOTES: Final = "coalesce('\"' || textin({function}({{0}})) || '\"', 'null')"
_BY_NAME: Final = {
    "int2": _AS_IT_IS.format(function="int2out"),
    "int4": _AS_IT_IS.format(function="int4out"),
    "int8": _AS_IT_IS.format(function="int8out"),
    "json": _AS_IT_IS.format(function="json_out"),
    "jsonb": _AS_IT_IS.format(function="jsonb_out"),
    "uuid": _IN_QUOTES.format(function="uuid_out"),
    "date": _IN_QUOTES.format(function="date_out"),
    "bool": "CASE WHEN {0} THEN 'true' WHEN NOT {0} THEN 'false' ELSE 'null' END",
    # What has no scale is NULL, NaN or infinite.
    "numeric": f"CASE WHEN scale({{0}}) IS NULL THEN {_ANY} ELSE textin(numeric_out({{0}})) END",
}
_WRITTEN: Final = {postgres.types[name].oid: text for name, text in _BY_NAME.items()}


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


def json_text(source: str, columns: Columns, max_rows: int) -> JsonText | None:
    """The text for a statement with these columns.

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


def _members(columns: Columns) -> list[str]:
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
