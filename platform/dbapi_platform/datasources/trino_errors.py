"""What went wrong at Trino, in the platform's words."""

import re
from typing import Final

import requests
from trino.exceptions import HttpError, TrinoConnectionError, TrinoQueryError
from urllib3.exceptions import MaxRetryError

from .errors import Busy, ConnectFailed, DatasourceError, QueryFailed, QueryTimeout
from .types import Statement

# A server that is not Trino answers in ways that its client does not expect.
CLIENT_ERRORS: Final = (
    TrinoQueryError, TrinoConnectionError, HttpError, requests.RequestException, OSError,
    ValueError, KeyError, TypeError,
)  # fmt: skip
_TIMED_OUT: Final = frozenset({"EXCEEDED_TIME_LIMIT", "USER_CANCELED"})
_AWAY: Final = frozenset({"SERVER_STARTING_UP", "SERVER_SHUTTING_DOWN"})
_LOCATION: Final = re.compile(r"line \d+:\d+: ")
_HTTP: Final = re.compile(r"error (\d{3})(?:: b(['\"])(.*)\2)?", re.DOTALL)
_CONNECTION: Final = re.compile(r"^(?:<[^>]*>|\w+\([^)]*\)): ")
# The server has forgotten the query, because it was restarted.
_FORGOTTEN: Final = frozenset({"404", "410"})


class Lost(Exception):
    """The server did not answer; the statement may have run."""


def translate(error: Exception, statement: Statement, number: int) -> DatasourceError | Lost:
    """The platform's error for one of the client's."""
    if isinstance(error, TrinoQueryError):
        return _refused(error, statement, number)
    status = _HTTP.match(str(error)) if isinstance(error, HttpError) else None
    if status and status[1] not in _FORGOTTEN:
        return ConnectFailed(_told(status[1], status[3]))
    if isinstance(error, UnicodeEncodeError):
        return QueryFailed("The text has characters that are none", statement=number)
    if isinstance(error, HttpError | TrinoConnectionError | OSError):
        return Lost(reason(error))
    return ConnectFailed("The server does not answer as Trino does")


def reason(error: Exception) -> str:
    """The innermost words of a connection that failed."""
    # The client puts the errors of `requests` into words of its own; they are its context.
    inner: object = error
    if isinstance(error, TrinoConnectionError) and error.__context__ is not None:
        inner = error.__context__
    if isinstance(inner, requests.RequestException) and inner.args:
        inner = inner.args[0]
    if isinstance(inner, MaxRetryError) and inner.reason is not None:
        inner = inner.reason
    return _CONNECTION.sub("", str(inner)) or type(error).__name__


def position(text: str, error: TrinoQueryError, *, is_bound: bool) -> int | None:
    """The 1-based character in the statement's text.

    Of a bound statement Trino counts from the quote, which stands alone in the line before; but
    what its grammar refuses, it tells with the column inside of the text.
    """
    if error.error_location is None:
        return None
    line, column = error.error_location
    if is_bound:
        line -= 1
        by_grammar = error.error_name == "SYNTAX_ERROR" and " input " in error.message
        column -= 1 if line == 1 and not by_grammar else 0
    before = text.split("\n")[: line - 1]
    found = sum(len(other) + 1 for other in before) + column
    return found if 0 < found <= len(text) + 1 else None


def _refused(error: TrinoQueryError, statement: Statement, number: int) -> DatasourceError:
    message = _LOCATION.sub("", error.message, count=1)
    if error.error_name in _TIMED_OUT:
        return QueryTimeout()
    if error.error_name in _AWAY:
        return ConnectFailed(message)
    if error.error_name == "QUERY_QUEUE_FULL":
        return Busy(message)
    found = position(statement.text, error, is_bound=bool(statement.values))
    return QueryFailed(message, statement=number, position=found)


def _told(status: str, body: str | None) -> str:
    """Of a page of HTML nothing is told but its number."""
    words = "" if body is None or "<" in body else body[:200].strip()
    return words or f"The server answers with status {status}"
