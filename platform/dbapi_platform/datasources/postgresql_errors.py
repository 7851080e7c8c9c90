"""A failed result, turned into the error that the platform knows."""

import re
from typing import Final

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from .errors import DatasourceError, QueryFailed, QueryTimeout

_CANCELED: Final = "57014"
_LOST: Final = frozenset({"57P01", "57P02", "57P03", "57P05"})
_UNTYPED: Final = frozenset({"42P08", "42P18"})


class ServerError(Exception):
    """What the server answered instead of rows; `sqlstate` says what kind of error it is.

    `statement` is the number, from 0, of the one that failed among those of the call.
    """

    statement = 0

    def __init__(self, result: PGresult) -> None:
        super().__init__()
        self.sqlstate = _field(result, DiagnosticField.SQLSTATE) or ""
        self.message = _message(result)
        self.hint = _field(result, DiagnosticField.MESSAGE_HINT)
        position = _field(result, DiagnosticField.STATEMENT_POSITION)
        self.position = int(position) if position else None

    @property
    def is_lost(self) -> bool:
        """The server ended the session with this."""
        return self.sqlstate in _LOST

    @property
    def is_cancelled(self) -> bool:
        """It was stopped: by a request to cancel it, or at the server's own limit."""
        return self.sqlstate == _CANCELED

    @property
    def is_untyped(self) -> bool:
        """A parameter stands where nothing tells its type, as in `$1 IS NULL`."""
        return self.sqlstate in _UNTYPED

    @property
    def is_refused(self) -> bool:
        """The text was refused as it stands, before anything ran."""
        return self.sqlstate.startswith("42")

    @property
    def is_stale(self) -> bool:
        """A prepared statement is gone, or its table was altered: prepared anew, it may run."""
        if self.sqlstate == "0A000":
            return "cached plan" in self.message
        return self.sqlstate == "26000"

    def translate(self, *, prefix: int, length: int) -> DatasourceError:
        """The platform's error; `prefix` characters were sent before the author's `length`."""
        if self.is_cancelled:
            return QueryTimeout()
        position = (self.position or 0) - prefix
        return QueryFailed(
            self.message,
            statement=self.statement,
            position=position if 0 < position <= length + 1 else None,
            hint=self.hint,
        )


class Lost(Exception):
    """The connection broke. Unless `is_unsent`, the server may have run the statement."""

    def __init__(self, message: str, *, is_unsent: bool = False) -> None:
        super().__init__(message)
        self.is_unsent = is_unsent


def lost_by(error: psycopg.OperationalError, said: PGresult | None) -> Lost:
    """Why a connection is gone, in the server's last words if it had any."""
    if said is not None and said.status == ExecStatus.FATAL_ERROR:
        return Lost(ServerError(said).message)
    return Lost(reason(error))


def reason(error: Exception) -> str:
    """Why a connection failed, in the driver's words and on one line; libpq names no password."""
    if isinstance(error, psycopg.Error | OSError) and str(error):
        return re.sub(r"\s+", " ", str(error)).strip()
    return type(error).__name__


def _message(result: PGresult) -> str:
    primary = _field(result, DiagnosticField.MESSAGE_PRIMARY)
    detail = _field(result, DiagnosticField.MESSAGE_DETAIL)
    if primary is None:
        primary = result.error_message.decode("utf-8", "replace").strip() or "The query failed"
    return f"{primary}. {detail}" if detail else primary


def _field(result: PGresult, field: DiagnosticField) -> str | None:
    data = result.error_field(field)
    return data.decode("utf-8", "replace") if data else None
