"""Where access records are stored: a batch is one statement, so that requests are left alone.

An insert that is executed for each row lets go of the interpreter and waits for it again each time,
and so does every request that is answered meanwhile. SQLite is written in one go by one thread: an
asynchronous driver would change threads for each step of a transaction.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from threading import Lock
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Engine, Select, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from ..store import AccessRecord, Database
from .records_shape import Row

# So many rows an INSERT has on SQLite, which takes 32,766 values at the most.
ROWS: Final = 100

_NAMES: Final = tuple(Row.__annotations__)
_INTO: Final = f"INSERT INTO access_record ({', '.join(_NAMES)}) "
_FROM_JSON: Final = text(
    f"{_INTO} SELECT {', '.join(_NAMES)} "  # noqa: S608 - the names are the table's own
    "FROM json_populate_recordset(NULL::access_record, CAST(:rows AS json))"
)
_of_row = itemgetter(*_NAMES)
_encoder = msgspec.json.Encoder()


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
        given = {"rows": (await asyncio.to_thread(_encoder.encode, rows)).decode()}
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
        await asyncio.to_thread(self._store, rows, is_doubtful)

    def _store(self, rows: Sequence[Row], is_doubtful: bool) -> None:  # noqa: FBT001
        with self._alone, self._engine.begin() as connection:
            if is_doubtful and connection.execute(_first(rows)).first():
                return
            for at in range(0, len(rows), ROWS):
                part = rows[at : at + ROWS]
                connection.exec_driver_sql(_insert(len(part)), tuple(_values(part)))


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


def _values(rows: Sequence[Row]) -> list[object]:
    """Row after row, as SQLAlchemy would give the values to the driver, in a fifth of its time."""
    values: list[object] = []
    for row in rows:
        values += _of_row(row)
    for name, convert in _CONVERT.items():
        for at in range(_NAMES.index(name), len(values), len(_NAMES)):
            values[at] = convert(values[at])
    return values


def _moment(value: datetime) -> str:
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return in_utc.isoformat(" ", "microseconds")[:26]


def _hex(value: uuid.UUID | None) -> str | None:
    return None if value is None else value.hex


_CONVERT: Final[Mapping[str, Callable[[Any], object]]] = {
    "created_at": _moment,
    "endpoint_id": _hex,
    "client_id": _hex,
}


@lru_cache(ROWS)
def _insert(rows: int) -> str:
    one = f"({', '.join('?' * len(_NAMES))})"
    return f"{_INTO} VALUES {', '.join([one] * rows)}"
