"""Access records added up into traffic, in ranges of their ids, each of them exactly once."""

from dataclasses import dataclass

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from ..store import AccessRecord, Database, TrafficMark
from ..store.base import now
from ..store.finishing import finish
from .adding import add_up, rank
from .window import day_of

# The larger a range, the fewer rows are written; but SQLite lets nobody else write meanwhile.
RANGE = {"sqlite": 20_000, "postgresql": 250_000}
CACHE_KB = 65_536

# Whoever writes access records now; their ids may be lower than ones that can be seen already.
_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted "
    "AND relation = to_regclass('access_record') AND mode = 'RowExclusiveLock' "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The last record that has been added up, and the last day that endpoints are ranked over."""

    record_id: int
    ranked_day: int


@dataclass(frozen=True, slots=True)
class Horizon:
    """The newest record seen, and the transactions that may yet bring older ones."""

    record_id: int
    writers: frozenset[str]


class Rollup:
    """Adds up what has been recorded since the mark; any number of workers may try at once."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._horizon: Horizon | None = None

    async def catch_up(self) -> None:
        """Add up all that can be, a range at a time."""
        await finish(self.turn_day(day_of(now())))
        while await finish(self.step()):
            pass

    async def step(self) -> bool:
        """Add up one range; tells whether there is more to do at once."""
        settled = await self._settled()
        if settled is None:
            return False
        async with self._engine.connect() as connection:
            mark = await read_mark(connection)
            upto = await _range_end(connection, mark.record_id, settled)
        if upto == mark.record_id:
            return False
        async with self._engine.begin() as connection:
            await _widen_cache(connection)
            # Who moves the mark adds up; for everybody else it is no longer where it was.
            if await _move_mark(connection, mark, upto):
                await add_up(connection, mark.record_id, upto, mark.ranked_day)
        return upto < settled

    async def turn_day(self, today: int) -> None:
        """Rank over the spans that end with this day, unless that has been done."""
        async with self._engine.connect() as connection:
            mark = await read_mark(connection)
        if mark.ranked_day == today:
            return
        async with self._engine.begin() as connection:
            if await _move_mark(connection, mark, mark.record_id, ranked_day=today):
                await rank(connection, today)

    async def _settled(self) -> int | None:
        """An id up to which no record will appear any more; None where that is not known yet.

        Ids are given before a transaction ends, so a lower one may become visible after a higher.
        Once all are gone that wrote when the horizon was seen, none can below it.
        """
        async with self._engine.connect() as connection:
            if self._horizon is None:
                newest = await newest_id(connection)
                self._horizon = Horizon(newest, await _writers(connection))
            known = self._horizon
            if known.writers and known.writers & await _writers(connection):
                return None
        self._horizon = None
        return known.record_id


async def _widen_cache(connection: AsyncConnection) -> None:
    """Keys come in no order: with SQLite's own 2 MB most of the time would go to its log."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KB}")
        await connection.exec_driver_sql("PRAGMA temp_store=MEMORY")


async def read_mark(connection: AsyncConnection) -> Mark:
    """How far records have been added up, and when endpoints were ranked."""
    row = await connection.execute(select(col(TrafficMark.record_id), col(TrafficMark.ranked_day)))
    return Mark(*row.one())


async def newest_id(connection: AsyncConnection) -> int:
    """The highest id of a record; 0 when there is none."""
    return await connection.scalar(select(func.max(col(AccessRecord.id)))) or 0


async def _writers(connection: AsyncConnection) -> frozenset[str]:
    # SQLite has one writer at a time: ids become visible in their order.
    if connection.dialect.name == "sqlite":
        return frozenset()
    return frozenset((await connection.execute(_WRITERS)).scalars())


async def _range_end(connection: AsyncConnection, mark: int, settled: int) -> int:
    """The last id of the next records: not `mark + RANGE`, for ids may have wide gaps."""
    if settled <= mark:
        return await _lowered(connection, mark)
    ids = (
        select(col(AccessRecord.id))
        .where(col(AccessRecord.id) > mark, col(AccessRecord.id) <= settled)
        .order_by(col(AccessRecord.id))
        .limit(RANGE[connection.dialect.name])
        .subquery()
    )
    return await connection.scalar(select(func.max(ids.c.id))) or mark


async def _lowered(connection: AsyncConnection, mark: int) -> int:
    """Where the mark belongs when nothing after it has settled.

    It follows the ids down where they are given anew, which SQLite does once the newest records
    are deleted. What had settled when somebody looked says nothing of that: another worker may
    have added up more since, and a mark that went back would count those records twice.
    """
    if connection.dialect.name != "sqlite":
        return mark
    return min(mark, await newest_id(connection))


async def _move_mark(
    connection: AsyncConnection, mark: Mark, record_id: int, ranked_day: int | None = None
) -> bool:
    moved = await connection.execute(
        update(TrafficMark)
        .where(
            col(TrafficMark.record_id) == mark.record_id,
            col(TrafficMark.ranked_day) == mark.ranked_day,
        )
        .values(record_id=record_id, ranked_day=ranked_day or mark.ranked_day)
    )
    return moved.rowcount == 1
