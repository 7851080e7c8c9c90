"""How a session with MySQL or MariaDB is opened, what may run in it, and what it leaves behind."""

import re
import select
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import pymysql
from pymysql.connections import Connection
from pymysql.constants import CLIENT
from pymysql.converters import conversions
from pymysql.cursors import SSCursor

from .errors import ConnectFailed, DatasourceError, QueryFailed, QueryTimeout
from .starrocks_session import DEFAULT_PORT as STARROCKS_PORT
from .starrocks_session import TIMED_OUT as STARROCKS_TIMED_OUT
from .starrocks_session import StarrocksCursor
from .starrocks_session import prepare as prepare_starrocks
from .types import DatasourceConfig, ProductType, Statement

DEFAULT_PORT: Final = 3306

# Only encoders: rows are read as text, and made plain by their columns' types.
_ENCODERS: Final = {kind: encode for kind, encode in conversions.items() if type(kind) is not int}
# With these on, the server would read quotes and backslashes otherwise than the platform does.
_OTHER_QUOTES: Final = frozenset(
    {"ANSI", "ANSI_QUOTES", "DB2", "MAXDB", "MSSQL", "NO_BACKSLASH_ESCAPES", "ORACLE", "POSTGRESQL"}
)
_READING: Final = frozenset(
    {"select", "with", "values", "table", "show", "explain", "describe", "desc", "call"}
)
# A statement that begins with another word may leave something behind in its session.
_CLEAN: Final = (_READING - {"call"}) | {"insert", "update", "delete", "replace"}
_LEAVES_TRACES: Final = re.compile(r"@|get_lock|\binto\s+(?:out|dump)file", re.IGNORECASE)
_WRITES_FILES: Final = re.compile(r"\binto\s+(?:out|dump)file", re.IGNORECASE)
_TRANSACTION: Final = frozenset({"begin", "start", "commit", "rollback", "xa"})
_TO_SAVEPOINT: Final = re.compile(r"rollback\s+(?:work\s+)?to\b", re.IGNORECASE)
_FIRST_WORD: Final = re.compile(
    r"(?:\s+|#[^\n]*(?:\n|$)|--\s[^\n]*(?:\n|$)|/\*(?!!|M!)(?:[^*]|\*(?!/))*\*/|\()*([a-z]*)",
    re.IGNORECASE,
)
_LOST: Final = frozenset({1053, 1080, 1184, 1927, 2006, 2013, 2055, 4031})
_TIMED_OUT: Final = frozenset({1317, 1969, 3024})
_NEAR: Final = re.compile(r"near '(.*)' at line \d+$", re.DOTALL)


class Lost(Exception):
    """The connection broke; the statement may have run."""


def connect(config: DatasourceConfig) -> "Connection[Any]":
    """A connection whose session is set up. Raises ConnectFailed."""
    limit_s = max(1, round(config.connect_timeout_s))
    is_starrocks = config.product_type is ProductType.STARROCKS
    try:
        connection = pymysql.connect(
            host=config.host,
            port=config.port or (STARROCKS_PORT if is_starrocks else DEFAULT_PORT),
            user=config.username,
            password=(config.password or "").encode(),
            database=config.database,
            charset="utf8mb4",
            conv=_ENCODERS,
            cursorclass=StarrocksCursor if is_starrocks else SSCursor,
            # An UPDATE answers how many rows it found, as on other products.
            client_flag=CLIENT.FOUND_ROWS,
            connect_timeout=limit_s,
            read_timeout=limit_s,  # a server may take the connection and stay silent
            autocommit=True,
            program_name="pydbapi",
            **_tls(config.options),
        )
    except (pymysql.Error, OSError, ValueError, UnicodeError) as error:
        raise ConnectFailed(reason(error)) from None
    try:
        (prepare_starrocks if is_starrocks else _prepare)(connection, config)
    except (pymysql.Error, OSError) as error:
        drop(connection)
        raise ConnectFailed(reason(error)) from None
    connection._read_timeout = None  # type: ignore[attr-defined]  # noqa: SLF001
    return connection


def drop(connection: "Connection[Any]") -> None:
    """Close at once; rows that are still on their way are not waited for."""
    result = _result(connection)
    if result is not None:
        result.unbuffered_active = False
    # A thread that waits for a server which is silent is woken by this, not by closing.
    with suppress(OSError):
        sock = connection._sock  # type: ignore[attr-defined]  # noqa: SLF001
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)
    # close() would say goodbye first, and wait for the socket to take it.
    connection._force_close()  # type: ignore[attr-defined]  # noqa: SLF001


def is_quiet(connection: "Connection[Any]") -> bool:
    """Whether the server has sent nothing unasked, as it does when it ends the session."""
    sock = connection._sock  # type: ignore[attr-defined]  # noqa: SLF001
    if sock is None:
        return False
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return not poll.poll(0)


def is_drained(connection: "Connection[Any]") -> bool:
    """Whether every row that the server sent was read."""
    result = _result(connection)
    return result is None or not result.unbuffered_active


def _result(connection: "Connection[Any]") -> Any:
    # PyMySQL has no other way to tell of rows that are unread, or to leave them.
    return connection._result  # type: ignore[attr-defined]  # noqa: SLF001


def check(statement: Statement, *, read_only: bool) -> None:
    """Raises QueryFailed for what no call may send."""
    word = _first_word(statement.text)
    if word in _TRANSACTION and not _TO_SAVEPOINT.search(statement.text):
        raise QueryFailed(
            "The statements of a call are one transaction already",
            position=1,
            hint="Leave out BEGIN, COMMIT and ROLLBACK",
        )
    if read_only and (word not in _READING or _WRITES_FILES.search(statement.text)):
        raise QueryFailed(
            "The datasource is read only", position=1, hint="An administrator can change that"
        )


def is_clean(statement: Statement) -> bool:
    """Whether the session is afterwards as it was."""
    return _first_word(statement.text) in _CLEAN and not _LEAVES_TRACES.search(statement.text)


def translate(error: Exception, statement: Statement, number: int) -> DatasourceError | Lost:
    """The platform's error for one of PyMySQL's."""
    code, message = _code(error), reason(error)
    if code in _LOST or isinstance(error, OSError | pymysql.err.InterfaceError):
        return Lost(message)
    if code in _TIMED_OUT or (code == STARROCKS_TIMED_OUT and "timeout" in message):
        return QueryTimeout()
    near = _NEAR.search(message)
    position = statement.text.find(near[1]) + 1 if near and near[1] else 0
    return QueryFailed(message, statement=number, position=position or None)


def reason(error: Exception) -> str:
    """The server's or the driver's words, without the number before them."""
    if isinstance(error, pymysql.Error) and len(error.args) > 1:
        return str(error.args[1])
    return str(error) or type(error).__name__


def _code(error: Exception) -> int:
    found = error.args[0] if error.args else 0
    return found if isinstance(found, int) else 0


def _first_word(text: str) -> str:
    match = _FIRST_WORD.match(text)
    return match[1].lower() if match else ""


def _prepare(connection: "Connection[Any]", config: DatasourceConfig) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@version, @@sql_mode")
        ((version, modes),) = cursor.fetchall()
        kept = ",".join(mode for mode in modes.split(",") if mode not in _OTHER_QUOTES)
        cursor.execute("SET SESSION sql_mode = %s, time_zone = '+00:00'", (kept,))
        # The last resort, should the platform itself fail; calls have limits of their own.
        if "MariaDB" in version:
            cursor.execute("SET SESSION max_statement_time = %s", (config.statement_timeout_s,))
        else:
            milliseconds = max(1, round(config.statement_timeout_s * 1000))
            cursor.execute("SET SESSION max_execution_time = %s", (milliseconds,))
        if config.read_only:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")


def _tls(options: Mapping[str, str]) -> dict[str, Any]:
    """PyMySQL's arguments; `prefer`, the default, encrypts where the server can."""
    mode = options.get("sslmode", "prefer")
    if mode == "disable":
        return {"ssl_disabled": True}
    if mode == "prefer":
        return {}
    root = options.get("sslrootcert")
    context = ssl.create_default_context(cafile=None if root in {None, "system"} else root)
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_NONE if mode == "require" else ssl.CERT_REQUIRED
    if "sslcert" in options:
        context.load_cert_chain(options["sslcert"], options.get("sslkey"))
    return {"ssl": context}
