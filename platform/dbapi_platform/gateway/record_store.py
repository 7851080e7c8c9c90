"""Where access records are stored: a batch is one statement, so that requests are left alone.

Whoever executes one for each row, or gives each value apart, holds the interpreter, lets go of it
and waits for it again; and so does every request that is answered meanwhile. So a batch is one
text of JSON, which the database takes apart. SQLite is written in one go by one thread: an
asynchronous driver would change threads for each step of a transaction.
"""

import asyncio
from collections.abc import Sequence
from itertools import starmap
from operator import itemgetter
from threading import Lock
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Engine, Select, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from ..store import AccessRecord, Database
from .records_shape import Row

_NAMES: Final = tuple(Row.__annotations__)
_INTO: Final = f"INSERT INTO access_record ({', '.join(_NAMES)}) "
_FROM_JSON: Final = text(
    f"{_INTO} SELECT {', '.join(_NAMES)} "  # noqa: S608 - the names are the table's own
    "FROM json_populate_recordset(NULL::access_record, CAST(:rows AS json))"
)
# An array's parts cost SQLite less to find than an object's.
_of_row = itemgetter(*_NAMES)
_encoder = msgspec.json.Encoder()


def _from_array(index: int, name: str) -> str:
    """A value as SQLAlchemy would have given it: times and ids are texts of a form of its own."""
    value = f"value ->> {index}"
    if name == "created_at":
        fraction = f"CASE WHEN length({value}) > 20 THEN substr({value}, 20, 7) ELSE '.000000' END"
        return f"replace(substr({value}, 1, 19), 'T', ' ') || {fraction}"
    if name in {"endpoint_id", "client_id"}:
        return f"replace({value}, '-', '')"
    return value


# Each time that json_each is asked for a value it writes the array down anew; a table does not.
_FROM_ARRAYS: Final = (
    f"{_INTO} WITH record AS MATERIALIZED (SELECT value FROM json_each(?)) "  # noqa: S608
    f"SELECT {', '.join(starmap(_from_array, enumerate(_NAMES)))} "
    "FROM record"
)


class RecordStore(Protocol):
    """Stores batches as a whole or not at all."""

    async def store(self, rows: Sequence[Row], *, is_doubtful: bool) -> None:
        """Store them; those that are doubtful may be there already. Raises what SQLAlchemy does."""


def record_store(database: Database) -> RecordStore:
    """What suits the database."""
    if database.file is None:
        return OnServer(database.engine)
    return InFile(database.in_thread())


class OnServer:
    """PostgreSQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def store(self, rows: Sequence[Row], *, is_doubtful: bool) -> None:
        given = {"rows": _encoder.encode(rows).decode()}
        async with self._engine.begin() as connection:
            if is_doubtful and (await connection.execute(_first(rows))).first():
                return
            await connection.execute(_FROM_JSON, given)


class InFile:
    """SQLite."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # Who gave up waiting left a thread that still writes: what it did must be seen.
        self._alone = Lock()

    async def store(self, rows: Sequence[Row], *, is_doubtful: bool) -> None:
        given = _encoder.encode([_of_row(row) for row in rows]).decode()
        await asyncio.to_thread(self._store, rows, given, is_doubtful)

    def _store(self, rows: Sequence[Row], given: str, is_doubtful: bool) -> None:  # noqa: FBT001
        with self._alone, self._engine.begin() as connection:
            if is_doubtful and connection.execute(_first(rows)).first():
                return
            connection.exec_driver_sql(_FROM_ARRAYS, (given,))


def _first(rows: Sequence[Row]) -> Select[Any]:
    """Finds the first: where the answer to a commit was lost, all are there or none."""
    record = rows[0]
    return (
        select(col(AccessRecord.id))
        .where(
            col(AccessRecord.request_id) == record["request_id"],
            col(AccessRecord.created_at) == record["created_at"],
        )
        .limit(1)
    )
