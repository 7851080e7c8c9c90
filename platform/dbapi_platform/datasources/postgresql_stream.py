"""A query's rows by a cursor on the server, so that neither side holds more than a batch."""

from collections.abc import AsyncGenerator
from typing import Final, Protocol

from .errors import QueryFailed
from .types import Rows, Statement, Transaction

_CURSOR: Final = "_dbapi_cursor"
_DECLARE: Final = f"DECLARE {_CURSOR} NO SCROLL CURSOR FOR\n"


class Begin(Protocol):
    """As `Datasource.begin`."""

    async def __call__(self, *, timeout_s: float) -> Transaction: ...


async def stream(
    begin: Begin, statement: Statement, *, max_rows: int, batch_rows: int, timeout_s: float
) -> AsyncGenerator[Rows]:
    """See `Datasource.stream`."""
    transaction = await begin(timeout_s=timeout_s)
    try:
        await _declare(transaction, statement, timeout_s)
        left = max_rows
        while True:
            size = min(batch_rows, left + 1)
            found = await transaction.execute(
                Statement(f"FETCH {size} FROM {_CURSOR}"),
                max_rows=min(size, left),
                timeout_s=timeout_s,
            )
            if not isinstance(found, Rows):
                # A query without columns, which PostgreSQL knows: a table of nothing.
                yield Rows((), [])
                return
            left -= len(found.rows)
            yield found
            if found.truncated or len(found.rows) < size:
                return
    finally:
        await transaction.rollback()


async def _declare(transaction: Transaction, statement: Statement, timeout_s: float) -> None:
    text = _DECLARE + statement.text
    try:
        await transaction.execute(
            Statement(text, statement.values), max_rows=0, timeout_s=timeout_s
        )
    except QueryFailed as error:
        if error.position is not None:
            error.position = max(1, error.position - len(_DECLARE))
        raise
