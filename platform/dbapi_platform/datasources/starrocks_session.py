"""What a session with StarRocks needs that one with MySQL does not; both speak MySQL's protocol."""

import math
from typing import Any, Final

from pymysql.connections import Connection
from pymysql.constants import FIELD_TYPE
from pymysql.cursors import SSCursor

from .types import DatasourceConfig

DEFAULT_PORT: Final = 9030
# ERR_TIMEOUT: "Query reached its timeout of 5 seconds, …".
TIMED_OUT: Final = 5024

# MySQL's protocol has no integers of 128 bits: a LARGEINT comes as text with this length, which
# no CHAR has, because StarRocks tells of three bytes for each of a CHAR's letters.
_LARGEINT_LENGTH: Final = 40


class StarrocksCursor(SSCursor):
    """Takes a LARGEINT for the integer that it is."""

    def _do_get_result(self) -> None:
        super()._do_get_result()  # type: ignore[misc]
        columns: Any = self.description
        if columns:
            found: Any = tuple(map(_typed, columns))
            self.description = found


def prepare(connection: "Connection[Any]", config: DatasourceConfig) -> None:
    """Set up the session.

    It cannot be made read-only: `StarrocksDatasource` refuses what writes. Quotes and backslashes
    mean the same in every `sql_mode`.
    """
    # The last resort, should the platform itself fail; calls have limits of their own.
    timeout_s = max(1, math.ceil(config.statement_timeout_s))
    with connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        cursor.execute("SET query_timeout = %s", (timeout_s,))


def _typed(column: tuple[Any, ...]) -> tuple[Any, ...]:
    name, kind, display, length, *rest = column
    if kind == FIELD_TYPE.STRING and length == _LARGEINT_LENGTH:
        kind = FIELD_TYPE.LONGLONG
    return (name, kind, display, length, *rest)
