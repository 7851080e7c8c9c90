"""StarRocks, which speaks MySQL's protocol, through the driver for MySQL.

It has no transactions around several statements, and no session that is read-only: what writes is
refused here. Tests run against MariaDB and a server that only pretends; see docs/datasources.md.
"""

import re
import time
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import pymysql
from pymysql.connections import Connection

from .dialects import STARROCKS
from .errors import ConnectFailed, QueryFailed
from .mysql import MysqlDatasource
from .mysql_queries import Call, outcome
from .mysql_session import connect, drop, reason
from .types import Outcome, ServerInfo, Statement, Table

_READING: Final = frozenset(
    {"select", "with", "values", "table", "show", "explain", "describe", "desc"}
)
_EXPLAINING: Final = frozenset({"explain", "describe", "desc"})
_TRANSACTION: Final = frozenset({"begin", "start", "commit", "rollback"})
# As StarRocks reads it: a comment ends at a carriage return, too.
_WORD: Final = re.compile(
    r"(?:\s+|--[^\r\n]*|/\*(?!!)(?:[^*]|\*(?!/))*\*/|\()*([a-z]*)", re.IGNORECASE
)
_WRITES_FILES: Final = re.compile(r"\binto\s+outfile\b", re.IGNORECASE)
_SYSTEM: Final = frozenset({"_statistics_", "information_schema", "sys"})


class StarrocksDatasource(MysqlDatasource):
    """See `types.Datasource`."""

    dialect = STARROCKS

    async def introspect(self) -> list[Table]:
        return [table for table in await super().introspect() if table.schema not in _SYSTEM]

    async def begin(self, *, timeout_s: float) -> NoReturn:  # noqa: ARG002
        raise QueryFailed(
            "StarRocks has no transactions here", hint="Run each statement on its own, without one"
        )

    def _check(self, statements: Sequence[Statement]) -> None:
        for number, statement in enumerate(statements):
            problem = _problem(
                statement, read_only=self.config.read_only, is_alone=len(statements) == 1
            )
            if problem is not None:
                message, hint = problem
                raise QueryFailed(message, statement=number, position=1, hint=hint)

    def _run(
        self, connection: "Connection[Any]", statements: Sequence[Statement], max_rows: int
    ) -> list[Outcome]:
        last = len(statements) - 1
        return [
            # The next statement can only be sent when all rows of this one were read.
            outcome(connection, statement, number, max_rows, drain=number < last)
            for number, statement in enumerate(statements)
        ]

    def _test(self, call: Call) -> ServerInfo:
        start = time.perf_counter()
        call.connection = connection = connect(self.config)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT @@version_comment")
                ((comment,),) = cursor.fetchall()
        except (pymysql.Error, OSError) as error:
            raise ConnectFailed(reason(error)) from None
        finally:
            drop(connection)
        # "StarRocks version 3.5.2-46f8bb4"; the protocol's own version is that of a MySQL.
        product, _, version = comment.partition(" version ")
        return ServerInfo(product, version, (time.perf_counter() - start) * 1000)


def _problem(statement: Statement, *, read_only: bool, is_alone: bool) -> tuple[str, str] | None:
    if _word(statement.text, 0)[0] in _TRANSACTION:
        return ("StarRocks has no transactions here", "Leave out BEGIN, COMMIT and ROLLBACK")
    if _reads(statement):
        return None
    if read_only:
        return ("The datasource is read only", "An administrator can change that")
    if not is_alone:
        return (
            "StarRocks cannot undo a statement when a later one fails",
            "Several statements may only read: write with one statement a call",
        )
    return None


def _reads(statement: Statement) -> bool:
    word, end = _word(statement.text, 0)
    if word == "with":  # … UPDATE and … DELETE are possible
        return statement.is_query
    if word in _EXPLAINING:  # ANALYZE runs the statement
        return _word(statement.text, end)[0] != "analyze"
    return word in _READING and not _WRITES_FILES.search(statement.text)


def _word(text: str, start: int) -> tuple[str, int]:
    match = _WORD.match(text, start)
    return (match[1].lower(), match.end()) if match else ("", start)
