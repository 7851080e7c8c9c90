"""What can go wrong with a datasource. Messages are for authors and hold no secret."""


class DatasourceError(Exception):
    """Base of all; `code` is stable and may be shown to consumers, the message may not.

    `place` is the text and the line of the script that asked, where a script did.
    """

    code = "datasource_error"
    place: tuple[str, int | None] | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConnectFailed(DatasourceError):
    """The server cannot be reached, or refuses the login."""

    code = "datasource_unavailable"


class Busy(DatasourceError):
    """No connection of the pool became free in time."""

    code = "datasource_busy"


class QueryTimeout(DatasourceError):
    """The query ran longer than it may and was cancelled on the database."""

    code = "query_timeout"

    def __init__(self, message: str = "The query ran too long and was cancelled") -> None:
        super().__init__(message)


class QueryFailed(DatasourceError):
    """The database refused or could not finish a statement.

    `statement` counts from 0; `position` is the 1-based character in its text, where known.
    """

    code = "query_failed"

    def __init__(
        self,
        message: str,
        *,
        statement: int = 0,
        position: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.statement = statement
        self.position = position
        self.hint = hint
