"""A batch of access records is stored as SQLAlchemy would store each of them."""

import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import delete, func, insert, select, text
from sqlmodel import col

from dbapi_platform.bootstrap import migrate
from dbapi_platform.gateway.record_store import record_store
from dbapi_platform.gateway.records_shape import Row
from dbapi_platform.store import AccessRecord, Database

MOMENTS = [
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]
TEXTS = ["", "a", "'; DROP TABLE access_record; --", "ä\U0001f600\n\t\\", '"{}"', "%s ? :rows"]


@pytest_asyncio.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    await migrate(store_url)
    made = Database(store_url)
    yield made
    await made.close()


def rows(count: int) -> list[Row]:
    return [
        Row(
            request_id=f"{number:032x}",
            created_at=MOMENTS[number % len(MOMENTS)],
            method="GET",
            path=TEXTS[number % len(TEXTS)],
            query=None if number % 2 else TEXTS[number % len(TEXTS)],
            status=200 + number % 300,
            duration_ms=number / 7,
            endpoint_id=uuid.UUID(int=number) if number % 3 else None,
            version=number if number % 3 else None,
            client_id=uuid.UUID(int=2**128 - 1 - number) if number % 5 else None,
            ip_address="2001:db8::1" if number % 2 else None,
            rows=number if number % 7 else None,
            error_code="not_found" if number % 4 == 0 else None,
            error=TEXTS[-number % len(TEXTS)] if number % 4 == 0 else None,
            log=TEXTS[number % len(TEXTS)] * 100 if number % 6 == 0 else None,
        )
        for number in range(count)
    ]


async def stored(database: Database) -> Sequence[tuple[object, ...]]:
    """As the database has it, not as SQLAlchemy reads it."""
    async with database.engine.connect() as connection:
        found = await connection.execute(text("SELECT * FROM access_record ORDER BY id"))
        return [tuple(row[1:]) for row in found]


@pytest.mark.parametrize("count", [1, 7, 500])
async def test_batches_are_stored_like_single_rows(database: Database, count: int) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(insert(AccessRecord), list(rows(count)))
    expected = await stored(database)
    async with database.engine.begin() as connection:
        await connection.execute(delete(AccessRecord))
    await record_store(database).store(rows(count), is_doubtful=False)
    assert await stored(database) == expected
    assert len(expected) == count


async def test_a_doubtful_batch_is_stored_once(database: Database) -> None:
    store = record_store(database)
    for _ in range(2):
        await store.store(rows(3), is_doubtful=True)
    async with database.engine.connect() as connection:
        assert await connection.scalar(select(func.count(col(AccessRecord.id)))) == 3


async def test_a_batch_is_stored_as_a_whole_or_not_at_all(database: Database) -> None:
    bad = rows(200)
    bad[-1]["method"] = None  # type: ignore[typeddict-item]
    with pytest.raises(Exception, match=r"(?i)null"):
        await record_store(database).store(bad, is_doubtful=False)
    assert await stored(database) == []
