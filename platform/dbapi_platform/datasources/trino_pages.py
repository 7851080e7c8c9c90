"""A query on Trino while it runs: its pages as the server gives them, and how it is stopped."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any

from trino.client import TrinoQuery

from .errors import QueryTimeout
from .trino_errors import CLIENT_ERRORS


class Call:
    """One call in its thread. `interrupt` comes from another, and again until the thread ends."""

    def __init__(self) -> None:
        self._canceller: Thread | None = None
        self.query: TrinoQuery | None = None
        self.interrupted = False

    def interrupt(self) -> None:
        """Have the server stop what runs."""
        self.interrupted = True
        query = self.query
        if query is None or query.cancelled:
            return
        if self._canceller is None or not self._canceller.is_alive():
            # To cancel is a request of its own, and requests block.
            self._canceller = Thread(target=cancel, args=(query,), daemon=True)
            self._canceller.start()


class Pages:
    """A query's rows, page by page as the server gives them."""

    def __init__(self, call: Call, query: TrinoQuery) -> None:
        self._call = call
        self._query = query
        self._rows: list[Any] = []

    @property
    def columns(self) -> Sequence[Mapping[str, Any]]:
        """In the server's own words, once it has begun."""
        return self._query.columns or []

    def begin(self) -> None:
        """Send the query, and wait until it tells its columns."""
        self._check()
        self._rows.extend(self._query.execute().rows)

    def take(self, count: int) -> list[tuple[object, ...]]:
        """The next rows: fewer than asked for when these are the last."""
        while len(self._rows) < count and not self._query.finished:
            self._check()
            self._rows.extend(self._query.fetch())
        self._check()
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def _check(self) -> None:
        if self._call.interrupted:
            raise QueryTimeout("The query was cancelled")


def cancel(query: TrinoQuery) -> None:
    """Have the server stop it, which may have ended it in the meantime."""
    with suppress(*CLIENT_ERRORS):
        query.cancel()
